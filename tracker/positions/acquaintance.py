"""Persons and bodies across articles: what an article tells about who is who, and what earlier ones told.

What an article says in so many words ("Left Bloc leader Ana Reis") is clear; "its leader" and the nearest
body are kept with their weight and count only together. A last name that two persons share is nobody's.
"""

from collections.abc import Iterable, Mapping

from tracker.model import ActorKind, Introduction
from tracker.positions.affiliations import Affiliation
from tracker.positions.directory import find_full_key, find_last_name
from tracker.positions.mentions import Scene
from tracker.positions.pieces import Piece, PieceKind

_ABBREVIATION = 8
"""Letters at most."""


def index_acquaintances(known: Iterable[Introduction]) -> dict[str, Introduction]:
    """Those known from earlier articles by full name and, where nobody else has it, by last name or abbreviation."""
    found: dict[str, Introduction] = {}
    shared: set[str] = set()
    for one in known:
        if one.kind is ActorKind.PERSON:
            found[find_full_key(one.name)] = one
        other = found.get(one.key)
        if other is not None and other.name != one.name:
            shared.add(one.key)
        found[one.key] = one
    return {key: one for key, one in found.items() if key not in shared}


def find_introductions(scene: Scene, affiliations: Mapping[str, Affiliation]) -> tuple[Introduction, ...]:
    """Who the article introduces, in the order of their names; persons with the weight of what it says itself."""
    found: dict[str, Introduction] = {}
    pieces = scene.pieces
    for name, one in affiliations.items():
        person = scene.directory.find_person(name)
        if (
            person is None
            or not person.sure
            or " " not in name
            or len(one.parties) != 1
            or one.parties[0] == name
            or not one.weight
        ):
            continue
        key, party = find_last_name(name), one.parties[0]
        found[name] = Introduction(name, key, ActorKind.PERSON, party, one.role, clear=one.clear, weight=one.weight)
    for k in range(len(pieces) - 1):
        if full := _find_abbreviated(scene, k):
            found[full] = Introduction(full, pieces[k + 1].text.lower(), ActorKind.ORGANISATION, full)
    return tuple(found[name] for name in sorted(found))


def find_acquaintance(known: Mapping[str, Introduction], piece: Piece) -> Introduction | None:
    """Whom a name means that its own article does not introduce."""
    if " " in piece.text:
        return known.get(find_full_key(piece.text))
    one = known.get(piece.text.lower())
    return one if one is None or one.kind is ActorKind.PERSON or piece.text.isupper() else None


def _find_abbreviated(scene: Scene, k: int) -> str | None:
    """The full name of a body that is followed by its abbreviation in brackets."""
    first, second = scene.pieces[k], scene.pieces[k + 1]
    bracketed = scene.links.gap(k, k + 1) == ["("] and scene.words.lowers[second.last : second.last + 1] == [")"]
    if not bracketed or first.kind not in (PieceKind.ORGANISATION, PieceKind.NAME) or second.kind is not PieceKind.NAME:
        return None
    text = second.text
    if not (text.isupper() and text.isalpha() and 2 <= len(text) <= _ABBREVIATION):
        return None
    initials = "".join(part[0].lower() for part in first.text.replace("-", " ").split() if part[0].isupper())
    spelt = initials.startswith(text[0].lower()) and " " in first.text
    return scene.directory.find_organisation(first.text) if spelt else None
