"""Web pages: markup beside the article or the refusal."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.articles.decoding import MAX_BYTES
from tracker.articles.page import parse_page
from tracker.model import Article, DateSource, Failure

FILE_TIME = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
FIRST = "The ministry in Valdoria said on Monday that it would not sign the accord, and that talks would go on until June."
SECOND = "“We are not going anywhere,” a spokesman told reporters outside the ministry, and nobody asked him what he meant."
HEAD = """<title>Valdoria will not sign | The Bay Post</title>
<meta property="og:site_name" content="The Bay Post"><link rel="canonical" href="https://bay.example/news/1">"""
TIMED = '<meta property="article:published_time" content="2026-03-04T05:06:07+02:00">'


def page(head: str = HEAD + TIMED, more: str = "") -> bytes:
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8">{head}</head><body>
<nav><a href="/">Home</a> <a href="/world">World news</a></nav>
<article><h1>Valdoria will not sign</h1><p>{FIRST}</p>
<p>{SECOND}</p>{more}</article><script>alert("no")</script><footer>All rights reserved</footer></body></html>""".encode()


def read(html: bytes, url: str | None = None) -> Article:
    article = parse_page(html, "saved.html", url, FILE_TIME)
    assert isinstance(article, Article)
    return article


def test_page() -> None:
    article = read(page())
    assert article.title == "Valdoria will not sign"
    assert article.text == f"{FIRST}\n\n{SECOND}"
    assert article.outlet == "The Bay Post"
    assert article.url == "https://bay.example/news/1"
    assert article.published == datetime(2026, 3, 4, 3, 6, 7, tzinfo=UTC)
    assert article.date_source is DateSource.METADATA


def test_a_day_alone_and_no_date() -> None:
    dated = read(page(HEAD + '<meta name="date" content="2026-03-04">'))
    assert (dated.published, dated.date_source) == (datetime(2026, 3, 4, tzinfo=UTC), DateSource.METADATA)
    undated = read(page("<title>Valdoria will not sign</title>"), "https://www.bay.example/x")
    assert (undated.published, undated.date_source) == (FILE_TIME, DateSource.FILE)
    assert undated.url == "https://www.bay.example/x"
    assert undated.outlet.lower().removeprefix("www.") == "bay.example"


def test_the_same_page_twice_gives_the_same_article() -> None:
    assert read(page()) == read(page())


def test_markup_in_the_text_stays_text() -> None:
    assert "<script>alert(1)</script>" in read(page(more="<p>They wrote &lt;script&gt;alert(1)&lt;/script&gt; on a wall.</p>")).text


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        (b"", "empty page"),
        (b"<html><body><p> </p></body></html>", "no article text"),
        (b"<html></html>", "no article text"),
        (b"<html>\x00</html>", "binary"),
        (b"<p>" + b"a" * MAX_BYTES, "more than 5 MB"),
        (b"<html><body>" + b"<p>some words of a text" * 30_000, "elements"),
    ],
)
def test_refusals(html: bytes, reason: str) -> None:
    failure = parse_page(html, "saved.html", None, FILE_TIME)
    assert isinstance(failure, Failure)
    assert reason in failure.message


@pytest.mark.parametrize(
    "html",
    [
        b"<html><body>" + b"<div>" * 50_000 + b"<p>words",
        b"<" * 200_000,
        b"<p " + b"a=b " * 100_000 + b">words</p>",
        b"<html><body><p>" + b"a" * 1_000_000,
    ],
)
def test_hostile_pages_take_bounded_time(html: bytes) -> None:
    began = time.perf_counter()
    parse_page(html, "saved.html", None, FILE_TIME)
    assert time.perf_counter() - began < 10


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=200) | st.text(alphabet="<>/apdiv =\"'&;#x1é", max_size=200).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    assert isinstance(parse_page(data, "saved.html", None, FILE_TIME), Article | Failure)
