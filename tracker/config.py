"""tracker.toml and the environment to a `Config`. Every complaint names the file, the key, the value and what is allowed."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

from tracker.consultation import Consultation, parse_consultation
from tracker.errors import ConfigurationError
from tracker.model import Actor, ActorKind, Feed, Manners
from tracker.profiles import Mail, Profile, parse_mail, parse_profiles
from tracker.subscriptions import parse_feeds, parse_manners

DATABASE = Path("db/tracker.db")
SUMMARY_METHODS = ("positions", "lead", "lexrank", "lsa", "textrank", "luhn", "kl", "sumbasic", "edmundson")


@dataclass(frozen=True, slots=True)
class Config:
    """What a reader may set. Relative paths in the file are relative to the file."""

    database: Path = DATABASE
    inputs: tuple[str, ...] = ()
    summary_method: str = "positions"
    summary_length: int = 5
    min_confidence: float = 0.0
    """Attributions below it are kept out of the database (`tracker extract` has an option of its own)."""
    article_seconds: float = 20.0
    """Time that one article may take; 0 for no bound."""
    article_megabytes: int = 1024
    """Memory that one article may take beyond what the process holds; 0 for no bound."""
    ping_url: str = ""
    """Address of a monitor that is told of every run; none where it is empty."""
    actors: tuple[Actor, ...] = field(default=())
    mail: Mail | None = None
    """How digests are sent; None where they are only printed."""
    profiles: tuple[Profile, ...] = ()
    feeds: tuple[Feed, ...] = ()
    manners: Manners = field(default_factory=Manners)
    consultation: Consultation | None = None
    """The language model that is asked in place of the shipped judge or tagger; None where there is none."""


def load_config(path: Path | None, environment: Mapping[str, str] | None = None) -> Config:
    """The configuration in `path`, or in the file that TRACKER_CONFIG names, or the defaults.

    Raises ConfigurationError.
    """
    environment = os.environ if environment is None else environment
    if path is None and (named := environment.get("TRACKER_CONFIG")):
        path = Path(named)
    if path is None:
        return Config()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not utf-8 text"
        message = f"cannot read the configuration {str(path)!r} ({reason}): check the path given to --config"
        raise ConfigurationError(message) from error
    return parse_config(text, path)


def parse_config(text: str, path: Path) -> Config:
    """The configuration in TOML `text`; `path` is where it stands. Raises ConfigurationError."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path}: not valid TOML ({error})") from error
    reader = _Reader(path)
    known = ("run", "summary", "positions", "limits", "actor", "mail", "digest", "feed", "fetch", "changes", "llm")
    reader.only(tables, "the top level", known)
    run = reader.table(tables, "run")
    reader.only(run, "[run]", ("database", "inputs", "ping_url"))
    summary = reader.table(tables, "summary")
    reader.only(summary, "[summary]", ("method", "length"))
    positions = reader.table(tables, "positions")
    reader.only(positions, "[positions]", ("min_confidence", "extractor"))
    method = reader.text(summary, "[summary] method", "method", "positions")
    if method not in SUMMARY_METHODS:
        raise ConfigurationError(f"{path}: [summary] method is {method!r}: choose one of {', '.join(SUMMARY_METHODS)}")
    length = summary.get("length", 5)
    if not isinstance(length, int) or isinstance(length, bool) or not 1 <= length <= 50:
        raise ConfigurationError(f"{path}: [summary] length is {length!r}: give a whole number from 1 to 50")
    confidence = positions.get("min_confidence", 0.0)
    if isinstance(confidence, bool) or not isinstance(confidence, (int, float)) or not 0 <= confidence <= 1:
        raise ConfigurationError(f"{path}: [positions] min_confidence is {confidence!r}: give a number from 0 to 1")
    limits = reader.table(tables, "limits")
    reader.only(limits, "[limits]", ("seconds", "megabytes"))
    ping_url = run.get("ping_url", "")
    if not isinstance(ping_url, str) or (ping_url and not ping_url.startswith(("https://", "http://"))):
        raise ConfigurationError(f"{path}: [run] ping_url is {ping_url!r}: give an address that begins with https:// or http://")
    actors = tables.get("actor", [])
    if not isinstance(actors, list):
        raise ConfigurationError(f"{path}: 'actor' is a single table: write [[actor]] with two brackets")
    return Config(
        database=path.parent / reader.text(run, "[run] database", "database", str(DATABASE)) if "database" in run else DATABASE,
        inputs=tuple(i if "://" in i or i == "-" else str(path.parent / i) for i in reader.texts(run, "[run] inputs", "inputs")),
        summary_method=method,
        summary_length=length,
        min_confidence=float(confidence),
        article_seconds=reader.number(limits, "[limits] seconds", "seconds", 20.0, 3600),
        article_megabytes=int(reader.number(limits, "[limits] megabytes", "megabytes", 1024, 1_000_000)),
        ping_url=ping_url,
        actors=tuple(reader.actor(entry, number) for number, entry in enumerate(actors, 1)),
        mail=parse_mail(reader.table(tables, "mail"), path) if "mail" in tables else None,
        profiles=parse_profiles(tables.get("digest", []), path, "mail" in tables),
        feeds=parse_feeds(tables.get("feed", []), path),
        manners=parse_manners(reader.table(tables, "fetch"), path),
        consultation=parse_consultation(tables, path),
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Typed access to the tables of one file."""

    path: Path

    def only(self, table: Mapping[str, Any], where: str, known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                raise ConfigurationError(f"{self.path}: unknown key {key!r} in {where}: known are {', '.join(known)}")

    def table(self, tables: Mapping[str, Any], name: str) -> dict[str, Any]:
        value = tables.get(name, {})
        if not isinstance(value, dict):
            raise ConfigurationError(f"{self.path}: {name!r} is {value!r}: write a table [{name}]")
        return cast(dict[str, Any], value)

    def text(self, table: Mapping[str, Any], where: str, key: str, default: str) -> str:
        value = table.get(key, default)
        if not isinstance(value, str) or not value.strip():
            raise ConfigurationError(f"{self.path}: {where} is {value!r}: give a text in quotes")
        return value

    def texts(self, table: Mapping[str, Any], where: str, key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise ConfigurationError(f"{self.path}: {where} is {value!r}: give a list of texts in quotes")
        return tuple(value)

    def number(self, table: Mapping[str, Any], where: str, key: str, default: float, most: float) -> float:
        value = table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
            raise ConfigurationError(f"{self.path}: {where} is {value!r}: give a number from 0 to {most:g}, 0 for no bound")
        return float(value)

    def actor(self, entry: object, number: int) -> Actor:
        where = f"[[actor]] number {number}"
        if not isinstance(entry, dict):
            raise ConfigurationError(f"{self.path}: {where} is {entry!r}: write [[actor]] and its keys below it")
        self.only(entry, where, ("name", "kind", "aliases", "adjectives", "speaks_for", "from", "until"))
        name = self.text(entry, f"{where} name", "name", "")
        kinds = [str(kind) for kind in ActorKind]
        kind = self.text(entry, f"{where} kind", "kind", "organisation")
        if kind not in kinds:
            raise ConfigurationError(f"{self.path}: {where} kind is {kind!r}: choose one of {', '.join(kinds)}")
        return Actor(
            name=name,
            kind=ActorKind(kind),
            party=self.text(entry, f"{where} speaks_for", "speaks_for", name),
            aliases=self.texts(entry, f"{where} aliases", "aliases"),
            adjectives=self.texts(entry, f"{where} adjectives", "adjectives"),
            since=self.day(entry, f"{where} from", "from"),
            until=self.day(entry, f"{where} until", "until"),
        )

    def day(self, table: Mapping[str, Any], where: str, key: str) -> date | None:
        value = table.get(key)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            raise ConfigurationError(f"{self.path}: {where} is {value!r}: give a day without quotes, such as 2026-11-24")
        return value
