"""What keeps a database sound over the years: checks, backups, counts for the status, forgetting old articles."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from tracker.errors import StoreError
from tracker.store.cells import compose_time
from tracker.store.connection import immediate, open_as_it_is, open_database, save_copy, typed_errors

_MOST_FAULTS = 20
_SICK = "SELECT url, failing_since, failures, problem FROM feeds WHERE failing_since IS NOT NULL ORDER BY failing_since, url"
_STAMP = re.compile(r"\d{8}T\d{6}Z")


_ADVICE = """
    SELECT run, model, sum(calls) AS calls, sum(result = 'answered') AS answered, sum(result = 'kept') AS kept,
        sum(result = 'left') AS left_over, sum(dropped) AS dropped, sum(input_tokens) AS input_tokens,
        sum(output_tokens) AS output_tokens, sum(cost) AS cost, max(problem) AS problem
    FROM inquiries WHERE run = (SELECT max(run) FROM inquiries) GROUP BY run, model ORDER BY model
"""
_SPENT = "SELECT sum(calls) AS calls, sum(cost) AS cost FROM inquiries"


@dataclass(frozen=True, slots=True)
class Advice:
    """What a language model was asked in the last run that asked one."""

    run: int
    model: str
    calls: int
    answered: int
    kept: int
    """Answered from what earlier calls had brought."""
    left: int
    """Left to the shipped models."""
    dropped: int
    """Pieces of answers that did not stand in the text."""
    input_tokens: int
    output_tokens: int
    cost: float
    problem: str
    """One of the reasons for what was left."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a database holds, and what waits in it. Times are ISO 8601 in UTC."""

    articles: int
    positions: int
    changes: int
    failures: int
    runs: int
    last_run: str | None
    """When the last run that stored something began."""
    unfinished: bool
    """Whether that run has not come to its end."""
    pending_mail: int
    failed_mail: int
    sick_feeds: tuple[tuple[str, str, int, str], ...]
    """Address, failing since, failures in a row, what is wrong; the longest sick first."""
    bytes: int
    advice: tuple[Advice, ...] = ()
    """Of the last run that asked a language model, by model."""
    calls: int = 0
    """To language models, by all runs."""
    cost: float = 0.0
    """Of those calls, by the prices configured at their time."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much `forget_articles` took out."""

    articles: int
    positions: int
    changes: int


def find_faults(path: Path) -> list[str]:
    """What is wrong with the database at `path`, at most some twenty lines; nothing where it is sound.

    The whole file is read. Raises StoreError where it is too damaged to be looked through.
    """
    with _opened(path) as db:
        found = [str(row[0]) for row in db.execute(f"PRAGMA integrity_check({_MOST_FAULTS})") if row[0] != "ok"]
        for row in db.execute("PRAGMA foreign_key_check").fetchmany(_MOST_FAULTS):
            found.append(f"row {row[1]} of {row[0]} points at a row of {row[2]} that is missing")
        return found


def load_tally(path: Path) -> Tally:
    """The counts of the database at `path`. Raises StoreError where there is none."""
    with _opened(path) as db:
        counts = {
            name: int(db.execute(f"SELECT count(*) FROM {name}").fetchone()[0])
            for name in ("articles", "positions", "changes", "failures", "runs")
        }
        mail = dict(db.execute("SELECT state, count(*) FROM deliveries GROUP BY state").fetchall())
        sick = db.execute(_SICK).fetchmany(_MOST_FAULTS) if db.table("feeds").exists() else []
        asked = db.table("inquiries").exists()
        advice = tuple(Advice(*map(row.__getitem__, row.keys())) for row in (db.execute(_ADVICE) if asked else ()))
        spent = db.execute(_SPENT).fetchone() if asked else {"calls": 0, "cost": 0}
        last = db.execute("SELECT started, finished FROM runs ORDER BY id DESC LIMIT 1").fetchone()
        return Tally(
            **counts,
            last_run=last["started"] if last else None,
            unfinished=last is not None and last["finished"] is None,
            pending_mail=int(mail.get("pending", 0)),
            failed_mail=int(mail.get("failed", 0)),
            sick_feeds=tuple((str(row[0]), str(row[1]), int(row[2]), str(row[3])) for row in sick),
            bytes=path.stat().st_size,
            advice=advice,
            calls=int(spent["calls"] or 0),
            cost=float(spent["cost"] or 0),
        )


def load_extractors(path: Path) -> dict[str, int]:
    """How many of the kept texts each extractor has read. Raises StoreError where there is no database at `path`."""
    with _opened(path) as db:
        return dict(db.execute("SELECT extractor, count(*) FROM revisions WHERE text <> '' GROUP BY extractor").fetchall())


def save_backup(path: Path, target: Path) -> int:
    """Copy the database at `path` to `target`, whole and checked, while others may read and write it; the copy's bytes.

    A copy that is there already is replaced when the new one is good. Raises StoreError or TemporaryError.
    """
    if target.exists() and path.exists() and target.samefile(path):
        raise StoreError(f"{target} is the database itself: name another file for the backup")
    with _opened(path) as db, typed_errors(target):
        save_copy(db, path, target)
    return target.stat().st_size


def find_backup_path(path: Path, folder: Path, now: datetime) -> Path:
    """The file for a backup of `path` at `now`: names sort as the times do."""
    return folder / f"{path.stem}-{now:%Y%m%dT%H%M%SZ}{path.suffix}"


def delete_old_backups(path: Path, folder: Path, keep: int) -> list[Path]:
    """The dated backups of `path` in `folder` beyond the newest `keep`, removed; other files are left alone."""
    with typed_errors(folder):
        start = f"{path.stem}-"
        dated = sorted(
            file
            for file in folder.iterdir()
            if file.suffix == path.suffix and file.stem.startswith(start) and _STAMP.fullmatch(file.stem[len(start) :])
        )
        old = dated[: max(0, len(dated) - keep)]
        for file in old:
            file.unlink()
        return old


def forget_articles(path: Path, before: datetime, *, dry_run: bool = False) -> Forgotten:
    """Take out articles published, and read, before that moment on which nothing later rests, in one transaction.

    What a party holds to this day stays, with its evidence, however old it is; so do the positions that later changes are
    measured against and those that gave an issue its name. Of what goes, the id stays, so that the same article is not news
    when it comes again: its text becomes empty, its positions and changes are gone. Raises StoreError or TemporaryError.
    """
    with _opened(path, upgrade=True) as db:
        try:
            with immediate(db):
                counts = _forget(db, compose_time(before))
                if dry_run:
                    raise _Undo(counts)
        except _Undo as rehearsal:
            return rehearsal.counts
        if counts.articles:
            db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('optimize')")
            db.execute("INSERT INTO positions_fts (positions_fts) VALUES ('optimize')")
            db.execute("VACUUM")
    return counts


class _Undo(Exception):  # noqa: N818 - rolls back a rehearsal, never leaves this module
    def __init__(self, counts: Forgotten) -> None:
        self.counts = counts


_KEPT = """
    CREATE TEMP TABLE kept AS
    SELECT position AS id FROM latest_positions
    UNION SELECT first_position FROM issues
    UNION SELECT id FROM positions WHERE published >= :before
    UNION SELECT changes.before FROM changes JOIN positions ON positions.id = changes.after
        WHERE changes.before IS NOT NULL AND positions.published >= :before
    UNION SELECT changes.before FROM changes JOIN latest_positions ON latest_positions.position = changes.after
        WHERE changes.before IS NOT NULL
"""
_GONE = """
    CREATE TEMP TABLE gone AS
    SELECT revisions.id FROM revisions JOIN articles ON articles.id = revisions.article
    WHERE articles.published < :before AND revisions.seen < :before AND revisions.text <> ''
        AND revisions.id NOT IN (SELECT positions.revision FROM positions JOIN kept ON kept.id = positions.id)
"""
_STAYS_AFTER_ALL = """
    DELETE FROM gone WHERE id IN (
        SELECT originals.revision FROM positions
        JOIN positions AS originals ON originals.id = positions.copy_of
        WHERE positions.revision NOT IN (SELECT id FROM gone)
    )
"""
_OF_GONE = "SELECT positions.id FROM positions JOIN gone ON gone.id = positions.revision"


def _forget(db: Database, before: str) -> Forgotten:
    for name in ("kept", "gone"):
        db.execute(f"DROP TABLE IF EXISTS temp.{name}")
    db.execute(_KEPT, {"before": before})
    db.execute("CREATE UNIQUE INDEX temp.kept_id ON kept (id)")
    db.execute(_GONE, {"before": before})
    db.execute("CREATE UNIQUE INDEX temp.gone_id ON gone (id)")
    while db.execute(_STAYS_AFTER_ALL).rowcount:
        pass  # a copy that stays keeps its original, which may be a copy itself
    db.execute("PRAGMA defer_foreign_keys = ON")  # copies, edits and originals may go in any order
    # A kept position may have grown out of a forgotten one: that change loses its "before", so it goes as well.
    changes = db.execute(f"DELETE FROM changes WHERE after IN ({_OF_GONE}) OR before IN ({_OF_GONE})").rowcount
    db.execute(f"UPDATE positions SET edit_of = NULL WHERE edit_of IN ({_OF_GONE})")
    positions = db.execute(f"DELETE FROM positions WHERE id IN ({_OF_GONE})").rowcount
    db.execute("DELETE FROM summaries WHERE revision IN (SELECT id FROM gone)")
    db.execute("DELETE FROM sketches WHERE revision IN (SELECT sequence FROM revisions JOIN gone ON gone.id = revisions.id)")
    db.execute("DELETE FROM answers WHERE stored < ?", [before])  # they quote the texts
    articles = db.execute("UPDATE revisions SET text = '' WHERE id IN (SELECT id FROM gone)").rowcount
    return Forgotten(articles, positions, changes)


@contextmanager
def _opened(path: Path, *, upgrade: bool = False) -> Iterator[Database]:
    db = open_database(path, read_only=False, busy_seconds=10.0) if upgrade else open_as_it_is(path, busy_seconds=10.0)
    try:
        with typed_errors(path):
            yield db
    finally:
        db.close()
