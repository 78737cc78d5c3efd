"""Web pages as articles: trafilatura finds the text among the chrome and htmldate the date."""

import json
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from tracker.articles.decoding import MAX_BYTES, parse_line, refuse
from tracker.articles.identity import find_article_id, find_outlet, find_title, parse_date, parse_title, parse_url
from tracker.articles.walls import PageSigns, find_wall
from tracker.model import Article, DateSource, Failure

_PUBLISHED = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//meta[@name='date' or @name='pubdate' or @name='publish-date']/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//time[@pubdate]/@datetime",
)
"""Places that hold a time of day and its zone; htmldate, which knows many more, gives the day alone."""

MAX_ELEMENTS = 20_000
"""Elements of a page that is still read; news pages have a few thousand, and the extractor's time grows with their square."""

_LONGEST_SCRIPT = 500_000

_NO_TEXT = "no article text in the page: save its text as a .txt file"


class _Page(NamedTuple):
    document: Any
    """trafilatura's."""
    published: datetime | None
    """With the time of day, as the page's own metadata name it."""
    canonical: str
    seen: str
    is_article: bool
    is_free: bool
    link_share: float


def parse_page(html: bytes, origin: str, url: str | None, file_time: datetime, *, now: datetime | None = None) -> Article | Failure:
    """The article on a web page, or the reason why there is none.

    `url` is where the page came from, if known; a canonical address that the page names on the same site goes before it. The
    text is the page's own paragraphs, a blank line between them; comments, tables, navigation are left out. Date: the page's
    metadata (JSON-LD, OpenGraph, what htmldate finds), else `file_time`, and `date_source` says which; a date more than a day
    after `now` is not believed. Paywall stubs, cookie walls, error pages and index pages are refused (walls.py).
    """
    if len(html) > MAX_BYTES:
        return refuse(origin, f"more than {MAX_BYTES // 1_000_000} MB: save the article alone")
    if not html.strip():
        return refuse(origin, "an empty page: save the page again")
    if b"\0" in html and not html.startswith((b"\xff\xfe", b"\xfe\xff")):
        return refuse(origin, "a binary file (it holds NUL bytes): save the page as HTML")
    found = _extract(html, url)
    if isinstance(found, str):
        return refuse(origin, found)
    document = found.document
    lines = [line for raw in (document.text or "").splitlines() if (line := parse_line(raw))]
    title = parse_title(document.title or "")
    if lines and lines[0] == title:
        del lines[0]
    signs = PageSigns(url, title, tuple(lines), found.seen, found.is_article, found.is_free, found.link_share)
    if wall := find_wall(signs):
        return refuse(origin, wall)
    if not lines:
        return refuse(origin, _NO_TEXT)
    text = "\n\n".join(lines)
    title = title or find_title(text, origin)
    address = _find_address(found.canonical or document.url or "", url)
    date = found.published or parse_date(document.date or "")
    if date and now and date > now + timedelta(days=1):
        date = None
    return Article(
        id=find_article_id(title, text),
        origin=origin,
        title=title,
        text=text,
        outlet=parse_title(document.sitename or "") or find_outlet(address),
        url=address,
        published=date or file_time.astimezone(UTC),
        date_source=DateSource.METADATA if date else DateSource.FILE,
        author=parse_title(document.author or ""),
    )


def _find_address(canonical: str, url: str | None) -> str | None:
    """The page's canonical address where it is on the site that the page came from: no page may speak for another outlet."""
    fetched = parse_url(url or "")
    named = parse_url(urljoin(fetched or "", canonical))
    if named is None or fetched is None:
        return named or fetched
    front = not urlsplit(named).path.strip("/") and not urlsplit(named).query  # a common mistake: every page names the front page
    return fetched if front or _find_site(named) != _find_site(fetched) else named


def _find_site(url: str) -> str:
    """The last two labels of the host: "bay.example" for "m.bay.example"."""
    return ".".join(find_outlet(url).split(".")[-2:])


def _extract(html: bytes, url: str | None) -> _Page | str:
    """What the page holds, or what is wrong with it."""
    from lxml.etree import LxmlError  # type: ignore[import-untyped]
    from trafilatura import bare_extraction
    from trafilatura.utils import load_html

    try:
        tree = load_html(html)
        if tree is None:
            return _NO_TEXT
        if sum(1 for _ in islice(tree.iter(), MAX_ELEMENTS + 1)) > MAX_ELEMENTS:
            return f"more than {MAX_ELEMENTS} elements in the page: save the article alone"
        raw = (value for place in _PUBLISHED for value in tree.xpath(place)[:3])
        published = next((date for value in raw if (date := parse_date(str(value)))), None)
        linked = _find_linked(tree.xpath("//script[@type='application/ld+json']/text()")[:20])
        published = published or linked.published
        canonical = "".join(tree.xpath("//link[@rel='canonical']/@href")[:1])
        kinds = [str(kind).lower() for kind in tree.xpath("//meta[@property='og:type']/@content")[:3]]
        body = tree.find("body") if tree.find("body") is not None else tree
        seen = parse_line(" ".join(body.xpath(".//text()[not(parent::script or parent::style or parent::template)]"))).lower()
        inside = sum(len(text.strip()) for text in body.xpath(".//a//text()"))
        document = bare_extraction(
            tree,
            url=url,
            with_metadata=True,
            include_comments=False,
            include_tables=False,
            deduplicate=False,  # True remembers texts between calls and drops them from later articles
            date_extraction_params={"original_date": True, "extensive_search": False, "max_date": "2100-12-31"},
        )
    except (LxmlError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        # hostile markup trips the extractor in many ways: whichever, there is no text to be had
        return _NO_TEXT
    if document is None:
        title = parse_title("".join(tree.xpath("//head/title/text()")[:1]))
        return _find_empty(title, seen, url) or _NO_TEXT
    is_article = bool(published) or linked.is_article or "article" in kinds
    return _Page(document, published, canonical, seen, is_article, linked.is_free, inside / max(len(seen), 1))


class _Linked(NamedTuple):
    """What JSON-LD says of the page (schema.org's NewsArticle and its kin)."""

    published: datetime | None = None
    is_article: bool = False
    is_free: bool = True


def _find_linked(scripts: list[str]) -> _Linked:
    """What the page's JSON-LD scripts say of an article; the first time of publication counts. Unreadable ones are passed over."""
    found = _Linked()
    for script in scripts:
        try:
            data = json.loads(script[:_LONGEST_SCRIPT])
        except (ValueError, RecursionError):
            continue
        nodes = data if isinstance(data, list) else [data]
        nodes += [node for top in nodes if isinstance(top, dict) and isinstance(top.get("@graph"), list) for node in top["@graph"]]
        for node in nodes[:200]:
            if not isinstance(node, dict) or not str(node.get("@type", "")).replace("']", "").endswith(("Article", "Posting")):
                continue
            free = str(node.get("isAccessibleForFree", "true")).lower() != "false"
            found = _Linked(found.published or parse_date(str(node.get("datePublished", ""))), True, found.is_free and free)
    return found


def _find_empty(title: str, seen: str, url: str | None) -> str | None:
    """Why a page holds nothing that could be an article, where its words tell."""
    return find_wall(PageSigns(url, title, (seen[:300],) if seen else (), seen, False, True, 0.0))
