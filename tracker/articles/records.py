"""JSON lines as articles: one object a line, as archives and `tracker extract --json` write them."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, BinaryIO

from tracker.articles.decoding import MAX_BYTES, parse_bytes, refuse
from tracker.articles.identity import find_article_id, find_outlet, find_title, parse_date, parse_title, parse_url
from tracker.model import Article, DateSource, Failure

_TEXT = ("text", "body", "content", "articleBody")
_TITLE = ("title", "headline")
_DATE = ("published", "date", "datePublished", "date_published")
_OUTLET = ("outlet", "source", "publisher", "site_name", "sitename")
_URL = ("url", "link")


def is_record(data: bytes) -> bool:
    """Whether the first line of `data` is a JSON object with a text in it."""
    return isinstance(_parse_object(data.lstrip().split(b"\n", 1)[0]), dict) and any(
        f'"{key}"'.encode() in data.lstrip().split(b"\n", 1)[0] for key in _TEXT
    )


def split_lines(stream: BinaryIO) -> Iterator[bytes]:
    """The lines that hold something; one longer than `MAX_BYTES` is cut just behind it, so that reading it refuses it."""
    cut = False
    while line := stream.readline(MAX_BYTES + 1):
        if not cut and line.strip():
            yield line
        cut = not line.endswith(b"\n")


def parse_record(line: bytes, origin: str, file_time: datetime) -> Article | Failure:
    """The article in one JSON object, or the reason why there is none.

    Keys: `text` (or body, content, articleBody), `title` (headline), `published` (date, datePublished), `outlet` (source,
    publisher), `url` (link), `author`, `language`; others are passed over. Dates as in plain-text articles.
    """
    if len(line) > MAX_BYTES:
        return refuse(origin, f"more than {MAX_BYTES // 1_000_000} MB in one line: split it into articles")
    record = _parse_object(line)
    if record is None:
        return refuse(origin, "a line that is no JSON object: write one object a line")
    raw = _find(record, _TEXT)
    if not raw.strip():
        return refuse(origin, "a line without an article: give it a 'text'")
    text = parse_bytes(raw.encode("utf-8", "replace"), origin)
    if isinstance(text, Failure):
        return text
    url = parse_url(_find(record, _URL))
    title = parse_title(_find(record, _TITLE)) or find_title(text, origin)
    date = parse_date(_find(record, _DATE))
    return Article(
        id=find_article_id(title, text),
        origin=origin,
        title=title,
        text=text,
        outlet=parse_title(_find(record, _OUTLET)) or find_outlet(url),
        url=url,
        published=date or file_time.astimezone(UTC),
        date_source=DateSource.HEADER if date else DateSource.FILE,
        author=parse_title(_find(record, ("author", "byline"))),
    )


def _parse_object(line: bytes) -> dict[str, Any] | None:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _find(record: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    """The first of the keys that holds a text; an object's name counts as its text (schema.org's publisher)."""
    for key in keys:
        value = record.get(key)
        value = value.get("name") if isinstance(value, dict) else value
        if isinstance(value, str) and value.strip():
            return value
    return ""
