"""Articles from wherever the user keeps them: files, folders, archives, standard input, addresses."""

import gzip
import io
import os
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from tracker.articles.decoding import MAX_BYTES, refuse
from tracker.articles.fetch import Fetched, Outcome, Refused, Request
from tracker.articles.messages import is_mail, parse_mail, split_mbox
from tracker.articles.records import is_record, parse_record, split_lines
from tracker.articles.text import parse_text
from tracker.articles.visits import Visits
from tracker.bounds import ExceededError, bounded
from tracker.model import Article, Failure, Manners

STANDARD_INPUT = "-"
TEXT_SUFFIXES = frozenset({".txt", ".text", ".md", ""})
PAGE_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
MAIL_SUFFIXES = frozenset({".eml"})
MAILBOX_SUFFIXES = frozenset({".mbox"})
RECORD_SUFFIXES = frozenset({".jsonl", ".ndjson"})
MAX_ARCHIVE = 1_000_000_000
"""Bytes of a mailbox or of JSON lines that are read, unpacked."""
_SUFFIXES = TEXT_SUFFIXES | PAGE_SUFFIXES | MAIL_SUFFIXES | MAILBOX_SUFFIXES | RECORD_SUFFIXES
_PACKED = ".gz"
_LIST_BYTES = 1_000_000
_NO_ARTICLES = frozenset({"readme", "license", "licence", "notice", "makefile", "changelog"})
_MARKUP = (b"<!doctype html", b"<html", b"<?xml")
_ADDRESS = ("http://", "https://")
_SECONDS, _MEGABYTES = 20.0, 1024


class _Place(NamedTuple):
    """Something to read. `path` is None where it is no file; `named` where the user gave its name and not its folder's."""

    origin: str
    path: Path | None
    named: bool


def load_articles(
    inputs: Sequence[str],
    *,
    stdin: BinaryIO | None = None,
    now: datetime | None = None,
    allow_private: bool = False,
    manners: Manners | None = None,
    visits: Visits | None = None,
) -> tuple[list[Article], list[Failure]]:
    """Every article that `inputs` lead to, oldest first and then by name, and what could not be read, in order of `inputs`.

    An input is a file, a folder (searched to its depths; hidden files, other suffixes, read-me and licence files are passed
    over; links are followed, each place once), `-` for standard input, or an http(s) address. Files by suffix: `.txt`,
    `.text`, `.md` or none: text; `.html`, `.htm`, `.xhtml`: a page; `.eml`: a mail; `.mbox`: mails; `.jsonl`, `.ndjson`: an
    article a line; any of them with `.gz` behind it; else by content. A text file named by itself that holds nothing but
    addresses, one a line (and lines that begin with #), is a list of pages. Nothing is read twice. `now` dates what has no date
    and no file of its own; addresses are fetched within `visits`, or with `manners`.
    """
    moment = now or datetime.now(UTC)
    latest = max(moment, datetime.now(UTC))
    failures: list[Failure] = []
    outcomes: list[Article | Failure] = []
    queue: list[_Place | Failure] = list(_find_inputs(inputs, failures))
    queue = [found for place in queue for found in (_expand(place) if isinstance(place, _Place) else [place])]
    addresses = list(dict.fromkeys(p.origin for p in queue if isinstance(p, _Place) and _is_address(p.origin)))
    visits = visits or Visits(manners or Manners())
    pages = dict(zip(addresses, visits.fetch_all([Request(a, allow_private=allow_private) for a in addresses]), strict=True))
    for place in queue:
        if isinstance(place, Failure):
            outcomes.append(place)
        elif _is_address(place.origin):
            if (page := pages.pop(place.origin, None)) is not None:
                outcomes.append(_parse_answer(page, place.origin, moment))
        elif place.path is None:
            outcomes += _load_standard_input(stdin, moment, latest)
        else:
            outcomes += _load_file(place.origin, place.path, latest)
    articles = [outcome for outcome in outcomes if isinstance(outcome, Article)]
    articles.sort(key=lambda article: (article.published, Path(article.origin).name, article.origin))
    return articles, [outcome for outcome in outcomes if isinstance(outcome, Failure)]


def _find_inputs(inputs: Sequence[str], failures: list[Failure]) -> Iterator[_Place | Failure]:
    """What there is to read, each once, and what stands in the way."""
    seen: set[str] = set()
    for given in inputs:
        if given == STANDARD_INPUT or _is_address(given):
            if given not in seen:
                seen.add(given)
                yield _Place(given, None, True)
            continue
        path = Path(given)
        try:
            folder = path.is_dir()
            found = list(_walk(path, failures)) if folder else [path]
            yield from failures
            failures.clear()
            if not found:
                yield refuse(given, "no articles in this folder: it needs .txt, .md, .html, .eml, .mbox or .jsonl files")
            for file in found:
                if (real := os.path.realpath(file)) not in seen:
                    seen.add(real)
                    yield _Place(str(file), file, not folder)
        except ValueError:  # a NUL byte in the name
            yield refuse(repr(given), "no such file or folder: check the name")


def _walk(folder: Path, failures: list[Failure]) -> Iterator[Path]:
    """The articles below a folder in order of their names; a folder that is reached twice, by links or loops, counts once."""

    def note(error: OSError) -> None:
        failures.append(refuse(str(error.filename), f"cannot be searched ({error.strerror}): check the folder's permissions"))

    visited: set[str] = set()
    for place, folders, names in os.walk(folder, followlinks=True, onerror=note):
        real = os.path.realpath(place)
        if real in visited:
            folders.clear()
            continue
        visited.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place, name)
            wanted = _find_suffix(path) in _SUFFIXES and path.name.split(".")[0].lower() not in _NO_ARTICLES
            if wanted and not name.startswith(".") and path.is_file():
                yield path


def _find_suffix(path: Path) -> str:
    """The suffix that tells the kind of a file, in lower case: what stands before ".gz" where it is packed."""
    suffix = path.suffix.lower()
    return Path(path.stem).suffix.lower() if suffix == _PACKED else suffix


def _expand(place: _Place) -> list[_Place | Failure]:
    """The addresses in a list of pages; anything else as it is."""
    if not place.named or place.path is None or place.path.suffix.lower() in PAGE_SUFFIXES | {_PACKED}:
        return [place]
    try:
        with place.path.open("rb") as file:
            data = file.read(_LIST_BYTES + 1)
    except OSError:
        return [place]  # reading it will tell why
    lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines()]
    addresses = [line for line in lines if line and not line.startswith("#")]
    if len(data) > _LIST_BYTES or not addresses or not all(_is_address(line) and " " not in line for line in addresses):
        return [place]
    return [_Place(address, None, True) for address in addresses]


def _load_file(origin: str, path: Path, latest: datetime) -> Iterator[Article | Failure]:
    try:
        with path.open("rb") as file:
            file_time = _find_time(os.fstat(file.fileno()).st_mtime)
            packed = path.suffix.lower() == _PACKED
            stream = cast(BinaryIO, gzip.GzipFile(fileobj=file)) if packed else file
            yield from _parse_stream(stream, origin, _find_suffix(path), file_time, latest)
    except FileNotFoundError:
        yield refuse(origin, "no such file or folder: check the name")
    except (EOFError, zlib.error, gzip.BadGzipFile):
        yield refuse(origin, "a gzip file that is damaged or cut short: pack it again")
    except OSError as error:
        yield refuse(origin, f"cannot be read ({error.strerror}): check the file and its permissions")


def _load_standard_input(stdin: BinaryIO | None, now: datetime, latest: datetime) -> Iterator[Article | Failure]:
    """Whatever is piped in, by its content: gzip, JSON lines, mailbox, mail, page or text."""
    stream = stdin or sys.stdin.buffer
    try:
        data = stream.read(MAX_BYTES + 1)
        joined = cast(BinaryIO, _Joined(data, stream))
        if data.startswith(b"\x1f\x8b"):
            unpacked = cast(BinaryIO, gzip.GzipFile(fileobj=joined))
            data = unpacked.read(MAX_BYTES + 1)
            joined = cast(BinaryIO, _Joined(data, unpacked))
        if is_record(data):
            yield from _parse_stream(joined, STANDARD_INPUT, ".jsonl", now, latest)
        elif data.startswith(b"From ") and is_mail(data.split(b"\n", 1)[-1]):
            yield from _parse_stream(joined, STANDARD_INPUT, ".mbox", now, latest)
        else:
            suffix = ".html" if _is_markup(data) else ".eml" if is_mail(data) else ".txt"
            yield _parse_data(data, STANDARD_INPUT, suffix, now, latest)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        yield refuse(STANDARD_INPUT, "gzip data that are damaged or cut short: pack them again")
    except OSError as error:
        yield refuse(STANDARD_INPUT, f"standard input cannot be read ({error.strerror}): pipe an article into it")


class _Joined(io.RawIOBase):
    """Bytes that were read already, and the stream that they came from, as one stream."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = io.BytesIO(head)
        self._rest = rest

    def read(self, size: int = -1) -> bytes:
        return self._head.read(size) or self._rest.read(size)

    def readline(self, size: int | None = -1) -> bytes:
        line = self._head.readline(size if size is not None else -1)
        if line.endswith(b"\n") or (size is not None and 0 <= size <= len(line)):
            return line
        return line + self._rest.readline(size - len(line) if size is not None and size >= 0 else -1)


class _Bounded(io.RawIOBase):
    """The lines of a stream up to `MAX_ARCHIVE` bytes; it is closed where there are more."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._left = MAX_ARCHIVE

    def readline(self, size: int | None = -1) -> bytes:
        if self.closed:
            return b""
        line = self._stream.readline(-1 if size is None else size)
        self._left -= len(line)
        if self._left < 0:
            self.close()
            return b""
        return line


def _parse_stream(stream: BinaryIO, origin: str, suffix: str, file_time: datetime, latest: datetime) -> Iterator[Article | Failure]:
    """The articles in an open file: one, or as many as an archive holds; those are numbered behind their origin."""
    if suffix not in MAILBOX_SUFFIXES | RECORD_SUFFIXES:
        yield _parse_data(stream.read(MAX_BYTES + 1), origin, suffix, file_time, latest)
        return
    mailbox = suffix in MAILBOX_SUFFIXES
    number = 0
    bounded_stream = cast(BinaryIO, _Bounded(stream))
    for number, piece in enumerate(split_mbox(bounded_stream) if mailbox else split_lines(bounded_stream), 1):
        name = f"{origin}#{number}"
        outcome = parse_mail(piece, name, file_time, latest) if mailbox else parse_record(piece, name, file_time)
        if number == 1 and not mailbox and isinstance(outcome, Failure) and not is_record(piece):
            yield refuse(origin, "no JSON lines with articles: each line needs an object with a 'text'")
            return
        yield outcome
    if bounded_stream.closed:
        yield refuse(origin, f"more than {MAX_ARCHIVE // 1_000_000} MB: split the archive")
    elif not number:
        yield refuse(origin, "an empty file: give one that holds an article")


def _parse_data(data: bytes, origin: str, suffix: str, file_time: datetime, latest: datetime) -> Article | Failure:
    if suffix in PAGE_SUFFIXES or (suffix not in _SUFFIXES and _is_markup(data)):
        return parse_bounded_page(data, origin, None, file_time, latest)
    if suffix in MAIL_SUFFIXES or (suffix not in _SUFFIXES and is_mail(data)):
        return parse_mail(data, origin, file_time, latest)
    return parse_text(data, origin, file_time)


def _parse_answer(answer: Outcome, address: str, now: datetime) -> Article | Failure:
    if isinstance(answer, Refused):
        return refuse(address, answer.message)
    if not isinstance(answer, Fetched):
        return refuse(address, "the server says that it is unchanged: try again later")
    if answer.media_type == "text/plain":
        article = parse_text(answer.data, address, now)
        return article if isinstance(article, Failure) else replace(article, url=answer.url)
    return parse_bounded_page(answer.data, address, answer.url, now, now)


def parse_bounded_page(data: bytes, origin: str, url: str | None, file_time: datetime, now: datetime) -> Article | Failure:
    """What `parse_page` makes of it, or a refusal where that would take too much time or memory."""
    from tracker.articles.page import parse_page  # lxml and trafilatura cost a third of a second

    try:
        with bounded(_SECONDS, _MEGABYTES):
            return parse_page(data, origin, url, file_time, now=now)
    except ExceededError:
        bound = f"{_SECONDS:g} seconds or {_MEGABYTES} MB"
        return refuse(origin, f"a page that takes more than {bound} to read: save its text as a .txt file")


def _find_time(modified: float) -> datetime:
    try:
        return datetime.fromtimestamp(modified, UTC)
    except (ValueError, OverflowError, OSError):  # file systems hold years that datetime does not
        return datetime.fromtimestamp(0, UTC)


def _is_address(given: str) -> bool:
    return given.lower().startswith(_ADDRESS)


def _is_markup(data: bytes) -> bool:
    return data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP)
