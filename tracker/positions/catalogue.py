"""The actors that are known beforehand, and the role words that tie persons and offices to them.

Every name is kept once, as the tuple of its lower-case tokens; a look-up takes the longest one that starts at a token, so that
"South Sudan" is never read as "Sudan" and the cost of an article is linear in its length.
"""

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.errors import ConfigurationError
from tracker.model import Actor, ActorKind
from tracker.positions.roles import RoleKind, Roles, find_longest, parse_roles
from tracker.positions.words import Words, find_words

_ACTORS = Path(__file__).parent / "actors"
_ROLES = Path(__file__).parent.parent / "language" / "lexicon" / "en" / "roles.toml"


@dataclass(frozen=True, slots=True)
class Name:
    """One way to write an actor. `bare` is False for adjectives, which mean the actor before a role word only."""

    actor: Actor
    bare: bool
    place: bool = False
    people: bool = False
    upper: bool = False


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All known actors by their names."""

    names: Mapping[tuple[str, ...], Name]
    longest: Mapping[str, int]
    """The number of tokens in the longest name that begins with a token."""
    heads: Mapping[str, frozenset[str]]
    """By party: common nouns that can stand for it ("the bloc")."""
    kinds: Mapping[str, ActorKind]
    banks: Mapping[str, str]
    """By state: the name of its central bank where it has one of its own."""
    actors: Mapping[str, Actor]
    """By name: the reader's own ones and the shipped ones."""
    own: frozenset[str]
    """Parties of the reader's own actors."""
    roles: Roles
    settings: Mapping[str, str]
    """States by the plain lower-case names of their cities and regions."""

    def find_setting(self, name: str) -> str | None:
        """The state in which a place lies that is no party itself."""
        return self.settings.get(_plain(name))

    def find_name(self, words: Words, at: int) -> tuple[Name, int] | None:
        """The longest name that begins at token `at`, and the number of its tokens."""
        most = self.longest.get(words.lowers[at])
        if most is None:
            return None
        for length in range(min(most, len(words.lowers) - at), 0, -1):
            name = self.names.get(tuple(words.lowers[at : at + length]))
            if name and not (name.upper and not words.texts[at].isupper()):
                return name, length
        return None

    def find_role(self, words: Words, at: int, most: int = 99) -> tuple[str, RoleKind, int] | None:
        """The longest role that begins at token `at`, of `most` tokens: its words, its kind, the number of its tokens."""
        longest = self.roles.longest.get(words.lowers[at])
        if longest is None:
            return None
        for length in range(min(longest, len(words.lowers) - at, most), 0, -1):
            key = tuple(words.lowers[at : at + length])
            if kind := self.roles.words.get(key):
                text = " ".join(key)
                return self.roles.abbreviations.get(text, text), kind, length
        return None


def load_catalogue(extra: Sequence[Actor] = ()) -> Catalogue:
    """The catalogue from the shipped files, with the reader's own actors first.

    Raises ConfigurationError where a shipped file cannot be read.
    """
    files = ("states", "governments", "organisations", "parties", "cities")
    states, governments, organisations, parties, cities, roles = (
        _load(path) for path in (*(_ACTORS / f"{name}.toml" for name in files), _ROLES)
    )
    settings = {_plain(place): state for state, places in cities.items() for place in places.split(", ")}
    names: dict[tuple[str, ...], Name] = {}
    heads: dict[str, frozenset[str]] = {}
    kinds: dict[str, ActorKind] = {}
    banks: dict[str, str] = {}
    actors: dict[str, Actor] = {}
    for actor in extra:
        actors.setdefault(actor.name, actor)
        kinds.setdefault(actor.party, actor.kind if actor.party == actor.name else ActorKind.OTHER)
        _add(names, actor, ())
    political = {name: {"heads": ["party"], **entry, "political": True} for name, entry in parties.items()}
    for table, kind in ((states, ActorKind.STATE), (organisations, ActorKind.ORGANISATION), (political, ActorKind.POLITICAL_PARTY)):
        for name, entry in table.items():
            more = governments.get(name, {}) if kind is ActorKind.STATE else {}
            places = (*entry.get("capitals", ()), *entry.get("seats", ()), *more.get("seats", ()))
            actor = Actor(
                name,
                ActorKind.POLITICAL_PARTY if entry.get("political") else kind,
                name,
                (*entry.get("names", ()), *more.get("names", ()), *places),
                tuple(entry.get("adjectives", ())),
                (name, *places) if kind is ActorKind.STATE else places,
            )
            actors.setdefault(name, actor)
            kinds.setdefault(name, actor.kind)
            if state := entry.get("state"):
                banks[state] = name
            heads[name] = frozenset(entry.get("heads", ()))
            _add(names, actor, (*entry.get("people", ()), *more.get("people", ())))
    own = frozenset(actor.party for actor in extra)
    return Catalogue(names, find_longest(names), heads, kinds, banks, actors, own, parse_roles(roles), settings)


def _plain(name: str) -> str:
    """Lower case without accents and final stops."""
    low = name.lower().rstrip(".")
    return low if low.isascii() else "".join(c for c in unicodedata.normalize("NFD", low) if not unicodedata.combining(c))


def _load(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"cannot read {path.name} ({error}): install tracker again") from error


def _add(names: dict[tuple[str, ...], Name], actor: Actor, people: Sequence[str]) -> None:
    places = set(actor.places)
    for text in (actor.name, *actor.aliases):
        _keep(names, text, Name(actor, bare=True, place=text in places, upper=_is_shout(text)))
    for text in people:
        _keep(names, text, Name(actor, bare=False, people=True))
    for text in actor.adjectives:
        _keep(names, text, Name(actor, bare=False, upper=_is_shout(text)))


def _is_shout(text: str) -> bool:
    return text.isupper() and len(text) <= 5


def _keep(names: dict[tuple[str, ...], Name], text: str, name: Name) -> None:
    lowers = tuple(find_words(text).lowers)
    if lowers:
        names.setdefault(lowers[1:] if lowers[0] == "the" and len(lowers) > 1 and lowers[1] != "hague" else lowers, name)
