"""The chance that an attribution is right: bounds, direction and what its parts say."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import ConfigurationError
from tracker.model import AttributionKind, Role, Span, TaggedSpan
from tracker.positions.attributions import find_attributions
from tracker.positions.confidence import FEATURES, Calibration, find_features, load_calibration

TEXT = "The mayor said the bridge would stay closed until May."
CONTENT = Span(15, 53)


def spans(cue: float = 0.95, content: float = 0.95, source: float = 0.95) -> list[TaggedSpan]:
    return [
        TaggedSpan(Role.SOURCE, Span(0, 9), 0, source),
        TaggedSpan(Role.CUE, Span(10, 14), 0, cue),
        TaggedSpan(Role.CONTENT, CONTENT, 0, content),
    ]


def find_confidence(*members: TaggedSpan, calibration: Calibration | None) -> float:
    (found,) = find_attributions(TEXT, members, [Span(0, len(TEXT))], calibration=calibration)
    return found.confidence


def test_the_surer_the_parts_the_surer_the_whole() -> None:
    shipped = load_calibration()
    sure = find_confidence(*spans(0.99, 0.99, 0.99), calibration=shipped)
    for doubtful in (spans(cue=0.5), spans(content=0.5), spans(source=0.5), spans()[1:]):
        assert find_confidence(*doubtful, calibration=shipped) < sure
    assert sure > 0.9


def test_without_a_calibration_it_is_the_product() -> None:
    assert find_confidence(*spans(0.8, 0.5), calibration=None) == 0.4


@given(chances=st.tuples(*[st.floats(0, 1)] * 3), kind=st.sampled_from(AttributionKind))
def test_it_is_a_chance(chances: tuple[float, float, float], kind: AttributionKind) -> None:
    source, cue, content = spans(chances[1], chances[2], chances[0])
    features = find_features(TEXT, [content], cue, source, kind)
    assert len(features) == len(FEATURES)
    assert 0 <= load_calibration().find_chance(features) <= 1


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "confidence.toml").write_text("bias = 1.0\n")
    with pytest.raises(ConfigurationError, match="install tracker again"):
        load_calibration(tmp_path / "confidence.toml")
