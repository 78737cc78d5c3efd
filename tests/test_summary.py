"""Summaries: extractive, in text order, the same every time, and what each method is for."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.config import SUMMARY_METHODS
from tracker.errors import UsageError
from tracker.language.sentences import find_sentences
from tracker.model import Article, DateSource, Span
from tracker.summary import METHODS, find_summary

TEXT = """The port was quiet on Monday morning.

Background

Cranes were built there in 1960. Ships come from many countries. The union said the port would stay shut until the port pays.
The port refused to pay the union. It has been raining for a week.

Morland said that it would send a mediator to the port. The union rejected the mediator from Morland. The weather will be fine.
Nobody was hurt.
"""


def article(text: str, title: str = "Port stays shut") -> Article:
    return Article("0" * 32, "a.txt", title, text, "", None, datetime(2026, 1, 1, tzinfo=UTC), DateSource.FILE)


def summarise(text: str, method: str, length: int, statements: tuple[tuple[str, str], ...] = ()) -> list[str]:
    located = [(party, (Span(text.index(words), text.index(words) + len(words)),)) for party, words in statements]
    summary = find_summary(article(text), find_sentences(text), located, method, length)
    assert summary.method == method
    assert summary.article_id == "0" * 32
    return [text[s.start : s.end] for s in summary.sentences]


HELD = (
    ("the union", "the port would stay shut"),
    ("the union", "until the port pays"),
    ("the union", "rejected the mediator"),
    ("the port", "refused to pay the union"),
    ("Morland", "it would send a mediator"),
)


def test_methods_are_those_that_can_be_configured() -> None:
    assert METHODS == SUMMARY_METHODS


def test_positions_let_every_party_speak_before_one_speaks_twice() -> None:
    assert summarise(TEXT, "positions", 3, HELD) == [
        "The union said the port would stay shut until the port pays.",
        "The port refused to pay the union.",
        "Morland said that it would send a mediator to the port.",
    ]
    assert "The union rejected the mediator from Morland." in summarise(TEXT, "positions", 4, HELD)


def test_positions_fill_up_from_the_top() -> None:
    assert summarise(TEXT, "positions", 6, HELD)[:2] == [
        "The port was quiet on Monday morning.",
        "Cranes were built there in 1960.",
    ]


def test_without_statements_positions_are_the_lead() -> None:
    lead = ["The port was quiet on Monday morning.", "Cranes were built there in 1960.", "Ships come from many countries."]
    assert summarise(TEXT, "positions", 3) == summarise(TEXT, "lead", 3) == lead


@pytest.mark.parametrize("method", METHODS)
def test_verbatim_in_order_without_headings(method: str) -> None:
    chosen = summarise(TEXT, method, 4, HELD)
    assert len(chosen) == len(set(chosen)) == 4
    assert [TEXT.index(sentence) for sentence in chosen] == sorted(TEXT.index(sentence) for sentence in chosen)
    assert "Background" not in chosen


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "text",
    [
        "",
        "One sentence.",
        "The the. The the. The the. The the.",
        "!!! ??? ... !!!",
        "Same words. " * 6,
        "1 2 3. 4 5 6. 7 8 9.",
        "Über. Été. Να.",
    ],
)
def test_degenerate_texts(method: str, text: str) -> None:
    spans = find_sentences(text)
    summary = find_summary(article(text, ""), spans, [], method, 2)
    assert len(summary.sentences) == min(2, len(spans))
    assert set(summary.sentences) <= set(spans)


@pytest.mark.parametrize("method", METHODS)
def test_short_articles_give_all(method: str) -> None:
    text = "A heading\n\nThe union left. The port stayed."
    assert summarise(text, method, 5) == ["A heading", "The union left.", "The port stayed."]


def test_unknown_method_and_length() -> None:
    with pytest.raises(UsageError, match="unknown summary method 'best': choose one of positions, lead"):
        summarise(TEXT, "best", 5)
    with pytest.raises(UsageError, match="a summary of 0 sentences"):
        summarise(TEXT, "lead", 0)


def test_the_same_in_every_process() -> None:
    program = (
        "import sys\nsys.path[:0] = ['.', 'tests']\nfrom test_summary import METHODS, TEXT, summarise\n"
        "print([summarise(TEXT * 4, method, 4) for method in METHODS])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1


@pytest.mark.parametrize("method", METHODS)
def test_long_articles_cost_a_bounded_time(method: str) -> None:
    words = ["port", "union", "pay", "shut", "mediator", "crane", "ship", "rain", "week", "talk", "accord", "strike"]
    text = " ".join(f"The {words[i % 12]} and the {words[i * 7 % 11]} left {i} days {words[i * 5 % 12]}." for i in range(3000))
    text += " " + "word " * 100_000 + "."
    spans = find_sentences(text)
    began = time.perf_counter()
    assert len(find_summary(article(text), spans, [("a", (spans[5],))] * 500, method, 5).sentences) == 5
    assert time.perf_counter() - began < 5


@settings(max_examples=40, deadline=None)
@given(
    st.text(alphabet="Abc de.!?\n", max_size=150),
    st.integers(1, 6),
    st.lists(st.tuples(st.sampled_from("XYZ"), st.integers(0, 150)), max_size=8),
)
def test_any_text_and_statements(text: str, length: int, places: list[tuple[str, int]]) -> None:
    spans = find_sentences(text)
    summary = find_summary(article(text), spans, [(party, (Span(at, at + 9),)) for party, at in places], "positions", length)
    assert len(summary.sentences) == min(length, len(spans))
    assert list(summary.sentences) == sorted(set(summary.sentences))
