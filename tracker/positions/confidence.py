"""How sure an attribution is: the chance that its content, its source and their link are right.

A logistic regression over what the tagger was sure of and over how the three parts stand to one another (Platt 1999), fitted by
`scripts/train/calibrate.py` to articles with known attributions; its weights stand in confidence.toml.
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tracker.errors import ConfigurationError
from tracker.model import AttributionKind, Span, TaggedSpan

CALIBRATION = Path(__file__).parent / "confidence.toml"
FEATURES = (
    "cue", "content", "source", "sourced", "words", "parts", "direct", "mixed", "gap", "source gap", "source behind", "cue words",
    "quoted", "pronoun", "relative", "content first", "source words",
)  # fmt: skip
"""By name and in the order of `find_features`."""

_SUREST, _LEAST = 5.0, -3.0
"""Bounds of a chance as log odds: beyond them the tagger's figures tell no more."""
_PRONOUNS = frozenset({"he", "she", "they", "it", "i", "we"})
_RELATIVES = frozenset({"who", "that", "which"})


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights by feature, and what holds with none of them."""

    bias: float
    weights: Mapping[str, float]

    def find_chance(self, features: Sequence[float]) -> float:
        """The chance, from 0 to 1, with four decimals."""
        odds = self.bias + sum(self.weights[name] * value for name, value in zip(FEATURES, features, strict=True))
        return round(1 / (1 + math.exp(-max(-30.0, min(30.0, odds)))), 4)


def load_calibration(path: Path = CALIBRATION) -> Calibration:
    """The shipped weights. Raises ConfigurationError where the file cannot be read."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        return Calibration(float(data["bias"]), {name: float(data["weights"][name]) for name in FEATURES})
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"cannot read {path.name} ({error}): install tracker again") from error


def find_features(
    text: str, content: Sequence[TaggedSpan], cue: TaggedSpan, source: TaggedSpan | None, kind: AttributionKind
) -> tuple[float, ...]:
    """What the chance is reckoned from, in the order of FEATURES."""
    words = sum(_count(text, part.span) for part in content)
    phrase = text[source.span.start : source.span.end].lower() if source and source.span.end - source.span.start < 6 else ""
    first = content[0].span.start
    return (
        _odds(cue.confidence),
        _odds(min(part.confidence for part in content)),
        _odds(source.confidence) if source else 0.0,
        1.0 if source else 0.0,
        math.log(1 + words),
        len(content) - 1.0,
        float(kind is AttributionKind.DIRECT),
        float(kind is AttributionKind.MIXED),
        math.log(1 + min(_gap(text, cue.span, part.span) for part in content)),
        math.log(1 + _gap(text, cue.span, source.span)) if source else 0.0,
        float(source is not None and source.span.start > cue.span.start),
        float(_count(text, cue.span)),
        float(text[first : first + 1] in ('"', "“")),
        float(phrase in _PRONOUNS),
        float(phrase in _RELATIVES),
        float(first < cue.span.start),
        math.log(1 + _count(text, source.span)) if source else 0.0,
    )


def _odds(chance: float) -> float:
    chance = min(max(chance, 1e-6), 1 - 1e-6)
    return max(_LEAST, min(_SUREST, math.log(chance / (1 - chance))))


def _count(text: str, span: Span) -> int:
    """Words in a span, by its spaces."""
    return text.count(" ", span.start, span.end) + 1


def _gap(text: str, one: Span, other: Span) -> int:
    """Words between two spans; 0 where they overlap."""
    start, end = (one.end, other.start) if one.end <= other.start else (other.end, one.start)
    return max(0, text.count(" ", start, end)) if start < end else 0
