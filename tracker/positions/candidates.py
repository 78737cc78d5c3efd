"""How well an earlier mention fits as the one that a lone role word belongs to: "the ministry", "the union", "its coach".

Each function gives the extra weight of the mention, lower for likelier, or None where it cannot be meant.
"""

from tracker.model import ActorKind
from tracker.positions.mentions import Mention, Scene
from tracker.positions.offices import weigh_office
from tracker.positions.pieces import PieceKind

_AT_HOME = -4.0
_NAMED, _MOST_NAMED = 0.3, 8
"""What each naming of a state counts for it as the one whose minister "the minister" is, and how many count."""
_SAME_ROLE, _SAME_HOLDER, _SAME_NOUN = -12.0, -4.0, -30.0
LEAST_ROLE, LEAST_HOLDER, LEAST_BODY = _SAME_ROLE, _SAME_HOLDER, _SAME_NOUN
"""What the functions below give at least."""


def weigh_role(scene: Scene, k: int, j: int, mention: Mention, definite: bool, *, states: bool) -> float | None:
    """The extra weight of a mention as the one that a lone office, organ or group belongs to."""
    mine, other, heads = scene.pieces[k].text, scene.pieces[j], scene.catalogue.heads
    if not mention.parties:
        return None
    if definite and mention.role and mention.role.split()[-1] == mine.split()[-1]:
        if j in scene.introducing:
            return None  # the person who has it comes next
        return _SAME_ROLE if mention.role == mine else -6.0 if " " not in mine else -1.0
    if mine in scene.catalogue.roles.corporate and all(scene.catalogue.kinds.get(p) is ActorKind.STATE for p in mention.parties):
        return None
    if not states and " " not in mine and mine in find_heads(scene, mention.parties[0]):
        return -8.0
    if states:
        if all(scene.catalogue.kinds.get(party) is ActorKind.STATE for party in mention.parties):
            named = max(scene.counts.get(party, 0) for party in mention.parties)
            return (_AT_HOME if scene.home in mention.parties else 0.0) - _NAMED * min(named, _MOST_NAMED)
        # A bloc has officials and a foreign policy chief, though no ministries.
        bloc = any("bloc" in heads.get(party, ()) for party in mention.parties)
        return 2.0 if bloc and mine in ("officials", "foreign policy chief", "envoy", "ambassador") else None
    if mention.personal and mention.parties == (mention.speaker,):
        near = scene.words.sentences[scene.pieces[k].first] == scene.words.sentences[other.first]
        return 2.0 if mention.rule == "a name with no side" and near and scene.is_locative(j) else None
    fit = weigh_office(scene, mine, scene.pieces[k].role, mention) if mine not in scene.catalogue.roles.chairing else 0.0
    if fit is None:
        return None
    if other.kind is PieceKind.NAME:
        return 3.0 + fit if mention.rule == "introduced in the article" else None
    if mine.endswith("commissioner"):
        return -8.0 if any("commission" in heads.get(party, ()) for party in mention.parties) else 2.0
    return fit


def weigh_opposition(scene: Scene, mention: Mention) -> float | None:
    if len(mention.parties) != 1:
        return None
    party = mention.parties[0]
    kind = scene.directory.kinds.get(party) or scene.catalogue.kinds.get(party)
    return 0.0 if kind is ActorKind.POLITICAL_PARTY else None


def weigh_holder(scene: Scene, mention: Mention, heads: frozenset[str], definite: bool, office: str) -> float | None:
    """The extra weight of a mention as the body that a governor or a coach belongs to, or as the person meant."""
    if definite and mention.role == office and mention.personal:
        return _SAME_HOLDER
    if mention.personal or len(mention.parties) != 1:
        return None
    words = find_heads(scene, mention.parties[0])
    return 0.0 if heads & words or ("club" in heads and words & scene.catalogue.roles.first) else None


def weigh_body(scene: Scene, k: int, j: int, mention: Mention) -> float | None:
    """The extra weight of a mention as "the union", "the carmaker"."""
    roles, head = scene.catalogue.roles, scene.pieces[k].text.split()[-1]
    if mention.parties and mention.parties[0] in scene.directory.places:
        return None
    if (
        mention.rule == "a name with no side"
        and head in roles.firms
        and head != "bank"
        and (j in scene.sources or scene.is_subject(j))
    ):
        return 6.0  # two capitals may as well be a firm's
    if len(mention.parties) != 1 or (mention.personal and mention.parties == (mention.speaker,)):
        return None
    party = mention.parties[0]
    kind = scene.directory.kinds.get(party) or scene.catalogue.kinds.get(party)
    words = find_heads(scene, party)
    if any(word.endswith(head) for word in words) or (head == "club" and words & roles.first):
        return _SAME_NOUN
    if kind is not None and roles.heads.get(head) is kind and kind is not ActorKind.ORGANISATION:
        return -20.0
    if words & roles.synonyms.get(head, frozenset()):
        return 1.0
    local = scene.directory.kinds.get(party)
    if head == "party" and local in (ActorKind.ORGANISATION, ActorKind.UNION) and not words & roles.synonyms["body"]:
        return 2.0  # "New Centre" may be one
    if head in roles.firms and local is ActorKind.ORGANISATION and not words & roles.heads.keys() and not mention.personal:
        return 2.0  # "Volta", of which only the use tells that it is a body
    if head not in roles.firms or kind not in (ActorKind.COMPANY, None):
        return None
    if mention.personal or (kind is None and scene.directory.find_person(party)):
        return None
    plain = kind is None and scene.pieces[j].kind is PieceKind.NAME
    if plain and (scene.catalogue.find_setting(party) or not (j in scene.sources or scene.is_subject(j) or scene.is_owner(j))):
        return None  # "Diwali" is no company
    return 3.0 if kind is None else 0.0


def find_heads(scene: Scene, party: str) -> frozenset[str]:
    """The common nouns that can stand for a party: those of the catalogue and the words of its name."""
    if (known := scene.heads.get(party)) is not None:
        return known
    parts = party.lower().replace("-", " ").split()
    at = next((i for i in range(1, len(parts)) if parts[i] in ("of", "for")), None)
    named = frozenset(parts if at is None else parts[:at])  # the "Union of Bank Employees" is no bank
    scene.heads[party] = scene.catalogue.heads.get(party, frozenset()) | named | frozenset(scene.directory.nouns.get(party, ()))
    return scene.heads[party]
