"""A digest as one self-contained HTML page that holds in mail clients too."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from tracker.digest.charts import Chart
from tracker.digest.compose import compose_subject
from tracker.digest.outline import Limits, Outline, compose_outline
from tracker.digest.signals import LEGEND
from tracker.model import Digest

MAIL_BYTES: Final = 100_000
"""Gmail clips a message at about 102 KB."""
_STEPS: Final = (60, 40, 25, 15, 8, 4, 2, 1, 0)


def render_html(digest: Digest, max_bytes: int | None = MAIL_BYTES, charts: Sequence[Chart] = ()) -> str:
    """The digest as a page of less than `max_bytes` bytes of UTF-8, or of any size where that is None.

    Nothing remote is loaded: charts are parts of the same mail (cid:, RFC 2392). Colours and marks only decorate what the words
    say. What a size left out is counted under its section: what moved keeps its place longest, then new positions, then
    articles. Even with every section empty the frame needs about 5,000 bytes, and a smaller limit is not kept.
    """
    return fit_html(digest, max_bytes, charts)[0]


def fit_html(digest: Digest, max_bytes: int | None, charts: Sequence[Chart] = ()) -> tuple[str, bool]:
    """The same page, and whether it leaves something out."""
    page, cut = "", False
    for limits in _limits(max_bytes):
        outline = compose_outline(digest, limits)
        page, cut = _render(outline, compose_subject(digest), charts), outline.is_cut
        if max_bytes is None or len(page.encode()) < max_bytes:
            break
    return page, cut


def _limits(max_bytes: int | None) -> Iterator[Limits]:
    if max_bytes is None:
        yield Limits()
        return
    for step in _STEPS:
        yield Limits(moved=step, new=step, articles=step // 2, failures=min(step, 20), standings=step // 2)


def _render(outline: Outline, subject: str, charts: Sequence[Chart]) -> str:
    drawn = {chart.issue: chart for chart in charts}
    return _template().render(outline=outline, subject=subject, legend=LEGEND, charts=drawn) + "\n"


@lru_cache(maxsize=1)
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("tracker.digest", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("digest.html")
