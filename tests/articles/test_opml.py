from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.articles.opml import parse_opml, render_opml
from tracker.errors import UsageError
from tracker.model import Feed

OPML = b"""<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.1"><head><title>mine</title></head><body>
<outline text="Bay Post" type="rss" xmlUrl="https://bay.example/feed" language="en-GB"/>
<outline title="Ferries"><outline text="Quay &amp; Sea" xmlurl="https://quay.example/feed"/>
  <outline text="again" xmlUrl="https://bay.example/feed"/><outline text="no feed"/><outline xmlUrl="file:///etc/passwd"/></outline>
</body></opml>"""


def test_reading() -> None:
    assert parse_opml(OPML, "a.opml") == (
        Feed("https://bay.example/feed", outlet="Bay Post", language="en"),
        Feed("https://quay.example/feed", outlet="Quay & Sea", beat="Ferries"),
    )


def test_writing_and_reading_again() -> None:
    feeds = (
        Feed("https://bay.example/feed?a=1&b=<2>", outlet='The "Bay" & Hill', language="en"),
        Feed("https://quay.example/feed", outlet="Quay", beat="Ferries < ships"),
        Feed("https://sea.example/feed", outlet="Sea", beat="Ferries < ships"),
    )
    assert parse_opml(render_opml(feeds, "a < b").encode(), "a.opml") == feeds


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"words", "is no OPML"),
        (b"", "is no OPML"),
        (b"<rss/>", "its outermost element is 'rss'"),
        (b"<opml/>", "is no OPML"),
        (b'<!DOCTYPE opml [<!ENTITY a "b">]><opml><body/></opml>', "has a document type"),
        (b"<opml><body>" + b"<outline>" * 100_000, "is no OPML"),
    ],
)
def test_refusals(data: bytes, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        parse_opml(data, "a.opml")


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=100) | st.text(alphabet="<>/opmlbdyutine xURL=\"'&;:", max_size=200).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    with suppress(UsageError):
        assert all(feed.url.startswith("http") for feed in parse_opml(data, "a.opml"))
