"""Whom a role word that stands alone belongs to: "the ministry", "the union", "officials", "Commerce Secretary Ann Lee"."""

from tracker.model import ActorKind
from tracker.positions.candidates import (
    LEAST_BODY,
    LEAST_HOLDER,
    LEAST_ROLE,
    find_heads,
    weigh_body,
    weigh_holder,
    weigh_opposition,
    weigh_role,
)
from tracker.positions.coreference import Resolve, find_antecedent
from tracker.positions.mentions import Mention, Scene
from tracker.positions.offices import find_kind
from tracker.positions.pieces import PieceKind
from tracker.positions.roles import RoleKind

_STATE_ROLES = frozenset({RoleKind.OFFICE, RoleKind.GOVERNMENT})
_FREE_ROLES = frozenset({RoleKind.HOLDER, RoleKind.GROUP, RoleKind.DOCUMENT})
_BELOW_STATE = frozenset(
    {"state", "regional", "provincial", "county", "city", "local", "municipal", "tribal", "district", "village"}
)
_SALIENT = 3
"""A state that only some others share an office with is meant where it is named at least a third as often as the one named most."""
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
    if shadow and kind in (RoleKind.OFFICE, RoleKind.HOLDER, RoleKind.GROUP, RoleKind.MEMBER) and piece.text not in roles.plurals:
        return _label(find_antecedent(scene, resolve, k, lambda _, m: weigh_opposition(scene, m)), "nearest party in opposition")
    if states := frozenset(state for state in _find_office_states(scene, k) if _is_salient(scene, state)):
        found = find_antecedent(scene, resolve, k, lambda _, m: 0.0 if len(m.parties) == 1 and m.parties[0] in states else None)
        if found:
            return _label(found, "the state that has the office")
        (state, *others) = sorted(states)
        if not others and scene.catalogue.kinds.get(state) is not ActorKind.STATE:
            return k, Mention((state,), state, "only one has the office"), "only one has the office"
    if kind in _STATE_ROLES:
        found = find_antecedent(scene, resolve, k, lambda j, m: weigh_role(scene, k, j, m, definite, states=True), LEAST_ROLE)
        apart = found is not None and scene.words.paragraphs[scene.pieces[found[0]].first] != scene.words.paragraphs[piece.first]
        if (
            apart
            and scene.home
            and found
            and scene.home not in found[1].parties
            and not found[1].role
            and not _is_foreign(scene, k)
        ):
            found = None  # no government in sight: the one at home
        if kind is not piece.role and (body := _find_presiding(scene, resolve, k)):
            return _label(body, "body that the paragraph opens with")
        place = _find_place_behind(scene, k)
        if place is not None and (found is None or scene.weight(found[0], k) > 4):
            return place, resolve(place), "place of the statement"
        if found is None and scene.home and kind is not None and not _is_foreign(scene, k):
            return (
                k,
                Mention((scene.home,), scene.home, "the state that the article is set in"),
                "the state that the article is set in",
            )
        return _label(found, "nearest government")
    if kind is RoleKind.BODY:
        if not definite:
            return None
        found = find_antecedent(scene, resolve, k, lambda j, m: weigh_body(scene, k, j, m), LEAST_BODY)
        head = piece.text.split()[-1]
        national = _find_nation(scene, k)
        if national is not None and found is not None and found[1].parties[0] in scene.catalogue.kinds:
            found = None  # "the Egyptian nuclear organization" is not the United Nations
        if national is not None and found is None and head in roles.organs:
            return national, resolve(national), "organ of a state"
        if found is None or not any(head in party.lower().split() for party in found[1].parties):
            present = [party for party in scene.present if head in find_heads(scene, party)]
            if len(present) == 1:
                return k, Mention((present[0],), present[0], ""), "the body of somebody in the article"
            if head not in roles.firms and len(later := scene.directory.last_words.get(head, ())) == 1:
                return k, Mention((later[0],), later[0], "introduced in the article"), "the only body of the kind"
        return _label(found, "nearest body of the kind") or _find_later_body(scene, k)
    if kind in _FREE_ROLES:
        if scene.words.lowers[piece.first - 1 : piece.first] in (["'"], ["'s"]) and scene.links.before(k) is None:
            return None  # "the pirates' spokesman": they are nobody known
        fitting = roles.holders.get(piece.text)
        if fitting is not None:
            found = find_antecedent(
                scene, resolve, k, lambda _, m: weigh_holder(scene, m, fitting, definite, piece.text), LEAST_HOLDER
            )
            return _label(found, "nearest body that has the office")
        if kind is RoleKind.DOCUMENT and not definite:
            return None
        found = find_antecedent(scene, resolve, k, lambda j, m: weigh_role(scene, k, j, m, definite, states=False), LEAST_ROLE)
        return _label(found, "nearest side")
    if kind in (RoleKind.EXPERT, RoleKind.MEMBER) and definite:
        found = find_antecedent(scene, resolve, k, lambda _, m: 0.0 if m.role == piece.text and m.personal else None)
        return _label(found, "same person")
    return None


def _find_nation(scene: Scene, k: int) -> int | None:
    """The adjective of a state in the noun phrase of a role word: "the | Egyptian | nuclear organization"."""
    before = scene.links.before(k)
    if before is None or scene.is_owner(before):
        return None
    name = scene.pieces[before].name
    return before if name is not None and name.actor.kind is ActorKind.STATE else None


def _find_presiding(scene: Scene, resolve: Resolve, k: int) -> tuple[int, Mention] | None:
    """The body that opens the paragraph of "President Ann Lee": its president rather than a state's."""
    paragraph = scene.words.paragraphs[scene.pieces[k].first]
    first = k
    while first and scene.words.paragraphs[scene.pieces[first - 1].first] == paragraph:
        first -= 1
    if first == k or not (scene.is_subject(first) or scene.is_locative(first)):
        return None
    mention = resolve(first)
    body = (
        len(mention.parties) == 1 and not mention.personal and scene.pieces[first].kind in (PieceKind.ORGANISATION, PieceKind.ROLE)
    )
    kind = find_kind(scene, mention.parties[0]) if body else None
    return (first, mention) if kind in (ActorKind.ORGANISATION, ActorKind.UNION, ActorKind.COMPANY) else None


def _is_salient(scene: Scene, state: str) -> bool:
    """Whether an article can mean a state by an office that others have as well: it is not only named in passing."""
    count = scene.counts.get(state, 0)
    passing = count and scene.catalogue.kinds.get(state) is ActorKind.STATE and state != scene.home
    return not passing or _SALIENT * count >= max(scene.counts.values())


def _is_foreign(scene: Scene, k: int) -> bool:
    """Whether the role word's noun phrase names a region or body of its own: "the Flemish government"."""
    before = scene.pieces[k - 1] if k else None
    if scene.words.lowers[max(0, scene.pieces[k].first - 1)] in _BELOW_STATE:
        return True
    return bool(before and before.kind in (PieceKind.NAME, PieceKind.ORGANISATION) and scene.links.before(k) == k - 1)


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


def describe_body(scene: Scene, k: int) -> str | None:
    """The name of a body that the article only describes: "the pilots' union", "the Opposition". None where that tells none."""
    words, roles, piece = scene.words, scene.catalogue.roles, scene.pieces[k]
    around = (words.lowers[piece.first - 1] if piece.first else "", words.lowers[piece.first])
    office = piece.role in (RoleKind.HOLDER, RoleKind.OFFICE) and piece.text not in roles.plurals
    if piece.text == "opposition" or (office and any(low in roles.shadow for low in around)):
        return "Opposition"
    if piece.role is not RoleKind.BODY or piece.text in roles.firms:
        return None
    at = piece.first
    while at and piece.first - at < 6 and (words.lowers[at - 1] in ("'", "'s") or _is_plain(scene, at - 1)):
        at -= 1
    if at == piece.first or at == 0 or words.lowers[at - 1] != "the" or words.lowers[at] in ("'", "'s"):
        return None
    modifiers = [low for low in words.lowers[at : piece.first] if low[0].isalnum()]
    if all(low in roles.common for low in modifiers):
        return None
    texts, starts, ends = words.texts, words.starts, words.ends
    name = "".join((" " if i > at and starts[i] > ends[i - 1] else "") + texts[i] for i in range(at, piece.last))
    return (name[0].upper() + name[1:]).replace("\u2019", "'")


def _is_plain(scene: Scene, at: int) -> bool:
    """Whether a word is a small modifier."""
    low = scene.words.lowers[at]
    return scene.words.texts[at][0].islower() and scene.links.is_modifier(low, False)


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
