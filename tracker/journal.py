"""The last nights' counts, beside the database: also of nights that found nothing, which leave no row in it.

What a night did is told from them when it did less than the ones before: silence must not look like peace.
"""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

KEPT = 60
"""Nights in the journal."""

_ENOUGH = 3
"""Nights before a comparison means anything."""

_RECENT = 14
_SILENT_ARTICLES = 20
_REMEDY = "check the feeds and folders with `tracker check`"
_MOST_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Night:
    """One run that came to its end, well or badly. Times are ISO 8601 in UTC."""

    started: str
    finished: str
    exit_code: int
    seen: int = 0
    """Inputs looked at, known ones included."""
    new: int = 0
    positions: int = 0
    failures: int = 0


def find_journal_path(database: Path) -> Path:
    """The journal of a database, beside it."""
    real = database.resolve()
    return real.with_name(f"{real.name}.nights")


def load_nights(database: Path) -> tuple[Night, ...]:
    """The nights on record, oldest first; lines that cannot be read are passed over."""
    try:
        with find_journal_path(database).open("rb") as file:
            lines = file.read(_MOST_BYTES).splitlines()
    except OSError:
        return ()
    nights: list[Night] = []
    for line in lines:
        with suppress(ValueError, TypeError):
            nights.append(Night(**json.loads(line)))
    return tuple(nights)


def save_night(database: Path, night: Night) -> None:
    """Add a night, the oldest ones beyond `KEPT` dropped. A journal that cannot be written is no reason to fail a run."""
    path = find_journal_path(database)
    lines = "".join(json.dumps(asdict(one)) + "\n" for one in (*load_nights(database), night)[-KEPT:])
    unfinished = path.with_name(f"{path.name}.unfinished")
    with suppress(OSError):
        unfinished.unlink(missing_ok=True)
        descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(lines)
        unfinished.replace(path)


def find_shortfall(earlier: Sequence[Night], *, seen: int, new: int, positions: int) -> str | None:
    """Why this night did conspicuously less than those before it, with the remedy; None where it did not.

    Three signs: less than half as many articles looked at as in any night of the last two weeks, weekends included; twenty new
    articles or more and not one position; nothing new for one night longer than ever before on record, and at least three,
    which is told once.
    """
    done = [night for night in earlier if night.exit_code == 0][-_RECENT:]
    if new >= _SILENT_ARTICLES and positions == 0:
        return f"no position in {new} new articles: check with `tracker extract` that their texts are whole and in English"
    if len(done) < _ENOUGH:
        return None
    least = min(night.seen for night in done)
    if seen * 2 < least:
        return f"only {seen} articles looked at, {least} or more in the nights before: {_REMEDY}"
    quiet = 0
    while quiet < len(done) and done[-1 - quiet].new == 0:
        quiet += 1
    if new == 0 and quiet < len(done) and quiet + 1 == max(_ENOUGH, 1 + _longest_quiet(done[: len(done) - quiet])):
        return f"nothing new in {quiet + 1} nights, never so long before: {_REMEDY}"
    return None


def _longest_quiet(nights: Sequence[Night]) -> int:
    longest = run = 0
    for night in nights:
        run = run + 1 if night.new == 0 else 0
        longest = max(longest, run)
    return longest
