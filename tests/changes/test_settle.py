import pytest

from tracker.changes.classify import settle
from tracker.model import Judgement, Label


@pytest.mark.parametrize(
    ("label", "confidence", "told"),
    [
        (Label.REVERSED, 0.9, Label.REVERSED),
        (Label.REVERSED, 0.65, Label.RESTATED),
        (Label.HARDENED, 0.65, Label.HARDENED),
        (Label.SOFTENED, 0.5, Label.RESTATED),
        (Label.AMENDED, 0.59, Label.RESTATED),
        (Label.RESTATED, 0.2, Label.RESTATED),
        (Label.UNRELATED, 0.2, Label.UNRELATED),
    ],
)
def test_an_unsure_move_counts_as_restated(label: Label, confidence: float, told: Label) -> None:
    settled = settle(Judgement(label, "possible reversal: 'will' is now 'will not'", confidence), 0.8)
    assert settled.label is told
    assert settled.confidence == confidence
    if told in (Label.REVERSED, Label.HARDENED):
        assert settle(Judgement(label, "why", 0.8), 0.4).label is Label.RESTATED
    if told is not label:
        assert settled.why == f"no clear change, perhaps {label}: 'will' is now 'will not'"
