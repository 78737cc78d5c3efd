from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.language.model import find_pieces
from tracker.language.windows import WINDOW, Word, find_paragraphs, find_windows, find_words
from tracker.model import Span

TEXT = st.text(alphabet=st.sampled_from("ab .,!?\n\t“”\"'éß漢"), max_size=400)


@dataclass
class FakeEncoding:
    ids: list[int]
    offsets: list[tuple[int, int]]
    word_ids: list[int | None]


def words_of(text: str) -> tuple[list[Span], list[Word]]:
    paragraphs = find_paragraphs(text)
    return paragraphs, find_words(paragraphs, find_pieces([text[p.start : p.end] for p in paragraphs]))


def test_paragraphs_are_what_stands_between_blank_lines() -> None:
    text = "\n one\nstill one \n \n two\n\n\n three"
    assert [text[s:e] for s, e in find_paragraphs(text)] == ["one\nstill one", "two", "three"]


def test_lines_are_paragraphs_where_there_is_no_blank_line() -> None:
    assert find_paragraphs("one\ntwo\n") == [Span(0, 3), Span(4, 7)]


def test_words_keep_their_pieces_and_their_place() -> None:
    encoding = FakeEncoding([5, 6, 7], [(0, 2), (2, 4), (5, 6)], [0, 0, 1])
    assert find_words([Span(10, 16)], [encoding]) == [Word(10, 14, 0, (5, 6)), Word(15, 16, 0, (7,))]


def test_a_word_without_end_keeps_its_first_pieces_only() -> None:
    _, words = words_of("x" * 100_000)
    assert len(words) == 1
    assert len(words[0].pieces) <= WINDOW


@given(TEXT)
@settings(max_examples=80, deadline=None)
def test_every_word_stands_in_one_window_and_no_window_is_too_long(text: str) -> None:
    _, words = words_of(text)
    windows = find_windows(text, words, size=12)
    assert [i for window in windows for i in window] == list(range(len(words)))
    for window in windows:
        breaks = sum(words[a].paragraph != words[b].paragraph for a, b in pairwise(window))
        pieces = sum(len(words[i].pieces) for i in window)
        assert pieces + breaks <= 12 or len(window) == 1


@given(TEXT)
@settings(max_examples=80, deadline=None)
def test_paragraphs_are_trimmed_apart_and_lose_nothing(text: str) -> None:
    paragraphs = find_paragraphs(text)
    assert all(text[s:e] == text[s:e].strip() != "" for s, e in paragraphs)
    assert "".join(text.split()) == "".join("".join(text[s:e].split()) for s, e in paragraphs)


def test_a_long_paragraph_is_cut_behind_a_sentence() -> None:
    text = "One two three four. Five six seven eight. Nine ten."
    _, words = words_of(text)
    cut = [text[words[w[0]].start : words[w[-1]].end] for w in find_windows(text, words, size=12)]
    assert cut == ["One two three four. Five six seven eight.", "Nine ten."] or cut[0].endswith(".")
