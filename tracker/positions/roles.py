"""Role words and word classes of a language: who speaks for whom by office."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tracker.model import ActorKind


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
    ranks: frozenset[str]
    portfolios: frozenset[str]
    common: frozenset[str]
    leading: frozenset[str]
    past: frozenset[str]
    addressing: frozenset[str]
    letters: Mapping[str, str]
    """Parties by the letter that stands for them."""
    corporate: frozenset[str]
    """Offices that no state has."""
    chairing: frozenset[str]
    """Offices that bodies have rather than states."""
    managing: frozenset[str]
    """Offices of companies rather than of unions."""
    unionist: frozenset[str]
    """Offices of unions and parties rather than of companies."""
    organs: frozenset[str]
    """Bodies that are a state's where its adjective stands before them and no other body is meant."""
    electoral: frozenset[str]
    """Words of elections and coalitions."""
    servants: frozenset[str]
    """Those among them that work for a person as well."""
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
    beginning: frozenset[str]
    """Small words that something can begin with: a title, a role, "sides"."""


def find_longest(phrases: Iterable[tuple[str, ...]]) -> dict[str, int]:
    """By first word: the number of words in the longest phrase."""
    longest: dict[str, int] = {}
    for phrase in phrases:
        longest[phrase[0]] = max(longest.get(phrase[0], 0), len(phrase))
    return longest


def parse_roles(data: dict[str, Any]) -> Roles:
    """The contents of roles.toml."""
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
        letters=data["letters"],
        mediating=frozenset(data["talks"]["mediating"]),
        joint_states=frozenset(data["talks"]["states"]),
        firms=frozenset(words["firms"]),
        independent=frozenset(tuple(entry.split()) for entry in words["independent"]),
        longest=(longest := find_longest(kinds)),
        beginning=frozenset({*longest, *words["titles"], *words["joint"], *words["leads"]}),
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
                "ranks",
                "common",
                "leading",
                "past",
                "addressing",
                "portfolios",
                "corporate",
                "servants",
                "organs",
                "electoral",
                "chairing",
                "managing",
                "unionist",
                "particles",
                "verbs",
            )
        },
    )
