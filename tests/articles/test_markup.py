import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.articles.markup import parse_markup, strip_markup


@pytest.mark.parametrize(
    ("fragment", "paragraphs"),
    [
        ("The union left.", ["The union left."]),
        ("One.\nTwo.", ["One.", "Two."]),
        ("<p>One &amp; <b>on</b>ly.</p><p>Two.<br>Three.</p>tail", ["One & only.", "Two.", "Three.", "tail"]),
        ("<script>alert(1)</script><style>p {}</style><!-- no --><p>Yes.</p>", ["Yes."]),
        ("<ul><li>a</li><li>b</li></ul>", ["a", "b"]),
        ("<figure><img src=x><figcaption>A pier.</figcaption></figure><p>Yes.</p>", ["Yes."]),
        ("&lt;script&gt;stays text&lt;/script&gt;", ["<script>stays text</script>"]),
        ("<p>unclosed <i>and <b>nested", ["unclosed and nested"]),
        ("", []),
        ("<p></p>", []),
    ],
)
def test_paragraphs(fragment: str, paragraphs: list[str]) -> None:
    assert parse_markup(fragment) == paragraphs


def test_titles_stay_on_one_line() -> None:
    assert strip_markup("Ferry\r\nBcc: all@bay.example") == "Ferry Bcc: all@bay.example"
    assert strip_markup("Ferry&#13;&#10;Bcc: <b>all</b>") == "Ferry Bcc: all"


@pytest.mark.parametrize(
    "fragment", ["<div>" * 200_000, "<p>a" * 300_000, "&amp;" * 300_000, "<" * 500_000, "<p " + "a=b " * 200_000 + ">"]
)
def test_hostile_markup_takes_bounded_time(fragment: str) -> None:
    began = time.perf_counter()
    parse_markup(fragment)
    assert time.perf_counter() - began < 10


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>/pdivbr script!-&;#x1 a\n\x00\ud800é", max_size=200))
def test_any_text(fragment: str) -> None:
    assert all(line and "\n" not in line for line in parse_markup(fragment))
