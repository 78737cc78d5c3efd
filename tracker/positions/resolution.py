"""The reading of one article: every piece comes to a mention.

Pieces are read in text order, so that "the ministry" can go back to what was resolved before it; introductions further down are
looked up ahead of their turn. Each piece is resolved once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tracker.model import ActorKind, Introduction
from tracker.positions.acquaintance import find_acquaintance
from tracker.positions.affiliations import Affiliation, describe_known, find_affiliations, find_present
from tracker.positions.coreference import find_pair, find_pronoun
from tracker.positions.mentions import NOBODY, Mention, Scene
from tracker.positions.nominals import describe_body, find_authority, find_owner, find_parties
from tracker.positions.persons import find_tie, is_past
from tracker.positions.pieces import PieceKind
from tracker.positions.roles import PERSONAL, RoleKind

_DEEPEST = 30
"""Pieces that may wait for one another: it bounds the stack on hostile input."""


def resolve_mentions(scene: Scene) -> tuple[list[Mention], dict[str, Affiliation]]:
    """What each piece of the article came to, in the order of the pieces, and the sides of its persons.

    Read twice where it has persons: the first reading tells their sides, with which the second finds whom the rest goes back to.
    """
    reader = _Reader(scene, {})
    mentions = [reader.resolve(k) for k in range(len(scene.pieces))]
    affiliations = find_affiliations(scene, mentions)
    if not affiliations:
        return mentions, affiliations
    present = find_present(affiliations)
    if not _tells_more(scene, mentions, affiliations, present):
        return mentions, affiliations
    reader = _Reader(replace(scene, present=present), affiliations)
    return [reader.resolve(k) for k in range(len(scene.pieces))], affiliations


def _tells_more(scene: Scene, mentions: Sequence[Mention], affiliations: Mapping[str, Affiliation], present: Sequence[str]) -> bool:
    """Whether a second reading can come to anything else: a person has another side, or a body is known by its people."""
    told = {party for mention in mentions for party in mention.parties if not mention.personal}
    if not told.issuperset(present):
        return True
    persons = {person.name: person for person in scene.directory.persons.values()}
    return any(mentions[persons[name].piece].parties != one.parties for name, one in affiliations.items())


def _recall(one: Introduction) -> Mention:
    """What an earlier article said of somebody."""
    return Mention((one.party,), one.name, describe_known(one), one.kind is ActorKind.PERSON, role=one.role)


class _Reader:
    """The memory of one reading: what is resolved, what is being resolved, what pronouns have told of persons' genders."""

    def __init__(self, scene: Scene, affiliations: Mapping[str, Affiliation]) -> None:
        self.scene = scene
        self.affiliations = affiliations
        self.pieces, self.links = scene.pieces, scene.links
        self.genders: dict[str, str] = {}
        self.known: dict[int, Mention] = {}
        self.open: set[int] = set()
        self.sides: dict[int, tuple[tuple[str, ...], str]] = {}

    def resolve(self, k: int) -> Mention:
        """What piece `k` came to; NOBODY while it is being resolved itself."""
        if (known := self.known.get(k)) is not None:
            return known
        if k in self.open or len(self.open) > _DEEPEST:
            return NOBODY
        self.open.add(k)
        mention = self._resolve(k)
        self.open.discard(k)
        self.known[k] = mention
        return mention

    def _resolve(self, k: int) -> Mention:
        match self.pieces[k].kind:
            case PieceKind.ACTOR:
                return self._actor(k)
            case PieceKind.ORGANISATION | PieceKind.NAME:
                return self._name(k)
            case PieceKind.ROLE:
                return self._role(k)
            case PieceKind.JOINT:
                return Mention(find_pair(self.scene, self.resolve, k), None, "both sides", plural=True)
            case PieceKind.PRONOUN:
                return find_pronoun(self.scene, self.resolve, k, self.genders)

    def _actor(self, k: int) -> Mention:
        piece, catalogue, directory = self.pieces[k], self.scene.catalogue, self.scene.directory
        if piece.name is None:
            return NOBODY
        actor = piece.name.actor
        own = actor.party in catalogue.own
        person = directory.last_names.get(piece.text.lower())
        if person and " " in person.name and person.sure and not own and not self.scene.is_oblique(k):
            return self._name(k)  # Michael Jordan, not the kingdom
        local = directory.find_organisation(piece.text)
        if actor.kind is ActorKind.POLITICAL_PARTY and local and not own:
            return Mention((local,), piece.text, "introduced in the article", plural=piece.name.people)
        if (
            piece.name.people
            and (piece.first == 0 or self.scene.words.lowers[piece.first - 1] != "the")
            and actor.kind is ActorKind.STATE
        ):
            return Mention((), piece.text, "a people", plural=True)
        personal = actor.kind is ActorKind.PERSON
        return Mention((actor.party,), actor.name if personal else piece.text, "catalogue name", personal, piece.name.people)

    # ---- persons and organisations ------------------------------------------------------------------------------------------

    def _name(self, k: int) -> Mention:
        piece, directory = self.pieces[k], self.scene.directory
        if piece.title == "" and (full := directory.find_organisation(piece.text)):
            return Mention((full,), full, "introduced in the article")
        letter, dash, _ = piece.text.partition("-")
        if dash and (party := self.scene.catalogue.roles.letters.get(letter)):
            return Mention((party,), party, "party letter")
        person = directory.find_person(piece.text)
        if person is None:
            if one := find_acquaintance(self.scene.known, piece):
                return _recall(one)
            full = piece.text.replace("\u2019", "'")
            return Mention((full,), full, "a place" if piece.text in directory.places else "named in the article")
        gender = self.genders.get(person.name, person.gender)
        if side := self.affiliations.get(person.name):
            return Mention(side.parties, person.name, side.rule, True, False, gender, side.role)
        if person.piece != k:
            there = self.resolve(person.piece)
            if there is not NOBODY:
                return Mention(there.parties, person.name, there.rule, True, False, gender, there.role)
        tie = find_tie(self.scene, self.resolve, person.piece, person.role)
        if tie.parties is None:
            past = person.role is not None and is_past(self.scene, person.role)
            if not past and (one := find_acquaintance(self.scene.known, self.pieces[person.piece])):
                return replace(_recall(one), speaker=person.name, gender=gender)
            rule = "a person with no side" if person.sure else "a name with no side"
            return Mention((person.name,), person.name, rule, True, False, gender, tie.role)
        return Mention(tie.parties, person.name, tie.rule, True, False, gender, tie.role)

    # ---- role words ---------------------------------------------------------------------------------------------------------

    def _role(self, k: int) -> Mention:
        piece, roles = self.pieces[k], self.scene.catalogue.roles
        kind = piece.role
        personal = kind in PERSONAL and piece.text not in roles.plurals
        plural = piece.text in roles.plurals or kind in (RoleKind.GROUP, RoleKind.SIDED)
        gender = "m" if piece.text in roles.masculine else "f" if piece.text in roles.feminine else ""
        if authority := find_authority(self.scene, self.resolve, k):
            return Mention((authority,), authority, "independent authority")
        parties, rule = self._side(k)
        speaker = None
        if not parties and (found := find_owner(self.scene, self.resolve, k)):
            _, mention, rule = found
            parties = mention.parties
            if personal and mention.personal:
                speaker, gender = mention.speaker, gender or mention.gender
        if (named := self.links.named(k)) != k:
            return self.resolve(named)
        if not parties and (name := describe_body(self.scene, k)):
            return Mention((name,), None, "described in the article", personal, plural, gender, piece.text)
        return Mention(parties, speaker, rule, personal, plural, gender, piece.text)

    def _side(self, k: int) -> tuple[tuple[str, ...], str]:
        """The parties that stand with a role word in its own noun phrase, and the rule."""
        if k not in self.sides:
            self.sides[k] = (), ""  # what a chain that comes back to this role word finds
            self.sides[k] = self._find_side(k)
        return self.sides[k]

    def _find_side(self, k: int) -> tuple[tuple[str, ...], str]:
        j = self.links.before(k)
        if j is not None:
            parties = self._left(j)
            if parties and self._speaks_for(k, j, parties) and (self.scene.is_owner(j) or self._is_side(j)):
                return parties, "side before the role"
        if (after := self.links.after(k)) is not None:
            j, word = self.links.head(after[0], self.pieces[after[0]].last + 8), after[1]
            parties = find_parties(self.scene, self.resolve, j) if self._ties(k, j, word) else ()
            if parties and self._speaks_for(k, j, parties):
                return parties, "side behind the role"
        return (), ""

    def _ties(self, k: int, j: int, word: str) -> bool:
        """Whether a preposition makes piece `j` the side of role `k`: "adviser to the president", not "ambassador to Chile"."""
        kind = self.pieces[j].kind
        if word in ("in", "inside", "within", "under"):
            return kind in (PieceKind.ACTOR, PieceKind.ROLE)
        if kind in (PieceKind.NAME, PieceKind.ACTOR) and word in ("of", "for") and self.pieces[k].role is RoleKind.OFFICE:
            first = self.pieces[j].text.split()[0].lower()
            person = kind is PieceKind.NAME and (self.pieces[j].title or self.scene.directory.find_person(self.pieces[j].text))
            return (
                not person and first not in self.scene.catalogue.roles.portfolios
            )  # "Minister of Health", "Minister for Justice Ann Lee"
        if word == "to":
            return kind is PieceKind.ROLE or self.pieces[k].text in ("adviser", "advisor", "aide", "counsel")
        return kind is not PieceKind.NAME or word in ("of", "for", "at", "with")

    def _left(self, j: int) -> tuple[str, ...]:
        """Parties of the piece before a role, with what is coordinated: "Turkish and American officials"."""
        if self.pieces[j].kind is PieceKind.ROLE and not self.scene.is_owner(j):
            inner, _ = self._side(j)
            if inner:
                return inner
            if self.pieces[j].role in PERSONAL or self.pieces[j].role is RoleKind.DOCUMENT:
                return ()
        parties = find_parties(self.scene, self.resolve, j)
        while j > 0 and len(parties) < 4 and self.links.gap(j - 1, j) in (["and"], [","], [",", "and"]):
            if self.pieces[j].kind is not PieceKind.ACTOR or self.pieces[j - 1].kind is not PieceKind.ACTOR:
                break
            j -= 1
            parties = tuple(dict.fromkeys((*find_parties(self.scene, self.resolve, j), *parties)))
        return parties

    def _is_side(self, j: int) -> bool:
        """Whether a name before a role is a side and no mere adjective ("Methodist leaders"): it stands alone elsewhere."""
        piece, directory, words = self.pieces[j], self.scene.directory, self.scene.words
        if piece.kind is PieceKind.NAME and piece.text.lower() in self.scene.catalogue.roles.portfolios:
            return False
        if piece.kind is not PieceKind.NAME or directory.find_organisation(piece.text) or directory.find_person(piece.text):
            return True
        if self.scene.catalogue.find_setting(piece.text):
            return True  # "the Tamil Nadu government"
        for k in self.scene.same_names.get(piece.text, ()):
            after = words.lowers[self.pieces[k].last] if self.pieces[k].last < len(words.lowers) else "."
            if k != j and (k in self.scene.sources or after in ("'s", "'", ",", ".") or after in self.scene.catalogue.roles.stops):
                return True
        return False

    def _speaks_for(self, k: int, j: int, parties: tuple[str, ...]) -> bool:
        """Whether the role `k` speaks for the side `j`: an economist does not for a state, nor "their union" for them."""
        kind, piece, catalogue = self.pieces[k].role, self.pieces[j], self.scene.catalogue
        political = piece.name is not None and piece.name.actor.kind is ActorKind.POLITICAL_PARTY
        wide = self.pieces[k].last - self.pieces[k].first > len(self.pieces[k].text.split())
        if kind is RoleKind.OFFICE and political and (wide or piece.text.lower() in catalogue.roles.portfolios):
            return False  # "Democratic Institutions Minister", "Labor Secretary"
        if kind in (RoleKind.VAGUE, RoleKind.BYSTANDER):
            return False
        states = any(catalogue.kinds.get(party) is ActorKind.STATE for party in parties)
        if states and self.scene.words.lowers[self.pieces[k].first - 1] in catalogue.roles.shadow:
            return False  # "Norwegian opposition leader"
        if self.pieces[k].text == "party" and piece.kind is PieceKind.PRONOUN and self.resolve(j).personal:
            return not states
        if kind is RoleKind.MEMBER and piece.kind is PieceKind.NAME and not self.scene.directory.find_organisation(piece.text):
            return False
        if kind is RoleKind.BODY and piece.kind in (PieceKind.ACTOR, PieceKind.PRONOUN):
            return any(self.pieces[k].text in catalogue.heads.get(party, ()) for party in parties)
        if kind in (RoleKind.EXPERT, RoleKind.MEMBER, RoleKind.BODY):
            return not states
        return True
