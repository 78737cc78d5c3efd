"""Corrections: what was found wrong after it was stored, and by whom."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tracker.model.changes import Label


class Corrector(StrEnum):
    """What showed that something was told wrong."""

    READER = "reader"
    OUTLET = "outlet"
    """It edited its report."""
    HISTORY = "history"
    """What came before it is known otherwise by now: an older article came in late, or an earlier report was edited."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What was found wrong with a change or a position after it was stored: by a reader (`tracker wrong`), by the outlet that
    edited its report (`before` and `after` are the old and the new statement then), or by what else the history brought."""

    subject: str
    """Id of the change or position."""
    party: str
    issue: str
    was: Label | None
    """The label before; None for a position that made no change."""
    label: Label | None
    """The label from then on; None where it is suppressed."""
    note: str
    before: str
    """Statement of the earlier position; empty where there was none."""
    after: str
    recorded: datetime
    by: Corrector = Corrector.READER
    outlet: str = ""
    """That edited its report; empty where another corrector was at work."""
