"""The night: what an article or an edit of it led to, the run that read it, and the questions put to a language model."""

from dataclasses import dataclass
from datetime import datetime

from tracker.model.actors import Introduction
from tracker.model.articles import Article, Summary
from tracker.model.attributions import Attribution
from tracker.model.changes import Change
from tracker.model.positions import Position


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that one article led to; it is stored in one transaction."""

    article: Article
    summary: Summary
    attributions: tuple[Attribution, ...]
    positions: tuple[Position, ...]
    changes: tuple[Change, ...]
    sketch: tuple[int, ...] = ()
    """Hashes by which a copy of the article is recognised."""
    address: str = ""
    """Where the article is found again: its URL, else its origin."""
    takes_over: tuple[tuple[str, str], ...] = ()
    """Ids of a position and of a later-dated one that repeats it and was here first: that one becomes its copy."""
    introductions: tuple[Introduction, ...] = ()
    """Who is who, as far as the article says it clearly."""


@dataclass(frozen=True, slots=True)
class Version:
    """A text of an article as it was read at one time."""

    article: Article
    """Its `id` is the revision's; everything but title and text is the article's."""
    first: str
    """Id of the article: that of its first revision."""
    number: int
    """1 for the text as first seen."""
    seen: datetime


@dataclass(frozen=True, slots=True)
class Edits:
    """What an outlet did to the positions of its report, from one revision to the next."""

    kept: tuple[Position, ...] = ()
    """Earlier positions that still stand."""
    changed: tuple[tuple[Position, Position], ...] = ()
    """Earlier positions with those that they became."""
    dropped: tuple[Position, ...] = ()
    added: tuple[Position, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One execution with its counts."""

    id: str
    started: datetime
    finished: datetime | None
    articles_seen: int = 0
    articles_new: int = 0
    positions: int = 0
    changes: int = 0
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One question to the reader's own language model, and what came of it."""

    key: str
    """Hash of all that the answer depends on."""
    task: str
    """`judge` or `extract`."""
    version: int
    """Of the instructions."""
    model: str
    subject: str
    """Id of the position or article that it is about; empty where there is none."""
    asked: datetime
    result: str
    """`answered`, `kept` (an earlier answer served) or `left` (to the shipped model)."""
    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    """In the currency of the configured prices."""
    dropped: int = 0
    """Pieces of the answer that do not stand in the text."""
    problem: str = ""
    """Why it was left; of the last call."""
