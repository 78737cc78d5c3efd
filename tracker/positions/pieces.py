"""The pieces of an article that can tell whose voice is heard: known actors, other names, role words and pronouns.

A run of capitalised words is cut where a known actor, a title and a person's name meet ("Ukrainian President Ada Bell"); a run that
ends in the head noun of an organisation stays whole ("Harbour Pilots' Association").
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from tracker.model import ActorKind
from tracker.positions.capitals import Capitals
from tracker.positions.catalogue import Catalogue, Name
from tracker.positions.roles import PERSONAL, RoleKind
from tracker.positions.words import Words

PERSON_PRONOUNS = frozenset({"he", "she", "him", "his", "her", "himself", "herself"})
THING_PRONOUNS = frozenset({"it", "its", "itself"})
GROUP_PRONOUNS = frozenset({"they", "them", "their", "themselves"})
FIRST_PRONOUNS = frozenset({"i", "we", "my", "our", "me", "us"})
RELATIVES = frozenset({"who", "which", "whose", "whom"})
_PRONOUNS = PERSON_PRONOUNS | THING_PRONOUNS | GROUP_PRONOUNS | FIRST_PRONOUNS | RELATIVES


class PieceKind(StrEnum):
    ACTOR = "actor"
    ROLE = "role"
    NAME = "name"
    ORGANISATION = "organisation"
    PRONOUN = "pronoun"
    JOINT = "joint"


@dataclass(frozen=True, slots=True)
class Piece:
    """Tokens `first` up to, not including, `last`. `text` is a name as written, else lower case."""

    kind: PieceKind
    first: int
    last: int
    text: str
    name: Name | None = None
    role: RoleKind | None = None
    organisation: ActorKind | None = None
    title: str = ""
    """The courtesy title before a person's name, lower case."""


def find_pieces(
    words: Words, catalogue: Catalogue, sources: Mapping[int, int] = MappingProxyType({}), known: Collection[str] = ()
) -> list[Piece]:
    """All pieces in text order; they do not overlap.

    `sources` are the ends of the sources of attributions by their beginnings, `known` last names of persons of earlier articles.
    """
    return list(_Finder(words, catalogue, sources, known).pieces())


class _Finder:
    """The text's own usage, counted once: which words it also writes small, which names also stand alone."""

    def __init__(self, words: Words, catalogue: Catalogue, sources: Mapping[int, int], known: Collection[str]) -> None:
        self.words = words
        self.known = known
        self.sources = sources
        self.catalogue = catalogue
        self.roles = catalogue.roles
        self.capitals = Capitals(words, catalogue)
        self.small, self.alone = self.capitals.small, self.capitals.alone

    def pieces(self) -> Iterator[Piece]:
        words, lowers, capital, i, title = self.words, self.words.lowers, self.capitals.capital, 0, ""
        beginning = self.roles.beginning
        for at in [at for at, low in enumerate(lowers) if capital[at] or low in beginning or low in _PRONOUNS]:
            if at < i:
                continue
            i, low = at, lowers[at]
            if (
                low in self.roles.titles
                and i + 1 < len(lowers)
                and self.capitals.is_capital(i + 1)
                and (low,) not in self.roles.words
            ):
                title, i = low, i + 1
                continue
            if self._begins_name(i):
                last = self.capitals.find_end(i)
                yield from self._cut(i, last, title)
                i = max(last, self._reached)
            elif low in _PRONOUNS and not (low == "us" and words.texts[i].isupper()):
                yield Piece(PieceKind.PRONOUN, i, i + 1, low)
                i += 1
            elif low in self.roles.joint and i and (lowers[i - 1] in ("both", "two") or lowers[i - 2 : i] == ["two", "warring"]):
                yield Piece(PieceKind.JOINT, i, i + 1, low)
                i += 1
            elif low in self.roles.leads and i and lowers[i - 1] in ("who", "which"):
                i += 1  # "who chairs the board"
            elif low == "opposition" and self._qualifies(i):
                i += 1  # "the opposition Harbour Party", "opposition lawmakers"
            elif (role := self.catalogue.find_role(words, i)) and not self._is_adjective(i, role[2]):
                yield Piece(PieceKind.ROLE, i, i + role[2], role[0], role=role[1])
                i += role[2]
            else:
                i += 1
            title = ""

    def _qualifies(self, i: int) -> bool:
        """Whether a name or a role follows at once."""
        return i + 1 < len(self.words.lowers) and (
            self.capitals.is_capital(i + 1) or self.catalogue.find_role(self.words, i + 1) is not None
        )

    def _is_adjective(self, i: int, length: int) -> bool:
        """Whether a role word only qualifies the small word behind it: "general licences", "police stations"."""
        after = self.words.texts[i + 1] if i + 1 < len(self.words.texts) else "."
        low, roles = self.words.lowers[i], self.roles
        rank = length == 1 and low in ("general", "major", "principal", "chief") and after[0].islower()
        if rank and after not in roles.stops and after not in roles.prepositions and not after.endswith("ed"):
            return True
        if length > 1 or low not in roles.adjectival or not after[0].islower() or self.catalogue.find_role(self.words, i + 1):
            return False
        return not (after in roles.stops or after in roles.prepositions or after.endswith(("ed", "s")) or after in _PRONOUNS)

    def _begins_name(self, i: int) -> bool:
        if not self.capitals.is_capital(i):
            return False
        low = self.words.lowers[i]
        if self.catalogue.find_name(self.words, i):
            return True
        if low == "per" and i and not self.capitals.opens(i) and i + 1 < len(self.words.texts) and self.capitals.is_capital(i + 1):
            return True  # Per Dahl
        if low in self.roles.determiners or low in self.roles.stops or low in self.roles.prepositions or low in _PRONOUNS:
            return False
        if low in self.roles.ranks and self.capitals.opens(i) and (low in self.roles.past or low in ("rival", "fellow", "tiny")):
            return False
        if low in self.roles.ranks:
            return self.capitals.find_head(i, self.capitals.find_end(i)) is not None and not self._is_attribute(i)
        if self.capitals.opens(i):
            if (role := self.catalogue.find_role(self.words, i)) and role[2] > 1:
                return False
            if i + 1 < len(self.words.texts) and self.capitals.is_capital(i + 1) and low not in self.small:
                return True
            after = self.words.lowers[i + 1 : i + 3]
            if (
                low in self.roles.heads
                and after[:1] in (["of"], ["for"])
                and self.capitals.is_capital(min(i + 2, len(self.words.texts) - 1))
            ):
                return True
            if (
                after[:1] in (["'"], ["'s"])
                and i + 2 < len(self.words.texts)
                and self.capitals.is_capital(i + 2)
                and self.capitals.owns(i + 1)
            ):
                return True
            lone = self.words.starts[i] in self.sources and not low.endswith("s") and not self._is_attribute(i)
            known = low in self.capitals.parts or lone or low in self.known
            return known and low not in self.small and (low,) not in self.roles.words
        return True

    def _is_attribute(self, i: int) -> bool:
        """Whether a word that opens a source qualifies the small word behind it: "Retired driver", "Commercial banks"."""
        end = self.sources.get(self.words.starts[i], 0)
        after = i + 1
        if after >= len(self.words.texts) or self.words.starts[after] >= end:
            return False
        low = self.words.lowers[after]
        return self.words.texts[after][0].islower() and low not in self.roles.stops and low not in self.roles.prepositions

    def _cut(self, first: int, last: int, title: str) -> Iterator[Piece]:
        self._reached = last
        at, titled = first, False
        if self.words.lowers[at].endswith("-based") and at + 1 < last:
            at += 1  # "Mora-based Volta"
        while at < last:
            if found := self.catalogue.find_name(self.words, at):
                name, length = found
                end = at + length
                self._reached = max(self._reached, end)
                if end < last:
                    role = self._role(end, last)
                    head = self.capitals.find_head(at, last)
                    whole = role is None or (head and self.capitals.governs(at, role[0]))
                    lone = last == end + 1 and not name.people and self.words.lowers[end] not in self.alone
                    if whole and (head or name.bare or lone) and not self.catalogue.find_name(self.words, end):
                        yield self._named(at, last, head, title)
                        return
                yield Piece(PieceKind.ACTOR, at, end, self._text(at, end), name=name)
                at = end
                continue
            role = self._role(at, last)
            if role is None:
                low, before = self.words.lowers[at], self.words.lowers[at - 1] if at else ""
                if last == at + 1 and before == "the" and self._is_body(low) and not self.words.texts[at].isupper():
                    yield Piece(PieceKind.ROLE, at, last, low, role=RoleKind.BODY)  # "the Senate", "the Corporation"
                    return
                yield self._named(at, last, self.capitals.find_head(at, last), title)
                return
            start, words, kind, length = role
            end = start + length
            if words == "opposition" and self._qualifies(start):
                at = end
                continue
            if start == at == first and length == 1 and last == end + 1 and self._follows_office(first):
                yield self._named(at, last, None, title)  # "secretary Dean Rourke"
                return
            if start == at > first and length == 1 and last == end + 1 and titled:
                yield self._named(at, last, None, title)  # "Secretary of State Dean Rourke"
                return
            titled = kind in PERSONAL
            if kind is RoleKind.GOVERNMENT and end < last and self.words.lowers[end] in ("of", "for"):
                yield Piece(PieceKind.ROLE, at, last, words, role=kind)
                return
            if start > at and kind is RoleKind.GOVERNMENT and self.catalogue.find_setting(self._text(at, start)):
                yield self._named(at, start, None, "")  # "the Tamil Nadu Government"
                at = start
            if start > at and kind is not RoleKind.GOVERNMENT:
                if head := self.capitals.find_head(at, start):
                    yield self._named(at, start, head, "")
                    at = start
                elif kind not in PERSONAL or (end == last and not self._after_side(at, first)):
                    yield self._named(at, last, self.capitals.find_head(at, last), title)
                    return
                elif self._is_side(at, start, end < last, kind):
                    end_of_name = start
                    while end_of_name > at + 1 and self.words.lowers[end_of_name - 1] in self.roles.portfolios:
                        end_of_name -= 1  # "Kent Water Minister"
                    yield self._named(at, end_of_name, None, "")
                    at = start
            yield Piece(PieceKind.ROLE, at, end, words, role=kind)
            at = end

    def _follows_office(self, first: int) -> bool:
        """Whether the words right before are an office: "secretary | Dean Rourke", "Secretary of State | Dean Rourke"."""
        for start in range(max(0, first - 3), first):
            role = self.catalogue.find_role(self.words, start, first - start)
            if role and role[1] in PERSONAL and role[2] == first - start:
                return True
        return False

    def _is_side(self, at: int, start: int, followed: bool, kind: RoleKind) -> bool:
        """Whether the words before an office are a body's name ("Volta CEO Ann Lee") and not what the office is for."""
        low = self.words.lowers[at]
        if low in self.small or low in self.roles.ranks or low in self.roles.shadow:
            return False
        if followed and low in self.alone:
            return True
        return kind is RoleKind.HOLDER and low not in self.roles.portfolios and self.words.texts[start][0].isupper()

    def _is_body(self, low: str) -> bool:
        """Whether a capitalised word alone stands for a body named in full elsewhere; "the Greens" is a name itself."""
        return self.roles.heads.get(low) in (ActorKind.ORGANISATION, ActorKind.UNION) or low in (
            "party",
            "alliance",
            "company",
            "bank",
            "corporation",
        )

    def _after_side(self, at: int, first: int) -> bool:
        """Whether a title that ends a run is one: "the Trade Commissioner", not "John Major"."""
        before = self.words.lowers[at - 1] if at else ""
        own = all(self.words.lowers[k] in self.small for k in range(at, at + 1))
        return at > first or own or before in self.roles.determiners or before in ("'s", "'")

    def _role(self, at: int, last: int) -> tuple[int, str, RoleKind, int] | None:
        """The first role in a run, unless an organisation's head noun closes the run ("Leaders Forum")."""
        for start in range(at, last):
            if role := self.catalogue.find_role(self.words, start, last - start):
                words, kind, length = role
                if start > at and self.capitals.governs(at, start):
                    continue  # "Union of Young | Doctors"
                if kind in PERSONAL or kind is RoleKind.GOVERNMENT or start == at == last - length:
                    if kind in PERSONAL and start + length < last and self.capitals.find_head(start, last) and start == at:
                        continue
                    return start, words, kind, length
        return None

    def _named(self, first: int, last: int, head: ActorKind | None, title: str) -> Piece:
        kind = PieceKind.ORGANISATION if head and not title else PieceKind.NAME
        return Piece(kind, first, last, self._text(first, last), organisation=head if not title else None, title=title)

    def _text(self, first: int, last: int) -> str:
        parts = []
        for k in range(first, last):
            gap = k > first and self.words.starts[k] > self.words.ends[k - 1]
            parts.append((" " if gap else "") + self.words.texts[k])
        return "".join(parts)
