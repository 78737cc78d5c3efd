import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.articles.robots import parse_robots

TEXT = """
# comment
User-agent: other
Disallow: /

User-agent: Tracker
User-agent: second
Disallow: /archive
Allow: /archive/open
Disallow: /*.pdf$
Disallow: /search*q=
Crawl-delay: 2.5

User-agent: *
Disallow: /tmp
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/archive", False),
        ("/archive/1", False),
        ("/archive/open/1", True),
        ("/a.pdf", False),
        ("/a.pdf?x", True),
        ("/search?lang=en&q=x", False),
        ("/search", True),
        ("/tmp", True),
        ("/%61rchive/1", False),
    ],
)
def test_the_longest_rule_of_our_own_group_decides(path: str, allowed: bool) -> None:
    robots = parse_robots(TEXT, "tracker")
    assert robots.allows(f"https://bay.example{path}") is allowed
    assert robots.delay == 2.5


def test_everybodys_group_where_none_is_ours() -> None:
    robots = parse_robots(TEXT, "reader")
    assert not robots.allows("https://bay.example/tmp/1")
    assert robots.allows("https://bay.example/archive")


def test_nothing_disallowed() -> None:
    assert parse_robots("User-agent: *\nDisallow:\n", "tracker").allows("https://bay.example/a")
    assert parse_robots("<html>not found</html>", "tracker").allows("https://bay.example/a")


def test_wildcards_take_linear_time() -> None:
    robots = parse_robots("User-agent: *\n" + f"Disallow: /{'*a' * 200}b$\n" * 1500, "tracker")
    began = time.perf_counter()
    robots.allows("https://bay.example/" + "a" * 1900)
    assert time.perf_counter() - began < 2


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="user-agent:dislow */$#\n%9é", max_size=300), st.text(max_size=50))
def test_any_text(text: str, path: str) -> None:
    assert parse_robots(text, "tracker").allows("https://bay.example/" + path.replace("[", "").replace("]", "")) in (True, False)
