"""Where parties stand, how they came there, and who has gone quiet."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlite_utils import Database

from tracker.errors import UsageError
from tracker.model import Change, Commitment, Position, Silence, Standing
from tracker.store import history, rows
from tracker.store.cells import compose_text, compose_time, parse_time

_PARTIES = 12
"""Shown on one issue: those that spoke last."""
_PATH = 8
_SPOKEN_BEFORE = 3
"""Statements on record before silence means anything."""

# By the index on an issue's positions: the parties are few however long the history is, yet it is bounded all the same.
_LATEST = """
    SELECT latest_positions.party, latest_positions.position
    FROM (SELECT DISTINCT party FROM (
        SELECT party FROM positions WHERE issue = :issue ORDER BY published DESC LIMIT 500
    )) AS spoken
    CROSS JOIN latest_positions ON latest_positions.party = spoken.party AND latest_positions.issue = :issue
    ORDER BY latest_positions.published DESC, latest_positions.party LIMIT :limit
"""

_RUNGS = """
    SELECT commitment FROM positions WHERE party = ? AND issue = ? AND recalled = 0 AND copy_of IS NULL
    ORDER BY published DESC, sequence DESC LIMIT ?
"""

_QUIET = """
    SELECT * FROM (
        SELECT name, (SELECT max(published) FROM latest_positions WHERE party = actors.name) AS last FROM actors WHERE party = name
    )
    WHERE last > :from AND last <= :to
        AND (SELECT count(*) FROM (SELECT 1 FROM positions WHERE party = name AND recalled = 0 LIMIT :enough)) = :enough
    ORDER BY last DESC, name LIMIT 50
"""

_TIMELINE = """
    SELECT positions.id FROM positions CROSS JOIN issues ON issues.id = positions.issue
    WHERE positions.party = :party AND positions.recalled = 0 AND positions.copy_of IS NULL
        AND (:issue = '' OR instr(lower(issues.name), :issue) > 0)
    ORDER BY positions.published DESC, positions.sequence DESC LIMIT :limit
"""


def load_standings(db: Database, issues: Iterable[str]) -> tuple[Standing, ...]:
    """The latest position of each party on each of the issues, with its path; issues in the order given."""
    found = [
        (row["party"], issue, row["position"])
        for issue in dict.fromkeys(issues)
        for row in db.execute(_LATEST, {"issue": issue, "limit": _PARTIES}).fetchall()
    ]
    positions = history.load_positions(db, [position for _, _, position in found])
    return tuple(Standing(positions[position], _load_path(db, party, issue)) for party, issue, position in found)


def load_silences(db: Database, since: datetime, until: datetime, days: int) -> tuple[Silence, ...]:
    """Parties whose last statement became older than `days` days between `since` and `until`, the last to speak first."""
    gap = timedelta(days=days)
    values = {"from": compose_time(since - gap), "to": compose_time(until - gap), "enough": _SPOKEN_BEFORE}
    return tuple(Silence(row["name"], parse_time(row["last"]), days) for row in db.execute(_QUIET, values).fetchall())


def load_timeline(db: Database, party: str, issue: str | None, limit: int) -> tuple[tuple[Position, Change | None], ...]:
    """The last `limit` things that a party said, oldest first, each with its change. Raises UsageError for an unknown party."""
    name = _find_party(db, party)
    values = {"party": name, "issue": compose_text(issue or "").lower(), "limit": limit}
    ids = [row["id"] for row in db.execute(_TIMELINE, values).fetchall()][::-1]
    positions = history.load_positions(db, ids)
    changes = {change.after.id: change for change in history.load_changes_of(db, ids)}
    return tuple((positions[identity], changes.get(identity)) for identity in ids)


def _load_path(db: Database, party: str, issue: str) -> tuple[Commitment | None, ...]:
    found = db.execute(_RUNGS, [party, issue, _PATH]).fetchall()
    return tuple(Commitment(row["commitment"]) if row["commitment"] else None for row in reversed(found))


def _find_party(db: Database, party: str) -> str:
    wanted = compose_text(party)
    named_so = "SELECT party FROM actors WHERE name = ? COLLATE NOCASE ORDER BY name = ? DESC LIMIT 1"
    row = db.execute(named_so, [wanted, wanted]).fetchone()
    row = row or db.execute("SELECT party FROM aliases JOIN actors ON name = actor WHERE alias = ? LIMIT 1", [wanted]).fetchone()
    if row is None:
        spoken: list[rows.Row] = db.execute(
            "SELECT name FROM actors WHERE party = name AND instr(lower(name), lower(?)) > 0 ORDER BY name LIMIT 5", [wanted]
        ).fetchall()
        named = ", ".join(found["name"] for found in spoken)
        hint = f"did you mean {named}?" if named else "`sqlite-utils rows FILE actors` lists those that are known"
        raise UsageError(f"no party named {party[:80]!r} has spoken: {hint}")
    return str(row["party"])
