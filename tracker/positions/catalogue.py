"""The actors that are known beforehand, and the role words that tie persons and offices to them.

Every name is kept once, as the tuple of its lower-case tokens; a look-up takes the longest one that starts at a token, so that
"South Sudan" is never read as "Sudan" and the cost of an article is linear in its length.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from tracker.errors import ConfigurationError
from tracker.model import Actor, ActorKind
from tracker.positions.words import Words, find_words

_ACTORS = Path(__file__).parent / "actors"
_ROLES = Path(__file__).parent.parent / "language" / "lexicon" / "en" / "roles.toml"


class RoleKind(StrEnum):
    """What a role word says about whose voice it is: FORMAT.md's parties, speakers and nobodies."""

    OFFICE = "office of a state"
    HOLDER = "office of anybody"
    MEMBER = "member"
    EXPERT = "expert"
    BYSTANDER = "bystander"
    GOVERNMENT = "organ of a state"
    GROUP = "group of anybody"
    SIDED = "group with a named side"
    DOCUMENT = "document"
    BODY = "body"
    VAGUE = "vague group"


PERSONAL = frozenset({RoleKind.OFFICE, RoleKind.HOLDER, RoleKind.MEMBER, RoleKind.EXPERT, RoleKind.BYSTANDER})
"""Roles that one person has."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Role words and word classes of a language."""

    words: Mapping[tuple[str, ...], RoleKind]
    plurals: frozenset[str]
    heads: Mapping[str, ActorKind]
    """Last words of organisations' names."""
    firms: frozenset[str]
    titles: frozenset[str]
    masculine: frozenset[str]
    feminine: frozenset[str]
    joint: frozenset[str]
    independent: frozenset[tuple[str, ...]]
    prepositions: frozenset[str]
    leads: frozenset[str]
    determiners: frozenset[str]
    stops: frozenset[str]
    plural_modifiers: frozenset[str]
    adjectival: frozenset[str]
    shadow: frozenset[str]
    particles: frozenset[str]
    verbs: frozenset[str]
    first: frozenset[str]
    """First words that make a name an organisation's."""
    synonyms: Mapping[str, frozenset[str]]
    holders: Mapping[str, frozenset[str]]
    """By office: the bodies that it fits."""
    abbreviations: Mapping[str, str]
    mediating: frozenset[str]
    joint_states: frozenset[str]
    offices: Mapping[str, frozenset[str]]
    """By office that only some states have: those states."""
    longest: Mapping[str, int]
    """The number of tokens in the longest role that begins with a token."""


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

    def find_name(self, words: Words, at: int) -> tuple[Name, int] | None:
        """The longest name that begins at token `at`, and the number of its tokens."""
        first = words.lowers[at]
        for length in range(min(self.longest.get(first, 0), len(words.lowers) - at), 0, -1):
            name = self.names.get(tuple(words.lowers[at : at + length]))
            if name and not (name.upper and not words.texts[at].isupper()):
                return name, length
        return None

    def find_role(self, words: Words, at: int) -> tuple[str, RoleKind, int] | None:
        """The longest role that begins at token `at`: its words, its kind, the number of its tokens."""
        for length in range(min(self.roles.longest.get(words.lowers[at], 0), len(words.lowers) - at), 0, -1):
            key = tuple(words.lowers[at : at + length])
            if kind := self.roles.words.get(key):
                text = " ".join(key)
                return self.roles.abbreviations.get(text, text), kind, length
        return None


def load_catalogue(extra: Sequence[Actor] = ()) -> Catalogue:
    """The catalogue from the shipped files, with the reader's own actors first.

    Raises ConfigurationError where a shipped file cannot be read.
    """
    states, governments, organisations, roles = (
        _load(path) for path in (_ACTORS / "states.toml", _ACTORS / "governments.toml", _ACTORS / "organisations.toml", _ROLES)
    )
    names: dict[tuple[str, ...], Name] = {}
    heads: dict[str, frozenset[str]] = {}
    kinds: dict[str, ActorKind] = {}
    banks: dict[str, str] = {}
    actors: dict[str, Actor] = {}
    for actor in extra:
        actors.setdefault(actor.name, actor)
        kinds.setdefault(actor.party, actor.kind if actor.party == actor.name else ActorKind.OTHER)
        _add(names, actor, ())
    for table, kind in ((states, ActorKind.STATE), (organisations, ActorKind.ORGANISATION)):
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
    return Catalogue(names, _longest(names), heads, kinds, banks, actors, frozenset(actor.party for actor in extra), _roles(roles))


def _longest(phrases: Iterable[tuple[str, ...]]) -> dict[str, int]:
    """By first word: the number of words in the longest phrase."""
    longest: dict[str, int] = {}
    for phrase in phrases:
        longest[phrase[0]] = max(longest.get(phrase[0], 0), len(phrase))
    return longest


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


def _roles(data: dict[str, Any]) -> Roles:
    person, group, body, words = data["person"], data["group"], data["body"], data["words"]
    kinds: dict[tuple[str, ...], RoleKind] = {}
    plurals: set[str] = set()
    lists = (
        (person["state"], RoleKind.OFFICE),
        (person["any"], RoleKind.HOLDER),
        (group["state"], RoleKind.GOVERNMENT),
        (group["any"], RoleKind.GROUP),
        (group["sided"], RoleKind.SIDED),
        (group["documents"], RoleKind.DOCUMENT),
        (person["member"], RoleKind.MEMBER),
        (person["expert"], RoleKind.EXPERT),
        (group["vague"], RoleKind.VAGUE),
        (person["bystander"], RoleKind.BYSTANDER),
        (words["bodies"], RoleKind.BODY),
        (words["firms"], RoleKind.BODY),
    )
    for entries, kind in lists:
        for entry in entries:
            kinds.setdefault(tuple(entry.replace("'s", " 's").split()), kind)
    for entries, kind in lists:
        for entry in entries:
            plural = f"{entry}s"
            if kind in PERSONAL and kinds.setdefault(tuple(plural.split()), kind) is kind:
                plurals.add(plural)
    plurals.update(entry for entry in (*group["any"], *group["state"]) if entry.endswith("s"))
    offices: dict[str, frozenset[str]] = {}
    for state, titles in data["offices"].items():
        for title in titles:
            offices[title] = offices.get(title, frozenset()) | {state}
            kinds.setdefault(tuple(title.split()), RoleKind.OFFICE)
    heads: dict[str, ActorKind] = {}
    for key, actor_kind in (
        ("union", ActorKind.UNION), ("political", ActorKind.POLITICAL_PARTY), ("organisation", ActorKind.ORGANISATION),
        ("company", ActorKind.COMPANY),
    ):  # fmt: skip
        for entry in body[key]:
            heads.setdefault(entry, actor_kind)
    return Roles(
        words=kinds,
        plurals=frozenset(plurals),
        heads=heads,
        offices=offices,
        first=frozenset(body["first"]),
        synonyms={noun: frozenset(heads) for noun, heads in data["synonyms"].items()},
        holders={office: frozenset(heads) for office, heads in data["holders"].items()},
        abbreviations=data["abbreviations"],
        mediating=frozenset(data["talks"]["mediating"]),
        joint_states=frozenset(data["talks"]["states"]),
        firms=frozenset(words["firms"]),
        independent=frozenset(tuple(entry.split()) for entry in words["independent"]),
        longest=_longest(kinds),
        **{
            key: frozenset(words[key])
            for key in (
                "titles",
                "masculine",
                "feminine",
                "joint",
                "prepositions",
                "leads",
                "determiners",
                "stops",
                "plural_modifiers",
                "adjectival",
                "shadow",
                "particles",
                "verbs",
            )
        },
    )
