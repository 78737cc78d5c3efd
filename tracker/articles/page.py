"""Web pages as articles: trafilatura finds the text among the chrome and htmldate the date."""

from datetime import UTC, datetime
from itertools import islice
from typing import Any

from tracker.articles.decoding import MAX_BYTES, parse_line, refuse
from tracker.articles.identity import find_article_id, find_outlet, find_title, parse_date, parse_title, parse_url
from tracker.model import Article, DateSource, Failure

_PUBLISHED = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//meta[@name='date' or @name='pubdate' or @name='publish-date']/@content",
    "//*[@itemprop='datePublished']/@datetime",
)
"""Places that hold a time of day and its zone; htmldate, which knows many more, gives the day alone."""

MAX_ELEMENTS = 20_000
"""Elements of a page that is still read; news pages have a few thousand, and the extractor's time grows with their square."""

_NO_TEXT = "no article text in the page: save its text as a .txt file"


def parse_page(html: bytes, origin: str, url: str | None, file_time: datetime) -> Article | Failure:
    """The article on a web page, or the reason why there is none.

    `url` is where the page came from, if known; a canonical address named by the page goes before it. The text is the page's
    own paragraphs, a blank line between them; comments, tables, navigation are left out. Date: the page's metadata, else
    `file_time`, and `date_source` says which.
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
    document, published = found
    lines = [line for raw in (document.text or "").splitlines() if (line := parse_line(raw))]
    title = parse_title(document.title or "")
    if lines and lines[0] == title:
        del lines[0]
    if not lines:
        return refuse(origin, _NO_TEXT)
    text = "\n\n".join(lines)
    title = title or find_title(text, origin)
    address = parse_url(document.url or "") or parse_url(url or "")
    date = published or parse_date(document.date or "")
    return Article(
        id=find_article_id(title, text),
        origin=origin,
        title=title,
        text=text,
        outlet=parse_title(document.sitename or "") or find_outlet(address),
        url=address,
        published=date or file_time.astimezone(UTC),
        date_source=DateSource.METADATA if date else DateSource.FILE,
    )


def _extract(html: bytes, url: str | None) -> tuple[Any, datetime | None] | str:
    """trafilatura's document and the time of publication that the page's own metadata names, or what is wrong with the page."""
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
    return (document, published) if document is not None else _NO_TEXT
