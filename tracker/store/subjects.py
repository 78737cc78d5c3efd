"""Issues as the reader keeps them: listed, merged, renamed. What is merged stays merged: later statements follow."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from tracker.errors import UsageError
from tracker.store.cells import compose_text, parse_time

_LISTED = """
    SELECT issues.id, issues.name, issues.last_spoken,
        (SELECT count(*) FROM positions WHERE positions.issue = issues.id) AS positions,
        (SELECT count(*) FROM latest_positions WHERE latest_positions.issue = issues.id) AS parties
    FROM issues WHERE merged_into IS NULL AND (:words = '' OR instr(lower(name), :words) > 0)
    ORDER BY last_spoken DESC, id LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """An issue with how much was said on it."""

    id: str
    name: str
    positions: int
    parties: int
    last_spoken: datetime


def load_subjects(db: Database, words: str, limit: int) -> tuple[Subject, ...]:
    """The issues with these words in their names, last spoken to first; those merged into others are left out."""
    found = db.execute(_LISTED, {"words": compose_text(words).lower(), "limit": limit}).fetchall()
    return tuple(Subject(row["id"], row["name"], row["positions"], row["parties"], parse_time(row["last_spoken"])) for row in found)


def merge_issues(db: Database, one: str, other: str) -> tuple[str, str]:
    """Let all that was said on issue `one` count for `other`, now and in later runs; the names of both. Raises UsageError."""
    gone, kept = _find_issue(db, one), _find_issue(db, other)
    if gone[0] == kept[0]:
        raise UsageError(f"{one[:80]!r} and {other[:80]!r} are one issue already: name two")
    join_issues(db, gone[0], kept[0])
    return gone[1], kept[1]


def join_issues(db: Database, gone: str, kept: str) -> None:
    """The same by their ids."""
    db.execute("UPDATE issues SET merged_into = ? WHERE merged_into = ? OR id = ?", [kept, gone, gone])
    db.execute("UPDATE positions SET issue = ? WHERE issue = ?", [kept, gone])


def rename_issue(db: Database, one: str, name: str) -> tuple[str, str]:
    """Give an issue another name; the old and the new one. Raises UsageError."""
    name = " ".join(compose_text(name).split())
    if not name or len(name) > 200:
        raise UsageError("the new name is empty or longer than 200 letters: give a short phrase in quotes")
    found = _find_issue(db, one)
    rename(db, found[0], name)
    return found[1], name


def rename(db: Database, issue: str, name: str) -> None:
    """The same by the id."""
    db.execute("UPDATE issues SET name = ?, born_as = coalesce(born_as, name) WHERE id = ?", [name, issue])


def _find_issue(db: Database, wanted: str) -> tuple[str, str]:
    """Id and name of the one issue with this name or with an id that begins so; of a merged one, that into which it went."""
    wanted = compose_text(wanted).strip()
    if not wanted:
        raise UsageError("an issue is missing: give its name or the first characters of its id, which `tracker issues list` prints")
    select = "SELECT coalesce(merged_into, id) AS id FROM issues WHERE"
    found = db.execute(f"{select} id >= :id AND id < :end LIMIT 3", {"id": wanted, "end": wanted + "\U0010ffff"}).fetchall()
    found = found or db.execute(f"{select} name = ? COLLATE NOCASE LIMIT 50", [wanted]).fetchall()
    ids: Sequence[str] = list(dict.fromkeys(row["id"] for row in found))
    if not ids:
        raise UsageError(f"no issue is called {wanted[:80]!r} and no id begins so: `tracker issues list` prints both")
    if len(ids) > 1:
        raise UsageError(f"{wanted[:80]!r} means more than one issue, such as {ids[0][:8]} and {ids[1][:8]}: give an id")
    row = db.execute("SELECT id, name FROM issues WHERE id = ?", [ids[0]]).fetchone()
    return str(row["id"]), str(row["name"])
