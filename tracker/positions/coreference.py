"""Which earlier mention a pronoun or "both sides" goes back to."""

import math
from collections.abc import Callable, MutableMapping

from tracker.model import ActorKind
from tracker.positions.mentions import LEAST, NOBODY, Mention, Scene
from tracker.positions.offices import weigh_office
from tracker.positions.pieces import FIRST_PRONOUNS, GROUP_PRONOUNS, PERSON_PRONOUNS, RELATIVES, PieceKind
from tracker.positions.roles import RoleKind

Resolve = Callable[[int], Mention]

_LOOK_BACK = 60
"""Pieces looked at; it bounds the cost of an article to its length."""
_ADJECTIVE = 4.0
_PROMINENCE, _MOST_PROMINENT = 2.0, 6.0
"""For each time that a person is named twice as often: whom an article is about, "he" is."""
_NO_SIDE, _UNSURE = 8.0, 9.0
"""Against a name in capitals of which nothing tells whose it is; and where a few signs speak for a body or a place."""
_UNSURE_RULES = frozenset({"named in the article", "introduced in the article", "a place"})


def find_antecedent(
    scene: Scene,
    resolve: Resolve,
    k: int,
    accepts: Callable[[int, Mention], float | None],
    least: float = 0.0,
) -> tuple[int, Mention] | None:
    """The likeliest earlier piece for piece `k`. `accepts` gives an extra weight, or None for a mention that cannot be meant.

    `least` is the least extra weight that it gives: from where distance alone outweighs it nothing is looked at any more.
    """
    best: tuple[float, int, Mention] | None = None
    for j in range(k - 1, max(-1, k - 1 - _LOOK_BACK), -1):
        if best is not None and scene.distance(j, k) + LEAST + least > best[0]:
            break
        mention = resolve(j)
        if not mention.parties and not mention.personal and scene.pieces[j].role is not RoleKind.BODY:
            continue
        extra = accepts(j, mention)
        if extra is None:
            continue
        cost = scene.weight(j, k) + extra
        if scene.pieces[j].kind is PieceKind.ACTOR and (name := scene.pieces[j].name) and not name.bare and not name.people:
            cost += _ADJECTIVE
        if best is None or cost < best[0]:
            best = cost, j, mention
    return (best[1], best[2]) if best else None


def find_pair(scene: Scene, resolve: Resolve, k: int) -> tuple[str, ...]:
    """The two parties of "both sides": the pair that the article names together most often, else the two named most."""
    roles = scene.catalogue.roles
    states = scene.pieces[k].text in roles.joint_states
    joined: dict[tuple[str, str], int] = {}
    counts: dict[str, int] = {}
    between: set[str] = set()
    previous: str | None = None
    for j in range(max(0, k - 4 * _LOOK_BACK), k):
        mention = resolve(j)
        party = mention.parties[0] if len(mention.parties) == 1 and not mention.personal else None
        if party and states and scene.catalogue.kinds.get(party) is not ActorKind.STATE:
            party = None
        if party:
            counts[party] = counts.get(party, 0) + 1
            at = scene.pieces[j].last
            if any(low in roles.mediating for low in scene.words.lowers[at : at + 8]):
                between.add(party)
            gap = scene.words.lowers[scene.pieces[j - 1].last : scene.pieces[j].first] if j else []
            if previous and previous != party and len(gap) < 3 and ("and" in gap or "with" in gap):
                key = (min(party, previous), max(party, previous))
                joined[key] = joined.get(key, 0) + 1
        previous = party
    joined = {pair: count for pair, count in joined.items() if not between & set(pair)}
    if joined:
        return max(joined, key=lambda pair: (joined[pair], counts[pair[0]] + counts[pair[1]]))
    named = sorted(counts, key=lambda party: (party in between, -counts[party]))
    return tuple(named[:2]) if len(named) > 1 else ()


def find_pronoun(scene: Scene, resolve: Resolve, k: int, genders: MutableMapping[str, str]) -> Mention:
    """What the pronoun `k` goes back to; NOBODY for "I" and "we", which only the quotation around them can tell.

    `genders` holds what "he" and "she" have told of a person so far, and learns from this one.
    """
    text = scene.pieces[k].text
    if text in FIRST_PRONOUNS:
        return NOBODY
    if text in RELATIVES:
        return _find_relative(scene, resolve, k, who=text == "who")
    personal = text in PERSON_PRONOUNS
    gender = "" if not personal else "m" if text in ("he", "him", "his", "himself") else "f"
    introducing = scene.introducing
    if personal:

        def accept_person(j: int, mention: Mention) -> float | None:
            return None if j in introducing or _is_bare(scene, j) else _person_weight(scene, j, mention, gender, genders)

        found = find_antecedent(scene, resolve, k, accept_person, -_MOST_PROMINENT)
    else:
        office = _find_office(scene, k)
        weigh = _group_weight if text in GROUP_PRONOUNS else _thing_weight

        def accept(j: int, mention: Mention) -> float | None:
            extra, fit = weigh(scene, j, mention), weigh_office(scene, *office, mention)
            return None if extra is None or fit is None else extra + fit

        found = find_antecedent(scene, resolve, k, accept)
    if found is None:
        return NOBODY
    j, mention = found
    speaker = mention.speaker or scene.verbatim(j)
    rule = f"pronoun, {mention.rule.removeprefix('pronoun, ')}"
    if personal:
        gender = mention.gender or gender
        genders.setdefault(speaker, gender)
    return Mention(mention.parties, speaker, rule, personal, mention.plural and not personal, gender, mention.role)


def _find_relative(scene: Scene, resolve: Resolve, k: int, *, who: bool) -> Mention:
    """What "who" or "which" goes back to: the piece just before it; for "who" the nearest person of the sentence."""
    at, sentences = scene.pieces[k].first, scene.words.sentences
    for j in range(k - 1, max(-1, k - 5), -1):
        if sentences[scene.pieces[j].first] != sentences[at]:
            break
        m = resolve(j)
        if (m.personal or m.plural) if who else at - scene.pieces[j].last <= 3:
            return Mention(m.parties, m.speaker or scene.verbatim(j), m.rule, m.personal, m.plural, m.gender, m.role)
    return NOBODY


def _is_bare(scene: Scene, j: int) -> bool:
    """Whether an office only says what somebody is or becomes: "proposed her as | minister"."""
    piece = scene.pieces[j]
    return piece.kind is PieceKind.ROLE and piece.first > 0 and scene.words.lowers[piece.first - 1] in ("as", "become", "became")


def _person_weight(scene: Scene, j: int, mention: Mention, gender: str, genders: MutableMapping[str, str]) -> float | None:
    known = mention.gender or genders.get(mention.speaker or "", "")
    if known and known != gender:
        return None
    if not mention.personal:
        if not _may_be_person(scene, j, mention):
            return None
        return _UNSURE - _weigh_prominence(len(scene.same_names[scene.pieces[j].text]))
    often = _weigh_prominence(scene.prominence.get(mention.speaker or "", 1))
    if mention.rule == "a name with no side":
        return _NO_SIDE - often
    return -often if mention.speaker else 1.0 if mention.parties else 5.0


def _weigh_prominence(count: int) -> float:
    return min(_MOST_PROMINENT, math.log2(count) * _PROMINENCE) if count > 1 else 0.0


def _may_be_person(scene: Scene, j: int, mention: Mention) -> bool:
    """Whether a name that is taken for a body's or a place's may be a person's after all, as "he" and "she" make likely."""
    piece = scene.pieces[j]
    named = piece.kind is PieceKind.NAME and mention.rule in _UNSURE_RULES
    return named and scene.directory.unsure.issuperset((piece.text, *mention.parties))


def _find_office(scene: Scene, k: int) -> tuple[str, RoleKind | None]:
    """The office that a possessive pronoun stands before: "its | chairman"."""
    if k + 1 < len(scene.pieces) and scene.pieces[k + 1].kind is PieceKind.ROLE and scene.links.before(k + 1) == k:
        return scene.pieces[k + 1].text, scene.pieces[k + 1].role
    return "", None


def _group_weight(_: Scene, __: int, mention: Mention) -> float | None:
    if not mention.parties:
        return None
    return 8.0 if mention.personal else 0.0 if mention.plural else 4.0


def _thing_weight(scene: Scene, j: int, mention: Mention) -> float | None:
    if mention.rule == "a name with no side":
        return 3.0  # two capitals may as well be a firm's
    if mention.personal or (scene.pieces[j].kind is PieceKind.PRONOUN and mention.plural):
        return None
    if scene.is_dateline(j):
        return None
    name = scene.pieces[j].name
    if mention.plural or (name and not name.bare):
        return 6.0
    if not mention.parties:  # a body without a name: better nobody than somebody else
        return 0.0 if j in scene.sources or scene.is_subject(j) else None
    if scene.pieces[j].kind is PieceKind.NAME:
        place = scene.catalogue.find_setting(scene.pieces[j].text) is not None
        return 1.0 if mention.rule == "introduced in the article" else 8.0 if place and j not in scene.sources else 2.0
    return 0.0
