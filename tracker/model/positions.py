"""Positions: attributions resolved to a party, their stance and the issue that they are about."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tracker.model.attributions import Attribution


class Polarity(StrEnum):
    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"


class Commitment(StrEnum):
    """The modality ladder, from refusal to insistence. A statement of fact or belief stands on no rung."""

    RULES_OUT = "rules out"
    OPPOSES = "opposes"
    SEES_NO_NEED = "sees no need"
    DOES_NOT_EXCLUDE = "does not exclude"
    CONSIDERS = "considers"
    OPEN_TO = "is open to"
    READY_TO = "is ready to"
    OFFERS = "offers"
    WILL = "will"
    INSISTS = "insists on"

    @property
    def rung(self) -> int:
        """0 for `rules out` up to 9 for `insists on`."""
        return list(Commitment).index(self)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure as it stands in the text: `value` in base units (thousands and millions multiplied out) and its unit or noun."""

    value: float
    unit: str
    text: str


@dataclass(frozen=True, slots=True)
class Stance:
    """What can be read off a statement without knowing any other: the structured side of a comparison."""

    polarity: Polarity
    commitment: Commitment | None
    cue: str | None = None
    """The words that set the rung, verbatim, for `why`."""
    conditions: tuple[str, ...] = ()
    """Verbatim clauses: "only if Kyiv withdraws"."""
    quantities: tuple[Quantity, ...] = ()
    deadlines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Issue:
    """What positions are about, shared by all parties that speak to it. `id` is a hash of the name that it was born with."""

    id: str
    name: str


NO_ISSUE = Issue("", "")
"""Of a position that has not been compared with the history yet."""


@dataclass(frozen=True, slots=True)
class Position:
    """An attribution resolved to a party, with its place in the text as evidence."""

    id: str
    article_id: str
    party: str
    speaker: str
    issue: Issue
    attribution: Attribution
    statement: str
    """The content in one line, with the cue before it where the cue carries the stance ("rejected ceasefire proposals")."""
    content: str
    """The content's spans, verbatim, joined by one space."""
    stance: Stance
    published: datetime
    origin: str
    outlet: str
    vector: bytes = field(repr=False)
    recalled: bool = False
    """Background ("had long insisted"): kept, never compared."""
    copy_of: str | None = None
    """Id of the position that this one repeats, where its article is a copy of another: a witness, no news."""
    recalled_time: str = ""
    """The words that say when a recalled one was said ("until now", "in March"); empty where only the tense tells."""
    about: str | None = None
    """The other party that the statement characterises."""
    addressee: str | None = None
    """The party to whom it is said or of whom something is asked."""
    rule: str = ""
    """How the source became a party."""
    edit_of: str | None = None
    """Id of the position of an earlier revision that its outlet changed into this one."""
    url: str | None = None
    """Where a reader finds the article, if known."""


@dataclass(frozen=True, slots=True)
class Held:
    """A position that a party holds until it says otherwise, as the history looks it up: the latest one on its issue."""

    position_id: str
    issue_id: str
    vector: bytes = field(repr=False)
