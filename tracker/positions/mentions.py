"""What the pieces of an article come to, and how prominent each is.

The weights follow Lappin and Leass (1994), "An Algorithm for Pronominal Anaphora Resolution": nearer sentences and paragraphs,
sources and grammatical subjects weigh for a mention; standing behind a preposition or inside a quotation weighs against it. They
were chosen by hand and are few on purpose.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracker.model import Introduction
from tracker.positions.catalogue import Catalogue
from tracker.positions.directory import Directory
from tracker.positions.links import Links
from tracker.positions.pieces import Piece, PieceKind
from tracker.positions.words import Words

_PARAGRAPH, _SENTENCE = 6.0, 2.0
_OBLIQUE, _QUOTED, _SOURCE, _SUBJECT, _OPENING = 6.0, 4.0, -3.0, -2.0, -1.0
LEAST = _SOURCE + _SUBJECT + _OPENING
"""What a mention weighs at least, its distance aside."""
_LONGEST_SPEAKER = 120
_DATELINE_WORDS = 6
_SUBORDINATE = frozenset({"if", "unless", "because", "although", "though", "since", "whether", "than"})
"""Words that open a clause whose subject the text does not go on about."""


@dataclass(frozen=True, slots=True)
class Mention:
    """What a piece came to. `parties` is empty where nobody stands behind it."""

    parties: tuple[str, ...]
    speaker: str | None
    rule: str
    personal: bool = False
    plural: bool = False
    gender: str = ""
    role: str = ""


NOBODY = Mention((), None, "nobody")


@dataclass(frozen=True, slots=True)
class Scene:
    """The article as rules see it."""

    words: Words
    pieces: Sequence[Piece]
    catalogue: Catalogue
    links: Links
    directory: Directory
    sources: frozenset[int]
    """Pieces that stand inside the source of an attribution."""
    contents: frozenset[int]
    """Pieces that stand inside the content of an attribution."""
    introducing: frozenset[int]
    """Role words that introduce a person by name: "minister" in "Minister Ann Lee"."""
    same_names: Mapping[str, Sequence[int]]
    """By text: some of the pieces with that name."""
    prominence: Mapping[str, int] = field(default_factory=dict)
    """How often the article names each person."""
    home: str | None = None
    """The state that the article is set in, where that shows."""
    domestic: bool = False
    """Whether it is about the parties and elections of one state."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """How often the article names each known actor, its places and adjectives included."""
    known: Mapping[str, Introduction] = field(default_factory=dict)
    """Whom earlier articles introduced, by full and by last name."""
    present: tuple[str, ...] = ()
    """The parties for which the persons of the article speak, as a first reading has it."""
    bases: dict[int, float] = field(default_factory=dict)
    heads: dict[str, frozenset[str]] = field(default_factory=dict)
    """What was worked out before: weights by piece, head nouns by party. The text does not change, so neither do they."""

    def weight(self, j: int, k: int) -> float:
        """How unlikely it is that piece `k` goes back to piece `j`; lower is likelier."""
        base = self.bases.get(j)
        if base is None:
            base = self.bases[j] = self._weigh(j)
        return self.distance(j, k) + base

    def distance(self, j: int, k: int) -> float:
        """The part of the weight that grows from each piece to the one before it."""
        words, at, here = self.words, self.pieces[j].first, self.pieces[k].first
        apart = _PARAGRAPH * (words.paragraphs[here] - words.paragraphs[at])
        return apart + _SENTENCE * min(words.sentences[here] - words.sentences[at], 3) + (here - at) / 200

    def _weigh(self, j: int) -> float:
        """The part of the weight that piece `j` has whoever goes back to it."""
        words, at, cost = self.words, self.pieces[j].first, 0.0
        locative = self.is_locative(j)
        if self.is_oblique(j) and not locative:
            cost += _OBLIQUE
        elif locative or self.is_subject(j):
            cost += _SUBJECT
        if j in self.sources:
            cost += _SOURCE
        elif words.quoted[at]:
            cost += _QUOTED
        if words.paragraphs[at] != words.paragraphs[at - 1] if at else True:
            cost += _OPENING
        return cost

    def is_oblique(self, j: int) -> bool:
        """Whether a preposition governs the mention, a determiner aside."""
        at, lowers = self.pieces[j].first, self.words.lowers
        before = lowers[at - 1] if at else ""
        if before in self.catalogue.roles.determiners and at > 1:
            before = lowers[at - 2]
        if before == "of" and self.is_owner(j):
            return False  # "half of Volta's ships"
        return before in self.catalogue.roles.prepositions and before != "by"

    def is_locative(self, j: int) -> bool:
        """Whether the mention is what a sentence opens with: "In Moscow the plan was dismissed", "At the Bakers' Union"."""
        piece, words = self.pieces[j], self.words
        at = piece.first
        place = bool(piece.name and piece.name.place)
        if not place and at and words.lowers[at - 1] == "the":
            at -= 1
        opened = at > 0 and (at == 1 or words.sentences[at - 2] != words.sentences[at])
        body = piece.kind in (PieceKind.NAME, PieceKind.ORGANISATION) and piece.text not in self.directory.places
        return opened and ((place and words.lowers[at - 1] == "in") or (body and words.lowers[at - 1] == "at"))

    def is_subject(self, k: int) -> bool:
        """Whether the mention opens its sentence or a verb form follows it."""
        piece, words = self.pieces[k], self.words
        at = piece.first
        while at and piece.kind is PieceKind.ROLE and piece.first - at < 3 and self.links.is_modifier(words.lowers[at - 1], False):
            at -= 1
        if at and words.lowers[at - 1] in self.catalogue.roles.determiners:
            at -= 1
        if k and self.is_owner(k - 1) and self.pieces[k - 1].last + 1 == piece.first:
            at = self.pieces[k - 1].first  # "Norway's Volta Line"
        if at and words.lowers[at - 1] in _SUBORDINATE:
            return False
        if at == 0 or words.sentences[at - 1] != words.sentences[at]:
            return words.lowers[piece.last : piece.last + 1] not in (["'s"], ["'"])
        after = words.lowers[piece.last] if piece.last < len(words.lowers) else ""
        return after in self.catalogue.roles.verbs or (after.endswith("ed") and after.isalpha())

    def is_dateline(self, k: int) -> bool:
        """Whether the mention is where the article was written: "VIENNA, March 3"."""
        piece = self.pieces[k]
        return piece.last < _DATELINE_WORDS and len(piece.text) > 3 and self.words.texts[piece.first].isupper()

    def is_place(self, k: int) -> bool:
        """Whether the piece is an actor's name that is a place as well."""
        name = self.pieces[k].name
        return bool(name and name.place)

    def is_owner(self, k: int) -> bool:
        """Whether a possessive ending follows."""
        return self.words.lowers[self.pieces[k].last : self.pieces[k].last + 1] in (["'s"], ["'"])

    def verbatim(self, k: int) -> str:
        """The noun phrase up to a piece as the article writes it."""
        first = k
        while first and k - first < 8 and self.links.before(first) == first - 1:
            first -= 1
        texts, starts, ends = self.words.texts, self.words.starts, self.words.ends
        span = range(self.pieces[first].first, self.pieces[k].last)
        parts = [(" " if i > span.start and starts[i] > ends[i - 1] else "") + texts[i] for i in span]
        return "".join(parts)[:_LONGEST_SPEAKER]
