"""Sentences: text beside the sentences that are found in it."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.language.sentences import find_sentences
from tracker.language.windows import find_paragraphs


def split(text: str) -> list[str]:
    return [text[span.start : span.end] for span in find_sentences(text)]


@pytest.mark.parametrize(
    "sentences",
    [
        ["The union left.", "It will not come back!", "Why?", "Nobody knows."],
        ["“We will not yield.", "We never will,” Mr. Lund said.", "“It is over.”"],
        ['"We left," he said.', '"You stayed."', "She nodded."],
        ["Prime Minister J. R. Lund met Gen. Ann B. Kerr and the U.S. envoy.", "The talks lasted for hours."],
        ["The unions met in the U.S.", "The employers did not."],
        ["They met at 5 p.m. Tuesday in Washington, D.C., he said."],
        ["It was signed at 6 p.m.", "Police had left by then."],
        ["Kerr & Sons Inc. Chairman Lund left.", "He sold 3.5 percent of Lund Ltd.", "The rest went to No. 2, a bank."],
        ["Growth was 3.2 percent.", "40 firms closed."],
        ["See Fig. 3 and pp. 4-6 of the report, e.g. Table 2 vs. Table 3.", "It is long."],
        ['"Will you sign?" Anna Lund asked.', '"No!" Kerr shouted.', '"Why?"', '"Because."'],
        ["“Will you sign?” she asked.", "He left."],
        ["He waited...", "Then he left … and came back."],
        ["They agreed (in part).", "[The rest follows.]", "«Non.»", "He left."],
        ["The accord holds.[3]", "Both sides said so. [4]", "It ends in May."],
        ["1. The union leaves.", "2. The firm pays."],
        ["they left without a signature.", "nobody knew why."],
        ["The firm, i.e. its owner, left approx. half of it to others."],
        ["Mr. Lund Jr. left.", "St. Ives stayed."],
        ["Headline without a stop"],
    ],
)
def test_sentences(sentences: list[str]) -> None:
    assert split(" ".join(sentences)) == sentences


def test_paragraphs_and_lines() -> None:
    assert split("A heading\n\nThe union\nleft. It\nwill not\n\ncome back.") == [
        "A heading",
        "The union\nleft.",
        "It\nwill not",
        "come back.",
    ]
    assert split("Demands:\n- more pay\n- fewer hours\n\nThat is all.") == [
        "Demands:",
        "- more pay",
        "- fewer hours",
        "That is all.",
    ]
    long = "The union left the talks without a word " * 4
    assert split(f"Heading\n{long.strip()}\n\nEnd.") == ["Heading", long.strip(), "End."]


def test_no_space_behind_a_closing_quotation_mark() -> None:
    assert split("“We left.”The firm stayed.") == ["“We left.”", "The firm stayed."]


def test_nothing() -> None:
    assert find_sentences("") == find_sentences(" \n\n\t ") == []


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='AbMr.s!?…"“”()[]1 \n\n-,é', max_size=120) | st.text(max_size=80))
def test_spans_cover_everything_but_white_space_once(text: str) -> None:
    spans = find_sentences(text)
    paragraphs = find_paragraphs(text)
    end = 0
    for span in spans:
        assert not text[end : span.start].strip()
        assert text[span.start : span.end] == text[span.start : span.end].strip() != ""
        assert any(p.start <= span.start and span.end <= p.end for p in paragraphs)
        end = span.end
    assert not text[end:].strip()


@pytest.mark.parametrize(
    "text",
    [
        "," * 100_000,
        '"' * 200_000,
        '"Unclosed. ' * 50_000,
        "." * 1_000_000,
        ". " * 200_000,
        "a" * 1_000_000,
        '."' * 200_000,
        ".[1]" * 100_000,
        "A. " * 100_000,
        '?" A ' * 50_000,
        "." + " " * 1_000_000 + "x",
        "a\n" * 100_000,
        "- a\n" * 50_000 + "\n\nb",
    ],
    ids=lambda text: text[:8],
)
def test_hostile_input_takes_linear_time(text: str) -> None:
    began = time.perf_counter()
    find_sentences(text)
    assert time.perf_counter() - began < 5
