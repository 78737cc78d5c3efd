"""The kept texts and their replay: what newer rules or models make of them is put in the place of what is held, all at once.

A replay is a database of its own beside this one, into which the texts are read again in the order in which they were stored.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlite_utils import Database

from tracker.model import Article
from tracker.store import history, rows
from tracker.store.cells import parse_time
from tracker.store.connection import immediate, save_copy, typed_errors

REPLACED = ("positions", "vectors", "latest_positions", "issues", "changes", "summaries", "sketches", "actors", "aliases")
"""Tables that hold what was made of the texts; every other one is left as it is."""
_EXAMPLES = 20
_FORGETFUL = "EXISTS (SELECT 1 FROM main.revisions WHERE text = '')"
"""Whether texts were forgotten: what they named or said first is then not known from the others."""


_CORRECTED = """
    SELECT * FROM temp.told AS old
    WHERE (SELECT label FROM main.corrections WHERE subject = old.id ORDER BY sequence DESC LIMIT 1) IS NOT NULL
        AND id NOT IN (SELECT id FROM other.changes) AND after IN (SELECT id FROM main.positions)
        AND (before IN (SELECT id FROM main.positions) OR (before IS NULL AND after NOT IN (SELECT after FROM other.changes)))
"""
"""Changes that a reader relabelled and that the replay does not have, though both positions are still there."""

_KEEP_VECTORS = """
    INSERT OR IGNORE INTO vectors (position, vector) SELECT mine.sequence, vectors.vector FROM main.positions AS mine
    JOIN other.positions AS theirs ON theirs.id = mine.id
    JOIN other.vectors AS vectors ON vectors.position = theirs.sequence WHERE mine.revision = :revision
"""
_KEEP_SKETCH = """
    INSERT OR IGNORE INTO sketches (hash, revision) SELECT sketches.hash, mine.sequence FROM other.sketches AS sketches
    JOIN other.revisions AS theirs ON theirs.sequence = sketches.revision
    JOIN main.revisions AS mine ON mine.id = theirs.id WHERE mine.id = :revision
"""
# The position that gave an issue its name may not be there any more: the first that is takes its place.
_KEEP_ISSUES = """
    UPDATE issues SET (first_position, vector) = (
        SELECT positions.id, vectors.vector FROM positions LEFT JOIN vectors ON vectors.position = positions.sequence
        WHERE positions.issue = issues.id ORDER BY positions.sequence LIMIT 1
    )
    WHERE id IN (SELECT issue FROM main.positions WHERE revision = :revision)
        AND first_position NOT IN (SELECT id FROM main.positions)
"""


class KeptText(NamedTuple):
    """A text that is still there: its id, when it was stored, and what read it."""

    id: str
    seen: datetime
    extractor: str


@dataclass(frozen=True, slots=True)
class Shift:
    """How many rows of a kind are there only afterwards, only before, or other than before."""

    added: int
    gone: int
    altered: int


@dataclass(frozen=True, slots=True)
class Effects:
    """What a replay alters. `examples`: party, issue, label before, label afterwards; None where there is no change."""

    positions: Shift
    changes: Shift
    examples: tuple[tuple[str, str, str | None, str | None], ...]

    @property
    def is_nothing(self) -> bool:
        """Whether everything stays as it is."""
        return self.positions == self.changes == Shift(0, 0, 0)


class Replays:
    """A view of an open store. Every method raises StoreError or TemporaryError where SQLite fails."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db = db
        self._path = path

    def load_texts(self) -> tuple[KeptText, ...]:
        """Every text that is not forgotten, in the order of storing."""
        with typed_errors(self._path):
            found = self._db.execute("SELECT id, seen, extractor FROM revisions WHERE text <> '' ORDER BY sequence")
            return tuple(KeptText(row["id"], parse_time(row["seen"]), row["extractor"]) for row in found)

    def load_article(self, revision: str) -> Article:
        """The kept text with that id as an article; it must be there."""
        with typed_errors(self._path):
            return history.load_article(self._db, revision)

    def copy_corrections(self, original: Path, *, begun: bool) -> bool:
        """Take over the corrections of the database at `original`; False where the replay has `begun` with others."""
        with self._attached(original):
            columns = ", ".join(_find_columns(self._db, "corrections"))
            theirs, mine = (
                [tuple(row) for row in self._db.execute(f"SELECT {columns} FROM {name}.corrections ORDER BY sequence")]
                for name in ("other", "main")
            )
            if theirs == mine or begun:
                return theirs == mine
            with immediate(self._db):
                self._db.execute("DELETE FROM main.corrections")
                self._db.execute(f"INSERT INTO main.corrections ({columns}) SELECT {columns} FROM other.corrections")
            return True

    def keep_as_it_is(self, revision: str, original: Path, extractor: str) -> None:
        """Take over a text with its positions and changes from the database at `original`, for one that cannot be read anew.

        It counts as read by `extractor`: what failed once is not tried for ever.
        """
        with self._attached(original), immediate(self._db):
            self._db.execute("PRAGMA defer_foreign_keys = ON")
            of_it = "revision = :revision"
            self._copy("runs", "id = (SELECT run FROM other.revisions WHERE id = :revision)", revision)
            self._copy("runs", "id = (SELECT run FROM other.articles WHERE id = :revision)", revision)
            self._copy("articles", "id = (SELECT article FROM other.revisions WHERE id = :revision)", revision)
            self._copy("revisions", "id = :revision", revision, but=("sequence",))
            self._copy("summaries", of_it, revision)
            self._copy("actors", f"name IN (SELECT party FROM other.positions WHERE {of_it})", revision)
            self._copy("issues", f"id IN (SELECT issue FROM other.positions WHERE {of_it})", revision)
            copied = f"({of_it} AND (copy_of IS NULL OR copy_of IN (SELECT id FROM main.positions)))"
            self._copy("positions", copied, revision, but=("sequence",))
            self._db.execute(_KEEP_VECTORS, {"revision": revision})
            self._db.execute(_KEEP_SKETCH, {"revision": revision})
            self._db.execute(_KEEP_ISSUES, {"revision": revision})
            self._db.execute("UPDATE revisions SET extractor = ? WHERE id = ?", [extractor, revision])
            after = f"after IN (SELECT id FROM other.positions WHERE {of_it})"
            known = "(before IS NULL OR before IN (SELECT id FROM main.positions))"
            self._copy("changes", f"{after} AND {known}", revision, but=("sequence",))

    def find_effects(self, replay: Path) -> Effects:
        """What taking over the database at `replay` would alter."""
        with self._attached(replay):
            return _find_effects(self._db)

    def take_over(self, replay: Path, extractor: str) -> Effects:
        """Put what the database at `replay` holds in the place of what is held here, in one transaction; what that alters.

        A copy of the database as it was is kept beside it. Changes that were told stay told, those that only the replay found
        are never told, runs and digests stay as they were.
        """
        with typed_errors(self._path):
            save_copy(self._db, self._path, self._path.with_name(f"{self._path.name}.before-reextraction"))
        with self._attached(replay), immediate(self._db):
            effects = _find_effects(self._db)
            _replace(self._db)
            self._db.execute("UPDATE revisions SET extractor = ? WHERE text <> ''", [extractor])
        return effects

    def _copy(self, table: str, condition: str, revision: str, but: Sequence[str] = ()) -> None:
        columns = ", ".join(column for column in _find_columns(self._db, table) if column not in but)
        sql = f"INSERT OR IGNORE INTO {table} ({columns}) SELECT {columns} FROM other.{table} WHERE {condition} ORDER BY rowid"
        if table == "summaries":  # without row numbers
            sql = sql.removesuffix(" ORDER BY rowid")
        self._db.execute(sql, {"revision": revision})

    @contextmanager
    def _attached(self, path: Path) -> Iterator[None]:
        """Another database as `other`, for reading."""
        with typed_errors(self._path):
            self._db.execute("ATTACH ? AS other", [path.resolve().as_uri() + "?mode=rw"])
            try:
                yield
            finally:
                self._db.execute("DETACH other")


def _find_columns(db: Database, table: str) -> list[str]:
    return [row["name"] for row in db.execute(f"PRAGMA main.table_info({table})")]


def _count(db: Database, sql: str) -> int:
    found: int = db.execute(f"SELECT count(*) FROM ({sql})").fetchone()[0]
    return found


def _find_shift(db: Database, table: str, columns: Sequence[str]) -> Shift:
    listed = ", ".join(columns)
    added = _count(db, f"SELECT id FROM other.{table} EXCEPT SELECT id FROM main.{table}")
    gone = _count(db, f"SELECT id FROM main.{table} EXCEPT SELECT id FROM other.{table}")
    unlike = _count(db, f"SELECT {listed} FROM other.{table} EXCEPT SELECT {listed} FROM main.{table}")
    return Shift(added, gone, unlike - added)


def _find_effects(db: Database) -> Effects:
    own = [column for column in _find_columns(db, "positions") if column != "sequence"]
    told = ("id", "before", "after", "label", "why", "evidence", "confidence")
    labels = """
        SELECT after.party, issues.name, before.label AS was, now.label AS label, coalesce(now.id, before.id) AS id
        FROM {first} LEFT JOIN {second} ON before.after = now.after
        JOIN {schema}.positions AS after ON after.id = {side}.after JOIN {schema}.issues AS issues ON issues.id = after.issue
        WHERE {condition}
    """
    changed = labels.format(
        first="other.changes AS now", second="main.changes AS before", schema="other", side="now",
        condition="before.label IS NOT now.label",
    )  # fmt: skip
    lost = labels.format(
        first="main.changes AS before", second="other.changes AS now", schema="main", side="before", condition="now.id IS NULL"
    )
    examples = db.execute(f"SELECT * FROM ({changed} UNION ALL {lost}) ORDER BY party, name, id LIMIT {_EXAMPLES}").fetchall()
    return Effects(
        _find_shift(db, "positions", own),
        _find_shift(db, "changes", told),
        tuple((row["party"], row["name"], row["was"], row["label"]) for row in examples),
    )


def _replace(db: Database) -> None:
    db.execute("PRAGMA defer_foreign_keys = ON")  # positions, issues and changes name each other
    for name in ("told", "held"):
        db.execute(f"DROP TABLE IF EXISTS temp.{name}")
    db.execute("CREATE TEMP TABLE told AS SELECT * FROM main.changes")
    db.execute("CREATE TEMP TABLE held AS SELECT id FROM main.positions")
    number = history.find_next_change(db)
    for table in ("changes", "positions", "latest_positions", "issues"):
        db.execute(f"DELETE FROM main.{table}")
    again = "(SELECT id FROM other.revisions)"
    db.execute(f"DELETE FROM main.summaries WHERE revision IN {again}")
    db.execute(f"DELETE FROM main.sketches WHERE revision IN (SELECT sequence FROM main.revisions WHERE id IN {again})")
    db.execute("DELETE FROM main.aliases WHERE actor IN (SELECT name FROM other.actors)")
    forgetful = db.execute(f"SELECT {_FORGETFUL}").fetchone()[0]
    columns = _find_columns(db, "actors")
    own = ("name", "first_seen") if forgetful else ("name",)
    theirs = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in own)
    listed = ", ".join(columns)
    # WHERE true: without it, ON would be read as the condition of a join (sqlite.org/lang_upsert.html).
    sql = f"INSERT INTO main.actors ({listed}) SELECT {listed} FROM other.actors WHERE true"
    db.execute(f"{sql} ON CONFLICT (name) DO UPDATE SET {theirs}")
    if not forgetful:
        _delete_strangers(db)
    for table in ("aliases", "issues", "positions", "vectors", "summaries"):
        listed = ", ".join(_find_columns(db, table))
        order = {"aliases": "rowid", "issues": "rowid", "positions": "sequence", "vectors": "position"}.get(table, "revision")
        db.execute(f"INSERT OR IGNORE INTO main.{table} ({listed}) SELECT {listed} FROM other.{table} ORDER BY {order}")
    db.execute(
        """
        INSERT INTO main.sketches (hash, revision) SELECT sketches.hash, mine.sequence FROM other.sketches AS sketches
        JOIN other.revisions AS theirs ON theirs.sequence = sketches.revision JOIN main.revisions AS mine ON mine.id = theirs.id
        """
    )
    _replace_changes(db, number)


def _delete_strangers(db: Database) -> None:
    """Take out the actors that no text names any more and nothing else points at."""
    pointing = db.execute(
        """
        SELECT tables.name, keys."from" AS column FROM main.sqlite_master AS tables, pragma_foreign_key_list(tables.name) AS keys
        WHERE tables.type = 'table' AND keys."table" = 'actors' AND tables.name NOT IN ('actors', 'aliases')
        """
    ).fetchall()
    unused = "".join(f" AND name NOT IN (SELECT {row['column']} FROM main.{row['name']})" for row in pointing)
    db.execute(f"DELETE FROM main.actors WHERE name NOT IN (SELECT name FROM other.actors){unused}")


def _replace_changes(db: Database, number: int) -> None:
    """The changes of the replay, each with the place of the one that was told of its position."""
    columns = _find_columns(db, "changes")
    insert = f"INSERT INTO main.changes ({', '.join(columns)}) VALUES ({', '.join(f':{column}' for column in columns)})"
    told: dict[str, rows.Row] = {}
    for row in db.execute("SELECT * FROM temp.told ORDER BY sequence"):
        told[row["after"]] = told[row["id"]] = row
    held = {row["id"] for row in db.execute("SELECT id FROM temp.held")}
    forgetful = db.execute(f"SELECT {_FORGETFUL}").fetchone()[0]
    stored = {
        row["position"]: row
        for row in db.execute(
            """
            SELECT positions.id AS position, revisions.run, revisions.seen FROM main.positions
            JOIN main.revisions ON revisions.id = positions.revision
            """
        )
    }
    # A label that a reader gave is held to, even where the rules see another change there, or none.
    corrected = {row["after"]: row for row in db.execute(_CORRECTED).fetchall()}
    taken: set[int] = set()
    for row in db.execute("SELECT * FROM other.changes ORDER BY sequence").fetchall():
        if row["after"] in corrected:
            continue
        values: dict[str, Any] = dict(zip(row.keys(), row, strict=True))
        old = told.get(row["id"]) or told.get(row["after"])
        if old is not None and old["sequence"] not in taken:
            kept = {name: old[name] for name in ("sequence", "run", "stored", "reextracted")}
        elif forgetful and row["label"] == "new" and row["after"] in held:
            continue  # it was not new then: what came before it is forgotten
        else:
            place = stored[row["after"]]
            kept = {"sequence": number, "run": place["run"], "stored": place["seen"], "reextracted": 1}
            number += 1
        taken.add(kept["sequence"])
        db.execute(insert, values | kept)
    for row in corrected.values():
        db.execute(insert, dict(zip(row.keys(), row, strict=True)))
