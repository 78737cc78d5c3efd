"""The pieces of an article that can tell whose voice is heard: known actors, other names, role words and pronouns.

A run of capitalised words is cut where a known actor, a title and a person's name meet ("Ukrainian President Ada Bell"); a run that
ends in the head noun of an organisation stays whole ("Harbour Pilots' Association").
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from tracker.model import ActorKind
from tracker.positions.catalogue import Catalogue, Name
from tracker.positions.roles import PERSONAL, RoleKind
from tracker.positions.words import Words

PERSON_PRONOUNS = frozenset({"he", "she", "him", "his", "her", "himself", "herself"})
THING_PRONOUNS = frozenset({"it", "its", "itself"})
GROUP_PRONOUNS = frozenset({"they", "them", "their", "themselves"})
FIRST_PRONOUNS = frozenset({"i", "we", "my", "our", "me", "us"})
RELATIVES = frozenset({"who", "which", "whose", "whom"})
_PRONOUNS = PERSON_PRONOUNS | THING_PRONOUNS | GROUP_PRONOUNS | FIRST_PRONOUNS | RELATIVES
_OPENING = frozenset("\"'“‘«([-—–:")
_LONGEST_RUN = 14
"""Tokens of a name at most: an all-capitals text is cut into many names, not searched again and again."""


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


def _find_pairs(words: Words) -> set[tuple[str, str]]:
    """Two words that make one name with "and" between them: they stand so again and again and never one without the other."""
    texts, lowers = words.texts, words.lowers
    pairs: dict[tuple[str, str], int] = {}
    counts: dict[str, int] = {}
    for i in range(len(texts)):
        if not texts[i][0].isupper():
            continue
        counts[lowers[i]] = counts.get(lowers[i], 0) + 1
        if lowers[i + 1 : i + 2] == ["and"] and i + 2 < len(texts) and texts[i + 2][0].isupper():
            apart = (i == 0 or not texts[i - 1][0].isupper()) and not (i + 3 < len(texts) and texts[i + 3][0].isupper())
            pairs[lowers[i], lowers[i + 2]] = pairs.get((lowers[i], lowers[i + 2]), 0) + apart
    return {pair for pair, count in pairs.items() if count > 1 and counts[pair[0]] == counts[pair[1]] == count}


class _Finder:
    """The text's own usage, counted once: which words it also writes small, which names also stand alone."""

    def __init__(self, words: Words, catalogue: Catalogue, sources: Mapping[int, int], known: Collection[str]) -> None:
        self.words = words
        self.known = known
        self.sources = sources
        self.catalogue = catalogue
        self.roles = catalogue.roles
        self.small = {text for text in words.texts if text[0].islower()}
        self.parts = {words.lowers[i] for i in range(len(words.texts)) if words.texts[i][0].isupper() and self._names(i)}
        self.pairs = _find_pairs(words)
        self.alone = {
            words.lowers[i]
            for i in range(1, len(words.texts))
            if words.texts[i][0].isupper()
            and not self._opens(i)
            and not words.texts[i - 1][0].isupper()
            and not (i + 1 < len(words.texts) and words.texts[i + 1][0].isupper())
        }

    def pieces(self) -> Iterator[Piece]:
        words, lowers, i, title = self.words, self.words.lowers, 0, ""
        while i < len(lowers):
            low = lowers[i]
            if low in self.roles.titles and i + 1 < len(lowers) and self._capital(i + 1) and (low,) not in self.roles.words:
                title, i = low, i + 1
                continue
            if self._begins_name(i):
                last = self._run(i)
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

    def _capital(self, i: int) -> bool:
        text = self.words.texts[i]
        return text[0].isupper() or (text[:3] == "al-" and text[3:4].isupper())

    def _opens(self, i: int) -> bool:
        """Whether the word begins a sentence or a quotation, so that its capital tells nothing."""
        return (
            i == 0
            or self.words.sentences[i - 1] != self.words.sentences[i]
            or (self.words.texts[i - 1] in _OPENING and self.words.texts[i - 1] != "(")
        )

    def _names(self, i: int) -> bool:
        """Whether a capital shows a name: not at an opening, but where another capital follows ("Volta TV said")."""
        if not self._opens(i):
            return True
        texts, low = self.words.texts, self.words.lowers[i]
        plain = low in self.roles.stops or low in self.roles.determiners or low in self.roles.prepositions or (low,) in self.roles.words
        return not plain and low not in self.small and i + 1 < len(texts) and texts[i + 1][0].isupper()

    def _qualifies(self, i: int) -> bool:
        """Whether a name or a role follows at once."""
        return i + 1 < len(self.words.lowers) and (self._capital(i + 1) or self.catalogue.find_role(self.words, i + 1) is not None)

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
        if not self._capital(i):
            return False
        low = self.words.lowers[i]
        if self.catalogue.find_name(self.words, i):
            return True
        if low == "per" and i and not self._opens(i) and i + 1 < len(self.words.texts) and self._capital(i + 1):
            return True  # Per Dahl
        if low in self.roles.determiners or low in self.roles.stops or low in self.roles.prepositions or low in _PRONOUNS:
            return False
        if low in self.roles.ranks and self._opens(i) and (low in self.roles.past or low in ("rival", "fellow", "tiny")):
            return False
        if low in self.roles.ranks:
            return self._head(i, self._run(i)) is not None and not self._is_attribute(i)
        if self._opens(i):
            if (role := self.catalogue.find_role(self.words, i)) and role[2] > 1:
                return False
            if i + 1 < len(self.words.texts) and self._capital(i + 1) and low not in self.small:
                return True
            after = self.words.lowers[i + 1 : i + 3]
            if low in self.roles.heads and after[:1] in (["of"], ["for"]) and self._capital(min(i + 2, len(self.words.texts) - 1)):
                return True
            if after[:1] in (["'"], ["'s"]) and i + 2 < len(self.words.texts) and self._capital(i + 2) and self._owned(i + 1):
                return True
            lone = self.words.starts[i] in self.sources and not low.endswith("s") and not self._is_attribute(i)
            known = low in self.parts or lone or low in self.known
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

    def _run(self, i: int) -> int:
        words, lowers, n = self.words, self.words.lowers, len(self.words.lowers)
        joined = False
        role = self.catalogue.find_role(words, i)
        j = i + (role[2] if role and role[1] in PERSONAL else 1)  # "Secretary of State Ann Lee"
        while j < n and j - i < _LONGEST_RUN and words.sentences[j] == words.sentences[i]:
            low = lowers[j]
            if self._capital(j):
                if low in self.roles.stops and low not in ("us", "first", "last", "second"):
                    break
                office = self.catalogue.find_role(words, j) if low == "secretary" else None
                j += office[2] if office else 1  # "U.S. Secretary of State Ann Lee"
            elif low in ("of", "for", "on", "and") and self._joins(i, j, low, joined):
                joined = joined or low != "and"
                j += 2 if self._capital(j + 1) else 3
            elif low in self.roles.particles and j + 1 < n and self._capital(j + 1):
                j += 2
            elif low == "'" and lowers[j + 1 : j + 2] == ["and"] and j + 2 < n and self._capital(j + 2) and self._is_shared(j + 2):
                j += 3
            elif low in ("'", "'s") and j + 1 < n and self._capital(j + 1) and self._owned(j):
                j += 2
            else:
                break
        return j

    def _joins(self, i: int, j: int, low: str, joined: bool) -> bool:
        lowers = self.words.lowers
        after = j + 1 + (j + 1 < len(lowers) and lowers[j + 1] == "the" and low != "and")
        if after >= len(lowers) or not self._capital(after) or lowers[after] in self.roles.stops:
            return False  # "Volta Bank on Tuesday" is no name
        if low == "and":
            if j - i == 1 and (lowers[i], lowers[after]) in self.pairs:
                return True
            if joined:
                return not self.catalogue.find_name(self.words, after) and not self.catalogue.find_role(self.words, after)
            end = after + 1
            while end < len(lowers) and end - after < 3 and self._capital(end):
                end += 1
            plain = j - i == 1 and lowers[i] not in self.alone and not self.catalogue.find_name(self.words, i)
            return plain and end - after > 1 and lowers[end - 1] in self.roles.heads and lowers[i] not in self.roles.heads
        if low == "of" and j - i == 1 and i and lowers[i - 1] == "the":
            end = after
            while end < len(lowers) and end - after < 5 and self._capital(end):
                end += 1
            if lowers[end - 1] in self.roles.heads and not self.catalogue.find_role(self.words, i):
                return True
        head = lowers[j - 1]
        return head in self.roles.heads or head in ("ministry", "department", "office", "secretariat", "house", "embassy")

    def _owned(self, j: int) -> bool:
        """Whether an apostrophe stands inside a name ("Bakers' Guild", "People's Party") and is not a plain possessive."""
        lowers, end = self.words.lowers, j + 1
        while end < len(lowers) and end - j < 6 and self._capital(end):
            end += 1
        if self.catalogue.find_name(self.words, j - 1) or not any(low in self.roles.heads for low in lowers[j + 1 : end]):
            return False
        role = self.catalogue.find_role(self.words, j - 1)
        if role and role[1] not in (RoleKind.VAGUE, RoleKind.SIDED, RoleKind.BYSTANDER):
            return False
        return lowers[j] != "'s" or lowers[j - 1] not in self.alone

    def _is_shared(self, j: int) -> bool:
        """Whether a head noun closes what two owners have together: "Bakers' and Millers' Guild"."""
        lowers, end = self.words.lowers, j
        while end < len(lowers) and end - j < 5 and (self._capital(end) or lowers[end] == "'"):
            end += 1
        return any(low in self.roles.heads for low in lowers[j + 1 : end])

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
                    head = self._head(at, last)
                    whole = role is None or (head and self._governs(at, role[0]))
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
                yield self._named(at, last, self._head(at, last), title)
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
                if head := self._head(at, start):
                    yield self._named(at, start, head, "")
                    at = start
                elif kind not in PERSONAL or (end == last and not self._after_side(at, first)):
                    yield self._named(at, last, self._head(at, last), title)
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

    def _governs(self, first: int, at: int) -> bool:
        """Whether a role word only says whose the body is: "Council of Nurses", "Owners' Council"."""
        lowers = self.words.lowers
        return any(lowers[k] in ("of", "for") and lowers[k - 1] in self.roles.heads for k in range(first + 1, at))

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
                if start > at and self._governs(at, start):
                    continue  # "Union of Young | Doctors"
                if kind in PERSONAL or kind is RoleKind.GOVERNMENT or start == at == last - length:
                    if kind in PERSONAL and start + length < last and self._head(start, last) and start == at:
                        continue
                    return start, words, kind, length
        return None

    def _head(self, first: int, last: int) -> ActorKind | None:
        heads, lowers = self.roles.heads, self.words.lowers
        if last - first < 2:
            return None
        for k in range(first, last - 1):
            if lowers[k + 1] in ("of", "for", "on") and lowers[k] in heads:
                kind = heads[lowers[k]]
                return ActorKind.ORGANISATION if lowers[k] in ("bank",) else kind
        if lowers[first] in self.roles.first:
            return ActorKind.ORGANISATION
        if lowers[last - 1] == "group" and lowers[last - 2] in ("'", "'s", "residents", "users", "rights"):
            return ActorKind.ORGANISATION
        return heads.get(lowers[last - 1]) or (heads.get(" ".join(lowers[last - 2 : last])) if last - first > 2 else None)

    def _named(self, first: int, last: int, head: ActorKind | None, title: str) -> Piece:
        kind = PieceKind.ORGANISATION if head and not title else PieceKind.NAME
        return Piece(kind, first, last, self._text(first, last), organisation=head if not title else None, title=title)

    def _text(self, first: int, last: int) -> str:
        parts = []
        for k in range(first, last):
            gap = k > first and self.words.starts[k] > self.words.ends[k - 1]
            parts.append((" " if gap else "") + self.words.texts[k])
        return "".join(parts)
