import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.changes.classify import compare_news
from tracker.language.lexicon import load_lexicon
from tracker.model import Judgement, Label
from tracker.positions.stance import find_stance

LEXICON = load_lexicon()
BEFORE, AFTER = "The port will open to ferries", "The port will not open to ferries"


def judge(before: str, after: str, related: float = 0.98, **chances: float) -> Judgement:
    """The judgement for the chances that are given; the other labels share the rest."""
    labels = [label for label in Label if label is not Label.NEW]
    rest = (1 - sum(chances.values())) / max(1, len(labels) - len(chances))
    given_ = {label: chances.get(label.value, rest) for label in labels}
    stances = [find_stance(text, None, LEXICON) for text in (before, after)]
    return compare_news(before, after, *stances, LEXICON, 0.8, given_, related)


def test_a_sure_move_is_told() -> None:
    found = judge(BEFORE, AFTER, reversed=0.95)
    assert found.label is Label.REVERSED
    assert found.confidence < 1
    assert "possible" not in found.why


@pytest.mark.parametrize(("related", "chance"), [(0.6, 0.95), (0.98, 0.2)])
def test_a_move_that_is_not_sure_is_a_suspicion_at_most(related: float, chance: float) -> None:
    found = judge(BEFORE, AFTER, related, reversed=chance, restated=1 - chance)
    assert found.label is Label.RESTATED
    assert found.confidence < 1


def test_what_was_suspected_stays_in_the_reason() -> None:
    assert judge(BEFORE, AFTER, 0.6, reversed=0.95).why.startswith("no clear change, perhaps reversed: ")


def test_a_reversal_that_the_rules_do_not_see_is_possible() -> None:
    found = judge("Ferries have no place in the port", "The berth awaits the ships", 0.75, reversed=0.99)
    assert (found.label, found.why[:18]) == (Label.REVERSED, "possible reversal:")


def test_several_kinds_of_move_add_up() -> None:
    found = judge(BEFORE, "Ferries would be kept out of the port", hardened=0.5, reversed=0.45)
    assert found.label in (Label.HARDENED, Label.REVERSED)


def test_the_same_words_are_certain() -> None:
    assert judge(BEFORE, f"“{BEFORE}.”", 0.1, reversed=1.0).confidence == 1


@given(st.floats(0, 1), st.lists(st.floats(0.01, 1), min_size=6, max_size=6))
def test_any_chances_give_a_label_of_the_news(related: float, chances: list[float]) -> None:
    labels = [label for label in Label if label is not Label.NEW]
    named = {label.value: chance / sum(chances) for label, chance in zip(labels, chances, strict=True)}
    found = judge(BEFORE, AFTER, related, **named)
    assert found.label not in (Label.NEW, Label.UNRELATED)
    assert 0 <= found.confidence < 1
