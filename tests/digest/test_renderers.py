"""What all renderers promise: golden files, hostile text, bounds, quiet nights. Golden files are written anew, to be reviewed
through their diff, where the environment sets UPDATE_GOLDEN=1."""

import os
import re
import time
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from tracker.digest.compose import compose_digest
from tracker.digest.html import MAIL_BYTES, render_html
from tracker.digest.json import render_json
from tracker.digest.markdown import render_markdown
from tracker.digest.terminal import render_terminal
from tracker.digest.text import render_text
from tracker.model import ArticleSummary, Commitment, Correction, Corrector, DateSource, Digest, Failure, Label, Silence, Standing

from .conftest import UNTIL, ChangeMaker

GOLDEN = Path(__file__).parent / "golden"
RENDERERS: dict[str, Callable[[Digest], str]] = {
    "night.txt": render_text,
    "night.terminal.txt": lambda digest: render_terminal(digest, 100),
    "night.html": render_html,
    "night.json": render_json,
    "night.md": render_markdown,
}
HOSTILE = (
    "\x1b[2J\x1b]0;owned\x07<script>alert('x')</script>\r\nBcc: all\x00 [bold red]b[/] "
    "\u202etxet\u2066 {{ 7*7 }} \ud800 \x9b31m\u2028end"
)


@pytest.mark.parametrize("name", RENDERERS)
def test_golden(night: Digest, name: str) -> None:
    shown, path = RENDERERS[name](night), GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN") == "1":
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


@pytest.fixture
def attack(make_change: ChangeMaker) -> Digest:
    changes = [
        make_change(
            label,
            party=HOSTILE,
            issue=HOSTILE,
            before=(HOSTILE, HOSTILE + " before"),
            after=(HOSTILE, "wants|" + HOSTILE),
            why=HOSTILE,
            outlets=(HOSTILE, HOSTILE),
            number=number,
            origin='https://example.org/"onclick="x',
        )
        for number, label in enumerate(Label)
    ]
    stories = [
        ArticleSummary(HOSTILE, "javascript:alert(1)", HOSTILE, UNTIL, DateSource.FILE, (HOSTILE, "x" * 10_000)),
        ArticleSummary("t" * 10_000, "https://example.org/\r\nx", "", UNTIL, DateSource.HEADER, ("word " * 3_000,)),
    ]
    digest = compose_digest(changes, stories, [Failure(HOSTILE, HOSTILE, HOSTILE)], since=None, until=UNTIL, articles_seen=2)
    return replace(
        digest,
        standings=tuple(Standing(change.after, (None, Commitment.WILL)) for change in changes[:2]),
        silences=(Silence(HOSTILE, UNTIL, 14),),
        corrections=tuple(
            Correction("c", HOSTILE, HOSTILE, Label.REVERSED, None, HOSTILE, HOSTILE, HOSTILE, UNTIL, by, HOSTILE)
            for by in Corrector
        ),
    )


@pytest.mark.parametrize("name", RENDERERS)
def test_hostile_text_stays_text(attack: Digest, name: str) -> None:
    shown = RENDERERS[name](attack)
    own = re.sub(r"\x1b\[[0-9;]*m", "", shown) if "terminal" in name else shown
    assert not [char for char in own if (char < " " and char != "\n") or "\x7f" <= char <= "\x9f" or "\u2028" <= char <= "\u202e"]
    assert "owned\x07" not in shown
    shown.encode()


def test_hostile_text_in_text_and_terminal(attack: Digest) -> None:
    for shown in (render_text(attack), render_terminal(attack, 78)):
        assert "[bold red]b[/]" in shown
        assert "\nBcc" not in shown
        assert max(map(len, re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()[1:])) <= 78


def test_hostile_text_in_html(attack: Digest) -> None:
    page = _Page(render_html(attack))
    assert "script" not in page.tags
    assert not [key for key in page.attributes if key.startswith("on")]
    assert [link for link in page.links if not link.startswith("https://example.org/")] == []
    assert "<script>alert('x')</script>" in page.text
    assert "{{ 7*7 }}" in page.text


def test_hostile_text_in_markdown(attack: Digest) -> None:
    shown = render_markdown(attack)
    assert "<script>" not in shown
    assert "\\<script\\>" in shown
    assert "javascript:" not in "".join(re.findall(r"\]\(<(.*?)>\)", shown))
    assert "\nBcc" not in shown


@pytest.mark.parametrize("seen", [0, 6])
def test_a_quiet_night_is_one_line(seen: int) -> None:
    digest = compose_digest([], [], [], since=UNTIL, until=UNTIL, articles_seen=seen)
    line = "Nothing new: all 6 articles were known.\n" if seen else "Nothing new.\n"
    assert render_text(digest) == line
    assert render_terminal(digest, 80, colour=False) == f"\x1b[1m{line.strip()}\x1b[0m\n"
    assert len(re.findall(r"<h\d", render_html(digest))) == 1


def test_failures_show_on_a_quiet_night() -> None:
    digest = compose_digest([], [], [Failure("a.txt", "read", "empty file; remove it")], since=None, until=UNTIL, articles_seen=3)
    assert render_text(digest).splitlines() == [
        "Nothing new: all 2 articles were known; 1 input failed.",
        "",
        "",
        "FAILED INPUTS",
        "=============",
        "",
        "a.txt",
        "  read: empty file; remove it",
    ]
    for shown in (render_terminal(digest, 80), render_html(digest)):
        assert "read: empty file; remove it" in shown


@pytest.fixture
def flood(make_change: ChangeMaker) -> Digest:
    """2,000 changes of long statements, 300 articles, 300 failures."""
    old, new = "will not open the quays before the spring " * 9, "will open all of the quays after the spring " * 9
    changes = [
        make_change(
            (Label.HARDENED, Label.NEW)[number % 2],
            f"Party {number % 40}",
            f"issue {number % 90}",
            ("Speaker", old),
            ("Speaker", new),
            number=number,
        )
        for number in range(2_000)
    ]
    stories = [ArticleSummary(f"Title {n}", f"{n}.txt", "Gazette", UNTIL, DateSource.HEADER, (old,) * 8) for n in range(300)]
    return compose_digest(changes, stories, [Failure("a.txt", "read", "x")] * 300, since=None, until=UNTIL, articles_seen=600)


@pytest.mark.parametrize("name", RENDERERS)
def test_2000_changes_render_in_two_seconds(flood: Digest, name: str) -> None:
    start = time.process_time()
    RENDERERS[name](flood)
    assert time.process_time() - start < 2


def test_what_is_cut_is_counted(flood: Digest) -> None:
    text = render_text(flood)
    for left in ("900", "940", "270", "280"):
        assert f"… and {left} more, see `tracker digest --format html`" in text
    page = render_html(flood)
    assert len(page.encode()) < MAIL_BYTES == 100_000
    assert len(re.findall(r"<strong>… and [\d,]+ more</strong>", page)) == 4
    start = time.process_time()
    whole = render_html(flood, None)
    assert time.process_time() - start < 2
    assert whole.count("<h4") == 1_000
    assert "more</strong>" not in whole


def test_a_small_page_limit_keeps_the_counts(flood: Digest) -> None:
    page = render_html(flood, 8_000)
    assert len(page.encode()) < 8_000
    assert "<strong>… and 1,000 more</strong>" in page


def test_text_keeps_to_its_width(night: Digest) -> None:
    for width in (40, 78, 120):
        assert max(map(len, render_text(night, width).splitlines()[1:])) <= width


def test_same_content_in_every_form(night: Digest) -> None:
    page, text = _Page(render_html(night)).text, render_text(night)
    for change in night.changes:
        if change.judgement.label is not Label.RESTATED:
            for shown in (page, text, render_terminal(night, 100)):
                assert change.id[:8] in shown
                assert change.after.outlet in shown
    for article in night.articles:
        assert article.title in page
        assert article.title in text
    assert page.count("date from the file") == text.count("date from the file") == 2


def test_html_is_self_contained_and_in_order(night: Digest) -> None:
    markup = render_html(night)
    page = _Page(markup)
    levels = [int(tag[1]) for tag in page.tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert '<html lang="en">' in markup
    assert not {"img", "link", "script", "svg", "iframe"} & set(page.tags)
    assert "url(" not in markup
    assert "@import" not in markup
    for words in ("Before:", "Now:", "reversed", "hardened", "softened", "amended"):
        assert words in page.text
    assert "prefers-color-scheme" in markup
    assert page.unclosed == []


class _Page(HTMLParser):
    """The tags, links and text of a page."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.text = ""
        self.unclosed: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {key for key, _ in attrs}
        self.links += [value or "" for key, value in attrs if key in ("href", "src")]
        if tag not in ("meta", "br"):
            self.unclosed.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.unclosed.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
