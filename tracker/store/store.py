"""The store: what the night keeps and asks. One transaction an article, so its rows land together or not at all."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlite_utils import Database

from tracker.model import (
    Actor,
    Change,
    Correction,
    Digest,
    Failure,
    Held,
    Introduction,
    Issue,
    Label,
    Position,
    Reading,
    Run,
    Silence,
    Standing,
    Trace,
    Version,
)
from tracker.store import acquaintances, corrections, history, readings, rows, standing, subjects
from tracker.store.answers import Answers
from tracker.store.cells import compose_time, parse_time
from tracker.store.connection import immediate, insert_row, open_database, open_scratch, typed_errors, typed_values
from tracker.store.history import Material
from tracker.store.ledger import Ledger
from tracker.store.outbox import Outbox, compose_through
from tracker.store.replays import Replays
from tracker.store.revisions import Revisions
from tracker.store.snapshot import compose_document
from tracker.store.subjects import Subject


@dataclass(frozen=True, slots=True)
class RunHandle:
    """A run that has begun: its number is settled, its row is written with the first thing that it stores."""

    id: int
    started: datetime
    extractor: str
    """Version of the tracker, kept with every text that the run reads."""


def open_store(path: Path, *, read_only: bool = False, busy_seconds: float = 10.0) -> "Store":
    """The store in the file at `path`, made or upgraded where need be; read-only it must exist.

    Writing waits up to `busy_seconds` for another process. Raises StoreError, NewerSchemaError or TemporaryError.
    """
    return Store(open_database(path, read_only=read_only, busy_seconds=busy_seconds), path)


def open_rehearsal(path: Path, *, busy_seconds: float = 10.0) -> "Store":
    """A store for dry runs: it starts as a copy of the one at `path`, and what it stores is gone when it is closed."""
    return Store(open_scratch(path, busy_seconds=busy_seconds), path)


class Store:
    """An open database. Every method raises StoreError or TemporaryError, with a one-line message, where SQLite fails."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db = db
        self._path = path
        self._met: set[str] = set()
        self._issues: dict[str, tuple[Issue, bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; a second time is harmless."""
        with typed_errors(self._path):
            self._db.close()

    # ---- runs -----------------------------------------------------------------------------------------------------------

    def begin_run(self, now: datetime, extractor: str) -> RunHandle:
        """The run to store under. Nothing is written yet. A run that was killed is taken over with its start time."""
        with self._read():
            row = self._first("SELECT id, started, finished FROM runs ORDER BY id DESC LIMIT 1")
            if row is None:
                return RunHandle(1, now, extractor)
            if row["finished"] is None:
                return RunHandle(row["id"], parse_time(row["started"]), extractor)
            return RunHandle(row["id"] + 1, now, extractor)

    def finish_run(
        self, handle: RunHandle, now: datetime, articles_seen: int, digest: Digest | None = None, subject: str = ""
    ) -> Run | None:
        """The finished run with its counts, stored together with its digest; None where it stored nothing, and nothing is written.

        Counts are of rows, so they include what a killed predecessor stored under the same number.
        """
        select = "SELECT * FROM runs WHERE id = ?"
        with self._read():
            row = self._first(select, [handle.id])
        if row is None:
            return None
        if row["finished"] is not None:
            return rows.parse_run(row)
        with self._write():
            self._db.execute(
                """
                UPDATE runs SET finished = :finished, articles_seen = :articles_seen,
                    articles_new = (SELECT count(*) FROM articles WHERE run = :id),
                    positions = (SELECT count(*) FROM revisions JOIN positions ON positions.revision = revisions.id
                                 WHERE revisions.run = :id),
                    changes = (SELECT count(*) FROM changes WHERE run = :id AND quiet = 0),
                    failures = (SELECT count(*) FROM failures WHERE run = :id)
                WHERE id = :id
                """,
                {"id": handle.id, "finished": compose_time(now), "articles_seen": articles_seen},
            )
            if digest is not None:
                row = rows.compose_digest(digest, handle.id, now, subject) | compose_through(self.outbox.load_end(now))
                insert_row(self._db, "digests", row | {"document": compose_document(digest)})
            return rows.parse_run(self._db.execute(select, [handle.id]).fetchone())

    # ---- what the night asks --------------------------------------------------------------------------------------------

    def is_known(self, article_id: str) -> bool:
        """Whether this very title and text are stored."""
        with self._read():
            return self._first("SELECT 1 FROM revisions WHERE id = ?", [article_id]) is not None

    def load_held(self, party: str, before: datetime, limit: int = 400) -> tuple[Held, ...]:
        """The party's latest position on each issue as of `before`, that moment included; newest first, background left out.

        Of the issues to which it has not spoken since, the `limit` last spoken to: a look-up must not grow with the years. Only
        what a look-up by meaning needs; `load_positions` brings the rest.
        """
        with self._read():
            return history.load_held(self._db, party, before, limit)

    def load_positions(self, ids: Iterable[str]) -> dict[str, Position]:
        """The positions with these ids, by id; unknown ones are left out."""
        with self._read():
            return history.load_positions(self._db, ids)

    def load_current_positions(self, party: str, before: datetime) -> tuple[Position, ...]:
        """What `load_held` finds, in full."""
        held = self.load_held(party, before)
        found = self.load_positions(h.position_id for h in held)
        return tuple(found[h.position_id] for h in held)

    def load_course(self, position: str, limit: int = 12) -> tuple[Change, ...]:
        """The changes that led to the position with this id, newest first: the one that it made, the one before, and so on."""
        with self._read():
            return history.load_course(self._db, position, limit)

    def load_similar(self, sketch: Sequence[int], shared: int, article: str = "") -> tuple[str, ...]:
        """Ids of up to five stored texts that have at least `shared` hashes of the sketch in common, most first.

        Those of the article with the id `article` are left out.
        """
        with self._read():
            return history.load_similar(self._db, sketch, shared, article)

    def load_text(self, article_id: str) -> str:
        """The stored text with this id; empty where there is none."""
        with self._read():
            row = self._first("SELECT text FROM revisions WHERE id = ?", [article_id])
            return str(row["text"]) if row else ""

    def load_recent_issues(self, limit: int = 200) -> tuple[tuple[Issue, bytes], ...]:
        """The `limit` issues last spoken to, newest first, each with the vector of the first position on it."""
        with self._read():
            # An issue's name and first position never change.
            self._issues = history.load_recent_issues(self._db, limit, self._issues)
            return tuple(self._issues.values())

    def load_introductions(self, keys: Collection[str], before: datetime) -> tuple[Introduction, ...]:
        """Persons and bodies with these last names or abbreviations whom articles published up to `before` introduced."""
        with self._read():
            return acquaintances.load_introductions(self._db, keys, before)

    def load_actors(self) -> tuple[Actor, ...]:
        """Every actor that an article has named, by name."""
        with self._read():
            aliases: dict[str, list[tuple[str, str]]] = {}
            for row in self._db.execute("SELECT actor, alias, use FROM aliases ORDER BY rowid"):
                aliases.setdefault(row["actor"], []).append((row["alias"], row["use"]))
            found = self._db.execute("SELECT * FROM actors ORDER BY name")
            return tuple(rows.parse_actor(row, aliases.get(row["name"], ())) for row in found)

    # ---- storing --------------------------------------------------------------------------------------------------------

    def save_reading(
        self,
        reading: Reading,
        handle: RunHandle,
        now: datetime,
        actors: Iterable[Actor] = (),
        version: Version | None = None,
    ) -> bool:
        """Store an article and all that it led to, in one transaction; False where it is known, and nothing is written.

        `actors`: those that the article names, so that their kinds and aliases are kept; parties beyond them are kept by name.
        `version`: the latest text of the article where this one is another revision of it. Earlier positions that the changes
        name must be stored already.
        """
        article = reading.article
        if self.is_known(article.id):
            return False
        with self._write():
            self._save_run(handle)
            met = [actor for actor in actors if actor.name not in self._met]
            readings.save_reading(self._db, reading, handle.id, now, handle.extractor, met, version)
        self._met.update(actor.name for actor in met)  # once they are safe: a night meets the same ones in every article
        return True

    def save_failure(self, failure: Failure, handle: RunHandle, now: datetime) -> bool:
        """Record a failure; False where the same one is recorded, and nothing is written."""
        row = rows.compose_failure(failure, handle.id, now)
        with self._read():
            known = "SELECT 1 FROM failures WHERE origin = :origin AND stage = :stage AND message = :message"
            if self._first(known, row) is not None:
                return False
        with self._write():
            self._save_run(handle)
            insert_row(self._db, "failures", row)
        return True

    # ---- what readers ask -----------------------------------------------------------------------------------------------

    def load_run_material(self, run: int) -> Material:
        """What became known in one run, finished or not."""
        with self._read():
            return history.load_run_material(self._db, run)

    def load_material(self, since: datetime | None, until: datetime) -> Material:
        """What became known after `since` up to and including `until`, by the time of storing; all until then without `since`."""
        with self._read():
            return history.load_material(self._db, since, until)

    def load_last_material(self, until: datetime) -> Material:
        """What became known in the last run that had finished by `until`; nothing where there was none."""
        with self._read():
            row = self._first("SELECT id FROM runs WHERE finished <= ? ORDER BY id DESC LIMIT 1", [compose_time(until)])
            return history.load_run_material(self._db, row["id"]) if row else Material((), (), (), 0)

    def load_trace(self, prefix: str) -> Trace:
        """How the position or change came about whose id is, or begins with, `prefix`. Raises UsageError unless it is just one."""
        with self._read():
            return history.load_trace(self._db, prefix)

    def load_versions(self, prefix: str) -> tuple[Version, ...]:
        """Every text of the article that has this address, or a text with an id that begins so; nothing unless it is just one."""
        with self._read():
            return history.load_versions(self._db, prefix)

    def load_standings(self, issues: Iterable[str]) -> tuple[Standing, ...]:
        """The latest position of each party on each of the issues, with its path; issues in the order given."""
        with self._read():
            return standing.load_standings(self._db, issues)

    def load_silences(self, since: datetime, until: datetime, days: int) -> tuple[Silence, ...]:
        """Parties whose last statement became older than `days` days between the two times."""
        with self._read():
            return standing.load_silences(self._db, since, until, days)

    def load_timeline(self, party: str, issue: str | None, limit: int) -> tuple[tuple[Position, Change | None], ...]:
        """The last `limit` things that a party said, oldest first, each with its change. Raises UsageError for an unknown party."""
        with self._read():
            return standing.load_timeline(self._db, party, issue, limit)

    def save_correction(self, prefix: str, label: Label | None, note: str, now: datetime) -> Correction:
        """Record and apply a reader's verdict on a change or position. Raises UsageError where it cannot be meant."""
        with self._write():
            return corrections.save_correction(self._db, history.load_trace(self._db, prefix), prefix, label, note, now)

    def load_subjects(self, words: str = "", limit: int = 200) -> tuple[Subject, ...]:
        """Issues with these words in their names, last spoken to first; those merged into others are left out."""
        with self._read():
            return subjects.load_subjects(self._db, words, limit)

    def merge_issues(self, one: str, other: str) -> tuple[str, str]:
        """Let all that was or will be said on issue `one` count for `other`; the names of both. Raises UsageError."""
        self._issues = {}
        with self._write():
            return subjects.merge_issues(self._db, one, other)

    def copy_subjects(self, original: Path) -> None:
        """Merge and rename issues as the reader did in the database at `original`, where both stores have them."""
        if self.replays.copy_subjects(original):
            self._issues = {}

    def rename_issue(self, one: str, name: str) -> tuple[str, str]:
        """Give an issue another name; the old and the new one. Raises UsageError."""
        self._issues = {}
        with self._write():
            return subjects.rename_issue(self._db, one, name)

    def load_corrections(self) -> tuple[Correction, ...]:
        """The verdict that holds on each subject, in the order of recording."""
        with self._read():
            return tuple(corrections.find_corrections(self._db))

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is stored inside lands together or not at all."""
        try:
            with self._write():
                yield
        except BaseException:
            self._met.clear()
            self._issues.clear()
            raise

    @property
    def revisions(self) -> Revisions:
        """Articles that come again with another text, and comparisons that are done again."""
        return Revisions(self._db, self._path, lambda issue: self._issues.pop(issue, None))

    @property
    def feeds(self) -> Ledger:
        """What is remembered of feeds and of the addresses that they led to."""
        return Ledger(self._db, self._path)

    @property
    def outbox(self) -> Outbox:
        """Digests for readers and their deliveries."""
        return Outbox(self._db, self._path)

    @property
    def replays(self) -> Replays:
        """The kept texts, and what a replay of them under other rules or models made of them."""
        return Replays(self._db, self._path)

    def answers(self, handle: RunHandle) -> Answers:
        """What a language model answered, and the account of this run's questions to it."""
        return Answers(self._db, self._path, handle.id, handle.started)

    # ---- inside ---------------------------------------------------------------------------------------------------------

    def _read(self) -> AbstractContextManager[None]:
        return typed_values(self._path)

    @contextmanager
    def _write(self) -> Iterator[None]:
        with typed_errors(self._path), immediate(self._db):
            yield

    def _first(self, sql: str, values: list[Any] | dict[str, Any] | None = None) -> rows.Row | None:
        found: rows.Row | None = self._db.execute(sql, values).fetchone()
        return found

    def _save_run(self, handle: RunHandle) -> None:
        insert_row(self._db, "runs", {"id": handle.id, "started": compose_time(handle.started)})
