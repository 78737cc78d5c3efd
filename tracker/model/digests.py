"""The digest: what a reader gets for a window of time."""

from dataclasses import dataclass
from datetime import datetime

from tracker.model.articles import DateSource, Failure
from tracker.model.changes import Change
from tracker.model.corrections import Correction
from tracker.model.positions import Commitment, Position


@dataclass(frozen=True, slots=True)
class ArticleSummary:
    """A new article as the digest shows it: its summary's sentences as text."""

    title: str
    origin: str
    outlet: str
    published: datetime
    date_source: DateSource
    sentences: tuple[str, ...]
    beat: str = ""
    url: str | None = None
    """Where a reader finds it, if known."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a party stands on an issue, and the rungs that it stood on before."""

    position: Position
    """The latest one."""
    path: tuple[Commitment | None, ...]
    """Rungs of its positions on the issue, oldest first, the latest one's last; None for one without a rung."""


@dataclass(frozen=True, slots=True)
class Silence:
    """A party that has gone quiet since the digest before: its last statement is more than `days` days old."""

    party: str
    last: datetime
    days: int


@dataclass(frozen=True, slots=True)
class Digest:
    """What a reader gets for a window: everything is decided here, renderers only set it out."""

    since: datetime | None
    until: datetime
    changes: tuple[Change, ...]
    """Most consequential first; `restated` and `new` ones are here too, renderers count or list them."""
    articles: tuple[ArticleSummary, ...]
    failures: tuple[Failure, ...]
    articles_seen: int = 0
    """Inputs that the run looked at, known ones included."""
    standings: tuple[Standing, ...] = ()
    """Where each party stands on the issues that the digest touches."""
    silences: tuple[Silence, ...] = ()
    corrections: tuple[Correction, ...] = ()
