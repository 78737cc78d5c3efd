"""The one side of each person of an article: what all mentions of them tell, and what earlier articles told, weighed together.

A side in the same noun phrase counts most, "its head" and "the union's leader" less, the nearest body least; equal ties add up.
A new side that is told in so many words overrides what was known before, weak signs do not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracker.model import ActorKind, Introduction
from tracker.positions.directory import Person, find_full_key
from tracker.positions.mentions import Mention, Scene
from tracker.positions.persons import CLEAR, Tie, find_tie

_MOST_MEETINGS = 12
_KNOWN_CLEAR, _KNOWN_MOST, _KNOWN_SHARE = 4.5, 3.5, 0.8
"""What earlier articles weigh: where one said it in so many words; at most, where none did; for each weight that they gave."""


@dataclass(frozen=True, slots=True)
class Affiliation:
    """Whom a person speaks for. `weight` is what this article alone tells of it, `clear` whether in so many words."""

    parties: tuple[str, ...]
    rule: str
    role: str
    weight: float
    clear: bool


def find_affiliations(scene: Scene, mentions: Sequence[Mention]) -> dict[str, Affiliation]:
    """By full name: the sides of the persons that have one, given what the pieces came to at first sight."""
    found: dict[str, Affiliation] = {}
    for person in {person.name: person for person in scene.directory.persons.values()}.values():
        ties = _find_ties(scene, mentions, person)
        known = scene.known.get(find_full_key(person.name) if " " in person.name else person.name.lower())
        if known is not None and known.kind is not ActorKind.PERSON:
            known = None
        if (one := _decide(ties, known)) is not None:
            found[person.name] = one
    return found


def _find_ties(scene: Scene, mentions: Sequence[Mention], person: Person) -> list[Tie]:
    meetings = sorted({*person.meetings[:_MOST_MEETINGS], (person.piece, person.role)}, key=lambda meeting: meeting[0])
    ties = (find_tie(scene, mentions.__getitem__, k, role) for k, role in meetings)
    return [tie for tie in ties if tie.parties]


def _decide(ties: Iterable[Tie], known: Introduction | None) -> Affiliation | None:
    """The side with the most weight; among those told in so many words where there are any."""
    weights: dict[tuple[str, ...], float] = {}
    best: dict[tuple[str, ...], Tie] = {}
    for tie in ties:
        if tie.parties:
            weights[tie.parties] = weights.get(tie.parties, 0.0) + tie.weight
            if tie.parties not in best or tie.weight > best[tie.parties].weight:
                best[tie.parties] = tie
    clear = {parties for parties, tie in best.items() if tie.weight >= CLEAR}
    totals = dict(weights)
    if known is not None and not clear:
        earlier = _KNOWN_CLEAR if known.clear else min(_KNOWN_MOST, _KNOWN_SHARE * known.weight)
        totals[(known.party,)] = totals.get((known.party,), 0.0) + earlier
    if not totals:
        return None
    side = max(clear or totals, key=lambda parties: totals[parties])
    if side not in best:
        return Affiliation(side, describe_known(known), known.role, 0.0, False) if known else None
    tie = best[side]
    return Affiliation(side, tie.rule, tie.role, weights[side], side in clear)


def describe_known(one: Introduction | None) -> str:
    """The rule by which an earlier article tells of somebody."""
    if one is None:
        return ""
    when = f" on {one.since:%Y-%m-%d}" if one.since else ""
    return f"introduced by an earlier article{when}" + (f" as {one.role}" if one.role else "")


def find_present(affiliations: Mapping[str, Affiliation]) -> tuple[str, ...]:
    """The parties for which the persons of the article speak."""
    return tuple(dict.fromkeys(party for one in affiliations.values() for party in one.parties))
