from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.language.lexicon import load_lexicon
from tracker.model import Span
from tracker.positions.statements import split_content

LEXICON = load_lexicon()


def split(text: str) -> list[str]:
    """The statements of a text in which | marks the edges of the content's spans: "|X|, she said, |and Y|"."""
    spans, plain = [], ""
    for number, part in enumerate(text.split("|")):
        if number % 2:
            spans.append(Span(len(plain), len(plain) + len(part)))
        plain += part
    return [" ".join(plain[s.start : s.end] for s in spans) for spans in split_content(plain, spans, LEXICON)]


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("|The ferry will sail|, she said, |and fares would rise|.", ["The ferry will sail", "fares would rise"]),
        ("|No berth is free|, he added, |but that the pilots are ready|.", ["No berth is free", "the pilots are ready"]),
        ("|The port will close|, she said, |and not for a day|.", ["The port will close and not for a day"]),
        ("|The port will close|, she said, |and reopen in May|.", ["The port will close and reopen in May"]),
        ("“|The port|”, she said, “|will close|”.", ["The port will close"]),
        ("|The port will close and the ferry won't sail|, she said.", ["The port will close and the ferry won't sail"]),
        ("|It was late|, she said, |and with that the matter was settled|.", ["It was late and with that the matter was settled"]),
        ("|The port will close|, she said; |the ferry is for sale|.", ["The port will close", "the ferry is for sale"]),
        ("|The port will close|, she said, |down from two years ago|.", ["The port will close"]),
        ("|The port will close|, she said, |unless the ferry is sold|.", ["The port will close unless the ferry is sold"]),
        ("|The port|, she said, |was to close in May|.", ["The port was to close in May"]),
        ("“|We are closing|,” she said. “|The ferry will be sold|.”", ["We are closing", "The ferry will be sold"]),
        ("“|We are closing|,” she said. “|For good|.”", ["We are closing For good"]),
        ("She said |that the ferry will sail, and that fares would rise|.", ["that the ferry will sail", "fares would rise"]),
        ("She said |that it was late and that night|.", ["that it was late and that night"]),
        ("It plans |to close the port and to sell the ferry|.", ["to close the port", "to sell the ferry"]),
        ("It plans |to close the port and sell the ferry|.", ["to close the port and sell the ferry"]),
        ("|The way to the port and to the ferry is shut|, she said.", ["The way to the port and to the ferry is shut"]),
    ],
)  # fmt: skip
def test_what_counts_as_a_statement_of_its_own(text: str, statements: list[str]) -> None:
    assert split(text) == statements


@given(st.text(max_size=80), st.lists(st.integers(0, 80), max_size=8))
def test_statements_stand_in_order_inside_the_content(text: str, edges: list[int]) -> None:
    cuts = sorted({min(edge, len(text)) for edge in edges})
    spans = [Span(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    found = [span for statement in split_content(text, spans, LEXICON) for span in statement]
    assert spans[:1] == [] or found[0].start == spans[0].start
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(any(a.start <= b.start and b.end <= a.end for a in spans) for b in found)
