"""Paragraphs of a text as windows of word pieces, the unit that the tagger was trained on.

Whole paragraphs are packed into windows of at most `WINDOW` pieces with a separator between them. The length is part of the
model: with windows of 60 or 250 pieces the tagger loses two to six points of F1 (docs/accuracy.md). A paragraph that does not
fit is cut behind a sentence where there is one, else behind a word.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from tracker.model import Span

WINDOW = 126
"""Word pieces in a window, separators included, the two special pieces at its ends not."""

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_LINE = re.compile(r"\n+")
_SENTENCE_END = frozenset(".!?")
_CLOSING = frozenset("\"'”’»)]")


class Encoded(Protocol):
    """The part of a `tokenizers.Encoding` that is used here."""

    @property
    def ids(self) -> list[int]: ...
    @property
    def offsets(self) -> list[tuple[int, int]]: ...
    @property
    def word_ids(self) -> list[int | None]: ...


@dataclass(frozen=True, slots=True)
class Word:
    """One pre-tokenised word: where it stands in the text, in which paragraph, and its pieces' vocabulary numbers."""

    start: int
    end: int
    paragraph: int
    pieces: tuple[int, ...]


def find_paragraphs(text: str) -> list[Span]:
    """The stretches between blank lines, without white space at their edges; lines, where a text has no blank line."""
    break_ = _BLANK_LINE if _BLANK_LINE.search(text.strip()) else _LINE
    found = []
    start = 0
    for end, following in [*((m.start(), m.end()) for m in break_.finditer(text)), (len(text), len(text))]:
        part = text[start:end]
        if stripped := part.strip():
            left = start + len(part) - len(part.lstrip())
            found.append(Span(left, left + len(stripped)))
        start = following
    return found


def find_words(paragraphs: Sequence[Span], encoded: Sequence[Encoded], longest: int = WINDOW) -> list[Word]:
    """The words of all paragraphs in order; `encoded` holds one encoding without special pieces for each paragraph.

    Of a word with more than `longest` pieces the first ones are kept: a megabyte without a space is no window of its own.
    """
    words: list[Word] = []
    for number, (span, encoding) in enumerate(zip(paragraphs, encoded, strict=True)):
        current: int | None = None
        start = end = 0
        pieces: list[int] = []
        for piece, (left, right), word in zip(encoding.ids, encoding.offsets, encoding.word_ids, strict=True):
            if word != current and pieces:
                words.append(Word(span.start + start, span.start + end, number, tuple(pieces)))
                pieces = []
            if not pieces:
                start = left
            current, end = word, right
            if len(pieces) < longest:
                pieces.append(piece)
        if pieces:
            words.append(Word(span.start + start, span.start + end, number, tuple(pieces)))
    return words


def find_windows(text: str, words: Sequence[Word], size: int = WINDOW) -> list[list[int]]:
    """Windows as lists of word numbers, each word in exactly one; separators between paragraphs count as a piece."""
    windows: list[list[int]] = []
    window: list[int] = []
    used = 0
    for chunk in _chunks(text, words, size):
        cost = sum(len(words[i].pieces) for i in chunk)
        separator = 1 if window else 0
        if window and used + separator + cost > size:
            windows.append(window)
            window, used, separator = [], 0, 0
        window = window + chunk
        used += separator + cost
    if window:
        windows.append(window)
    return windows


def _chunks(text: str, words: Sequence[Word], size: int) -> Iterator[list[int]]:
    """Word numbers of one paragraph each, or of a part of it that fits a window."""
    chunk: list[int] = []
    used = 0
    cut = 0  # the number of words in `chunk` up to the last sentence end
    for i, word in enumerate(words):
        cost = len(word.pieces)
        if chunk and word.paragraph != words[chunk[-1]].paragraph:
            yield chunk
            chunk, used, cut = [], 0, 0
        while chunk and used + cost > size:
            at = cut or len(chunk)
            yield chunk[:at]
            chunk = chunk[at:]
            used = sum(len(words[j].pieces) for j in chunk)
            cut = 0
        chunk.append(i)
        used += cost
        mark = text[word.start]
        if mark in _SENTENCE_END or (mark in _CLOSING and cut == len(chunk) - 1 and cut):
            cut = len(chunk)
    if chunk:
        yield chunk
