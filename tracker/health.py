"""`tracker check`: everything that a night rests on, looked at one by one, each trouble with its remedy."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker.config import Config
from tracker.errors import TrackerError
from tracker.journal import find_journal_path, load_nights
from tracker.lock import find_lock_path, load_holder

_FREE_AT_LEAST = 500_000_000
_SICK = 3
_LATE = timedelta(hours=50)
"""Two nights and some: a timer's random delay is no trouble."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look came to. `exit_code` 0: sound."""

    name: str
    message: str
    exit_code: int = 0


def check_all(config: Config, database: Path, now: datetime) -> Iterator[Finding]:
    """One finding or more for each thing looked at; nothing is changed and nothing leaves the machine."""
    looks: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("models", _check_models),
        ("knowledge", lambda: _check_knowledge(config)),
        ("advice", lambda: _check_advice(config)),
        ("inputs", lambda: _check_inputs(config)),
        ("database", lambda: _check_database(database)),
        ("texts", lambda: _check_texts(config, database)),
        ("permissions", lambda: _check_permissions(database)),
        ("disk", lambda: _check_disk(database)),
        ("nights", lambda: _check_nights(database, now)),
    )
    for name, look in looks:
        try:
            yield from look()
        except TrackerError as error:
            yield Finding(name, str(error), error.exit_code)
        except OSError as error:
            yield Finding(name, f"{error.filename or database}: {(error.strerror or str(error)).lower()}: check the file", 78)


def _check_models() -> Iterator[Finding]:
    from tracker.language.model import WEIGHTS, find_pieces, load_model

    find_pieces(["a"])
    names = sorted(path.stem for path in WEIGHTS.glob("*.onnx"))
    for name in names:
        load_model(name)
    yield Finding("models", f"{', '.join(names) or 'none'}: whole and loaded", 0 if names else 78)


def _check_knowledge(config: Config) -> Iterator[Finding]:
    from tracker.reading import load_knowledge

    load_knowledge(config)
    yield Finding("knowledge", f"lexicon and catalogue read, {len(config.actors)} actors of your own")


def _check_advice(config: Config) -> Iterator[Finding]:
    """The language model is opened and not asked."""
    if config.consultation is None:
        return
    from tracker.advice.engine import open_engine

    consultation = config.consultation
    open_engine(consultation.model, dict(consultation.options))
    for_what = " and ".join(
        word for word, wanted in (("judge", consultation.judges), ("extractor", consultation.extracts)) if wanted
    )
    yield Finding("advice", f"language model {consultation.model} as {for_what}, at most {consultation.calls} calls a night")


def _check_inputs(config: Config) -> Iterator[Finding]:
    for given in config.inputs:
        if "://" not in given and given != "-" and not Path(given).exists():
            yield Finding("inputs", f"there is no {given}: correct inputs under [run] in tracker.toml", 78)
    yield Finding("inputs", f"{len(config.inputs)} files, folders and addresses configured")


def _check_database(database: Path) -> Iterator[Finding]:
    from tracker.store.upkeep import find_faults

    if not database.exists():
        yield Finding("database", f"there is none at {database} yet: the first `tracker run` makes it")
        return
    faults = find_faults(database)
    for fault in faults:
        yield Finding("database", f"{database}: {fault}: restore a backup (docs/operation.md)", 78)
    if not faults:
        yield from _check_traffic(database)
        yield Finding("database", f"{database}: every page and every reference is sound")


def _check_texts(config: Config, database: Path) -> Iterator[Finding]:
    """Whether the rules, models and settings of today have read them all; if not, that is a choice and no trouble."""
    from tracker import __version__
    from tracker.stamp import find_extractor
    from tracker.store.upkeep import load_extractors

    if not database.exists():
        return
    read = load_extractors(database)
    outdated = sum(count for extractor, count in read.items() if extractor != find_extractor(__version__, config))
    remedy = ": `tracker reextract` reads them again" if outdated else ""
    yield Finding("texts", f"{outdated} of {sum(read.values())} were read by other rules, models or settings than today's{remedy}")


def _check_traffic(database: Path) -> Iterator[Finding]:
    """Feeds and mail, as the last nights found them: looking at them now is what `tracker run` does."""
    from tracker.store.upkeep import load_tally

    tally = load_tally(database)
    for url, since, failures, problem in tally.sick_feeds:
        if failures >= _SICK:
            yield Finding("feeds", f"{url} fails since {since[:10]} ({problem}): correct or remove it in tracker.toml", 75)
    if tally.failed_mail or tally.pending_mail:
        message = f"{tally.pending_mail} pending, {tally.failed_mail} given up: see `tracker mail pending`"
        yield Finding("mail", message, 75 if tally.failed_mail else 0)


def _check_permissions(database: Path) -> Iterator[Finding]:
    names = (database, *(database.with_name(database.name + end) for end in ("-wal", "-shm")))
    found = [path for path in (*names, find_lock_path(database), find_journal_path(database)) if path.exists()]
    loose = [path for path in found if path.stat().st_mode & 0o077]
    for path in loose:
        yield Finding("permissions", f"{path} can be read by others: chmod 600 {path}", 78)
    if database.parent.is_dir() and database.parent.stat().st_mode & 0o022:
        yield Finding("permissions", f"{database.parent} can be written by others: chmod go-w {database.parent}", 78)
    elif not loose:
        yield Finding("permissions", "nobody else can read the database or write its folder")


def _check_disk(database: Path) -> Iterator[Finding]:
    folder = next(parent for parent in database.resolve().parents if parent.is_dir())
    free = shutil.disk_usage(folder).free
    size = database.stat().st_size if database.exists() else 0
    needed = max(_FREE_AT_LEAST, 3 * size)  # a backup, a vacuum, and the next month
    if free < needed:
        yield Finding("disk", f"{free // 1_000_000} MB free in {folder}, {needed // 1_000_000} wanted: make room", 75)
    else:
        yield Finding("disk", f"{free // 1_000_000} MB free in {folder}")


def _check_nights(database: Path, now: datetime) -> Iterator[Finding]:
    if holder := load_holder(database):
        yield Finding("nights", f"a run is under way: process {holder.pid} on {holder.host}, since {holder.since}")
    nights = load_nights(database)
    if not nights:
        yield Finding("nights", "no run on record yet")
        return
    last = nights[-1]
    try:
        age = now - datetime.fromisoformat(last.finished).astimezone(UTC)
    except ValueError:
        age = timedelta()
    if age < -timedelta(minutes=5):
        yield Finding("nights", f"the last run ended at {last.finished}, in the future: set the clock", 78)
    elif age > _LATE:
        yield Finding("nights", f"the last run ended {age.days} days ago: check cron or the timer with `tracker schedule`", 75)
    if last.exit_code:
        yield Finding("nights", f"the last run ended with {last.exit_code}: see its log", 75)
    elif timedelta(minutes=-5) <= age <= _LATE:
        yield Finding("nights", f"the last run ended well at {last.finished}, {last.seen} articles seen, {last.new} new")
