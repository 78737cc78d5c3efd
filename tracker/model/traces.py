"""Traces: how a position and its change came about."""

from dataclasses import dataclass

from tracker.model.articles import Article, Span
from tracker.model.changes import Change
from tracker.model.corrections import Correction
from tracker.model.night import Version
from tracker.model.positions import Position


@dataclass(frozen=True, slots=True)
class Trace:
    """How a position, and the change that it made, came about: what `tracker explain` sets out."""

    position: Position
    change: Change | None
    """The change that the position made; None where it made none."""
    earlier: Position | None
    """The same party's latest earlier position on that issue."""
    article: Article
    context: Span
    """The part of the article's text around the evidence: its lines, cut where they are long."""
    corrections: tuple[Correction, ...] = ()
    """What became of it since it was stored, in order."""
    versions: tuple[Version, ...] = ()
    """The article's texts, where there are several."""
    extractor: str = ""
    """The language model that found the attribution; empty where the shipped tagger did."""
    judge: str = ""
    """The language model that gave the judgement; empty where the shipped one did."""
