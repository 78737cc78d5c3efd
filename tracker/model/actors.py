"""Actors: who can hold a position, who speaks for whom, and who is introduced by an article."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ActorKind(StrEnum):
    STATE = "state"
    ORGANISATION = "organisation"
    POLITICAL_PARTY = "political party"
    UNION = "union"
    COMPANY = "company"
    PERSON = "person"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever can hold a position. `party` is the name of the actor that this one speaks for; its own name where it is a party."""

    name: str
    kind: ActorKind
    party: str
    aliases: tuple[str, ...] = ()
    """Other names that mean this actor wherever they stand, capitals and seats of government included."""
    adjectives: tuple[str, ...] = ()
    """Demonyms: they mean the actor before a role word only ("Turkish officials")."""
    places: tuple[str, ...] = ()
    """Those of `aliases` that are places as well ("Ankara"): as a source they speak for the government, behind "in" they do not."""
    since: date | None = None
    """First day in office, for articles published from then on; None: always."""
    until: date | None = None
    """Last day in office."""

    def holds(self, day: date) -> bool:
        """Whether this actor is in office on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Voice:
    """The resolved source of an attribution."""

    party: str | None
    """Name of the party; None where nobody who is tracked stands behind the source."""
    speaker: str | None
    """Who is named in the text, as fully as the text names them."""
    rule: str
    """The rule that resolved it, for `tracker explain`."""
    addressee: str | None = None
    """The party to whom it is said, where the words between cue and content name one: "urged the union to"."""
    about: str | None = None
    """The other party of which the content speaks first: "Kyiv says | Moscow refuses"."""


@dataclass(frozen=True, slots=True)
class Introduction:
    """Who a name is, as an article tells: "Left Bloc leader Ana Reis", "the Dockworkers' Union (DWU)"."""

    name: str
    """In full."""
    key: str
    """By which later articles may name it: a person's last name, a body's abbreviation; lower case."""
    kind: ActorKind
    """`person`, or `organisation` for any body."""
    party: str
    """Whom it speaks for; a body's own name."""
    role: str = ""
    since: datetime | None = None
    """When an article first said so, where it is known from an earlier one."""
    clear: bool = True
    """Whether an article says so in so many words; else it only seems so."""
    weight: float = 0.0
    """How much speaks for it, in all articles that do."""
