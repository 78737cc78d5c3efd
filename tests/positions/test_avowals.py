import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.language.lexicon import load_lexicon
from tracker.language.sentences import find_sentences
from tracker.model import Attribution, AttributionKind, Span
from tracker.positions.avowals import find_avowals

LEXICON = load_lexicon()


REPORT = "The fee is fair, it said. "
TOLD = Attribution((Span(17, 19),), (Span(20, 24),), (Span(0, 15),), AttributionKind.INDIRECT, 0.9)


def avow(text: str, told: Attribution = TOLD) -> list[tuple[str, str, str]]:
    found = find_avowals(text, [told], find_sentences(text), LEXICON)
    return [tuple(text[part[0].start : part[0].end] for part in (a.source, a.cue, a.content)) for a in found]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The harbour board sticks to its fee of nine euros.", [("The harbour board", "sticks to", "its fee of nine euros")]),
        ("But she still stands by the old date.", [("she", "still stands by", "the old date")]),
        ("It refuses to pay for the crane.", [("It", "refuses", "to pay for the crane")]),
        ("Varna is ready to lend two tugs.", [("Varna", "is ready to", "lend two tugs")]),
        ("They were not prepared to share the quay.", [("They", "were not prepared to", "share the quay")]),
        ("Until now it had been ready to lend two tugs.", [("it", "had been ready to", "lend two tugs")]),
        ("The board has a plan to close the quay.", []),
        ("The crane was scheduled to arrive in May.", []),
        ("The crane will arrive in May.", []),
        ("Those who run the port are ready to talk.", []),
        ("There is no plan to close.", []),
        ("Is the board ready to pay?", []),
        ("“The board is ready to pay the crew.”", []),
        ("Ships lay at anchor.", []),
        ("The board refuses.", []),
    ],
)  # fmt: skip
def test_which_sentences_tell_a_stance(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert avow(REPORT + text) == expected


def test_somebody_has_to_have_spoken_in_the_paragraph() -> None:
    assert avow(REPORT + "\n\nThe harbour board sticks to its fee.") == []


def test_sentences_with_an_attribution_are_left_alone() -> None:
    text = REPORT + "The board sticks to its fee."
    start = len(REPORT)
    told = Attribution((Span(start, start + 9),), (), (Span(start + 10, len(text) - 1),), AttributionKind.INDIRECT, 0.9)
    assert avow(text, told) == []


@given(st.text(alphabet="It refuses to pay, stick.\n“”'", max_size=80))
def test_parts_stand_in_order(text: str) -> None:
    text = REPORT + text
    for a in find_avowals(text, [TOLD], find_sentences(text), LEXICON):
        (source,), (cue,), (content,) = a.source, a.cue, a.content
        assert 0 <= source.start < source.end <= cue.start < cue.end <= content.start < content.end <= len(text)
