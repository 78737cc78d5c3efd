"""Changes: what the comparison of a position with the party's earlier one came to."""

from dataclasses import dataclass
from enum import StrEnum

from tracker.model.positions import Position


class Label(StrEnum):
    """FORMAT.md's labels in the order of their weight for a reader."""

    REVERSED = "reversed"
    HARDENED = "hardened"
    SOFTENED = "softened"
    AMENDED = "amended"
    NEW = "new"
    RESTATED = "restated"
    UNRELATED = "unrelated"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a comparison of two statements of one party came to."""

    label: Label
    why: str
    """One plain sentence that names the evidence."""
    confidence: float
    evidence: tuple[tuple[str, str, str], ...] = ()
    """The structured form of `why`: (aspect, before, after), such as ("condition", "", "only if Kyiv withdraws")."""


@dataclass(frozen=True, slots=True)
class Change:
    """A position against the same party's latest earlier position on that issue; `before` is None where it is new."""

    id: str
    before: Position | None
    after: Position
    judgement: Judgement
    witnesses: int = 1
    """Articles that carry `after`, copies included."""
