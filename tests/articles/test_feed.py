"""Feeds of every format, written for these tests, beside what they hold."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.articles.feed import ParsedFeed, find_link, parse_feed

FEEDS = Path(__file__).with_name("feeds")
NOW = datetime(2026, 5, 3, tzinfo=UTC)
EARLY = datetime(2026, 5, 1, 6, 30, tzinfo=UTC)
URL = "https://bay.example/feed"


def read(data: bytes) -> ParsedFeed:
    parsed = parse_feed(data, URL, NOW)
    assert isinstance(parsed, ParsedFeed), parsed
    return parsed


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("rss-0.91.xml", None),
        ("rss-0.92.xml", None),
        ("rdf.xml", EARLY),
        ("atom.xml", EARLY),
        ("feed.json", EARLY),
        ("rss-2.0.xml", EARLY),
    ],
)
def test_every_format(name: str, published: datetime | None) -> None:
    parsed = read((FEEDS / name).read_bytes())
    first = parsed.entries[0]
    assert parsed.title.startswith("The Bay")
    assert first.title in ("Ferry stays in harbour", "Ferry & pier")
    assert first.link in ("https://bay.example/news/ferry", "https://bay.example/news/ferry?id=7")
    assert first.published == published


def test_rss_entries() -> None:
    parsed = read((FEEDS / "rss-2.0.xml").read_bytes())
    assert (parsed.title, parsed.language) == ("The Bay & Hill Post", "en-gb")
    ferry, board = parsed.entries
    assert (ferry.author, ferry.text) == ("Ana Brandt", "")
    assert board.link == "https://bay.example/news/board"
    assert board.text.startswith("The harbour board")
    assert board.text.endswith("\n\nNobody asked & nobody told.")


def test_json_entries() -> None:
    ferry, pier = read((FEEDS / "feed.json").read_bytes()).entries
    assert ferry.author == "Ana Brandt, Jo Lind"
    assert ferry.text
    assert (pier.title, pier.text) == ("Pier", "")


@pytest.mark.parametrize(
    ("stamp", "believed"),
    [
        ("2026-05-01T06:30:00Z", True),
        ("2026-05-03T20:00:00Z", True),
        ("2026-06-01T00:00:00Z", False),
        ("1970-01-01T00:00:00Z", False),
        ("0001-01-01T00:00:00Z", False),
        ("9999-12-31T23:59:59-12:00", False),
        ("yesterday", False),
    ],
)
def test_absurd_dates_are_not_believed(stamp: str, believed: bool) -> None:
    entry = {"id": "1", "url": "https://bay.example/a", "date_published": stamp}
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><link href="https://bay.example/a"/><published>{stamp}</published></entry></feed>'
    for data in (json.dumps({"items": [entry]}), atom):
        assert (read(data.encode()).entries[0].published is not None) is believed


@pytest.mark.parametrize(
    ("raw", "link"),
    [
        ("https://bay.example/a?utm_source=x&utm_medium=y", "https://bay.example/a"),
        ("https://bay.example/a?b=1&fbclid=2#c", "https://bay.example/a?b=1"),
        ("/a b", None),
        ("//bay.example/a", "https://bay.example/a"),
        ("../a", "https://bay.example/a"),
        ("mailto:a@bay.example", None),
        ("http://[::1", None),
    ],
)
def test_links(raw: str, link: str | None) -> None:
    assert find_link(raw, "https://bay.example/x/feed") == link


def test_an_entry_that_is_listed_twice_counts_once() -> None:
    item = "<item><title>A</title><link>https://bay.example/a</link></item>"
    assert len(read(f'<rss version="2.0"><channel>{item * 3}</channel></rss>'.encode()).entries) == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty answer"),
        (b"<!DOCTYPE html><html><body>Hello</body></html>", "a web page, no feed"),
        (b"some words", "no feed"),
        (b'{"a": 1}', "no JSON Feed"),
        (b'{"items": ', "no JSON that can be read"),
        (b"[" * 100_000, "no feed"),
        (b'{"items":' + b"[" * 100_000, "no JSON that can be read"),
        (b"<rss>" + b"<a>" * 300_000, "tags"),
    ],
)
def test_refusals(data: bytes, reason: str) -> None:
    outcome = parse_feed(data, URL, NOW)
    assert isinstance(outcome, str)
    assert reason in outcome


def test_an_entity_bomb_is_harmless() -> None:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "xxxxxxxxxx">{entities}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    bomb += '<rss version="2.0"><channel><title>&a9;&f;</title><item><title>&a9;</title><link>https://bay.example/a</link></item></channel></rss>'
    began = time.perf_counter()
    parsed = read(bomb.encode())
    assert time.perf_counter() - began < 5
    assert len(parsed.title) < 1000
    assert "root:" not in parsed.title


@pytest.mark.parametrize(
    "data",
    [
        b"<rss><channel>" + b"<" * 190_000,
        b"<rss><channel><item>" + b"<a>" * 60_000,
        b"<rss><channel><item><title>" + b"&amp;" * 300_000,
        b'<rss version="2.0"><channel><item><title>'
        + b"a" * 4_000_000
        + b"</title><link>https://bay.example/a</link></item></channel></rss>",
        b'<rss version="2.0"><channel><item><link>https://bay.example/a</link><description>'
        + b"&lt;div&gt;" * 100_000
        + b"</description></item>",
    ],
)
def test_hostile_feeds_take_bounded_time(data: bytes) -> None:
    began = time.perf_counter()
    parse_feed(data, URL, NOW)
    assert time.perf_counter() - began < 20


@settings(max_examples=40, deadline=None)
@given(
    st.binary(max_size=200)
    | st.text(alphabet="<>/rss item{}\"':,[]&#;0\x00é", max_size=200).map(str.encode)
    | st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["items", "url", "id", "title", "authors", "author", "name", "content_html", "date_published"]),
                inner,
                max_size=4,
            )
        ),
    ).map(lambda value: json.dumps({"items": value if isinstance(value, list) else [value]}).encode())
)
def test_any_bytes(data: bytes) -> None:
    parsed = parse_feed(data, URL, NOW)
    assert isinstance(parsed, str | ParsedFeed)
    if isinstance(parsed, ParsedFeed):
        assert all(entry.link or entry.text for entry in parsed.entries)
