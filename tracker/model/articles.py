"""Articles, what stands for them, and inputs that could not be read."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Span(NamedTuple):
    """Characters `start` up to, not including, `end` of a text."""

    start: int
    end: int


class DateSource(StrEnum):
    """Where an article's date came from."""

    HEADER = "header"
    METADATA = "metadata"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Article:
    """One report. `id` is a hash of title and text: the same words again are the same article, whatever file holds them."""

    id: str
    origin: str
    """Path or URL that it was read from."""
    title: str
    text: str
    outlet: str
    url: str | None
    published: datetime
    date_source: DateSource
    author: str = ""
    """As the page, the entry or the mail names it."""
    language: str = ""
    """ISO 639-1 code where a feed's configuration settles it; empty: the text tells."""
    beat: str = ""
    """Of the feed that brought it."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be processed, as a value: recorded and shown in the digest, never raised past its article."""

    origin: str
    stage: str
    """`read`, `feed`, `language`, `understand` or `store`."""
    message: str
    """Lower case, names the value and the remedy."""

    @property
    def is_skip(self) -> bool:
        """Whether nothing is wrong with the article but the language that it is written in."""
        return self.stage == "language"


@dataclass(frozen=True, slots=True)
class Summary:
    """The sentences of an article that stand for it: verbatim spans of its text in text order."""

    article_id: str
    method: str
    sentences: tuple[Span, ...]
