"""The HTML digest in a real Chromium: what axe-core says of it, what it looks like, and that it fetches nothing.

Skipped where there is no Chromium; the accessibility check also where axe-core is not installed (`scripts/setup test` does that
with npm). Golden screenshots are written anew, to be looked at, where the environment sets UPDATE_GOLDEN=1; they are compared where
the fonts are those that they were made with.
"""

import base64
import io
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from PIL import Image, ImageChops

from tracker.digest.charts import render_charts
from tracker.digest.compose import compose_digest
from tracker.digest.html import render_html
from tracker.model import ArticleSummary, DateSource, Digest, Label

from .browser import NAMES, Browser, find_chromium
from .conftest import UNTIL, ChangeMaker

AXE: Final = Path(os.environ.get("AXE", Path(sys.prefix) / "axe" / "node_modules" / "axe-core" / "axe.min.js"))
SCREENSHOTS: Final = Path(__file__).parent / "golden" / "screenshots"
LOOKS: Final = tuple(product((360, 1200), ("light", "dark")))
_HEIGHT: Final = 1400
_APART: Final = 64
"""Of 255: by so much a colour must differ for a pixel to count as another one."""
_SHARE: Final = 0.02
"""Of the pixels may be others: edges of letters differ between versions of Chromium and FreeType."""
_FONTS: Final = """(() => {
    const probe = document.createElement("span");
    probe.style.cssText = "font-size:100px;position:absolute;white-space:nowrap";
    probe.textContent = "Rules out, insists on 0123456789 “⇄▲▽≈” ▁▄█·";
    document.querySelector("h1").parentNode.append(probe);
    const wide = probe.getBoundingClientRect().width;
    probe.style.fontWeight = "bold";
    const bold = probe.getBoundingClientRect().width;
    probe.remove();
    return `${Math.round(wide)} ${Math.round(bold)}`;
})()"""
_RUN: Final = """axe.run(document).then(found => ({
    rules: found.passes.length,
    violations: found.violations.map(rule => `${rule.id}: ${rule.nodes.map(node => node.html.slice(0, 200)).join(" | ")}`),
    unsure: found.incomplete.flatMap(rule => rule.nodes.flatMap(
        node => [...node.any, ...node.all, ...node.none].map(check => `${rule.id}: ${check.message}`))),
}))"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    path = find_chromium()
    if path is None:
        pytest.skip(f"no Chromium: none of {', '.join(NAMES)} is installed")
    opened = Browser(path, tmp_path_factory.mktemp("chromium"))
    yield opened
    opened.close()


@pytest.fixture
def pages(night: Digest, make_change: ChangeMaker) -> dict[str, str]:
    """Digests of every kind: a night, a quiet one, a cut one, one full of what an article must not be able to do, charts."""
    evil = "<script>document.title='owned'</script><img src=https://example.org/x.png> \r\nBcc: all " + "x" * 10_000
    wants = f"wants|{evil}"
    hostile = [make_change(label, evil, evil, (evil, evil), (evil, wants), why=evil, number=3 * n) for n, label in enumerate(Label)]
    story = ArticleSummary("t" * 10_000, "javascript:alert(1)", evil, UNTIL, DateSource.FILE, (evil,))
    many = [make_change(Label.HARDENED, f"Party {n % 7}", f"issue {n}", number=3 * n) for n in range(400)]
    charts = render_charts(night)
    image = base64.b64encode(charts[0].content).decode()
    composed = {"until": UNTIL, "since": None, "articles_seen": 1}
    return {
        "night": render_html(night),
        "quiet": render_html(compose_digest([], [], [], **composed)),
        "cut": render_html(replace(night, changes=compose_digest(many, [], [], **composed).changes)),
        "hostile": render_html(compose_digest(hostile, [story], [], **composed)),
        "charts": render_html(night, charts=charts).replace(f"cid:{charts[0].name}", f"data:image/png;base64,{image}"),
    }


def run_axe(browser: Browser) -> Any:
    if not AXE.is_file():
        pytest.skip(f"no axe-core at {AXE}: `scripts/setup test` installs it where there is npm")
    browser.evaluate(f"{AXE.read_text(encoding='utf-8')};0")
    return browser.evaluate(_RUN)


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
@pytest.mark.parametrize("name", ["night", "quiet", "cut", "hostile", "charts"])
def test_axe_finds_nothing(browser: Browser, pages: dict[str, str], name: str, width: int, scheme: str) -> None:
    browser.open_page(pages[name], width, dark=scheme == "dark")
    found = run_axe(browser)
    assert found["violations"] == []
    assert found["rules"] >= (12 if name == "quiet" else 20)
    # A sign is no text that could be measured; the words beside it say the same.
    assert set(found["unsure"]) <= {"color-contrast: Element content contains only non-text characters"}


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("color:#525c6b", "color:#a0a8b4", "color-contrast"),
        ('<html lang="en">', "<html>", "html-has-lang"),
        ('<div role="main">', "<div>", "landmark-one-main"),
        ("<h2", "<h5", "heading-order"),
    ],
)
def test_axe_finds_what_is_wrong(browser: Browser, pages: dict[str, str], old: str, new: str, rule: str) -> None:
    assert old in pages["night"]
    browser.open_page(pages["night"].replace(old, new), 360)
    assert rule in [told.partition(":")[0] for told in run_axe(browser)["violations"]]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
@pytest.mark.parametrize("name", ["night", "quiet", "cut", "hostile", "charts"])
def test_a_page_fits_and_fetches_nothing(browser: Browser, pages: dict[str, str], name: str, width: int, scheme: str) -> None:
    browser.open_page(pages[name], width, dark=scheme == "dark")
    assert browser.evaluate("document.documentElement.scrollWidth") == width
    assert [address for address in browser.requests if not address.startswith("data:image/png")] == []
    assert browser.evaluate("document.scripts.length") == 0
    assert browser.evaluate("[...document.images].filter(image => image.naturalWidth).length") == (name == "charts")
    assert browser.evaluate("document.images.length") == (name == "charts")
    assert browser.evaluate("document.title").startswith("[tracker]")
    ground = browser.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(18, 22, 28)" if scheme == "dark" else "rgb(255, 255, 255)")
    assert browser.evaluate("document.querySelector('table table').getBoundingClientRect().width") <= 680


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_a_page_looks_as_it_did(browser: Browser, pages: dict[str, str], width: int, scheme: str) -> None:
    browser.open_page(pages["night"], width, dark=scheme == "dark")
    shot = browser.save_screenshot(_HEIGHT, scale=0.5)
    path, fonts, present = SCREENSHOTS / f"{width}-{scheme}.png", SCREENSHOTS / "fonts.txt", browser.evaluate(_FONTS)
    if os.environ.get("UPDATE_GOLDEN") == "1":
        Image.open(io.BytesIO(shot)).convert("RGB").quantize(24).save(path, optimize=True)
        fonts.write_text(f"{present}\n", encoding="utf-8")
    if present != fonts.read_text(encoding="utf-8").strip():
        pytest.skip(f"the fonts are not those of the golden screenshots: a probe is {present} pixels wide")
    share = compare_images(shot, path.read_bytes())
    assert share < _SHARE, f"{share:.1%} of {path.name} look otherwise"


def test_another_look_is_noticed(browser: Browser, pages: dict[str, str]) -> None:
    golden = (SCREENSHOTS / "360-light.png").read_bytes()
    slight = re.sub("Before:", "Then:", pages["night"], count=1)
    for page, dark in ((pages["quiet"], False), (pages["night"], True), (slight, False)):
        browser.open_page(page, 360, dark=dark)
        share = compare_images(browser.save_screenshot(_HEIGHT, scale=0.5), golden)
        assert share > (0 if page == slight else _SHARE)


def compare_images(shown: bytes, golden: bytes) -> float:
    """The share of pixels that differ visibly; 1 where the sizes differ."""
    one, other = (Image.open(io.BytesIO(raw)).convert("RGB") for raw in (shown, golden))
    if one.size != other.size:
        return 1.0
    apart = ImageChops.difference(one, other).convert("L").point(lambda value: 255 if value > _APART else 0)
    return apart.histogram()[255] / (apart.width * apart.height)
