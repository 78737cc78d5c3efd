"""Articles from wherever the user keeps them: files, folders, standard input, addresses."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from tracker.articles.decoding import MAX_BYTES, refuse
from tracker.articles.text import parse_text
from tracker.model import Article, Failure

STANDARD_INPUT = "-"
TEXT_SUFFIXES = frozenset({".txt", ".text", ".md", ""})
PAGE_SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
_NO_ARTICLES = frozenset({"readme", "license", "licence", "notice", "makefile", "changelog"})
_MARKUP = (b"<!doctype html", b"<html", b"<?xml")


def load_articles(
    inputs: Sequence[str], *, stdin: BinaryIO | None = None, now: datetime | None = None, allow_private: bool = False
) -> tuple[list[Article], list[Failure]]:
    """Every article that `inputs` lead to, oldest first and then by name, and what could not be read, in order of `inputs`.

    An input is a file (`.txt`, `.text`, `.md` or no suffix: text; `.html`, `.htm`, `.xhtml`: a page; any other suffix: by its
    content), a folder (searched to its depths; hidden files, other suffixes, read-me and licence files are passed over; links
    are followed, each place once), `-` for standard input, or an http(s) address. A file named twice is read once. `now`
    dates what has no date and no file of its own.
    """
    moment = now or datetime.now(UTC)
    articles: list[Article] = []
    failures: list[Failure] = []
    seen: set[str] = set()
    for origin, path in _find_inputs(inputs, seen, failures):
        outcome = _load_file(origin, path) if path else _load_other(origin, stdin, moment, allow_private)
        if isinstance(outcome, Failure):
            failures.append(outcome)
        else:
            articles.append(outcome)
    articles.sort(key=lambda article: (article.published, Path(article.origin).name, article.origin))
    return articles, failures


def _find_inputs(inputs: Sequence[str], seen: set[str], failures: list[Failure]) -> Iterator[tuple[str, Path | None]]:
    """What there is to read, each once: its origin and its path, None where it is no file."""
    for given in inputs:
        if given == STANDARD_INPUT or given.lower().startswith(("http://", "https://")):
            if given not in seen:
                seen.add(given)
                yield given, None
            continue
        path = Path(given)
        try:
            found = list(_walk(path, failures)) if path.is_dir() else [path]
            if not found:
                failures.append(refuse(given, "no articles in this folder: it needs .txt, .md or .html files"))
            for file in found:
                if (real := os.path.realpath(file)) not in seen:
                    seen.add(real)
                    yield str(file), file
        except ValueError:  # a NUL byte in the name
            failures.append(refuse(repr(given), "no such file or folder: check the name"))


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
            wanted = path.suffix.lower() in TEXT_SUFFIXES | PAGE_SUFFIXES and path.stem.lower() not in _NO_ARTICLES
            if wanted and not name.startswith(".") and path.is_file():
                yield path


def _load_file(origin: str, path: Path) -> Article | Failure:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
            modified = os.fstat(file.fileno()).st_mtime
    except FileNotFoundError:
        return refuse(origin, "no such file or folder: check the name")
    except OSError as error:
        return refuse(origin, f"cannot be read ({error.strerror}): check the file and its permissions")
    try:
        file_time = datetime.fromtimestamp(modified, UTC)
    except (ValueError, OverflowError, OSError):  # file systems hold years that datetime does not
        file_time = datetime.fromtimestamp(0, UTC)
    suffix = path.suffix.lower()
    if suffix in PAGE_SUFFIXES or (suffix not in TEXT_SUFFIXES and _is_markup(data)):
        return _parse_page(data, origin, None, file_time)
    return parse_text(data, origin, file_time)


def _load_other(origin: str, stdin: BinaryIO | None, now: datetime, allow_private: bool) -> Article | Failure:
    if origin == STANDARD_INPUT:
        try:
            data = (stdin or sys.stdin.buffer).read(MAX_BYTES + 1)
        except OSError as error:
            return refuse(origin, f"standard input cannot be read ({error.strerror}): pipe an article into it")
        return _parse_page(data, origin, None, now) if _is_markup(data) else parse_text(data, origin, now)
    from tracker.articles.fetch import fetch_page

    fetched = fetch_page(origin, allow_private=allow_private)
    if isinstance(fetched, Failure):
        return fetched
    if fetched.media_type == "text/plain":
        outcome = parse_text(fetched.data, origin, now)
        return outcome if isinstance(outcome, Failure) or outcome.url else replace(outcome, url=fetched.url)
    return _parse_page(fetched.data, origin, fetched.url, now)


def _parse_page(data: bytes, origin: str, url: str | None, file_time: datetime) -> Article | Failure:
    from tracker.articles.page import parse_page  # lxml and trafilatura cost a third of a second

    return parse_page(data, origin, url, file_time)


def _is_markup(data: bytes) -> bool:
    return data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_MARKUP)
