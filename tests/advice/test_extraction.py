"""What is accepted of attributions that a model found."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.advice.extraction import Finding, compose_question, find_pieces, parse_findings
from tracker.advice.questions import RefusedError
from tracker.model import Span

TEXT = (
    "Norway will not lift the ban, its minister said. The ports were\nquiet. “We are ready to talk,” said the envoy of Malta, "
    "“but not today.” Its minister said the ban was fair."
)


def answer(*rows: tuple[str, str, list[str]]) -> dict[str, Any]:
    return {"attributions": [dict(zip(("source", "cue", "content"), row, strict=True)) for row in rows]}


def read(finding: Finding) -> tuple[list[str], list[str], list[str]]:
    source, cue, content = ([TEXT[s.start : s.end] for s in spans] for spans in (finding.source, finding.cue, finding.content))
    return source, cue, content


def test_quotations_become_places() -> None:
    found, dropped = parse_findings(
        answer(
            ("its minister", "said", ["Norway will not lift the ban"]),
            ("the envoy of Malta", "said", ["“We are ready to talk,”", "“but not today.”"]),
            ("", "said", ["the ban was fair"]),
        ),
        TEXT,
        0,
    )
    assert dropped == 0
    assert [read(f) for f in found] == [
        (["its minister"], ["said"], ["Norway will not lift the ban"]),
        (["the envoy of Malta"], ["said"], ["“We are ready to talk,”", "“but not today.”"]),
        ([], ["said"], ["the ban was fair"]),
    ]
    assert [f.cue[0].start for f in found] == [TEXT.index("said"), TEXT.index("said the envoy"), TEXT.rindex("said")]


def test_only_blanks_may_differ() -> None:
    found, dropped = parse_findings(
        answer(("", "said", ["The ports  were quiet."]), ("", "said", ["the ports were quiet."])), TEXT, 0
    )
    assert (len(found), dropped) == (1, 1)
    assert read(found[0])[2] == ["The ports were\nquiet."]


@pytest.mark.parametrize(
    "row",
    [
        ("its minister", "said", ["Norway will lift the ban"]),
        ("the king", "said", ["the ban was fair"]),
        ("its minister", "announced", ["the ban was fair"]),
        ("its minister", "", ["the ban was fair"]),
        ("its minister", "said", []),
        ("its minister", "said", [" "]),
        ("its minister", "said", ["he ban was fair"]),
        ("its minister", "said", ["the ban was fai"]),
        ("its minister", "said", ["the ban was fair", "ban was"]),
    ],
)
def test_what_does_not_stand_in_the_text_is_dropped_and_counted(row: tuple[str, str, list[str]]) -> None:
    assert parse_findings(answer(row), TEXT, 0) == ((), 1)


def test_the_same_content_twice_is_one() -> None:
    row = ("Its minister", "said", ["the ban was fair"])
    found, dropped = parse_findings(answer(row, row), TEXT, 0)
    assert (len(found), dropped) == (1, 1)


def test_places_are_of_the_whole_text() -> None:
    long = "Nobody spoke.\n" * 2000 + TEXT
    pieces = find_pieces(long)
    assert "".join(long[p.start : p.end] for p in pieces) == long
    assert max(p.end - p.start for p in pieces) <= 12_000
    question = compose_question(long, pieces[-1])
    (found,), _ = question.parse(answer(("Its minister", "said", ["the ban was fair"])))
    assert long[found.content[0].start : found.content[0].end] == "the ban was fair"


@given(st.text(alphabet="ab .\n", max_size=40).map(lambda text: text * 700))
def test_pieces_are_the_text(text: str) -> None:
    pieces = find_pieces(text)
    assert "".join(text[p.start : p.end] for p in pieces) == text
    assert all(p.end > p.start for p in pieces)


@pytest.mark.parametrize("value", [None, [], {"attributions": None}, {"attributions": ["said"]}, {"attributions": [], "note": ""},
                                   {"attributions": [{"source": "", "cue": "", "content": ""}]},
                                   {"attributions": [{"source": "", "cue": "", "content": [1]}]},
                                   answer(*[("", "said", ["x"])] * 401)])  # fmt: skip
def test_whatever_leaves_the_schema_is_refused(value: object) -> None:
    with pytest.raises(RefusedError):
        parse_findings(value, TEXT, 0)


words = st.sampled_from([*TEXT.split(), "Its minister", "said", "the ban was fair", "", "(", "[a-z]+", "\\"])


@given(st.lists(st.tuples(words, words, st.lists(words, max_size=3)), max_size=5))
def test_whatever_is_found_stands_in_the_text(rows: list[tuple[str, str, list[str]]]) -> None:
    found, dropped = parse_findings(answer(*rows), TEXT, 0)
    assert len(found) + dropped == len(rows)
    for finding in found:
        spans = (*finding.source, *finding.cue, *finding.content)
        assert all(0 <= s.start < s.end <= len(TEXT) for s in spans)
        ordered = sorted((*finding.cue, *finding.content))
        assert all(a.end <= b.start for a, b in pairwise(ordered))


def test_nothing_found_in_a_whole_article_is_refused() -> None:
    question = compose_question(TEXT, Span(0, len(TEXT)))
    for value in (answer(), answer(("", "said", ["invented"]))):
        with pytest.raises(RefusedError, match="no attribution was found"):
            question.parse(value)
    part = compose_question(TEXT, Span(0, 40))
    assert part.parse(answer()) == ((), 0)


def test_a_place_is_a_pair_of_numbers() -> None:
    (found,), _ = parse_findings(answer(("", "said", ["the ban was fair"])), TEXT, 100)
    assert found.content == (Span(TEXT.index("the ban was fair") + 100, TEXT.index("the ban was fair") + 116),)
