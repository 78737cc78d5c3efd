import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.language.judge import LABELS, find_label_chances
from tracker.model import Label


def find_likeliest(before: str, after: str) -> Label:
    (chances,) = find_label_chances([(before, after)])
    return max(chances, key=lambda label: chances[label])


@pytest.mark.parametrize(
    ("before", "after", "label"),
    [
        ("will sign the water treaty in June", "will not sign the water treaty in June", Label.REVERSED),
        ("The ministry rules out a fare rise", "The ministry is studying a fare rise", Label.SOFTENED),
        ("The ministry is studying a ban on trawlers", "The ministry will ban trawlers from March", Label.HARDENED),
        ("The talks will be held in Oslo on 3 May", "The talks will be held in Bergen on 9 May", Label.AMENDED),
        ("The union opposes the sale of the port", "The union rejects any sale of the port", Label.RESTATED),
        ("The union opposes the sale of the port", "The union will build a holiday home by the lake", Label.UNRELATED),
    ],
)
def test_plain_cases(before: str, after: str, label: Label) -> None:
    assert find_likeliest(before, after) is label


def test_no_pairs() -> None:
    assert find_label_chances([]) == []


def test_a_pair_is_judged_by_itself() -> None:
    pair = ("will sign the treaty", "may sign the treaty")
    alone = find_label_chances([pair])
    beside = find_label_chances([("a much longer statement of another party about another matter " * 4, "short"), pair])
    assert alone[0] == beside[1]


TEXT = st.text(max_size=80)


@given(TEXT, TEXT)
@settings(max_examples=40, deadline=None)
def test_any_texts_give_chances_that_swap_with_the_texts(before: str, after: str) -> None:
    there, back = find_label_chances([(before, after), (after, before)])
    assert set(there) == set(LABELS)
    assert sum(there.values()) == pytest.approx(1)
    swapped = {Label.HARDENED: Label.SOFTENED, Label.SOFTENED: Label.HARDENED}
    for label in LABELS:
        assert there[label] == pytest.approx(back[swapped.get(label, label)], abs=1e-5)
