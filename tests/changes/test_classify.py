"""Two statements in, a label and a reason out. The pairs are our own."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.changes.classify import compare_stances
from tracker.changes.evidence import Features, find_features
from tracker.language.lexicon import load_lexicon
from tracker.model import Judgement, Label
from tracker.positions.stance import find_stance

LEXICON = load_lexicon()
SWAPPED = {Label.HARDENED: Label.SOFTENED, Label.SOFTENED: Label.HARDENED}


def judge(before: str, after: str, likeness: float | None = 0.9) -> Judgement:
    return compare_stances(before, after, find_stance(before, None, LEXICON), find_stance(after, None, LEXICON), LEXICON, likeness)


PAIRS = [
    ("Malta rules out a fish tax.", "Malta is studying a fish tax.", "softened"),
    ("Malta is open to a fish tax.", "Malta sees no need for a fish tax.", "hardened"),
    ("Malta would sign the annex.", "Malta would not sign the annex.", "reversed"),
    ("The guild supports the tram line.", "The guild opposes the tram line.", "reversed"),
    ("Oslo is willing to host the fair.", "Oslo refuses to host the fair.", "reversed"),
    ("Oslo will keep the toll on the pass.", "Oslo will scrap the toll on the pass.", "reversed"),
    ("Elections must come before the census.", "The census must come before elections.", "reversed"),
    ("The union demands a rise of 5 percent.", "The union demands a rise of 8 percent.", "hardened"),
    ("The firm offered a rise of 5 percent.", "The firm offered a rise of 8 percent.", "softened"),
    ("The union wants talks within a week.", "The union wants talks within two months.", "softened"),
    ("Oslo will sign the annex.", "Oslo will sign the annex only if Malta pays.", "hardened"),
    ("Oslo will not sign the annex.", "Oslo will not sign the annex unless Malta pays.", "softened"),
    ("The bank expects 3,000 bankruptcies.", "The bank expects 3,400 bankruptcies.", "amended"),
    ("Oslo will hold the meeting on 4 May.", "Oslo will hold the meeting on 9 June.", "amended"),
    ("Kari Moe will lead the delegation from Oslo.", "Per Dahl will lead the delegation from Oslo.", "amended"),
    ("Oslo may close the strait.", "Oslo will close the strait.", "hardened"),
    ("The guild asks for a refund of the fee.", "The guild insists on a refund of the fee.", "hardened"),
    ("The union demands that all managers leave.", "The union demands that some managers leave.", "softened"),
]


@pytest.mark.parametrize(("before", "after", "label"), PAIRS)
def test_label(before: str, after: str, label: str) -> None:
    assert judge(before, after).label == label


@pytest.mark.parametrize(("before", "after", "label"), PAIRS)
def test_swapped_pairs_swap_their_direction(before: str, after: str, label: str) -> None:
    assert judge(after, before).label is SWAPPED.get(Label(label), Label(label))


def test_unlike_statements_in_one_frame_are_unrelated() -> None:
    before, after = "Oslo will raise the price of salmon licences.", "Oslo will raise the wall around the old castle."
    assert judge(before, after, 0.35).label is Label.UNRELATED
    assert judge(before, after, 0.1).label is Label.UNRELATED


def test_nothing_said_is_another_matter() -> None:
    assert judge("", "Oslo rejects it.").label is Label.UNRELATED


def test_other_words_for_the_same_are_restated() -> None:
    assert judge("Oslo plans to lay a cable.", "A line under the sea is what we intend to build.", 0.6).label is Label.RESTATED


@pytest.mark.parametrize(
    "text", ["", "no", "17 4.5 -3", "<p>Oslo <b>rejects</b> it</p>", "Осло отвергает налог.", "wird nicht unterzeichnen"]
)
def test_same_text_twice(text: str) -> None:
    assert judge(text, text).label is Label.RESTATED
    assert judge(text, f"  {text}\n").label is Label.RESTATED
    assert judge(text, text).confidence == 1.0


texts = st.lists(
    st.sampled_from(
        [
            "Oslo",
            "Malta",
            "will",
            "not",
            "would",
            "reject",
            "demands",
            "offers",
            "5",
            "8",
            "percent",
            "million",
            "euros",
            "if",
            "unless",
            "Malta",
            "pays",
            "only",
            "all",
            "some",
            "keep",
            "scrap",
            "the",
            "toll",
            "by",
            "May",
            "4",
            "9",
            "June",
            "before",
            "after",
            "must",
            ",",
            "and",
            "refuses",
            "to",
            "close",
            "open",
            "may",
            "is",
            "studying",
        ]
    ),
    max_size=16,
).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(texts, texts, st.one_of(st.none(), st.floats(-1, 1)))
def test_swapping_swaps_hardened_and_softened(before: str, after: str, likeness: float | None) -> None:
    one, other = judge(before, after, likeness), judge(after, before, likeness)
    assert other.label is SWAPPED.get(one.label, one.label)
    assert other.confidence == one.confidence


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text(before: str, after: str) -> None:
    judgement = judge(before, after, None)
    assert judgement.label is not Label.NEW
    assert 0 <= judgement.confidence <= 1
    assert "\n" not in judgement.why


@pytest.mark.parametrize("piece", ["word ", ",", '"', "not ", "5 million euros ", "if "])
def test_ten_thousand_words(piece: str) -> None:
    start = time.perf_counter()
    judge(piece * 10_000, "Oslo rejects it.", None)
    assert time.perf_counter() - start < 2


def test_features_are_numbers_in_a_fixed_order() -> None:
    before, after = "Malta rules out a fish tax.", "Malta is studying a fish tax."
    stances = find_stance(before, None, LEXICON), find_stance(after, None, LEXICON)
    features = find_features(before, after, *stances, LEXICON, 0.8)
    assert isinstance(features, Features)
    assert all(isinstance(value, float) for value in features)
    assert features.likeness == 0.8
    assert features.ladder_step < 0
    assert find_features(after, before, *reversed(stances), LEXICON, 0.8).ladder_step == -features.ladder_step
