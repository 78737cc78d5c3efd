"""What Gmail, Outlook (with Word's layout) and Apple Mail need of the HTML part. What each of them drops or breaks on stays out."""

import re
from html.parser import HTMLParser
from typing import Final

import pytest

from tracker.digest.charts import render_charts
from tracker.digest.html import render_html
from tracker.model import Digest

TAGS: Final = {
    "html", "head", "meta", "title", "style", "body", "div", "table", "tr", "td", "th", "h1", "h2", "h3", "h4", "p", "ul", "li",
    "strong", "span", "br", "a", "code", "ins", "del", "img",
}  # fmt: skip
PROPERTIES: Final = {
    "color", "background-color", "font-family", "font-size", "font-weight", "line-height", "letter-spacing", "text-align",
    "text-decoration", "vertical-align", "margin", "padding", "padding-right", "border", "border-left", "border-collapse", "width",
    "max-width", "height", "display", "overflow-wrap", "word-break",
}  # fmt: skip
"""No background shorthand, no position, float, flex or grid: Word knows none of them."""


class _Styles(HTMLParser):
    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.comments: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {key: value or "" for key, value in attrs}))

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    @property
    def declarations(self) -> list[tuple[str, str, str]]:
        """Tag, property and value of every inline declaration."""
        return [
            (tag, name.strip(), value.strip())
            for tag, attributes in self.elements
            for name, _, value in (part.partition(":") for part in attributes.get("style", "").split(";") if part.strip())
        ]


@pytest.fixture
def page(night: Digest) -> str:
    return render_html(night, charts=render_charts(night))


def test_only_what_every_client_knows(page: str) -> None:
    parsed = _Styles(page)
    assert {tag for tag, _ in parsed.elements} <= TAGS
    assert {name for _, name, _ in parsed.declarations} <= PROPERTIES
    assert not re.search(r"url\(|var\(|calc\(|@import|@font-face|javascript:", page)
    assert [value for _, name, value in parsed.declarations if name == "display" and value != "block"] == []


def test_word_gets_tables(page: str) -> None:
    parsed = _Styles(page)
    # Word ignores the padding and the width of what is no cell.
    assert {tag for tag, name, _ in parsed.declarations if name.startswith("border-left")} == {"td"}
    assert {tag for tag, name, _ in parsed.declarations if name == "padding"} <= {"td", "th", "ul", "body"}
    assert {tag for tag, name, _ in parsed.declarations if name == "max-width"} == {"table", "img"}
    conditional = [comment for comment in parsed.comments if comment.startswith("[if mso]>")]
    assert conditional == parsed.comments
    assert sum('width="680"' in comment for comment in conditional) == 1
    assert sum(comment.count("<table") - comment.count("</table") for comment in conditional) == 0
    for tag, attributes in parsed.elements:
        if tag == "table":
            assert attributes["cellpadding"] == attributes["cellspacing"] == "0"
        if tag == "img":
            assert attributes["width"].isdigit()
            assert attributes["alt"]
            assert attributes["src"].startswith("cid:")


def test_styles_are_inline_and_the_sheet_only_turns_dark(page: str) -> None:
    sheets = re.findall(r"<style>(.*?)</style>", re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL), re.DOTALL)
    assert len(sheets) == 2
    assert sheets[0] == ":root{color-scheme:light dark}"
    # Gmail drops a sheet of more than 8,192 characters, and all of one that it cannot read.
    assert len(sheets[1]) < 8192
    assert re.fullmatch(r"\s*@media \(prefers-color-scheme:dark\)\{\s*(\.[a-z]+\{[^{}]*\}\s*)+\}\s*", sheets[1])
    assert all("!important" in rule for rule in re.findall(r"[a-z-]+:[^;{}]+", sheets[1].partition("dark){")[2]))
    named = set(re.findall(r"\.([a-z]+)\{", sheets[1]))
    used = {name for _, attributes in _Styles(page).elements for name in attributes.get("class", "").split()}
    assert named == used


def test_colour_is_never_all_that_tells(page: str) -> None:
    """Marks are bold, labels have a word and a sign, links are underlined by the client's own style."""
    for tag, attributes in _Styles(page).elements:
        if tag in ("ins", "del"):
            assert "font-weight:600" in attributes["style"]
        if tag == "a":
            assert "text-decoration" not in attributes["style"]
    for sign, word in (("⇄", "reversed"), ("▲", "hardened"), ("▽", "softened"), ("≈", "amended")):
        assert re.search(rf"{sign}</span> [^<]*{word}", page)
