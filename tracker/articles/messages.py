"""Mails as articles: newsletters, kept one by one (.eml) or in a mailbox (.mbox)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import BinaryIO

from tracker.articles.decoding import MAX_BYTES, parse_line, refuse
from tracker.articles.identity import find_article_id, find_believable, find_title, parse_title, parse_url
from tracker.articles.markup import parse_markup
from tracker.model import Article, DateSource, Failure

_MOST_PARTS = 200
_LONGEST_HEADER = 2000
_SIGNATURE = re.compile(r"^-- ?$")
_FORMAT_BREAK = re.compile(r"\n[ \t]*\n")
_MAIL_HEADERS = (b"from:", b"date:", b"message-id:")


def is_mail(data: bytes) -> bool:
    """Whether `data` begins with the header of a mail: From, Date and Message-ID before the first blank line (RFC 5322, 3.6)."""
    head = data[:16_000].replace(b"\r\n", b"\n").split(b"\n\n", 1)[0].lower()
    return all(head.startswith(name) or b"\n" + name in head for name in _MAIL_HEADERS)


def parse_mail(data: bytes, origin: str, file_time: datetime, now: datetime) -> Article | Failure:
    """The article in one mail, or the reason why there is none.

    Title: the subject. Text: the plain part, or the HTML part where the plain one holds less than half as much; attachments are
    left out, and so is what follows a signature's dashes (RFC 3676, 4.3). Date: the header's, unless it lies more than a day
    after `now`; else `file_time`, and `date_source` says which. Outlet and author: the name of the sender.
    """
    if len(data) > MAX_BYTES:
        return refuse(origin, f"more than {MAX_BYTES // 1_000_000} MB: save the article alone")
    try:
        message = message_from_bytes(data)
        paragraphs = _find_text(message)
        subject, sender = _header(message, "Subject"), parseaddr(_header(message, "From"))
        date = _parse_date(message.get("Date"))
        address = _header(message, "Archived-At").strip("<> ")
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError) as error:
        return refuse(origin, f"a mail that cannot be read ({type(error).__name__}): save its text as a .txt file")
    if not paragraphs:
        return refuse(origin, "a mail without a text: save its text as a .txt file")
    text = "\n\n".join(paragraphs)
    title = parse_title(subject) or find_title(text, origin)
    published = find_believable(date, now)
    return Article(
        id=find_article_id(title, text),
        origin=origin,
        title=title,
        text=text,
        outlet=parse_title(sender[0]) or sender[1].rpartition("@")[2].lower(),
        url=parse_url(address),
        published=published or file_time.astimezone(UTC),
        date_source=DateSource.METADATA if published else DateSource.FILE,
        author=parse_title(sender[0]),
    )


def split_mbox(stream: BinaryIO) -> Iterator[bytes]:
    """The mails of a mailbox in mboxrd form: each begins with a line "From ", quoted ones have their ">" taken away (RFC 4155).

    A mail longer than `MAX_BYTES` is cut just behind it, so that reading it refuses it.
    """
    lines: list[bytes] = []
    size = 0
    fresh = True
    while line := stream.readline(MAX_BYTES):
        if fresh and line.startswith(b"From "):
            if lines:
                yield b"".join(lines)
            lines, size = [], 0
        elif size <= MAX_BYTES:
            kept = line[1:] if line.startswith(b">") and line.lstrip(b">").startswith(b"From ") else line
            lines.append(kept)
            size += len(kept)
        fresh = line.endswith(b"\n")
    if lines:
        yield b"".join(lines)


def _find_text(message: Message) -> list[str]:
    plain: list[str] = []
    marked: list[str] = []
    for number, part in enumerate(message.walk()):
        if number >= _MOST_PARTS:
            break
        kind = part.get_content_type()
        if part.is_multipart() or kind not in ("text/plain", "text/html") or part.get_content_disposition() == "attachment":
            continue
        payload = part.get_payload(decode=True)
        text = _decode(payload if isinstance(payload, bytes) else b"", str(part.get_content_charset() or "utf-8"))
        if kind == "text/html":
            marked += parse_markup(text)
        else:
            plain += _parse_plain(text)
    return plain if 2 * sum(map(len, plain)) >= sum(map(len, marked)) else marked


def _parse_plain(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").split("\n")
    end = next((number for number, line in enumerate(lines) if _SIGNATURE.match(line)), len(lines))
    blocks = _FORMAT_BREAK.split("\n".join(lines[:end]))
    return [line for block in blocks if (line := parse_line(block))]


def _decode(payload: bytes, charset: str) -> str:
    try:
        return payload.decode(charset, "replace")
    except LookupError:
        return payload.decode("utf-8", "replace")


def _header(message: Message, name: str) -> str:
    raw = str(message.get(name, ""))[:_LONGEST_HEADER]
    try:
        return parse_line(str(make_header(decode_header(raw))))
    except (MessageError, ValueError, LookupError):
        return parse_line(raw)


def _parse_date(raw: object) -> datetime | None:
    """A mail's date in UTC; one without a zone ("-0000") is UTC (RFC 5322, 3.3)."""
    try:
        date = parsedate_to_datetime(str(raw)[:100])
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        return None
