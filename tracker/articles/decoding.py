"""Bytes from outside as text that the rest can trust: decoded, line ends made one kind, control characters made harmless."""

import codecs
import re

from tracker.model import Failure

MAX_BYTES = 5_000_000
"""The largest input that is read as one article; the longest news reports stay under a fiftieth of it."""

_MARKED = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HIGH = bytes(range(0x80, 0x100))
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")


def parse_bytes(data: bytes, origin: str) -> str | Failure:
    """The text that `data` holds, or a `Failure` that names what is wrong with it and what helps.

    A byte order mark decides; else UTF-8; else Windows-1252, believed only where fewer than one byte in twenty is beyond
    ASCII, as in English prose (WHATWG Encoding reads Latin-1 the same way). Line ends become "\\n"; other control
    characters become one space each. Refused: more than `MAX_BYTES`, nothing but white space, NUL bytes.
    """
    if len(data) > MAX_BYTES:
        return refuse(origin, f"more than {MAX_BYTES // 1_000_000} MB: split the file into articles")
    text = _decode(data)
    if text is None:
        return refuse(origin, "neither UTF-8 nor plain English in Windows-1252: convert the file to UTF-8, for instance with iconv")
    if "\0" in text:
        return refuse(origin, "a binary file (it holds NUL bytes): give its text as a UTF-8 file")
    text = _LINE_END.sub("\n", text)
    cleaned = _CONTROL.sub(" ", text)
    if not cleaned.strip():
        return refuse(origin, "an empty file: give one that holds an article")
    return cleaned


def parse_line(raw: str) -> str:
    """`raw` on one line: runs of white space made single spaces, control characters too, none at the edges."""
    return " ".join(_CONTROL.sub(" ", raw).split())


def _decode(data: bytes) -> str | None:
    for mark, encoding in _MARKED:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError:
                return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    high = len(data) - len(data.translate(None, _HIGH))
    try:
        return data.decode("cp1252") if high * 20 < len(data) else None
    except UnicodeDecodeError:
        return None


def refuse(origin: str, reason: str) -> Failure:
    """A failure to read `origin`; its message begins with the name of what was to be read."""
    return Failure(origin, "read", f"{origin}: {reason}")
