"""The `[[feed]]` tables and `[fetch]` of tracker.toml: to values, and new feeds to TOML that keeps the rest of the file."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from tracker.errors import ConfigurationError
from tracker.model import Feed, Manners

_FEED_KEYS = ("url", "outlet", "language", "every", "enabled", "beat", "allow_private")
_FETCH_KEYS = ("contact", "deadline", "timeout", "delay", "tries", "back_off", "hosts", "robots")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
_FEED_TABLE = re.compile(r"^[ \t]*\[\[[ \t]*feed[ \t]*\]\][^\n]*(?:\n|\Z)", re.MULTILINE)


def parse_feeds(value: object, path: Path) -> tuple[Feed, ...]:
    """The feeds of the `[[feed]]` tables in `path`. Raises ConfigurationError, which names the feed, the key and the remedy."""
    if not isinstance(value, list):
        raise ConfigurationError(f"{path}: 'feed' is a single table: write [[feed]] with two brackets")
    feeds = tuple(_parse_feed(entry, f"{path}: [[feed]] number {number}") for number, entry in enumerate(value, 1))
    seen: set[str] = set()
    for feed in feeds:
        if feed.url in seen:
            raise ConfigurationError(f"{path}: the feed {feed.url!r} is there twice: remove one")
        seen.add(feed.url)
    return feeds


def parse_manners(table: Mapping[str, Any], path: Path) -> Manners:
    """How the network is used, from `[fetch]`. Raises ConfigurationError."""
    where = f"{path}: [fetch]"
    _only(table, where, _FETCH_KEYS)
    contact = table.get("contact", "")
    if not isinstance(contact, str) or not contact.isascii() or not contact.isprintable() or len(contact) > 200:
        raise ConfigurationError(f"{where} contact is {contact!r}: give a mail or web address in plain letters")
    standard = Manners()
    return Manners(
        contact=contact,
        deadline=_number(table, where, "deadline", standard.deadline, 1, 86_400),
        timeout=_number(table, where, "timeout", standard.timeout, 1, 600),
        delay=_number(table, where, "delay", standard.delay, 0, 3600),
        tries=int(_number(table, where, "tries", standard.tries, 1, 10)),
        back_off=_number(table, where, "back_off", standard.back_off, 0, 600),
        hosts=int(_number(table, where, "hosts", standard.hosts, 1, 64)),
        robots=_flag(table, where, "robots", standard.robots),
    )


def parse_every(text: str) -> timedelta | None:
    """A span of time as "30m", "6h", "1d" or "1w"; None where `text` is none of these or more than a year."""
    found = re.fullmatch(r"\s*(\d{1,4})\s*([mhdw])\s*", text)
    span = int(found.group(1)) * _UNITS[found.group(2)] if found else None
    return span if span is not None and span <= timedelta(days=366) else None


def render_every(every: timedelta) -> str:
    """The shortest form that `parse_every` reads."""
    unit = next(unit for unit in ("w", "d", "h", "m") if every % _UNITS[unit] == timedelta())
    return f"{every // _UNITS[unit]}{unit}"


def render_feed(feed: Feed) -> str:
    """A `[[feed]]` table; keys that have their default are left out."""
    lines = ["[[feed]]", f"url = {_quote(feed.url)}"]
    lines += [f"{key} = {_quote(value)}" for key in ("outlet", "language", "beat") if (value := getattr(feed, key))]
    lines += [f'every = "{render_every(feed.every)}"'] if feed.every else []
    lines += ["enabled = false"] if not feed.enabled else []
    lines += ["allow_private = true"] if feed.allow_private else []
    return "\n".join(lines) + "\n"


def add_feeds(text: str, feeds: Iterable[Feed]) -> str:
    """TOML `text` with the feeds' tables at its end; nothing else of it is touched."""
    body = text if not text or text.endswith("\n") else text + "\n"
    return "\n".join([*([body] if body else []), *(render_feed(feed) for feed in feeds)])


def remove_feed(text: str, url: str, path: Path) -> str:
    """TOML `text` without the `[[feed]]` table of `url`, from its heading to the next one. Raises ConfigurationError without it."""
    import tomllib

    for heading in _FEED_TABLE.finditer(text):
        follows = _TABLE.search(text, heading.end())
        end = follows.start() if follows else len(text)
        try:
            table = tomllib.loads(text[heading.start() : end])
        except tomllib.TOMLDecodeError:
            continue
        if table["feed"][0].get("url") == url:
            # comments right above the next table belong to that one
            kept = re.search(r"(?:^[ \t]*#[^\n]*\n)+\Z", text[heading.end() : end], re.MULTILINE) if follows else None
            return text[: heading.start()] + (kept.group(0) if kept else "") + text[end:]
    raise ConfigurationError(f"{path} has no feed {url!r}: `tracker feeds list` shows those it has")


def _parse_feed(entry: object, where: str) -> Feed:
    if not isinstance(entry, dict):
        raise ConfigurationError(f"{where} is {entry!r}: write [[feed]] and its keys below it")
    _only(entry, where, _FEED_KEYS)
    url = _text(entry, where, "url")
    if not re.match(r"https?://[^/?#\s]+", url, re.IGNORECASE) or not url.isprintable() or " " in url or len(url) > 2000:
        raise ConfigurationError(f"{where} url is {url!r}: give an address that begins with https:// or http://")
    language = _text(entry, where, "language")
    if language and not re.fullmatch(r"[a-z]{2,3}", language):
        raise ConfigurationError(f"{where} language is {language!r}: give a code of two letters such as 'en'")
    every = _text(entry, where, "every")
    span = parse_every(every) if every else timedelta()
    if span is None:
        raise ConfigurationError(f"{where} every is {every!r}: give a span such as '30m', '6h', '1d' or '1w'")
    return Feed(
        url=url,
        outlet=_text(entry, where, "outlet"),
        language=language,
        every=span,
        enabled=_flag(entry, where, "enabled", True),
        beat=_text(entry, where, "beat"),
        allow_private=_flag(entry, where, "allow_private", False),
    )


def _only(table: Mapping[str, Any], where: str, known: tuple[str, ...]) -> None:
    for key in table:
        if key not in known:
            raise ConfigurationError(f"{where} has the unknown key {key!r}: known are {', '.join(known)}")


def _text(table: Mapping[str, Any], where: str, key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise ConfigurationError(f"{where} {key} is {value!r}: give a text in quotes")
    return value.strip()


def _flag(table: Mapping[str, Any], where: str, key: str, default: bool) -> bool:
    value = table.get(key, default)
    if not isinstance(value, bool):
        raise ConfigurationError(f"{where} {key} is {value!r}: give true or false")
    return value


def _number(table: Mapping[str, Any], where: str, key: str, default: float, least: float, most: float) -> float:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
        raise ConfigurationError(f"{where} {key} is {value!r}: give a number from {least:g} to {most:g}")
    return float(value)


def _quote(text: str) -> str:
    # TOML's basic strings take JSON's escapes, all but those for surrogates, which its input cannot hold (TOML 1.0, String)
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
