"""Statements as words with their base forms, and the phrases found among them. Pure; linear in the length of the text."""

import re
from dataclasses import dataclass
from typing import TypeVar

from tracker.language.lexicon import Lexicon, Phrases

T = TypeVar("T")

MOST_CHARACTERS = 4000
"""Of a statement that are looked at; a longer one is no single position."""

# The first alternative is only there because it is the quickest to try.
_TOKEN = re.compile("[a-z]+(?= )|\\d[\\d.,]*\\d|\\d|[^\\W\\d_]+(?:['\u2019\u2011-][^\\W\\d_]+)*['\u2019]?|[^\\w\\s]")
_IRREGULAR = {"won't": ("will", "not"), "can't": ("can", "not"), "shan't": ("shall", "not"), "ain't": ("be", "not")}
_CANNOT = ("can", "not")
_ENDINGS = {"'ll": "will", "'re": "be", "'ve": "have", "'d": "would", "'m": "be"}
QUOTES = frozenset('"\u201c\u201d\u201e\u00ab\u00bb')
STOPS = frozenset(".;!?:")


@dataclass(frozen=True, slots=True)
class Words:
    """A statement's words in parallel lists: lower case, base form, and where each stands in `text`."""

    text: str
    lower: list[str]
    lemmas: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.lower)

    def between(self, start: int, end: int) -> str:
        """The text of the words `start` up to, not including, `end`, verbatim; empty where there are none."""
        return self.text[self.starts[start] : self.ends[end - 1]] if start < end else ""


def parse_words(text: str, lexicon: Lexicon) -> Words:
    """The words of `text` with contractions opened ("won't" is `will` and `not`); beyond `MOST_CHARACTERS` nothing is read."""
    known = lexicon.lemmas
    lowers: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _TOKEN.finditer(text, 0, MOST_CHARACTERS):
        lower = match[0].lower()
        start, end = match.span()
        if not lower.isalnum():
            lower = lower.replace("\u2019", "'").replace("\u2011", "-")
        parts = _opened(lower, lexicon) if "'" in lower else _CANNOT if lower == "cannot" else None
        if parts is None:
            lowers.append(lower)
            starts.append(start)
            ends.append(end)
        else:
            lowers += parts
            starts += [start] * len(parts)
            ends += [end] * len(parts)
    return Words(text, lowers, [known.get(lower, lower) for lower in lowers], starts, ends)


def find_phrases(words: Words, phrases: Phrases[T], exact: bool = False) -> list[tuple[int, int, T]]:
    """Every phrase as (first word, word behind the last, value), left to right, the longest at each place, none
    overlapping; `exact` compares the words' own forms."""
    found = []
    lemmas = words.lower if exact else words.lemmas
    by_first = phrases.by_first
    end = 0
    for i, lemma in enumerate(lemmas):
        if lemma in by_first and i >= end and (hit := phrases.find_at(lemmas, i)) is not None:
            end = i + hit[0]
            found.append((i, end, hit[1]))
    return found


def _opened(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("n't"):
        return word[:-3], "not"
    stem, mark, ending = word.rpartition("'")
    if not stem:
        return (word,)
    if mark + ending in _ENDINGS:
        return stem, _ENDINGS[mark + ending]
    if ending == "s":
        return (stem, "be") if stem in lexicon.grammar.copula_subjects else (stem, "'s")
    return (stem,) if not ending else (word,)
