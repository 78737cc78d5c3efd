from datetime import datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tracker.digest.compose import compose_digest
from tracker.digest.phrases import clean_text, cut_text, quotable_text, render_counts, render_date, render_dated
from tracker.model import ArticleSummary, DateSource, Failure, Label

from .conftest import UNTIL, ChangeMaker

_STORY = ArticleSummary("Title", "a.txt", "Gazette", UNTIL, DateSource.HEADER, ())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Title\r\nBcc: all", "Title Bcc: all"),
        ("\x1b[31mred\x1b[0m and \x9b1mbold", "red and bold"),
        ("\x1b]8;;https://example.org\x07link\x1b]8;;\x1b\\", "link"),
        ("an unfinished \x1b]0;title", "an unfinished ]0;title"),
        ("NUL\x00 bell\x07 back\x08space", "NUL bell backspace"),
        ("abc\u202edcba\u202c \u2066x\u2069", "abcdcba x"),
        ("zero\u200bwidth\ufeff, soft\u00adhyphen", "zerowidth, softhyphen"),
        ("a\u2028b\u2029c\x85d\xa0e\tf", "a b c d e f"),
        ("lone \ud800 half", "lone \ufffd half"),
        ("  <script>alert(1)</script>  ", "<script>alert(1)</script>"),
    ],
)
def test_cleaned(text: str, shown: str) -> None:
    assert clean_text(text, 100) == shown


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60), st.integers(2, 40))
@example("\x1b" * 50 + "[", 10)
def test_cleaned_text_is_one_short_harmless_line(text: str, limit: int) -> None:
    shown = clean_text(text, limit)
    assert len(shown) <= limit
    assert shown == shown.strip()
    assert not any(char < " " or "\x7f" <= char <= "\x9f" or "\u202a" <= char <= "\u202e" for char in shown)
    assert len(shown.splitlines()) <= 1
    assert clean_text(shown, limit) == shown
    shown.encode()


def test_hostile_lengths_stay_cheap() -> None:
    for text in ("\x1b]" * 500_000, "\x1b[" * 500_000, " " * 1_000_000, "\u202e" * 1_000_000, "x" * 1_000_000, '"' * 1_000_000):
        assert len(clean_text(text, 200)) <= 200


def test_cut_at_a_word() -> None:
    assert cut_text("the ministry, which", 15) == "the ministry…"
    assert cut_text("x" * 30, 10) == "x" * 9 + "…"
    assert cut_text("short", 5) == "short"


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        ("“Not a tonne.”", "Not a tonne."),
        ('"Not a tonne."', "Not a tonne."),
        ("“no” and “never”", "\u2018no\u2019 and \u2018never\u2019"),
        ('a cut ("harsh") it called "unfair"', "a cut (\u2018harsh\u2019) it called \u2018unfair\u2019"),
        ("plain words", "plain words"),
        ("“", "\u2018"),
        ("", ""),
    ],
)
def test_quotable(content: str, shown: str) -> None:
    assert quotable_text(content) == shown


def test_dates() -> None:
    assert render_date(datetime.fromisoformat("2026-11-24T00:30:00+03:00")) == "23 Nov 2026"
    assert render_dated(UNTIL, DateSource.FILE) == "24 Nov 2026 (date from the file)"
    assert render_dated(UNTIL, DateSource.METADATA) == "24 Nov 2026"


@pytest.mark.parametrize(
    ("labels", "stories", "failures", "seen", "line"),
    [
        ("", 0, 0, 0, "Nothing new."),
        ("", 0, 0, 1, "Nothing new: the one article was known."),
        ("", 0, 0, 6, "Nothing new: all 6 articles were known."),
        ("", 0, 2, 6, "Nothing new: all 4 articles were known; 2 inputs failed."),
        ("", 0, 1, 1, "Nothing new; 1 input failed."),
        ("", 1, 0, 1, "No positions, from 1 article"),
        ("= =", 2, 0, 2, "No changes, 2 restated, from 2 articles"),
        ("+", 1, 1, 2, "No changes, 1 new position, from 1 article; 1 input failed"),
        ("r h h + + + =", 6, 0, 6, "3 changes (1 reversed, 2 hardened), 3 new positions, 1 restated, from 6 articles"),
        ("a", 0, 0, 0, "1 change (1 amended)"),
    ],
)
def test_first_line(make_change: ChangeMaker, labels: str, stories: int, failures: int, seen: int, line: str) -> None:
    signs = {"r": Label.REVERSED, "h": Label.HARDENED, "a": Label.AMENDED, "+": Label.NEW, "=": Label.RESTATED}
    digest = compose_digest(
        [make_change(signs[sign], number=number) for number, sign in enumerate(labels.split())],
        [_STORY] * stories,
        [Failure("a.txt", "read", "empty")] * failures,
        since=None,
        until=UNTIL,
        articles_seen=seen,
    )
    assert render_counts(digest) == line
