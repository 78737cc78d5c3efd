"""Sentences of a text, by rule: one pass over its full stops, question marks and exclamation marks.

Each mark is a candidate; what stands before it (title, initial, abbreviation: `lexicon/en/abbreviations.toml`) and behind it
(a capital, a figure, a word that opens sentences) decides, as in rule-based splitters since Mikheev (2002), "Periods,
capitalized words, etc.". The library splitters that were weighed against it, with their figures: docs/accuracy.md.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from tracker.language.windows import find_paragraphs
from tracker.model import Span

_OPENING = "\"'“‘«„([{*_—–-"
_CLOSING = "\"'”’»)]}*_"

# The look-behind lets each run of marks be tried from its first one alone: no input makes this quadratic. Possessive repeats would
# say the same, but Python 3.11.2 loses matches with them.
_MARK = re.compile(rf"(?<![.!?…])([.!?…]+)([{re.escape(_CLOSING)}]*(?:\s?\[\d{{1,3}}\])*)(?:\s|\Z|(?=[“«])|(?<=[”»])(?=[A-Z]))")
_LINE = re.compile(r"\n[^\S\n]*")
_LIST_MARK = re.compile(r"(?:[-*•–—▪◦‣]|\(?\d{1,3}[.)])\s")
_WORD_BEFORE = re.compile(r"[^\s\"'“”‘’«»()\[\]{}*_/—–]*\Z")
_WORD_BEHIND = re.compile(r"[^\W_]+(?:['’.&-][^\W_]+)*")
_NAME_THEN_VERB = re.compile(r"(?:[A-Z][\w.'’-]{0,30}\s+){1,4}([a-z]+)")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]\Z")

_BEFORE = 40
"""Characters that are looked at before a mark; a longer word is no abbreviation."""
_BEHIND = 160
_LONGEST_SHORTENED = 5
"""Letters of a word in lower case that may be a shortened one nobody listed."""
_MARGIN = 8
"""Characters of white space and bullets that may stand before the number of a list item."""
_WRAPPED = 120
"""A paragraph with a longer line is not hard-wrapped: its line ends are breaks."""


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """The lists of abbreviations.toml, final full stops left off."""

    titles: frozenset[str]
    joining: frozenset[str]
    before_number: frozenset[str]
    open_ended: frozenset[str]
    openers: frozenset[str]
    calendar: frozenset[str]
    reporting: frozenset[str]


@cache
def load_abbreviations(language: str = "en") -> Abbreviations:
    """The abbreviations of a language, read once from the package's data."""
    data = tomllib.loads(files("tracker.language").joinpath("lexicon", language, "abbreviations.toml").read_text("utf-8"))
    return Abbreviations(**{name: frozenset(words) for name, words in data.items()})


def find_sentences(text: str) -> list[Span]:
    """The sentences of a text in order: verbatim, without white space at their edges, none across a paragraph.

    Everything but white space lies in exactly one of them: headings and list items count as sentences.
    """
    lists = load_abbreviations()
    return [sentence for paragraph in find_paragraphs(text) for sentence in _split(text, paragraph, lists)]


def _split(text: str, paragraph: Span, lists: Abbreviations) -> Iterator[Span]:
    start = paragraph.start
    for stop in _find_stops(text, paragraph, lists):
        if stop > start:
            end = start + len(text[start:stop].rstrip())
            yield Span(start, end)
            start = end
            while start < paragraph.end and text[start].isspace():
                start += 1
    if start < paragraph.end:
        yield Span(start, paragraph.end)


def _find_stops(text: str, paragraph: Span, lists: Abbreviations) -> list[int]:
    """Where sentences end, in order."""
    stops = _find_line_stops(text, paragraph)
    line_stops = iter([*stops, paragraph.end + 1])
    next_line = next(line_stops)
    start = paragraph.start
    found = []
    for mark in _MARK.finditer(text, paragraph.start, paragraph.end):
        while next_line <= mark.start():
            start = next_line
            next_line = next(line_stops)
        if _ends_sentence(text, mark, start, paragraph.end, lists):
            found.append(mark.end(2))
            start = mark.end()
    return sorted({*found, *stops})


def _find_line_stops(text: str, paragraph: Span) -> list[int]:
    """Line ends that break a sentence: before a list item, and all of them where lines are not hard-wrapped."""
    breaks = list(_LINE.finditer(text, paragraph.start, paragraph.end))
    if not breaks:
        return []
    edges = [paragraph.start, *(b.start() for b in breaks), paragraph.end]
    loose = any(right - left > _WRAPPED for left, right in pairwise(edges))
    return [b.start() for b in breaks if loose or _LIST_MARK.match(text, b.end())]


def _ends_sentence(text: str, mark: re.Match[str], start: int, end: int, lists: Abbreviations) -> bool:
    behind = text[mark.end() : min(end, mark.end() + _BEHIND)].lstrip()
    bare = behind.lstrip(_OPENING)
    if not bare:
        return True
    if bare[0] in ".!?…":
        return False
    following = _WORD_BEHIND.match(bare)
    word_behind = following.group() if following else ""
    stops, closing = mark.group(1), mark.group(2)
    before = _WORD_BEFORE.search(text[max(start, mark.start() - _BEFORE) : mark.start()])
    word_before = before.group() if before else ""
    if word_behind and word_behind[0].islower() and not (len(word_behind) > 1 and word_behind[1].isupper()):
        # careless writing leaves the capital out: believed only where no abbreviation or quotation is in sight
        plain = word_before.isalpha() and word_before.islower() and len(word_before) > _LONGEST_SHORTENED
        shortened = word_before in lists.open_ended or word_before in lists.joining
        return plain and not shortened and not closing and len(stops) == 1
    if stops != ".":
        if closing and any(quote in closing for quote in "\"'”’»") and stops[-1] in "!?":
            told = _NAME_THEN_VERB.match(behind)
            return not (told and told.group(1) in lists.reporting)
        return True
    if closing:
        return True
    return _full_stop_ends(text, word_before, word_behind, mark.start(), start, lists)


def _full_stop_ends(text: str, before: str, behind: str, at: int, start: int, lists: Abbreviations) -> bool:
    """Whether the lone full stop at `at` ends the sentence that began at `start`, given the words on both sides of it."""
    if before in lists.titles or before.lower() in lists.joining:
        return False
    if before in lists.before_number and behind[:1].isdigit():
        return False
    if before.lower() in ("a.m", "p.m", "am", "pm") and "." in before:
        return behind not in lists.calendar
    if before in lists.open_ended:
        return behind in lists.openers
    if _INITIALS.match(before) and before != "I":
        return behind in lists.openers and not (len(behind) == 1 and behind != "I" and "." not in before)
    lead = at - len(before)
    numbered = before.isdigit() and len(before) <= 2 and lead - start < _MARGIN and not text[start:lead].strip()
    return not numbered  # "1. Introduction": the number of a list item at the start of a sentence
