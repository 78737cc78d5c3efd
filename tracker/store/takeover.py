"""A replay takes the place of what was made of the texts before: what it alters, and how it is done. The replay is attached to the
database as `other`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.store import history, rows
from tracker.store.cells import compose_json, compose_time

REPLACED = (
    "positions", "vectors", "latest_positions", "issues", "changes", "summaries", "sketches", "actors", "aliases", "introductions",
)  # fmt: skip
"""Tables that hold what was made of the texts; every other one is left as it is, but for what became of changes that were told."""
_EXAMPLES = 20
_FORGETFUL = "EXISTS (SELECT 1 FROM main.revisions WHERE text = '')"
"""Whether texts were forgotten: what they named or said first is then not known from the others."""
_NOTE = "its text was read again by other rules, models or settings"

_CORRECTED = """
    SELECT * FROM temp.told AS old
    WHERE (
            SELECT label FROM main.corrections
            WHERE "by" = 'reader' AND (subject = old.id OR (position = old.after AND label <> 'unrelated'))
            ORDER BY sequence DESC LIMIT 1
        ) IS NOT NULL
        AND id NOT IN (SELECT id FROM other.changes) AND after IN (SELECT id FROM main.positions)
        AND (before IN (SELECT id FROM main.positions) OR (before IS NULL AND after NOT IN (SELECT after FROM other.changes)))
"""
"""Changes that a reader relabelled and that the replay does not have, though both positions are still there."""

_LABELS = """
    SELECT after.party, issues.name, before.label AS was, now.label AS label, coalesce(now.id, before.id) AS id
    FROM {first} LEFT JOIN {second} ON before.after = now.after
    JOIN {schema}.positions AS after ON after.id = {side}.after JOIN {schema}.issues AS issues ON issues.id = after.issue
    WHERE {condition}
"""


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


def find_columns(db: Database, table: str) -> list[str]:
    """The names of a table's columns, in order."""
    return [row["name"] for row in db.execute(f"PRAGMA main.table_info({table})")]


def quote(columns: Iterable[str]) -> str:
    """The names as a list of columns in SQL."""
    return ", ".join(f'"{column}"' for column in columns)


def find_effects(db: Database) -> Effects:
    """What `replace_understanding` would alter."""
    own = [column for column in find_columns(db, "positions") if column != "sequence"]
    told = ("id", "before", "after", "label", "why", "evidence", "confidence")
    changed = _LABELS.format(
        first="other.changes AS now", second="main.changes AS before", schema="other", side="now",
        condition="before.label IS NOT now.label",
    )  # fmt: skip
    lost = _LABELS.format(
        first="main.changes AS before", second="other.changes AS now", schema="main", side="before", condition="now.id IS NULL"
    )
    examples = db.execute(f"SELECT * FROM ({changed} UNION ALL {lost}) ORDER BY party, name, id LIMIT {_EXAMPLES}").fetchall()
    return Effects(
        _find_shift(db, "positions", own),
        _find_shift(db, "changes", told),
        tuple((row["party"], row["name"], row["was"], row["label"]) for row in examples),
    )


def replace_understanding(db: Database, now: datetime) -> None:
    """Put what the replay holds in the place of what is held; inside a transaction of the caller's."""
    db.execute("PRAGMA defer_foreign_keys = ON")  # positions, issues and changes name each other
    for name in ("told", "held", "counted"):
        db.execute(f"DROP TABLE IF EXISTS temp.{name}")
    db.execute("CREATE TEMP TABLE told AS SELECT * FROM main.changes")
    db.execute("CREATE TEMP TABLE held AS SELECT id FROM main.positions")
    number = history.find_next_change(db)
    for table in ("changes", "positions", "latest_positions", "issues"):
        db.execute(f"DELETE FROM main.{table}")
    again = "(SELECT id FROM other.revisions)"
    db.execute(f"DELETE FROM main.summaries WHERE revision IN {again}")
    db.execute(f"DELETE FROM main.sketches WHERE revision IN (SELECT sequence FROM main.revisions WHERE id IN {again})")
    _replace_actors(db)
    for table in ("issues", "positions", "vectors", "summaries"):
        listed = quote(find_columns(db, table))
        order = {"issues": "rowid", "positions": "sequence", "vectors": "position"}.get(table, "revision")
        db.execute(f"INSERT OR IGNORE INTO main.{table} ({listed}) SELECT {listed} FROM other.{table} ORDER BY {order}")
    # Which of two equally late statements a party holds was settled while the replay grew; triggers here saw the end alone.
    db.execute("DELETE FROM main.latest_positions")
    listed = quote(find_columns(db, "latest_positions"))
    db.execute(f"INSERT INTO main.latest_positions ({listed}) SELECT {listed} FROM other.latest_positions")
    db.execute(
        """
        INSERT INTO main.sketches (hash, revision) SELECT sketches.hash, mine.sequence FROM other.sketches AS sketches
        JOIN other.revisions AS theirs ON theirs.sequence = sketches.revision JOIN main.revisions AS mine ON mine.id = theirs.id
        """
    )
    _replace_introductions(db)
    _replace_changes(db, number)
    _record(db, now)


def _count(db: Database, sql: str) -> int:
    found: int = db.execute(f"SELECT count(*) FROM ({sql})").fetchone()[0]
    return found


def _find_shift(db: Database, table: str, columns: Sequence[str]) -> Shift:
    listed = quote(columns)
    added = _count(db, f"SELECT id FROM other.{table} EXCEPT SELECT id FROM main.{table}")
    gone = _count(db, f"SELECT id FROM main.{table} EXCEPT SELECT id FROM other.{table}")
    unlike = _count(db, f"SELECT {listed} FROM other.{table} EXCEPT SELECT {listed} FROM main.{table}")
    return Shift(added, gone, unlike - added)


def _replace_actors(db: Database) -> None:
    db.execute("DELETE FROM main.aliases WHERE actor IN (SELECT name FROM other.actors)")
    forgetful = db.execute(f"SELECT {_FORGETFUL}").fetchone()[0]
    columns = find_columns(db, "actors")
    own = ("name", "first_seen") if forgetful else ("name",)
    theirs = ", ".join(f"{column} = excluded.{column}" for column in columns if column not in own)
    listed = quote(columns)
    # WHERE true: without it, ON would be read as the condition of a join (sqlite.org/lang_upsert.html).
    sql = f"INSERT INTO main.actors ({listed}) SELECT {listed} FROM other.actors WHERE true"
    db.execute(f"{sql} ON CONFLICT (name) DO UPDATE SET {theirs}")
    if not forgetful:
        _delete_strangers(db)
    listed = quote(find_columns(db, "aliases"))
    db.execute(f"INSERT OR IGNORE INTO main.aliases ({listed}) SELECT {listed} FROM other.aliases ORDER BY rowid")


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


def _replace_introductions(db: Database) -> None:
    # Those of forgotten texts were taken into the replay whole, where the texts that say the same were counted once more.
    forgotten = "revision IN (SELECT id FROM main.revisions WHERE text = '')"
    db.execute(
        f"CREATE TEMP TABLE counted AS SELECT revision, name, party, articles, weight FROM main.introductions WHERE {forgotten}"
    )
    db.execute("DELETE FROM main.introductions")
    listed = quote(find_columns(db, "introductions"))
    db.execute(f"INSERT INTO main.introductions ({listed}) SELECT {listed} FROM other.introductions ORDER BY sequence")
    db.execute(
        f"""
        UPDATE main.introductions SET (articles, weight) = (
            SELECT articles, weight FROM temp.counted WHERE (counted.revision, counted.name, counted.party)
                = (introductions.revision, introductions.name, introductions.party)
        ) WHERE {forgotten}
        """
    )


def _replace_changes(db: Database, number: int) -> None:
    """The changes of the replay, each with the place of the one that was told of its position."""
    columns = find_columns(db, "changes")
    insert = f"INSERT INTO main.changes ({quote(columns)}) VALUES ({', '.join(f':{column}' for column in columns)})"
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
            kept = {name: old[name] for name in ("sequence", "run", "stored", "quiet")}
        elif forgetful and row["label"] == "new" and row["after"] in held:
            continue  # it was not new then: what came before it is forgotten
        else:
            place = stored[row["after"]]
            kept = {"sequence": number, "run": place["run"], "stored": place["seen"], "quiet": 1}
            number += 1
        taken.add(kept["sequence"])
        db.execute(insert, values | kept)
    for row in corrected.values():
        db.execute(insert, dict(zip(row.keys(), row, strict=True)))


def _record(db: Database, now: datetime) -> None:
    """Write down what stands in the place of changes that were told and are other ones now: `tracker explain` finds them still."""
    found = db.execute(
        """
        SELECT old.*, positions.party, positions.statement, issues.name AS issue, now.id AS current, now.label AS now,
            coalesce(earlier.statement, '') AS earlier
        FROM temp.told AS old
        JOIN main.positions AS positions ON positions.id = old.after
        JOIN main.issues AS issues ON issues.id = positions.issue
        LEFT JOIN main.changes AS now ON now.sequence = old.sequence
        LEFT JOIN main.positions AS earlier ON earlier.id = now.before
        WHERE old.quiet = 0 AND (now.id IS NOT old.id OR now.label <> old.label)
        ORDER BY old.sequence
        """
    ).fetchall()
    columns = find_columns(db, "changes")
    for row in found:
        if row["current"] is not None:
            db.execute("UPDATE main.corrections SET current = ? WHERE current = ?", [row["current"], row["id"]])
        values = {
            "subject": row["id"],
            "label": row["now"],
            "was": row["label"],
            "note": _NOTE,
            "recorded": compose_time(now),
            "party": row["party"],
            "issue": row["issue"],
            "before": row["earlier"],
            "after": row["statement"],
            "position": row["after"],
            "row": compose_json([{column: row[column] for column in columns}]),
            "by": "history",
            "current": row["current"],
            "told": 0,
        }
        listed, places = quote(values), ", ".join(f":{column}" for column in values)
        db.execute(f"INSERT INTO main.corrections ({listed}) VALUES ({places})", values)
