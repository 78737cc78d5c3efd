"""Pages that are no articles: paywall stubs, cookie walls, error pages and index pages, each told by what the page itself shows.

An article is refused only on two signs at once, a shortage of text and a phrase or a structure that explains it.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from statistics import median
from urllib.parse import urlsplit

PAYWALL = "a paywall stub: it shows the beginning and asks for a subscription; take another outlet or save the article as a file"
CONSENT = "a cookie wall: it shows no article before cookies are agreed to; take the outlet's feed or save the article as a file"
ERROR = "an error page: the article is gone or hidden from programs; check the address or try again later"
INDEX = "an index page: it lists articles; give the address of one of them, or of the outlet's feed"

_STUB = 220
"""Words below which a page may be a stub; the shortest agency reports have about eighty, and stubs up to two hundred."""
_ERROR = 80
_INDEX_LINES = 8
_INDEX_WORDS = 16
"""Words of the typical line of a list of headlines, at most; paragraphs of articles have twice as many."""
_INDEX_LINKS = 0.5
_END = re.compile(r"[.!?…][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class PageSigns:
    """What a page shows beside its text."""

    url: str | None
    title: str
    lines: tuple[str, ...]
    """Paragraphs that were taken for the article's."""
    seen: str
    """All the words of the page, in lower case, one space between them."""
    is_article: bool
    """The page's own metadata call it an article, or give it a time of publication."""
    is_free: bool
    """False where the metadata say that it is not (schema.org's isAccessibleForFree)."""
    link_share: float
    """Of the characters of the page's body, those inside links, from 0 to 1."""


def find_wall(signs: PageSigns) -> str | None:
    """Why the page is no article, with the remedy; None where it is one."""
    words = sum(len(line.split()) for line in signs.lines)
    first = f"{signs.title} {' '.join(signs.lines[:3])}".lower()[:600]
    if words < _ERROR and _holds("error", first):
        return ERROR
    if words < _STUB:
        text = " ".join(signs.lines).lower()
        end = " ".join(signs.lines[-3:]).lower()
        if not signs.is_free or _holds("paywall", end) or (_is_broken_off(signs.lines) and _holds("paywall", signs.seen)):
            return PAYWALL
        consent = _count("consent", text)
        if consent >= 2 or (consent and words < _ERROR):
            return CONSENT
        if words < _ERROR // 2 and _holds("error", signs.seen[:1500]) and not signs.is_article:
            return ERROR
    return INDEX if _is_index(signs) else None


def _is_index(signs: PageSigns) -> bool:
    """A list of headlines: many short lines without an end, or a front page that is mostly links."""
    if signs.is_article:
        return False
    lengths = [len(line.split()) for line in signs.lines]
    short = len(lengths) >= _INDEX_LINES and median(lengths) <= _INDEX_WORDS
    unended = sum(1 for line in signs.lines if not _END.search(line))
    front = signs.url is not None and urlsplit(signs.url).path.strip("/") in ("", "index.html", "index.php", "home")
    linked = signs.link_share >= _INDEX_LINKS
    return (short and (unended * 2 > len(lengths) or linked)) or (front and linked)


def _is_broken_off(lines: tuple[str, ...]) -> bool:
    return not lines or lines[-1].endswith(("…", "..."))


def _holds(kind: str, text: str) -> bool:
    return any(phrase in text for phrase in _load_phrases()[kind])


def _count(kind: str, text: str) -> int:
    return sum(phrase in text for phrase in _load_phrases()[kind])


@lru_cache(maxsize=1)
def _load_phrases() -> dict[str, tuple[str, ...]]:
    data = tomllib.loads((files("tracker.articles") / "walls.toml").read_text(encoding="utf-8"))
    return {kind: tuple(table["phrases"]) for kind, table in data.items()}
