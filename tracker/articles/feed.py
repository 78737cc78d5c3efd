"""Feeds: bytes to entries. RSS 0.9x to 2.0, RDF and Atom by feedparser, JSON Feed 1.x by its own specification."""

import calendar
import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from tracker.articles.decoding import parse_line
from tracker.articles.identity import TRACKING, find_believable, parse_date, parse_title, parse_url
from tracker.articles.markup import parse_markup, strip_markup

MAX_ENTRIES = 1000
MAX_TAGS = 200_000
"""Openings of tags in a feed that is still read; a thousand entries have some ten thousand."""
_FULL = 150
"""Words from which on an entry's own text is taken for the article's; teasers have up to a hundred."""
_CUT = re.compile(r"(…|\.\.\.|\[…\]|\[\.\.\.\]|»)\W*$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed. `link` is the article's address without tracking; `text` is empty unless the entry holds all of it."""

    link: str | None
    key: str
    """The link, or what identifies an entry without one."""
    title: str
    published: datetime | None
    author: str
    text: str
    updated: datetime | None = None
    """When its outlet last edited it, as the feed says."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    title: str
    language: str
    entries: tuple[Entry, ...]


def parse_feed(data: bytes, url: str, now: datetime) -> ParsedFeed | str:
    """The feed in `data`, read from `url`, or what is wrong with it, with the remedy.

    Entries keep the feed's order, at most `MAX_ENTRIES`, each link once. Links other than http and https are dropped. A date
    before 1990, or later than a day after `now`, is not believed and is None.
    """
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not head:
        return "an empty answer: check the address"
    if data.count(b"<") > MAX_TAGS:
        return f"more than {MAX_TAGS} tags: take a shorter feed of this outlet"
    found = _parse_json(data, url) if head.startswith(b"{") else _parse_xml(data, url)
    if isinstance(found, str):
        return found
    entries = {
        entry.key: replace(
            entry, published=find_believable(entry.published, now), updated=find_believable(entry.updated, now)
        )
        for entry in reversed(found.entries)
    }
    return replace(found, entries=tuple(reversed(entries.values())))


def find_link(raw: str, base: str) -> str | None:
    """An absolute http or https address without its fragment and tracking parameters; None where `raw` holds none."""
    try:
        link = parse_url(urljoin(base, raw.strip())) if raw.strip() else None
        if link is None:
            return None
        parts = urlsplit(link)
        query = parts.query
        if TRACKING.search(query):
            query = urlencode([(k, v) for k, v in parse_qsl(query, keep_blank_values=True) if not TRACKING.fullmatch(k)])
        return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
    except ValueError:
        return None


def _parse_xml(data: bytes, url: str) -> ParsedFeed | str:
    import feedparser

    try:
        headers = {"content-location": url}
        parsed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False, response_headers=headers)
    except Exception as error:  # feedparser and the parsers below it trip over hostile bytes in many ways
        return f"no feed that can be read ({type(error).__name__}): check the address"
    if not parsed.get("version") and not parsed.entries:
        page = data[:2000].lstrip().lower().startswith((b"<!doctype html", b"<html"))
        return "a web page, no feed: give the address of its RSS or Atom feed" if page else "no feed: check the address"
    base = str(parsed.feed.get("link") or url)
    base = base if base.startswith("http") else url
    entries = [found for raw in parsed.entries[:MAX_ENTRIES] if (found := _parse_entry(raw, base))]
    return ParsedFeed(
        parse_title(strip_markup(_text(parsed.feed.get("title")))), _text(parsed.feed.get("language"))[:20].lower(), tuple(entries)
    )


def _parse_entry(raw: Any, base: str) -> Entry | None:
    link = find_link(_text(raw.get("feedburner_origlink") or raw.get("link")), base)
    contents = [_text(content.get("value")) for content in raw.get("content", ()) if isinstance(content, dict)]
    markup = max([*contents, _text(raw.get("summary"))], key=len)
    updated = _parse_struct(dict.get(raw, "updated_parsed"))
    published = _parse_struct(dict.get(raw, "published_parsed")) or updated
    found = _entry(link, _text(raw.get("id")), _text(raw.get("title")), published, _text(raw.get("author")), markup)
    return replace(found, updated=updated) if found else None


def _parse_json(data: bytes, url: str) -> ParsedFeed | str:
    """JSON Feed 1.0 and 1.1 (jsonfeed.org)."""
    try:
        parsed = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return "no JSON that can be read: check the address"
    items = parsed.get("items") if isinstance(parsed, dict) else None
    if not isinstance(items, list):
        return "JSON, but no JSON Feed: give the address of a feed"
    entries = []
    for item in items[:MAX_ENTRIES]:
        if not isinstance(item, dict):
            continue
        authors = item.get("authors")
        named = authors if isinstance(authors, list) else [item.get("author")]
        updated = parse_date(_text(item.get("date_modified")))
        found = _entry(
            find_link(_text(item.get("url")), url),
            _text(item.get("id")),
            _text(item.get("title")),
            parse_date(_text(item.get("date_published"))) or updated,
            ", ".join(name for author in named[:20] if isinstance(author, dict) and (name := _text(author.get("name")))),
            _text(item.get("content_html")) or _text(item.get("content_text")) or _text(item.get("summary")),
        )
        if found:
            entries.append(replace(found, updated=updated))
    return ParsedFeed(parse_title(_text(parsed.get("title"))), _text(parsed.get("language"))[:20].lower(), tuple(entries))


def _entry(link: str | None, identity: str, title: str, published: datetime | None, author: str, markup: str) -> Entry | None:
    paragraphs = parse_markup(markup)
    text = "\n\n".join(paragraphs)
    full = sum(len(p.split()) for p in paragraphs) >= _FULL and not _CUT.search(text[-40:])
    if link is None and not full:
        return None  # nothing to read and nowhere to read it
    heading = parse_title(strip_markup(title[:2000]))
    key = link or parse_line(identity)[:500] or heading or text[:200]
    return Entry(link, key, heading, published, parse_title(strip_markup(author[:500])), text if full else "")


def _parse_struct(value: Any) -> datetime | None:
    """feedparser's time of nine numbers, in UTC."""
    try:
        return datetime.fromtimestamp(calendar.timegm(value), UTC) if value else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
