"""Where the names of a text begin and end, by its capitals.

What the text also writes small is no name; a run of capitals goes on over "of", "and" and an apostrophe where a body's name does.
"""

from tracker.model import ActorKind
from tracker.positions.catalogue import Catalogue
from tracker.positions.roles import PERSONAL, RoleKind
from tracker.positions.words import Words

_OPENING = frozenset("\"'“‘«([-—–:")
_LONGEST_RUN = 14
"""Tokens of a name at most: an all-capitals text is cut into many names, not searched again and again."""


class Capitals:
    """The text's own usage, counted once: which words it also writes small, which names also stand alone."""

    def __init__(self, words: Words, catalogue: Catalogue) -> None:
        self.words = words
        self.catalogue = catalogue
        self.roles = catalogue.roles
        self.small = {text for text in set(words.texts) if text[0].islower()}
        upper = [text[0].isupper() for text in words.texts]
        self.capital = [big or (text[:3] == "al-" and text[3:4].isupper()) for big, text in zip(upper, words.texts, strict=True)]
        large = [i for i, big in enumerate(upper) if big]
        self.parts = {words.lowers[i] for i in large if self.names(i)}
        self.pairs = _find_pairs(words, large)
        upper.append(False)  # what stands behind the last word, and before the first one
        self.alone = {words.lowers[i] for i in large if i and not upper[i - 1] and not upper[i + 1] and not self.opens(i)}

    def is_capital(self, i: int) -> bool:
        return self.capital[i]

    def opens(self, i: int) -> bool:
        """Whether the word begins a sentence or a quotation, so that its capital tells nothing."""
        return (
            i == 0
            or self.words.sentences[i - 1] != self.words.sentences[i]
            or (self.words.texts[i - 1] in _OPENING and self.words.texts[i - 1] != "(")
        )

    def names(self, i: int) -> bool:
        """Whether a capital shows a name: not at an opening, but where another capital follows ("Volta TV said")."""
        if not self.opens(i):
            return True
        texts, low = self.words.texts, self.words.lowers[i]
        plain = (
            low in self.roles.stops or low in self.roles.determiners or low in self.roles.prepositions or (low,) in self.roles.words
        )
        return not plain and low not in self.small and i + 1 < len(texts) and texts[i + 1][0].isupper()

    def find_end(self, i: int) -> int:
        words, lowers, n = self.words, self.words.lowers, len(self.words.lowers)
        joined = False
        role = self.catalogue.find_role(words, i)
        j = i + (role[2] if role and role[1] in PERSONAL else 1)  # "Secretary of State Ann Lee"
        while j < n and j - i < _LONGEST_RUN and words.sentences[j] == words.sentences[i]:
            low = lowers[j]
            if self.is_capital(j):
                if low in self.roles.stops and low not in ("us", "first", "last", "second"):
                    break
                office = self.catalogue.find_role(words, j) if low == "secretary" else None
                j += office[2] if office else 1  # "U.S. Secretary of State Ann Lee"
            elif low in ("of", "for", "on", "and") and self._joins(i, j, low, joined):
                joined = joined or low != "and"
                j += 2 if self.is_capital(j + 1) else 3
            elif low in self.roles.particles and j + 1 < n and self.is_capital(j + 1):
                j += 2
            elif (
                low == "'" and lowers[j + 1 : j + 2] == ["and"] and j + 2 < n and self.is_capital(j + 2) and self._is_shared(j + 2)
            ):
                j += 3
            elif low in ("'", "'s") and j + 1 < n and self.is_capital(j + 1) and self.owns(j):
                j += 2
            else:
                break
        return j

    def _joins(self, i: int, j: int, low: str, joined: bool) -> bool:
        lowers = self.words.lowers
        after = j + 1 + (j + 1 < len(lowers) and lowers[j + 1] == "the" and low != "and")
        if after >= len(lowers) or not self.is_capital(after) or lowers[after] in self.roles.stops:
            return False  # "Volta Bank on Tuesday" is no name
        if low == "and":
            if j - i == 1 and (lowers[i], lowers[after]) in self.pairs:
                return True
            if joined:
                return not self.catalogue.find_name(self.words, after) and not self.catalogue.find_role(self.words, after)
            end = after + 1
            while end < len(lowers) and end - after < 3 and self.is_capital(end):
                end += 1
            plain = j - i == 1 and lowers[i] not in self.alone and not self.catalogue.find_name(self.words, i)
            return plain and end - after > 1 and lowers[end - 1] in self.roles.heads and lowers[i] not in self.roles.heads
        if low == "of" and j - i == 1 and i and lowers[i - 1] == "the":
            end = after
            while end < len(lowers) and end - after < 5 and self.is_capital(end):
                end += 1
            if lowers[end - 1] in self.roles.heads and not self.catalogue.find_role(self.words, i):
                return True
        head = lowers[j - 1]
        return head in self.roles.heads or head in ("ministry", "department", "office", "secretariat", "house", "embassy")

    def owns(self, j: int) -> bool:
        """Whether an apostrophe stands inside a name ("Bakers' Guild", "People's Party") and is not a plain possessive."""
        lowers, end = self.words.lowers, j + 1
        while end < len(lowers) and end - j < 6 and self.is_capital(end):
            end += 1
        if self.catalogue.find_name(self.words, j - 1):
            return False
        if not any(low in self.roles.heads for low in lowers[j + 1 : end]):
            return self._is_of_many(j, end)
        role = self.catalogue.find_role(self.words, j - 1)
        if role and role[1] not in (RoleKind.VAGUE, RoleKind.SIDED, RoleKind.BYSTANDER):
            return False
        return lowers[j] != "'s" or lowers[j - 1] not in self.alone

    def _is_of_many(self, j: int, end: int) -> bool:
        """Whether a body is named after its members and by no head noun: "Tenants' Voice", where "tenants" are no name."""
        lowers = self.words.lowers
        if lowers[j] != "'" or end - j > 3 or not lowers[j - 1].endswith("s") or lowers[j - 1] in self.alone:
            return False
        role = self.catalogue.find_role(self.words, j - 1)
        member = lowers[j - 1] in self.small if role is None else role[1] in (RoleKind.VAGUE, RoleKind.SIDED, RoleKind.BYSTANDER)
        return member and lowers[j + 1] not in self.alone and not self.catalogue.find_name(self.words, j + 1)

    def _is_shared(self, j: int) -> bool:
        """Whether a head noun closes what two owners have together: "Bakers' and Millers' Guild"."""
        lowers, end = self.words.lowers, j
        while end < len(lowers) and end - j < 5 and (self.is_capital(end) or lowers[end] == "'"):
            end += 1
        return any(low in self.roles.heads for low in lowers[j + 1 : end])

    def governs(self, first: int, at: int) -> bool:
        """Whether a role word only says whose the body is: "Council of Nurses", "Owners' Council"."""
        lowers = self.words.lowers
        return any(lowers[k] in ("of", "for") and lowers[k - 1] in self.roles.heads for k in range(first + 1, at))

    def find_head(self, first: int, last: int) -> ActorKind | None:
        heads, lowers = self.roles.heads, self.words.lowers
        if last - first < 2:
            return None
        for k in range(first, last - 1):
            if lowers[k + 1] in ("of", "for", "on") and lowers[k] in heads:
                kind = heads[lowers[k]]
                return ActorKind.ORGANISATION if lowers[k] in ("bank",) else kind
        if lowers[first] in self.roles.first:
            return ActorKind.ORGANISATION
        if last - first < 5 and lowers[first + 1] == "'" and self._is_of_many(first + 1, last):
            return ActorKind.ORGANISATION
        if lowers[last - 1] == "group" and lowers[last - 2] in ("'", "'s", "residents", "users", "rights"):
            return ActorKind.ORGANISATION
        return heads.get(lowers[last - 1]) or (heads.get(" ".join(lowers[last - 2 : last])) if last - first > 2 else None)


def _find_pairs(words: Words, large: list[int]) -> set[tuple[str, str]]:
    """Two words that make one name with "and" between them: they stand so again and again and never one without the other."""
    texts, lowers = words.texts, words.lowers
    pairs: dict[tuple[str, str], int] = {}
    counts: dict[str, int] = {}
    for i in large:
        counts[lowers[i]] = counts.get(lowers[i], 0) + 1
        if i + 2 < len(texts) and lowers[i + 1] == "and" and texts[i + 2][0].isupper():
            apart = (i == 0 or not texts[i - 1][0].isupper()) and not (i + 3 < len(texts) and texts[i + 3][0].isupper())
            pairs[lowers[i], lowers[i + 2]] = pairs.get((lowers[i], lowers[i + 2]), 0) + apart
    return {pair for pair, count in pairs.items() if count > 1 and counts[pair[0]] == counts[pair[1]] == count}
