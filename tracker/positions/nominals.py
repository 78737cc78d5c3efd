"""Whom a role word that stands alone belongs to: "the ministry", "the union", "officials", "Commerce Secretary Ann Lee"."""

from tracker.model import ActorKind
from tracker.positions.catalogue import RoleKind
from tracker.positions.coreference import Resolve, find_antecedent
from tracker.positions.mentions import Mention, Scene
from tracker.positions.pieces import PieceKind

_STATE_ROLES = frozenset({RoleKind.OFFICE, RoleKind.GOVERNMENT})
_FREE_ROLES = frozenset({RoleKind.HOLDER, RoleKind.GROUP, RoleKind.DOCUMENT})
_DEFINITE = frozenset({"the", "its", "their", "his", "her", "that", "this", ""})
Owner = tuple[int, Mention, str]
"""The piece that a lone role word goes back to, what it came to, and the rule."""


def find_owner(scene: Scene, resolve: Resolve, k: int) -> Owner | None:
    """The nearest earlier mention that the role word `k` can belong to; None where there is none."""
    piece, roles = scene.pieces[k], scene.catalogue.roles
    kind = piece.role
    definite = _find_determiner(scene, k) in _DEFINITE
    named = k + 1 < len(scene.pieces) and scene.pieces[k + 1].kind is PieceKind.NAME and not scene.links.gap(k, k + 1)
    if named and piece.text == "president" and scene.words.texts[piece.first][0].isupper():
        kind = RoleKind.OFFICE  # "President Ann Lee" without a body is a state's
    shadow = scene.words.lowers[max(0, piece.first - 1)] in roles.shadow or scene.words.lowers[piece.first] in roles.shadow
    if shadow and kind in (RoleKind.OFFICE, RoleKind.HOLDER) and piece.text not in roles.plurals:
        return _label(find_antecedent(scene, resolve, k, lambda _, m: _opposition_weight(scene, m)), "nearest party in opposition")
    if states := _find_office_states(scene, k):
        found = find_antecedent(scene, resolve, k, lambda _, m: 0.0 if len(m.parties) == 1 and m.parties[0] in states else None)
        if found:
            return _label(found, "the state that has the office")
    if kind in _STATE_ROLES:
        found = find_antecedent(scene, resolve, k, lambda j, m: _role_weight(scene, k, j, m, definite, states=True))
        place = _find_place_behind(scene, k)
        if place is not None and (found is None or scene.weight(found[0], k) > 4):
            return place, resolve(place), "place of the statement"
        return _label(found, "nearest government")
    if kind is RoleKind.BODY:
        if not definite:
            return None
        found = find_antecedent(scene, resolve, k, lambda _, m: _body_weight(scene, k, m))
        return _label(found, "nearest body of the kind") or _find_later_body(scene, k)
    if kind in _FREE_ROLES:
        fitting = roles.holders.get(piece.text)
        if fitting is not None:
            found = find_antecedent(scene, resolve, k, lambda _, m: _holder_weight(scene, m, fitting, definite, piece.text))
            return _label(found, "nearest body that has the office")
        if kind is RoleKind.DOCUMENT and not definite:
            return None
        found = find_antecedent(scene, resolve, k, lambda j, m: _role_weight(scene, k, j, m, definite, states=False))
        return _label(found, "nearest side")
    if kind in (RoleKind.EXPERT, RoleKind.MEMBER) and definite:
        found = find_antecedent(scene, resolve, k, lambda _, m: 0.0 if m.role == piece.text and m.personal else None)
        return _label(found, "same person")
    return None


def _label(found: tuple[int, Mention] | None, rule: str) -> Owner | None:
    return (*found, rule) if found else None


def find_authority(scene: Scene, resolve: Resolve, k: int) -> str | None:
    """The name of an authority that speaks for itself and not for its state: "Norway's central bank". None where it is none."""
    words, piece = scene.words.lowers, scene.pieces[k]
    for start in range(max(0, piece.last - 4), piece.last):
        if tuple(words[start : piece.last]) not in scene.catalogue.roles.independent:
            continue
        j = k - 1
        while j >= 0 and scene.pieces[j].first >= start:
            j -= 1
        adjective = ""
        parties: tuple[str, ...] = ()
        if j >= 0 and scene.pieces[j].kind is PieceKind.ACTOR and words[scene.pieces[j].last : start] in ([], ["'s"], ["'"]):
            adjective, parties = scene.pieces[j].text, find_parties(scene, resolve, j)
        if not parties and (after := scene.links.after(k)) and after[1] in ("of", "in"):
            parties = find_parties(scene, resolve, after[0])
            adjective = parties[0] if parties else ""
        if not parties:
            return None
        title = " ".join(words[start : piece.last])
        if title == "central bank":
            return scene.catalogue.banks.get(parties[0], f"Central Bank of {parties[0]}")
        return f"{adjective} {title.title()}"
    return None


def find_parties(scene: Scene, resolve: Resolve, j: int) -> tuple[str, ...]:
    """The parties of a piece beside a role word, where an adjective means its actor."""
    name = scene.pieces[j].name
    return resolve(j).parties or ((name.actor.party,) if name is not None else ())


def _find_office_states(scene: Scene, k: int) -> frozenset[str]:
    """The states that have the office, with its modifiers: "trade commissioner"."""
    piece, words = scene.pieces[k], scene.words.lowers
    for start in range(max(0, piece.last - 3), piece.last):
        free = start <= piece.first or k == 0 or scene.pieces[k - 1].last <= start
        if free and (states := scene.catalogue.roles.offices.get(" ".join(words[start : piece.last]))):
            return states
    return frozenset()


def _find_determiner(scene: Scene, k: int) -> str:
    """The determiner of a role word's noun phrase; empty where the phrase opens the text."""
    at = scene.pieces[k].first - 1
    for _ in range(4):
        if at < 0:
            return ""
        low = scene.words.lowers[at]
        if low in scene.catalogue.roles.determiners:
            return low
        if not scene.links.is_modifier(low, False):
            break
        at -= 1
    return "none"


def _role_weight(scene: Scene, k: int, j: int, mention: Mention, definite: bool, *, states: bool) -> float | None:
    """The extra weight of a mention as the one that a lone office, organ or group belongs to."""
    mine, other, heads = scene.pieces[k].text, scene.pieces[j], scene.catalogue.heads
    if not mention.parties:
        return None
    if definite and mention.role and mention.role.split()[-1] == mine.split()[-1]:
        return -12.0 if mention.role == mine else -6.0 if " " not in mine else -1.0
    if states:
        if all(scene.catalogue.kinds.get(party) is ActorKind.STATE for party in mention.parties):
            return 0.0
        # A bloc has officials and a foreign policy chief, though no ministries.
        bloc = any("bloc" in heads.get(party, ()) for party in mention.parties)
        return 2.0 if bloc and mine in ("officials", "foreign policy chief", "envoy", "ambassador") else None
    if mention.personal and mention.parties == (mention.speaker,):
        return None
    if other.kind is PieceKind.NAME:
        return 3.0 if mention.rule == "introduced in the article" else None
    if mine.endswith("commissioner"):
        return -8.0 if any("commission" in heads.get(party, ()) for party in mention.parties) else 2.0
    return 0.0


def _opposition_weight(scene: Scene, mention: Mention) -> float | None:
    if len(mention.parties) != 1:
        return None
    party = mention.parties[0]
    kind = scene.directory.kinds.get(party) or scene.catalogue.kinds.get(party)
    return 0.0 if kind is ActorKind.POLITICAL_PARTY else None


def _holder_weight(scene: Scene, mention: Mention, heads: frozenset[str], definite: bool, office: str) -> float | None:
    """The extra weight of a mention as the body that a governor or a coach belongs to, or as the person meant."""
    if definite and mention.role == office and mention.personal:
        return -4.0
    if mention.personal or len(mention.parties) != 1:
        return None
    words = _find_heads(scene, mention.parties[0])
    return 0.0 if heads & words or ("club" in heads and words & scene.catalogue.roles.first) else None


def _body_weight(scene: Scene, k: int, mention: Mention) -> float | None:
    """The extra weight of a mention as "the union", "the carmaker"."""
    if len(mention.parties) != 1 or (mention.personal and mention.parties == (mention.speaker,)):
        return None
    roles, party = scene.catalogue.roles, mention.parties[0]
    head = scene.pieces[k].text.split()[-1]
    kind = scene.directory.kinds.get(party) or scene.catalogue.kinds.get(party)
    words = _find_heads(scene, party)
    if any(word.endswith(head) for word in words):
        return -30.0
    if kind is not None and roles.heads.get(head) is kind and kind is not ActorKind.ORGANISATION:
        return -20.0
    if words & roles.synonyms.get(head, frozenset()):
        return 1.0
    return 0.0 if head in roles.firms and (kind is ActorKind.COMPANY or (kind is None and not mention.personal)) else None


def _find_heads(scene: Scene, party: str) -> frozenset[str]:
    """The common nouns that can stand for a party: those of the catalogue and the words of its name."""
    named = frozenset(party.lower().replace("-", " ").split())
    return scene.catalogue.heads.get(party, frozenset()) | named | frozenset(scene.directory.nouns.get(party, ()))


def _find_later_body(scene: Scene, k: int) -> Owner | None:
    """The one body of the kind that the article names further down."""
    head = scene.pieces[k].text.split()[-1]
    heads = scene.catalogue.roles.synonyms.get(head, frozenset())
    last = scene.directory.last_words
    named = last.get(head) or [full for word in sorted(heads) for full in last.get(word, ())]
    if len(named) != 1:
        return None
    return k, Mention((named[0],), named[0], "introduced in the article"), "the only body of the kind"


def _find_place_behind(scene: Scene, k: int) -> int | None:
    """A capital in which the statement is made: "the minister said in Berlin"."""
    sentence = scene.words.sentences[scene.pieces[k].first]
    for j in range(k + 1, min(k + 8, len(scene.pieces))):
        piece = scene.pieces[j]
        if scene.words.sentences[piece.first] != sentence:
            return None
        if scene.is_place(j) and j not in scene.contents and scene.words.lowers[piece.first - 1] == "in":
            return j
    return None
