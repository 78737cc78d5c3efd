"""`[[feed]]` and `[fetch]` of tracker.toml, read and written."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.config import parse_config
from tracker.errors import ConfigurationError
from tracker.model import Feed, Manners
from tracker.subscriptions import add_feeds, parse_every, remove_feed, render_every, render_feed

HERE = Path("tracker.toml")
TEXT = """# my beats
[run]
inputs = ["in"]  # kept

[[feed]]
url = "https://bay.example/feed"
outlet = "Bay Post"
language = "en"
every = "6h"
enabled = false
beat = "ferries"
allow_private = true

# about the quay
[[feed]]
url = "https://quay.example/feed"

[fetch]
contact = "desk@bay.example"
deadline = 600
robots = false
"""


def test_every_key() -> None:
    config = parse_config(TEXT, HERE)
    assert config.feeds == (
        Feed("https://bay.example/feed", "Bay Post", "en", timedelta(hours=6), False, "ferries", True),
        Feed("https://quay.example/feed"),
    )
    assert config.manners == Manners(contact="desk@bay.example", deadline=600.0, robots=False)


def test_adding_keeps_the_rest() -> None:
    text = add_feeds(TEXT, [Feed("https://sea.example/feed", beat="ferries")])
    assert text.startswith(TEXT)
    assert [feed.url for feed in parse_config(text, HERE).feeds][-1] == "https://sea.example/feed"
    assert parse_config(add_feeds("", [Feed("https://sea.example/feed")]), HERE).feeds == (Feed("https://sea.example/feed"),)


@pytest.mark.parametrize(("url", "left"), [("https://bay.example/feed", "quay"), ("https://quay.example/feed", "bay")])
def test_removing_keeps_the_rest(url: str, left: str) -> None:
    text = remove_feed(TEXT, url, HERE)
    config = parse_config(text, HERE)
    assert [feed.url for feed in config.feeds] == [f"https://{left}.example/feed"]
    assert config.manners.contact == "desk@bay.example"
    assert "# my beats" in text
    assert "# about the quay" in text


def test_removing_what_is_not_there() -> None:
    with pytest.raises(ConfigurationError, match=r"has no feed 'https://sea\.example/'"):
        remove_feed(TEXT, "https://sea.example/", HERE)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[feed]\nurl = 'https://a.example'", "'feed' is a single table: write [[feed]]"),
        ("feed = [1]", "[[feed]] number 1 is 1"),
        ("[[feed]]", "[[feed]] number 1 url is ''"),
        ("[[feed]]\nurl = 'ftp://a.example'", "give an address that begins with https://"),
        ("[[feed]]\nurl = 'https://a.example/a b'", "give an address"),
        ("[[feed]]\nurl = 'https://a.example'\nlanguage = 'English'", "language is 'English'"),
        ("[[feed]]\nurl = 'https://a.example'\nevery = 'daily'", "every is 'daily': give a span such as"),
        ("[[feed]]\nurl = 'https://a.example'\nenabled = 'yes'", "enabled is 'yes': give true or false"),
        ("[[feed]]\nurl = 'https://a.example'\noutlet = 7", "outlet is 7"),
        ("[[feed]]\nurl = 'https://a.example'\nname = 'A'", "unknown key 'name'"),
        ("[[feed]]\nurl = 'https://a.example'\n" * 2, "is there twice"),
        ("[fetch]\nspeed = 1", "unknown key 'speed'"),
        ("[fetch]\ndelay = -1", "delay is -1: give a number from 0 to 3600"),
        ("[fetch]\ntries = true", "tries is True"),
        ('[fetch]\ncontact = "a\\r\\nX-Header: b"', "contact is"),
    ],
)
def test_complaints(text: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_config(text, HERE)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "span"),
    [("30m", timedelta(minutes=30)), (" 6 h ", timedelta(hours=6)), ("1d", timedelta(days=1)), ("2w", timedelta(weeks=2)),
     ("", None), ("1y", None), ("-1d", None), ("99w", None)],
)  # fmt: skip
def test_spans(text: str, span: timedelta | None) -> None:
    assert parse_every(text) == span
    if span:
        assert parse_every(render_every(span)) == span


_LINE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30).map(str.strip)


@settings(max_examples=60, deadline=None)
@given(_LINE, _LINE, st.booleans(), st.integers(0, 500))
def test_what_is_written_is_read_again(outlet: str, beat: str, enabled: bool, minutes: int) -> None:
    feed = Feed("https://a.example/f?b=c", outlet, "", timedelta(minutes=minutes), enabled, beat)
    assert parse_config(render_feed(feed), HERE).feeds == (feed,)
