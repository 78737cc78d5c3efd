"""A change seen with those before it: a turn and back again within days, a first step the other way, officials against a leader.

Labels stay as they are. What the course adds goes to the end of `why`, and as a row each to the evidence. Pure.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from tracker.language.ranks import is_nameless
from tracker.model import Change, Judgement, Label, Position

BACK: Final = "turned back"
"""Aspect of the evidence where a party is back to what it said days before: that statement, and the present one."""
PATH: Final = "path"
"""Aspect of the evidence where a party gives way after several hardenings, or the other way round: the moves before, and now."""
MIXED: Final = "mixed signals"
"""Aspect of the evidence where nameless officials differ from who spoke before: the two speakers."""

FEW_DAYS: Final = timedelta(days=10)
"""Between a turn and the turn back."""
SIGNAL: Final = timedelta(days=14)
"""After a leader's words, what officials say does not stand in their place; later the party has had time to move."""
_RUN: Final = 3
"""Moves in one direction that make a path worth telling."""
_MOVED: Final = frozenset({Label.REVERSED, Label.HARDENED, Label.SOFTENED, Label.AMENDED})
_STEPS: Final = {Label.SOFTENED: Label.HARDENED, Label.HARDENED: Label.SOFTENED}
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_COUNTS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def find_turned(change: Change, course: Sequence[Change]) -> Change | None:
    """The move a few days ago that this one may have taken back; None where there is none.

    `course` are the changes that led to `change.before`, newest first. Whether the party says again what it said before that
    move is for the caller to compare (`Change.before` of what is found).
    """
    last = next(iter(_find_moves(course)), None)
    if last is None or last.before is None or change.judgement.label not in _MOVED:
        return None
    both_step = last.judgement.label in _STEPS and change.judgement.label in _STEPS
    if both_step and last.judgement.label is change.judgement.label:
        return None
    apart = change.after.published - last.after.published
    return last if timedelta(0) <= apart <= FEW_DAYS else None


def tell_back(judgement: Judgement, turned: Change, after: Position) -> Judgement:
    """The judgement of a turn back, told as such. `turned` is the move that it takes back; it has an earlier position."""
    assert turned.before is not None
    days = (after.published.date() - turned.after.published.date()).days
    spell = "the same day" if days == 0 else "after a day" if days == 1 else f"after {days} days"
    return _add(
        judgement,
        f"back {spell} to what it said on {_day(turned.before.published)}",
        (BACK, turned.before.statement, after.statement),
    )


def tell_path(change: Change, course: Sequence[Change]) -> Judgement:
    """The judgement of the change; where it is a first step the other way after three or more in one direction, with the path."""
    judgement = change.judgement
    before = _STEPS.get(judgement.label)
    run: list[Change] = []
    for move in _find_moves(course):
        if move.judgement.label is not before:
            break
        run.append(move)
    if before is None or len(run) < _RUN:
        return judgement
    run.reverse()
    count = _COUNTS[len(run)] if len(run) < len(_COUNTS) else str(len(run))
    days = [_day(move.after.published) for move in run]
    rungs = [rung for rung, _ in groupby(_rung(position) for position in (run[0].before, *(move.after for move in run)))]
    climbed = f" ({', then '.join(rungs)})" if len(rungs) > 1 else ""
    return _add(
        judgement,
        f"the first time it has {judgement.label} after {count} times {before} since {days[0]}{climbed}",
        (PATH, ", ".join(f"{before} {day}" for day in days), f"{judgement.label} {_day(change.after.published)}"),
    )


def tell_mixed(change: Change) -> Judgement:
    """The judgement of the change; where nameless officials differ from a leader days before, as mixed signals."""
    judgement, before, after = change.judgement, change.before, change.after
    if before is None or judgement.label not in (*_STEPS, Label.REVERSED) or not outranks(before, after):
        return judgement
    words = f"mixed signals from {before.speaker} and {after.speaker}"
    return replace(
        judgement,
        why=f"{words}; {judgement.why}",
        evidence=(*judgement.evidence, (MIXED, before.speaker, after.speaker)),
    )


def outranks(earlier: Position, later: Position) -> bool:
    """Whether the later position does not stand in the place of the earlier one: officials without a name, soon after a leader."""
    apart = later.published - earlier.published
    return timedelta(0) <= apart <= SIGNAL and is_nameless(later.speaker) and not is_nameless(earlier.speaker)


def find_stands(held: Position, course: Sequence[Change]) -> Position:
    """The position that a leader's new words are measured against: `held`, or what nameless officials differed from.

    `course` are the changes that led to `held`, newest first.
    """
    stands, differed = held, False
    for change in course:
        if change.before is None or change.after.id != stands.id or not is_nameless(stands.speaker):
            break
        if change.judgement.label in (*_STEPS, Label.REVERSED):
            if not is_nameless(change.before.speaker) and not outranks(change.before, stands):
                break
            differed = True
        stands = change.before
    return stands if differed and not is_nameless(stands.speaker) else held


def _find_moves(course: Sequence[Change]) -> list[Change]:
    return [change for change in course if change.judgement.label in _MOVED and change.before is not None]


def _add(judgement: Judgement, words: str, row: tuple[str, str, str]) -> Judgement:
    return replace(judgement, why=f"{judgement.why}; {words}", evidence=(*judgement.evidence, row))


def _rung(position: Position | None) -> str:
    return str((position and position.stance.commitment) or "states")


def _day(moment: datetime) -> str:
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
