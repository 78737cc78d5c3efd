"""Subscription lists in OPML 2.0 (opml.org/spec2.opml), as feed readers exchange them."""

import re
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import quoteattr

from tracker.articles.decoding import MAX_BYTES, parse_line
from tracker.articles.identity import parse_title, parse_url
from tracker.errors import UsageError
from tracker.model import Feed

_MOST = 10_000
_LANGUAGE = re.compile(r"[a-z]{2,3}\b")


def parse_opml(data: bytes, origin: str) -> tuple[Feed, ...]:
    """The feeds of a subscription list in its order, each address once; the outline around a feed becomes its beat.

    Outlines without an http(s) `xmlUrl` are passed over. Raises UsageError where `data` is no OPML or holds a document type: none
    is needed, and entities can be made to explode.
    """
    from lxml import etree  # type: ignore[import-untyped]

    if len(data) > MAX_BYTES:
        raise UsageError(f"{origin} is larger than {MAX_BYTES // 1_000_000} MB: split the list")
    if b"<!DOCTYPE" in data[:MAX_BYTES] or b"<!ENTITY" in data:
        raise UsageError(f"{origin} has a document type: take that line out")
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UsageError(f"{origin} is no OPML ({' '.join(str(error).split())[:120]}): export it again") from error
    body = root.find("body") if root.tag == "opml" else None
    if body is None:
        raise UsageError(f"{origin} is no OPML: its outermost element is {str(root.tag)[:40]!r}, not 'opml' with a 'body'")
    feeds: dict[str, Feed] = {}
    for outline in body.iter("outline"):
        url = parse_url(_attribute(outline, "xmlUrl"))
        if url is None or len(feeds) >= _MOST:
            continue
        language = _LANGUAGE.match(_attribute(outline, "language").lower())
        parent = outline.getparent()
        feeds.setdefault(
            url,
            Feed(
                url=url,
                outlet=parse_title(_attribute(outline, "title") or _attribute(outline, "text")),
                language=language.group(0) if language else "",
                beat=parse_title(_attribute(parent, "text") or _attribute(parent, "title")) if parent is not body else "",
            ),
        )
    return tuple(feeds.values())


def render_opml(feeds: Iterable[Feed], title: str) -> str:
    """A subscription list with one outline for each beat, feeds without one before them."""
    by_beat: dict[str, list[Feed]] = {"": []}
    for feed in feeds:
        by_beat.setdefault(feed.beat, []).append(feed)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"<head><title>{_escape(title)}</title></head>",
        "<body>",
    ]
    for beat, members in by_beat.items():
        lines += [f"<outline text={quoteattr(beat)}>"] if beat else []
        lines += ["  " * bool(beat) + _render_outline(feed) for feed in members]
        lines += ["</outline>"] if beat else []
    return "\n".join([*lines, "</body>", "</opml>"]) + "\n"


def _render_outline(feed: Feed) -> str:
    language = f" language={quoteattr(feed.language)}" if feed.language else ""
    return f'<outline type="rss" text={quoteattr(feed.outlet or feed.url)} xmlUrl={quoteattr(feed.url)}{language}/>'


def _attribute(node: Any, name: str) -> str:
    """An attribute, whatever the case of its name: exporters differ."""
    found = next((value for key, value in node.attrib.items() if str(key).lower() == name.lower()), "")
    return parse_line(str(found)[:5000])


def _escape(text: str) -> str:
    return quoteattr(text)[1:-1]
