"""Persons and bodies across articles: what an article says clearly about who is who, and what earlier ones said.

Only an apposition or a title with its side in the same noun phrase counts ("Left Bloc leader Ana Reis", "Ana Reis of the Harbour
Party", "the Dockworkers' Union (DWU)"); what a pronoun, a lone title or the nearest government would tell is a guess and stays in
its article. A last name that two persons share is nobody's.
"""

from collections.abc import Iterable, Mapping, Sequence

from tracker.model import ActorKind, Introduction
from tracker.positions.directory import find_full_key, find_last_name
from tracker.positions.mentions import Mention, Scene
from tracker.positions.pieces import Piece, PieceKind
from tracker.positions.roles import PERSONAL, RoleKind

_LONGEST_CHAIN = 4
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


def find_introductions(scene: Scene, mentions: Sequence[Mention]) -> tuple[Introduction, ...]:
    """Who the article introduces clearly, in the order of their names."""
    found: dict[str, Introduction] = {}
    pieces, directory = scene.pieces, scene.directory
    for person in directory.persons.values():
        mention = mentions[person.piece]
        if " " not in person.name or len(mention.parties) != 1 or mention.parties[0] == person.name:
            continue
        party = mention.parties[0]
        if mention.rule == "affiliation behind the name":
            clear = _is_solid(scene, person.piece + 1, party)
        else:
            clear = person.role is not None and mention.rule.startswith("introduced as") and _is_clear(scene, person.role, party)
        if clear:
            found[person.name] = Introduction(person.name, find_last_name(person.name), ActorKind.PERSON, party, mention.role)
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


def _is_clear(scene: Scene, role: int, party: str) -> bool:
    """Whether the side stands with the office in one noun phrase, as a name."""
    if scene.pieces[role].role not in PERSONAL or scene.pieces[role].role is RoleKind.BYSTANDER:
        return False
    at: int | None = role
    for _ in range(_LONGEST_CHAIN):
        if at is None:
            return False
        before = scene.links.before(at)
        if before is None:
            after = scene.links.after(at)
            before = after[0] if after else None
        at = before
        if at is not None and scene.pieces[at].kind is not PieceKind.ROLE:
            return _is_solid(scene, at, party)
    return False


def _is_solid(scene: Scene, k: int, party: str) -> bool:
    if k >= len(scene.pieces):
        return False
    piece = scene.pieces[k]
    if piece.kind is PieceKind.ACTOR:
        return piece.name is not None and piece.name.actor.party == party
    if piece.kind in (PieceKind.ORGANISATION, PieceKind.NAME):
        return scene.directory.find_organisation(piece.text) == party
    return False


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
