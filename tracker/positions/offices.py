"""Which bodies an office fits: a chief executive is no state's, a general secretary rather a union's, a minister a state's."""

from tracker.model import ActorKind
from tracker.positions.mentions import Mention, Scene
from tracker.positions.roles import RoleKind

_UNLIKELY, _LESS_LIKELY = 4.0, 3.0


def find_kind(scene: Scene, party: str) -> ActorKind | None:
    """What kind of party a name is, as the article or the catalogue has it."""
    return scene.directory.kinds.get(party) or scene.catalogue.kinds.get(party)


def weigh_office(scene: Scene, office: str, kind: RoleKind | None, mention: Mention) -> float | None:
    """The extra weight of a mention as the one whose office "its president" is; None where it cannot have it."""
    roles = scene.catalogue.roles
    if not mention.parties or kind not in (RoleKind.HOLDER, RoleKind.OFFICE):
        return 0.0
    kinds = {find_kind(scene, party) for party in mention.parties}
    states = kinds == {ActorKind.STATE}
    if (office in roles.corporate and office not in roles.servants) or office in roles.chairing:
        if (mention.personal and mention.rule != "a name with no side") or any(
            party in scene.directory.places for party in mention.parties
        ):
            return None
        if states:
            return None if office in roles.corporate else _UNLIKELY
    if kind is RoleKind.OFFICE and not states and office.endswith("minister"):
        return _UNLIKELY
    union = ActorKind.UNION in kinds
    if office in roles.managing and union:
        return _LESS_LIKELY
    if office in roles.unionist and not union and ActorKind.POLITICAL_PARTY not in kinds:
        return _LESS_LIKELY
    return 0.0
