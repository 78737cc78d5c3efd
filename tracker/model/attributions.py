"""Attributions: who is said to say what, as spans of a text."""

from dataclasses import dataclass
from enum import StrEnum

from tracker.model.articles import Span


class Role(StrEnum):
    SOURCE = "source"
    CUE = "cue"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class TaggedSpan:
    """A run of words that the tagger gave one role. `continues` marks content that goes on with an earlier content span."""

    role: Role
    span: Span
    paragraph: int
    confidence: float
    continues: bool = False


class AttributionKind(StrEnum):
    """Whether the content is quoted word for word, reported, or both (PARC3's direct, indirect and mixed)."""

    DIRECT = "direct"
    INDIRECT = "indirect"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who is said to say what, and by which words (source, cue, content of PARC3 and PolNeAR). Source and cue may be empty."""

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]
    kind: AttributionKind
    confidence: float
