"""Pages that are no articles, and short articles that are, all of our own writing."""

from datetime import UTC, datetime

import pytest

from tracker.articles.page import parse_page
from tracker.articles.walls import CONSENT, ERROR, INDEX, PAYWALL
from tracker.model import Article, Failure

FILE_TIME = datetime(2026, 5, 1, tzinfo=UTC)
SAID = "The harbour board said on Friday that the ferry would not sail before the pier is mended and paid for. "
DATED = '<meta property="article:published_time" content="2026-03-04T05:06:07+02:00">'
LINKED = (
    '<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "NewsArticle",'
    ' "datePublished": "2026-03-04T05:06:07+02:00", "isAccessibleForFree": FREE}]}</script>'
)


def page(body: str, title: str = "Ferry stays in harbour", head: str = "") -> bytes:
    return f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


def article(text: str, more: str = "") -> str:
    return f"<article><h1>Ferry stays in harbour</h1><p>{text}</p>{more}</article>"


HEADLINES = "".join(f'<p><a href="/news/{n}">Harbour board and union talk again about berth {n}</a></p>' for n in range(30))
COOKIES = "We use cookies and similar means. Accept all cookies or manage cookies; our partners store data on your device. "


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        (page(article(SAID * 2, "<p>Subscribe to continue reading.</p>"), head=DATED), PAYWALL),
        (page(article(SAID + "The union, however, said that…", "<div>Already a subscriber? Log in to read.</div>")), PAYWALL),
        (page(article(SAID * 3), head=LINKED.replace("FREE", "false")), PAYWALL),
        (page(article(SAID * 3), head=LINKED.replace("FREE", '"False"')), PAYWALL),
        (
            page(
                f"<div><p>{COOKIES}</p><p>You can change your mind at any time in our cookie policy.</p></div>", "Before you go on"
            ),
            CONSENT,
        ),
        (page("<div><h1>Page not found</h1><p>The page you requested is not here. Try our front page.</p></div>", "404"), ERROR),
        (
            page("<div><p>Please enable JavaScript and cookies to go on. Checking your browser.</p></div>", "Just a moment..."),
            ERROR,
        ),
        (page("<h1>Access denied</h1>", "Access denied"), ERROR),
        (page("", "503 Service Unavailable"), ERROR),
        (page(f"<main>{HEADLINES}</main>", "World news"), INDEX),
    ],
)
def test_refused_with_a_reason(html: bytes, reason: str) -> None:
    failure = parse_page(html, "a.html", "https://bay.example/world", FILE_TIME)
    assert isinstance(failure, Failure), failure.text
    assert failure.message == f"a.html: {reason}"


@pytest.mark.parametrize(
    "html",
    [
        page(article(SAID * 3)),
        page(article(SAID * 3), head=LINKED.replace("FREE", "true")),
        page(article(SAID * 15, "<p>Subscribe to continue reading our letters.</p>")),
        page(article(SAID * 3) + f"<footer>{COOKIES}</footer>"),
        page(article(f"{SAID} The board said that we use cookies like everyone, and that it would not stop. {SAID * 3}")),
        page(
            article(f"{SAID * 5} Nobody could say why access was denied to the pier, an official said."),
            "Board stands by its answer",
        ),
        page(article("</p><p>".join(f"“No,” the board said about berth {n}." for n in range(12))), head=DATED),
        page(article(SAID * 4) + f"<aside>{HEADLINES}</aside>"),
    ],
)
def test_articles_are_taken(html: bytes) -> None:
    taken = parse_page(html, "a.html", "https://bay.example/world/ferry", FILE_TIME)
    assert isinstance(taken, Article), taken.message


@pytest.mark.parametrize(
    ("canonical", "url"),
    [
        ("https://www.bay.example/ferry", "https://www.bay.example/ferry"),
        ("/ferry", "https://m.bay.example/ferry"),
        ("https://www.bay.example/", "https://m.bay.example/a?b=1"),
        ("https://hill.example/ferry", "https://m.bay.example/a?b=1"),
        ("javascript:alert(1)", "https://m.bay.example/a?b=1"),
    ],
)
def test_no_page_speaks_for_another_site(canonical: str, url: str) -> None:
    html = page(article(SAID * 3), head=f'<link rel="canonical" href="{canonical}">')
    taken = parse_page(html, "a.html", "https://m.bay.example/a?b=1", FILE_TIME)
    assert isinstance(taken, Article)
    assert taken.url == url


def test_what_linked_data_say() -> None:
    taken = parse_page(page(article(SAID * 3), head=LINKED.replace("FREE", "true")), "a.html", None, FILE_TIME)
    assert isinstance(taken, Article)
    assert taken.published == datetime(2026, 3, 4, 3, 6, 7, tzinfo=UTC)


def test_a_date_in_the_future_is_not_believed() -> None:
    html = page(article(SAID * 3), head=DATED.replace("2026", "2031"))
    taken = parse_page(html, "a.html", None, FILE_TIME, now=datetime(2026, 5, 2, tzinfo=UTC))
    assert isinstance(taken, Article)
    assert taken.published == FILE_TIME
