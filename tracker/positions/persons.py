"""Whom one mention of a person ties them to: "Left Bloc leader Ana Reis", "Ana Reis of the Harbour Party", "its head, Ana Reis"."""

from dataclasses import dataclass

from tracker.model import ActorKind
from tracker.positions.coreference import Resolve
from tracker.positions.mentions import Mention, Scene
from tracker.positions.nominals import find_parties
from tracker.positions.pieces import PieceKind
from tracker.positions.roles import RoleKind

CLEAR, TIED, NEAR = 4.0, 2.0, 1.0
"""What a tie weighs: the side's name in the same noun phrase; "its" or "the union's"; merely the nearest one."""
_LONGEST_CHAIN = 4
_MEMBERSHIPS = (["("], [","], [",", "a"], [",", "an"])
_BEHIND_NAMES = (
    ["of"],
    ["from"],
    ["of", "the"],
    ["from", "the"],
    ["for", "the"],
    ["at", "the"],
    ["at"],
    ["("],
    ["(", "for", "the"],
    ["(", "for"],
)


@dataclass(frozen=True, slots=True)
class Tie:
    """`parties` is None where the mention ties the person to nobody, empty where they are known to speak for nobody."""

    parties: tuple[str, ...] | None
    rule: str = ""
    role: str = ""
    weight: float = 0.0


def find_tie(scene: Scene, resolve: Resolve, k: int, role: int | None) -> Tie:
    """What the person named at piece `k`, introduced by the role word `role`, is tied to there."""
    behind = _find_behind(scene, resolve, k, office=role is not None and scene.pieces[role].role is RoleKind.OFFICE)
    affiliated = "affiliation behind the name"
    if role is None and not behind and (owner := _find_owner(scene, resolve, k)):
        return owner
    if role is None:
        return Tie(behind, affiliated, "", _weigh_name(scene, k + 1, behind)) if behind else Tie(None)
    mention, piece = resolve(role), scene.pieces[role]
    kinds = scene.catalogue.kinds
    political = mention.parties and all(kinds.get(party) is ActorKind.POLITICAL_PARTY for party in mention.parties)
    if is_past(scene, role) and not political:
        return Tie(behind, affiliated, "", _weigh_name(scene, k + 1, behind)) if behind else Tie(None)
    if behind and not mention.rule.startswith("side"):
        return Tie(behind, affiliated, piece.text, _weigh_name(scene, k + 1, behind))
    if scene.domestic and piece.text == "president" and (person := scene.directory.find_person(scene.pieces[k].text)):
        of_state = all(kinds.get(party) is ActorKind.STATE for party in mention.parties)
        if of_state or not mention.rule.startswith("side"):
            return Tie((person.name,), "president above the parties", piece.text, TIED)
    if mention.parties and piece.kind is not PieceKind.ROLE:
        return Tie(mention.parties, "introduced as who leads it", "", _weigh(scene, role, mention))
    if mention.parties:
        return Tie(mention.parties, f"introduced as {piece.text}", piece.text, _weigh(scene, role, mention))
    if piece.role in (RoleKind.EXPERT, RoleKind.BYSTANDER, RoleKind.VAGUE):
        return Tie((), f"introduced as {piece.text}", piece.text, NEAR)
    return Tie(None, "", piece.text)


def _find_owner(scene: Scene, resolve: Resolve, k: int) -> Tie | None:
    """The side that has the person: "the Left Bloc's Ana Reis"."""
    piece = scene.pieces[k]
    if not k or piece.title or " " not in piece.text or scene.links.gap(k - 1, k) not in (["'s"], ["'"]):
        return None
    mention = resolve(k - 1)
    if mention.personal or not mention.parties or scene.pieces[k - 1].kind is PieceKind.PRONOUN:
        return None
    return Tie(mention.parties, "side before the name", "", _weigh_name(scene, k - 1, mention.parties))


def _weigh(scene: Scene, role: int, mention: Mention) -> float:
    if scene.pieces[role].kind is PieceKind.PRONOUN:
        return TIED
    if scene.pieces[role].kind is not PieceKind.ROLE:
        return _weigh_name(scene, role, mention.parties)
    if not mention.rule.startswith("side") or scene.pieces[role].role is RoleKind.BYSTANDER:
        return NEAR
    return _weigh_name(scene, _find_named_side(scene, role), mention.parties)


def _weigh_name(scene: Scene, k: int | None, parties: tuple[str, ...]) -> float:
    """Clear only where the side stands there by its name."""
    if k is None:
        return TIED
    piece = scene.pieces[k]
    if piece.kind is PieceKind.ACTOR:
        clear = piece.name is not None and parties == (piece.name.actor.party,)
    else:
        clear = piece.kind in (PieceKind.ORGANISATION, PieceKind.NAME) and parties == (
            scene.directory.find_organisation(piece.text),
        )
    return CLEAR if clear else TIED


def _find_named_side(scene: Scene, role: int) -> int | None:
    """The piece at the end of the chain of a role word and what it belongs to, where that is no role word itself."""
    at: int | None = role
    for _ in range(_LONGEST_CHAIN):
        if at is None:
            return None
        before = scene.links.before(at)
        if before is None:
            after = scene.links.after(at)
            before = after[0] if after else None
        at = before
        if at is not None and scene.pieces[at].kind is not PieceKind.ROLE:
            return at
    return None


def _find_behind(scene: Scene, resolve: Resolve, k: int, *, office: bool) -> tuple[str, ...]:
    """The affiliation that follows a name: "Lin of the ministry", "Ann Lee (Harbour Party)"."""
    pieces, links = scene.pieces, scene.links
    if k + 1 >= len(pieces):
        return ()
    gap = links.gap(k, k + 1)
    if gap in _MEMBERSHIPS and _is_political(scene, k + 1):
        return find_parties(scene, resolve, k + 1)
    if gap not in _BEHIND_NAMES and not (len(gap) < 6 and gap[:2] in (["of", "the"], ["from", "the"])):
        return ()
    head = links.named(links.head(k + 1, pieces[k + 1].last + 8))
    following = pieces[head]
    solid = following.kind in (PieceKind.ORGANISATION, PieceKind.ROLE) or gap == ["("]
    if following.kind is PieceKind.NAME:
        body = gap[0] in ("of", "at") and scene.directory.find_organisation(following.text) is not None
        solid = solid or body or gap in (["of", "the"], ["from", "the"]) or head > k + 1
    # "Ann Lee of Norway" may just live there; a minister does not.
    solid = solid or (following.kind is PieceKind.ACTOR and (office or not scene.is_place(head)))
    mention = resolve(head)
    return mention.parties if solid and not mention.personal else ()


def is_past(scene: Scene, role: int) -> bool:
    """Whether an office is held no more: "former chairman of the bank"."""
    lowers, at = scene.words.lowers, scene.pieces[role].first
    start = at
    while start and at - start < 5 and (scene.links.is_modifier(lowers[start - 1], False) or lowers[start - 1] in ("'s", "'")):
        start -= 1
    return any(low in scene.catalogue.roles.past or low.startswith("ex-") for low in (*lowers[start:at], scene.pieces[role].text))


def _is_political(scene: Scene, k: int) -> bool:
    """Whether a piece is a party's name or letter: "a Conservative", "R-Iowa"."""
    piece, catalogue = scene.pieces[k], scene.catalogue
    if piece.kind is PieceKind.NAME:
        return piece.text.partition("-")[0] in catalogue.roles.letters and "-" in piece.text
    return piece.name is not None and piece.name.actor.kind is ActorKind.POLITICAL_PARTY
