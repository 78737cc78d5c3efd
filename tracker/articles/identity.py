"""What makes an article the same one: title and text, never the file or the hour that it came in."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import PurePath
from urllib.parse import parse_qsl, urlencode, urlsplit

from tracker.articles.decoding import parse_line
from tracker.model import Article

_SPACE = re.compile(r"\s+")
_LONGEST_TITLE = 300
_SHORT = 150
"""Characters of a first line that may be a headline."""
_YEARS = range(1900, 2101)
_EARLIEST = 1990
"""Feeds are younger: an earlier year is a clock that was never set (1970, 1900)."""
_DAY = timedelta(days=1)
TRACKING = re.compile(r"(utm_.*|fbclid|gclid|mc_[ce]id)", re.IGNORECASE)
"""Parameters of an address that tell where a reader came from and nothing of the page."""


def find_article_id(title: str, text: str) -> str:
    """32 hexadecimal digits: SHA-256 of title, NUL and text, both without white space at their edges."""
    return hashlib.sha256(f"{title.strip()}\0{text.strip()}".encode()).hexdigest()[:32]


def find_copy_id(article_id: str, outlet: str) -> str:
    """The id of a text that another outlet carries word for word."""
    return hashlib.sha256(f"{article_id}\0{outlet.strip().casefold()}".encode()).hexdigest()[:32]


def find_address(article: Article) -> str:
    """Where an article is found again: its URL without scheme, "www.", fragment, tracking parameters and a slash at the end;
    without a URL the place that it was read from. Empty for what was piped in, which has no place."""
    place = article.url or article.origin
    if place == "-":
        return ""
    try:
        parts = urlsplit(place)
        if parts.scheme not in ("http", "https") or (article.url is None and parts.fragment):
            return place  # a file, or an entry of a feed without a link
        query = urlencode([(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not TRACKING.fullmatch(k)])
        return parts.netloc.lower().removeprefix("www.") + parts.path.rstrip("/") + (f"?{query}" if query else "")
    except ValueError:
        return place


def parse_title(raw: str) -> str:
    """A title on one line, white space and line breaks made single spaces, cut behind 300 characters; empty if `raw` is."""
    title = parse_line(raw[: 20 * _LONGEST_TITLE])
    return title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1].rstrip() + "…"


def find_title(text: str, origin: str) -> str:
    """A first line that looks like a headline, else the file's name, else the first words."""
    head = text.lstrip()[: 2 * _SHORT]
    line, _, rest = head.partition("\n")
    headline = line.strip().lstrip("# ")
    # a headline stands in a paragraph of its own, or at least does not end like a sentence
    if headline and rest.strip() and len(headline) <= _SHORT and (rest.startswith("\n") or headline[-1] not in '.,;:!?”"'):
        return parse_title(headline)
    if origin != "-" and (name := PurePath(origin).stem.replace("_", " ").replace("-", " ").strip()):
        return parse_title(name)
    words = parse_title(head)
    return words if len(words) <= 80 else words[:80].rsplit(" ", 1)[0] + "…"


def parse_date(raw: str) -> datetime | None:
    """An ISO 8601 date or date-time in UTC; without a zone it is taken as UTC, a date alone as its first moment.

    None where `raw` is no such date, or its year is not within 1900 to 2100.
    """
    try:
        parsed = datetime.fromisoformat(raw.strip())
    except ValueError:
        return None
    if parsed.year not in _YEARS:
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def find_believable(date: datetime | None, now: datetime) -> datetime | None:
    """`date` unless it is absurd: before 1990, or more than a day (of time zones and clocks) after `now`."""
    return date if date and date.year >= _EARLIEST and date <= now + _DAY else None


def parse_url(raw: str) -> str | None:
    """`raw` where it is an http or https address on one line of at most 2,000 characters, else None."""
    url = raw.strip()
    fits = len(url) <= 2000 and not _SPACE.search(url) and url.isprintable()
    return url if fits and re.match(r"https?://[^/?#\s]", url, re.IGNORECASE) else None


def find_outlet(url: str | None) -> str:
    """The host of a URL without "www.", for articles that do not name their outlet; empty without a URL."""
    if url is None:
        return ""
    host = re.split(r"[/?#]", url.split("://", 1)[1], maxsplit=1)[0].rsplit("@", 1)[-1]
    return host.split(":")[0].lower().removeprefix("www.")
