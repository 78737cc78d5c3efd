"""Readers' corrections: recorded, applied at once, held to by triggers when the same thing is stored anew."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.errors import UsageError
from tracker.model import Correction, Corrector, Label, Trace
from tracker.store import rows
from tracker.store.cells import compose_json, compose_text, compose_time, parse_time


def save_correction(db: Database, trace: Trace, prefix: str, label: Label | None, note: str, now: datetime) -> Correction:
    """Record and apply a verdict on what `trace` tells of, named by `prefix`; inside a transaction of the caller's.

    A position that is suppressed counts as background from then on, and its change goes; a change that is suppressed goes
    alone. Raises UsageError where the label cannot be meant.
    """
    change, after, before = trace.change, trace.position, trace.earlier
    whole = change is None or not change.id.startswith(prefix)
    if label and (change is None or change.before is None):
        raise UsageError(f"{prefix} has no earlier position to compare with: leave --label out to suppress it")
    subject = after.id if change is None or (whole and label is None) else change.id
    correction = Correction(
        subject=subject,
        party=after.party,
        issue=after.issue.name,
        was=change.judgement.label if change else None,
        label=label,
        note=compose_text(note),
        before=before.statement if before else "",
        after=after.statement,
        recorded=now,
    )
    kept = db.execute("SELECT * FROM changes WHERE id = ?", [change.id]).fetchone() if change else None
    row: dict[str, Any] = {
        "subject": subject,
        "position": after.id,
        "label": label,
        "was": correction.was,
        "note": correction.note,
        "recorded": compose_time(now),
        "party": correction.party,
        "issue": correction.issue,
        "before": correction.before,
        "after": correction.after,
        "row": compose_json([dict(zip(kept.keys(), kept, strict=True))]) if kept else None,
    }
    columns, places = ", ".join(row), ", ".join(f":{column}" for column in row)
    db.execute(f"INSERT INTO corrections ({columns}) VALUES ({places})", row)
    if change and label is Label.UNRELATED:
        db.execute("UPDATE changes SET label = 'new', before = NULL WHERE id = ?", [change.id])
    elif change and label:
        db.execute("UPDATE changes SET label = ?, why = ? WHERE id = ?", [label, _explain(change.judgement.why), change.id])
    elif change:
        db.execute("DELETE FROM changes WHERE id = ?", [change.id])
    if subject == after.id:
        db.execute("UPDATE positions SET recalled = 1 WHERE id = ?", [after.id])
    return correction


def load_corrections(db: Database, after: int, through: int = 2**62, told: int = 2**62) -> tuple[Correction, ...]:
    """Those recorded behind one row up to and including another, in order.

    One of a change that was stored behind row `told` of `changes` is left out: readers have never been told what it corrects.
    """
    sql = """
        SELECT * FROM corrections WHERE sequence > ? AND sequence <= ? AND told = 1
            AND coalesce(json_extract(row, '$[0].sequence'), 0) <= ?
        ORDER BY sequence
    """
    return tuple(map(_parse_correction, db.execute(sql, [after, through, told]).fetchall()))


def find_corrections(db: Database) -> Iterator[Correction]:
    """The reader's that holds on each subject, in order of recording."""
    sql = """
        SELECT * FROM corrections WHERE sequence IN (
            SELECT max(sequence) FROM corrections WHERE "by" = 'reader' GROUP BY subject
        ) ORDER BY sequence
    """
    return map(_parse_correction, db.execute(sql).fetchall())


def find_corrections_of(db: Database, position: str, change: str | None) -> tuple[Correction, ...]:
    """What became of a position and its changes, and of the changes in whose place `change` stands, in order."""
    sql = """
        SELECT * FROM corrections WHERE subject IN (:position, :change) OR position = :position
        UNION SELECT * FROM corrections WHERE current IS NOT NULL AND current = :change ORDER BY sequence
    """
    return tuple(map(_parse_correction, db.execute(sql, {"position": position, "change": change}).fetchall()))


def _explain(why: str) -> str:
    return why if why.startswith("corrected by a reader") else f"corrected by a reader; the rules had: {why}"


def _parse_correction(row: rows.Row) -> Correction:
    return Correction(
        subject=row["subject"],
        party=row["party"],
        issue=row["issue"],
        was=Label(row["was"]) if row["was"] else None,
        label=Label(row["label"]) if row["label"] else None,
        note=row["note"],
        before=row["before"],
        after=row["after"],
        recorded=parse_time(row["recorded"]),
        by=Corrector(row["by"]),
        outlet=row["outlet"],
    )
