"""Decoding on scores made by hand, and the shipped model on any text."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.language.tagger import TAGS, decode_spans, find_spans, find_tag_scores
from tracker.language.windows import Word
from tracker.model import Role, Span, TaggedSpan

FREE = [[0.0] * len(TAGS) for _ in TAGS]
TEXTS = st.text(alphabet=st.sampled_from("ab it said.,!?\n\t“”\"'éß漢\0\u2028"), max_size=300)


def words_of(*paragraphs: int) -> list[Word]:
    """So many words in each paragraph; word i stands at characters 10 i to 10 i + 5."""
    numbers = [number for number, count in enumerate(paragraphs) for _ in range(count)]
    return [Word(10 * i, 10 * i + 5, number, (7,)) for i, number in enumerate(numbers)]


def scores_of(*chances: dict[str, float]) -> np.ndarray:
    """Log probabilities, one row a word; what a row does not name shares the rest."""
    rows = []
    for named in chances:
        rest = (1 - sum(named.values())) / (len(TAGS) - len(named))
        rows.append([named.get(tag, rest) for tag in TAGS])
    return np.log(np.array(rows, dtype=np.float32))


def sure(*tags: str) -> np.ndarray:
    return scores_of(*({tag: 0.93} for tag in tags))


def roles(spans: Sequence[TaggedSpan]) -> list[tuple[str, int, int]]:
    """Role and the numbers of the first and the last word."""
    return [(span.role.value, span.span.start // 10, span.span.end // 10) for span in spans]


def test_runs_of_one_role_become_spans() -> None:
    scores = sure("B-source", "I-source", "B-cue", "O", "B-content", "I-content", "I-content")
    found = decode_spans(words_of(7), [(list(range(7)), scores)], FREE)
    assert roles(found) == [("source", 0, 1), ("cue", 2, 2), ("content", 4, 6)]
    assert found[0].span == Span(0, 15)
    assert all(abs(span.confidence - 0.94) < 1e-4 for span in found[:2])  # 0.93 for the one, 0.01 for the other tag of the role
    assert all(abs(span.confidence - 0.95) < 1e-4 for span in found[2:])
    assert not any(span.continues for span in found)


def test_a_new_span_may_begin_right_behind_one_of_its_role() -> None:
    found = decode_spans(words_of(3), [([0, 1, 2], sure("B-content", "B-content", "J-content"))], FREE)
    assert roles(found) == [("content", 0, 0), ("content", 1, 1), ("content", 2, 2)]
    assert [span.continues for span in found] == [False, False, True]


def test_no_inside_tag_stands_behind_another_role() -> None:
    scores = scores_of({"B-cue": 0.9}, {"I-content": 0.6, "B-content": 0.35}, {"I-content": 0.9})
    assert roles(decode_spans(words_of(3), [([0, 1, 2], scores)], FREE)) == [("cue", 0, 0), ("content", 1, 2)]


def test_no_window_begins_inside_a_span() -> None:
    scores = scores_of({"I-source": 0.6, "B-source": 0.3}, {"I-source": 0.9})
    assert roles(decode_spans(words_of(2), [([0, 1], scores)], FREE)) == [("source", 0, 1)]


def test_a_paragraph_break_ends_every_span() -> None:
    scores = scores_of({"B-content": 0.9}, {"I-content": 0.9}, {"I-content": 0.6, "J-content": 0.3}, {"I-content": 0.9})
    found = decode_spans(words_of(2, 2), [([0, 1, 2, 3], scores)], FREE)
    assert roles(found) == [("content", 0, 1), ("content", 2, 3)]
    assert [span.paragraph for span in found] == [0, 1]
    assert [span.continues for span in found] == [False, True]


def test_a_price_on_opening_keeps_a_doubtful_span_closed() -> None:
    scores = scores_of({"O": 0.9}, {"B-cue": 0.5, "O": 0.45}, {"O": 0.9})
    window = [([0, 1, 2], scores)]
    assert roles(decode_spans(words_of(3), window, FREE)) == [("cue", 1, 1)]
    priced = [list(row) for row in FREE]
    for row in priced:
        row[TAGS.index("B-cue")] = -1.0
    assert decode_spans(words_of(3), window, priced) == []


def test_windows_of_different_length_do_not_disturb_each_other() -> None:
    words = words_of(3, 5)
    first = ([0, 1, 2], sure("B-source", "B-cue", "B-content"))
    second = ([3, 4, 5, 6, 7], sure("O", "O", "B-cue", "O", "B-content"))
    apart = [*decode_spans(words, [first], FREE), *decode_spans(words, [second], FREE)]
    assert decode_spans(words, [first, second], FREE) == apart
    assert decode_spans([], [], FREE) == []


SENTENCE = "Norway will not lift the ban on cod exports, its foreign minister said on Monday."


def test_the_shipped_tagger_finds_who_said_what() -> None:
    found = {span.role: SENTENCE[span.span.start : span.span.end] for span in find_spans(SENTENCE)}
    assert found[Role.CUE].startswith("said")
    assert "foreign minister" in found[Role.SOURCE]
    assert found[Role.CONTENT].startswith("Norway will not lift the ban")


def test_a_window_has_the_same_scores_whatever_stands_beside_it() -> None:
    paragraph = "The boats lay still in the harbour, the mayor said, and nobody spoke of the ban. " * 6
    (_, alone), *_ = find_tag_scores(paragraph)[1]
    (_, beside), *others = find_tag_scores(f"{paragraph}\n\n{SENTENCE * 7}\n\n{SENTENCE}")[1]
    assert others
    assert np.array_equal(alone, beside)


@pytest.mark.parametrize("text", ["", " \n\n\t", ".", "“", "”" * 400, "word", "1,000 2,000", "\n".join(["a"] * 300), "z" * 20_000])
def test_odd_texts_are_tagged_without_complaint(text: str) -> None:
    assert all(0 <= span.span.start < span.span.end <= len(text) for span in find_spans(text))


@given(TEXTS)
@settings(max_examples=40, deadline=None)
def test_spans_stand_in_the_text_apart_and_in_order(text: str) -> None:
    found = find_spans(text)
    assert find_spans(text) == found
    last = 0
    for span in found:
        assert last <= span.span.start < span.span.end <= len(text)
        assert 0 <= span.confidence <= 1.001
        assert not text[span.span.start].isspace()
        last = span.span.end


@given(TEXTS)
@settings(max_examples=20, deadline=None)
def test_the_scores_of_each_word_are_chances(text: str) -> None:
    words, scores = find_tag_scores(text)
    assert [i for window, _ in scores for i in window] == list(range(len(words)))
    for window, values in scores:
        assert values.shape == (len(window), len(TAGS))
        assert np.allclose(np.exp(values).sum(axis=1), 1, atol=1e-4)
