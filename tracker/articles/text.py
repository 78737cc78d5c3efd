"""Plain-text articles: header lines `Title:`, `Date:`, `Source:`, `URL:`, a blank line, the text."""

import re
from datetime import UTC, datetime

from tracker.articles.decoding import parse_bytes, refuse
from tracker.articles.identity import find_article_id, find_outlet, find_title, parse_date, parse_title, parse_url
from tracker.model import Article, DateSource, Failure

_HEADER = re.compile(r"(title|date|source|url)[ \t]*:[ \t]*([^\n]*)(?:\n|\Z)", re.IGNORECASE)
_OTHER_HEADER = re.compile(r"[A-Za-z][A-Za-z-]{0,30}:[ \t][^\n]*(?:\n|\Z)")
_BLANK = re.compile(r"[^\S\n]*(?:\n|\Z)")
_MOST_HEADERS = 40


def parse_text(data: bytes, origin: str, file_time: datetime) -> Article | Failure:
    """The article in a plain-text file, or the reason why there is none.

    Header lines stand in any order and case and end at a blank line, which belongs to neither part; unknown `Key: value` lines
    among them are skipped, of repeated ones the first counts. A file that does not begin with one of the four is all text.
    The text is verbatim but for line ends ("\\n") and control characters (spaces); see `decoding.parse_bytes`.

    Title: the header, else a short first line, else the file's name. Date: the header in ISO 8601 (UTC where it names no
    zone); missing, unreadable or absurd (year not 1900-2100), it is `file_time`, and `date_source` says so.
    """
    decoded = parse_bytes(data, origin)
    if isinstance(decoded, Failure):
        return decoded
    headers, start = _parse_headers(decoded)
    text = decoded[start:]
    if not text.strip():
        return refuse(origin, "header lines without a text: put the text below a blank line")
    title = parse_title(headers.get("title", "")) or find_title(text, origin)
    date = parse_date(headers.get("date", ""))
    url = parse_url(headers.get("url", ""))
    return Article(
        id=find_article_id(title, text),
        origin=origin,
        title=title,
        text=text,
        outlet=parse_title(headers.get("source", "")) or find_outlet(url),
        url=url,
        published=date or file_time.astimezone(UTC),
        date_source=DateSource.HEADER if date else DateSource.FILE,
    )


def _parse_headers(text: str) -> tuple[dict[str, str], int]:
    """The header lines by name in lower case, and where the text begins."""
    headers: dict[str, str] = {}
    at = 0
    if not _HEADER.match(text):
        return headers, at
    for _ in range(_MOST_HEADERS):
        if header := _HEADER.match(text, at):
            headers.setdefault(header.group(1).lower(), header.group(2))
        else:
            header = _OTHER_HEADER.match(text, at)
        if header is None or at == len(text):
            break
        at = header.end()
    blank = _BLANK.match(text, at)
    return headers, blank.end() if blank else at
