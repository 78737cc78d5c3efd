"""Feeds: what the reader configures of them, what is remembered between runs, and how the network is used."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Feed:
    """An address that lists an outlet's articles, as the reader configures it."""

    url: str
    outlet: str = ""
    """Empty: what the page or the feed calls itself."""
    language: str = ""
    """ISO 639-1 code of everything in it; empty: each text tells."""
    every: timedelta = timedelta()
    """Least time between two visits; nothing: every run."""
    enabled: bool = True
    beat: str = ""
    allow_private: bool = False
    """Whether the feed and its articles may be at private addresses."""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between runs. Times are those of the runs."""

    url: str
    checked: datetime | None = None
    """Last visit, successful or not."""
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""
    """Where a permanent redirect leads to."""
    not_before: datetime | None = None
    """The server asked not to be visited sooner (Retry-After)."""
    failing_since: datetime | None = None
    failures: int = 0
    """Visits in a row that failed."""
    problem: str = ""
    """What was wrong at the last visit; empty where it went well."""
    entries: int = 0
    """In the last full answer."""


@dataclass(frozen=True, slots=True)
class Link:
    """An entry's address that was visited: nothing is fetched twice unless its outlet says that it was edited."""

    address: str
    feed: str
    seen: datetime
    tries: int = 1
    """Visits so far."""
    done: bool = True
    """False: a temporary failure, to be tried again."""
    text: str = ""
    """Id of the text where the entry itself held all of it; empty where its page was fetched."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How the network is used. Times are in seconds."""

    contact: str = ""
    """Address or mail of whom an outlet may turn to; part of the User-Agent."""
    deadline: float = 1800.0
    """For all fetching of one run."""
    timeout: float = 30.0
    """For one answer."""
    delay: float = 1.0
    """Between two requests to one host."""
    tries: int = 3
    back_off: float = 2.0
    """Before the second try; it doubles for each further one."""
    hosts: int = 16
    """Visited at the same time."""
    robots: bool = True
    """Whether robots.txt is asked and obeyed."""
