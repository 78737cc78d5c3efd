"""Changes that were compared again, put in the place of stored ones; what was told of them, or edited, kept as corrections."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.model import Change, Corrector, Label, Position
from tracker.store import history, rows
from tracker.store.cells import compose_json, compose_text, compose_time

_MOVED = (Label.REVERSED, Label.HARDENED, Label.SOFTENED, Label.AMENDED)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why comparisons are done again, in words. `run` and `moment` are those of the present run."""

    note: str
    run: int
    moment: datetime


def save_redone(
    db: Database, article: str, party: str, positions: Sequence[Position], changes: Sequence[Change], cause: Cause
) -> set[str]:
    """See Revisions; inside a transaction of the caller's."""
    known = _load_known(db, article, party)
    other: set[str] = set()
    for position in positions:
        if (issue := known[position.id]["issue"]) != position.issue.id:
            _move(db, position, issue)
            other |= {issue, position.issue.id}
    slots = {row["after"]: row for row in _load_changes(db, list(known))}
    wanted = {change.after.id for change in changes}
    for change in changes:
        slot = _find_slot(change, slots, known, wanted)
        if slot and slot["id"] == change.id and slot["after"] == change.after.id:
            continue
        _replace(db, slot, change, known, cause)
    for row in slots.values():
        _replace(db, row, None, known, cause)
    for position in positions:
        if known[position.id]["carries"] != (carries := int(position.id in wanted)):
            db.execute("UPDATE positions SET carries = ? WHERE id = ?", [carries, position.id])
            other.add(position.issue.id)
    return other


def save_edit(db: Database, old: Position, new: Position | None, outlet: str, carried: bool, cause: Cause) -> None:
    """Record that the outlet took a position out or changed it into `new`; inside a transaction of the caller's."""
    change = db.execute("SELECT label FROM changes WHERE after = ?", [old.id]).fetchone()
    _insert_correction(
        db,
        subject=old.id,
        label=None,
        was=change["label"] if change else None,
        note="other outlets still carry it" if carried else "",
        recorded=compose_time(cause.moment),
        party=old.party,
        issue=old.issue.name,
        before=old.statement,
        after=new.statement if new else "",
        position=old.id,
        row=None,
        by=Corrector.OUTLET,
        outlet=outlet,
        current=None,
        told=1,
    )


def _load_known(db: Database, article: str, party: str) -> dict[str, rows.Row]:
    sql = """
        SELECT positions.id, positions.issue, positions.revision, positions.edit_of, positions.edited_by, positions.party,
            positions.statement, positions.carries, revisions.run,
            EXISTS (SELECT 1 FROM positions AS copies WHERE copies.copy_of = positions.id
                AND copies.sequence < positions.sequence) AS taken_over
        FROM revisions CROSS JOIN positions ON positions.revision = revisions.id
        WHERE revisions.article = ? AND positions.party = ?
    """
    return {row["id"]: row for row in db.execute(sql, [article, party]).fetchall()}


def _load_changes(db: Database, positions: Sequence[str]) -> Iterator[rows.Row]:
    for start in range(0, len(positions), 500):
        batch = positions[start : start + 500]
        marks = ", ".join("?" * len(batch))
        yield from db.execute(f"SELECT * FROM changes WHERE after IN ({marks}) ORDER BY sequence", batch).fetchall()


def _move(db: Database, position: Position, issue: str) -> None:
    db.execute(
        "UPDATE positions SET issue = :issue WHERE id = :id OR copy_of = :id", {"issue": position.issue.id, "id": position.id}
    )
    db.execute(
        """
        DELETE FROM issues WHERE id = :issue AND NOT EXISTS (SELECT 1 FROM positions WHERE issue = :issue)
            AND NOT EXISTS (SELECT 1 FROM issues AS merged WHERE merged_into = :issue)
        """,
        {"issue": issue},
    )


def _replace(db: Database, row: rows.Row | None, change: Change | None, known: Mapping[str, rows.Row], cause: Cause) -> None:
    """Put a change in the place of a stored one; either may be missing."""
    if row is not None:
        db.execute("DELETE FROM changes WHERE sequence = ?", [row["sequence"]])
    if change is not None:
        new = rows.compose_change(change, cause.run, cause.moment)
        if row is not None:
            new |= {name: row[name] for name in ("sequence", "run", "stored", "quiet")}
        else:
            after = known[change.after.id]
            fresh = after["run"] == cause.run and after["edit_of"] is None and not after["taken_over"]
            new |= {"quiet": int(not fresh), "sequence": history.find_next_change(db)}
        columns, places = ", ".join(new), ", ".join(f":{column}" for column in new)
        db.execute(f"INSERT INTO changes ({columns}) VALUES ({places})", new)
    if row is not None and row["run"] != cause.run:
        _save_history(db, row, change, known[row["after"]], cause)


def _save_history(db: Database, row: rows.Row, change: Change | None, after: rows.Row, cause: Cause) -> None:
    """Record that a change which was stored in an earlier run, on the position `after`, is another one now."""
    was, label = Label(row["label"]), change.judgement.label if change else None
    issue = db.execute("SELECT name FROM issues WHERE id = ?", [after["issue"]]).fetchone()
    edited = after["edited_by"] is not None or (change is not None and change.after.edit_of is not None)
    if change:
        db.execute("UPDATE corrections SET current = ? WHERE current = ?", [change.id, row["id"]])
    _insert_correction(
        db,
        subject=row["id"],
        label=label,
        was=was,
        note=cause.note,
        recorded=compose_time(cause.moment),
        party=after["party"],
        issue=issue["name"] if issue else "",
        before=change.before.statement if change and change.before else "",
        after=after["statement"],
        position=row["after"],
        row=compose_json([dict(zip(row.keys(), row, strict=True))]),
        by=Corrector.HISTORY,
        outlet="",
        current=change.id if change else None,
        # An edit is told as such; of the rest only what a reader took for a move, or would have.
        told=int(not edited and not row["quiet"] and was is not label and (was in _MOVED or label in _MOVED)),
    )


def _insert_correction(db: Database, **columns: Any) -> None:
    row = {name: compose_text(value) if isinstance(value, str) else value for name, value in columns.items()}
    names, places = ", ".join(f'"{name}"' for name in row), ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO corrections ({names}) VALUES ({places})", row)


def _find_slot(
    change: Change, slots: dict[str, rows.Row], known: Mapping[str, rows.Row], wanted: Collection[str]
) -> rows.Row | None:
    """The stored change in whose place a new one comes, taken out of `slots`: that of its position, of the one that the outlet
    changed into it, or of another one of the same text on the same issue."""
    after = known[change.after.id]
    for key in (change.after.id, after["edit_of"]):
        if key in slots:
            return slots.pop(key)
    for key in slots:
        other, issues = known[key], (after["issue"], change.after.issue.id)
        if key not in wanted and other["revision"] == after["revision"] and other["issue"] in issues:
            return slots.pop(key)
    return None
