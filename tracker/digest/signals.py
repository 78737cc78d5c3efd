"""What a digest tells beside the changes themselves: where parties stand, who contradicts whom, who fell silent, what was wrong."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Final

from tracker.digest.phrases import MOVED, clean_text, count_noun, quotable_text, render_date, render_short_date
from tracker.model import Change, Commitment, Correction, Corrector, Digest, Label, Polarity, Silence, Standing

_NAME: Final = 80
_WORDS: Final = 110
_NOTE: Final = 200
_LINES: Final = 20
_STEPS: Final = "▁▂▃▄▅▆▇█"
_UNKNOWN: Final = "·"
LEGEND: Final = f"Bars: statements, oldest first; {_STEPS[0]} rules out … {_STEPS[-1]} insists on, {_UNKNOWN} none of these."
"""What the paths mean."""
_MIXED: Final = "mixed signals"
_BACK: Final = "turned back"
"""Aspects of a change's evidence that stand for its course (`changes/course.py`)."""
_CLOSE: Final = timedelta(days=3)
"""Two speakers who differ within it send mixed signals; later, the party has had time to move."""


@dataclass(frozen=True, slots=True)
class StandingLine:
    """Where one party stands: its path up and down the ladder as a sparkline, the rung in words, and when it last spoke."""

    party: str
    path: str
    rung: str
    detail: str
    climbed: str
    """The path in words, for those who do not see it."""


@dataclass(frozen=True, slots=True)
class StandingGroup:
    """An issue with every party that has spoken to it."""

    issue: str
    lines: tuple[StandingLine, ...]
    id: str = ""
    """Of the issue."""


@dataclass(frozen=True, slots=True)
class Note:
    """A short section of single lines."""

    title: str
    lines: tuple[str, ...]


def find_standings(digest: Digest) -> tuple[StandingGroup, ...]:
    """Issue by issue where each party stands; an issue is left out where that would only say what is said above.

    That is where only one party has spoken to it, and only once, or for the first time within this digest and without moving.
    """
    groups: dict[str, list[Standing]] = {}
    for standing in digest.standings:
        groups.setdefault(standing.position.issue.id, []).append(standing)
    told = {change.after.id for change in digest.changes}
    born, moved = (
        {(change.after.party, change.after.issue.id) for change in digest.changes if change.judgement.label in labels}
        for labels in ((Label.NEW,), MOVED)
    )
    return tuple(
        StandingGroup(clean_text(found[0].position.issue.name, _NAME), tuple(_line(standing, told) for standing in found), issue)
        for issue, found in groups.items()
        if len(found) > 1 or (len(found[0].path) > 1 and (found[0].position.party, issue) not in born - moved)
    )


def find_notes(digest: Digest) -> tuple[Note, ...]:
    """Mixed signals, parties that turned back or have gone quiet, what outlets edited, and corrections; only those with a line."""
    edited = [correction for correction in digest.corrections if correction.by is Corrector.OUTLET]
    corrected = [correction for correction in digest.corrections if correction.by is not Corrector.OUTLET]
    notes = (
        Note("Mixed signals", _bounded(_mixed(change) for change in digest.changes if is_mixed(change))),
        Note("Turned back", _bounded(_turned_back(change) for change in digest.changes if is_turned_back(change))),
        Note("Gone quiet", _bounded(map(_silence, digest.silences))),
        Note("Edited by the outlet", _bounded(map(_edit, edited))),
        Note("Corrections", _bounded(map(_correction, corrected))),
    )
    return tuple(note for note in notes if note.lines)


def is_mixed(change: Change) -> bool:
    """Whether two speakers of one party differ within days: the stance may be unsettled and not have moved.

    Nameless officials soon after a leader (the comparison says so), or two named speakers within three days.
    """
    if any(aspect == _MIXED for aspect, *_ in change.judgement.evidence):
        return change.before is not None
    before, after, party = change.before, change.after, change.after.party.casefold()
    if before is None or abs(after.published - before.published) > _CLOSE:
        return False
    speakers = {before.speaker.casefold(), after.speaker.casefold()}
    apart = {before.stance.polarity, after.stance.polarity} == {Polarity.FOR, Polarity.AGAINST}
    return len(speakers) == 2 and party not in speakers and (apart or change.judgement.label == "reversed")


def is_turned_back(change: Change) -> bool:
    """Whether the party is back, within days, to what it said before it moved."""
    return change.before is not None and any(aspect == _BACK for aspect, *_ in change.judgement.evidence)


def render_path(path: Iterable[Commitment | None]) -> str:
    """One block a statement, from the lowest for `rules out` to the highest for `insists on`; a dot where there is no rung."""
    return "".join(_UNKNOWN if rung is None else _STEPS[rung.rung * (len(_STEPS) - 1) // 9] for rung in path)


def _line(standing: Standing, told: set[str]) -> StandingLine:
    position = standing.position
    words = "" if position.id in told else f": {clean_text(position.statement, _WORDS)}"
    return StandingLine(
        party=clean_text(position.party, _NAME),
        path=render_path(standing.path),
        rung=str(position.stance.commitment or "states"),
        detail=f"{render_date(position.published)}{words}",
        climbed=", then ".join(words for words, _ in groupby(str(rung or "states") for rung in standing.path)),
    )


def _mixed(change: Change) -> str:
    before, after = change.before, change.after
    assert before is not None
    return (
        f"{clean_text(after.party, _NAME)} on {clean_text(after.issue.name, _NAME)}: "
        f"{clean_text(before.speaker, _NAME)} ({render_short_date(before.published)}) and "
        f"{clean_text(after.speaker, _NAME)} ({render_short_date(after.published)}) differ"
    )


def _turned_back(change: Change) -> str:
    said = next(before for aspect, before, _ in change.judgement.evidence if aspect == _BACK)
    assert change.before is not None
    return (
        f"{clean_text(change.after.party, _NAME)} on {clean_text(change.after.issue.name, _NAME)}: on "
        f"{render_short_date(change.after.published)} it says again “{clean_text(quotable_text(said), _WORDS)}”, "
        f"after it had said otherwise on {render_short_date(change.before.published)}"
    )


def _silence(silence: Silence) -> str:
    return f"{clean_text(silence.party, _NAME)}: nothing for {count_noun(silence.days, 'day')}, last on {render_date(silence.last)}"


def _edit(correction: Correction) -> str:
    """What an outlet made of a line in its report. Whatever was told by it is no word of the party's any more."""
    outlet = clean_text(correction.outlet, _NAME) or "the outlet"
    old, new = clean_text(correction.before, _WORDS), clean_text(correction.after, _WORDS)
    did = f"{outlet} changed “{old}” to “{new}”" if new else f"{outlet} took out “{old}”"
    told = f", told as {correction.was}" if correction.was else ""
    note = f" ({clean_text(correction.note, _NOTE)})" if correction.note.strip() else ""
    return f"{clean_text(correction.party, _NAME)} on {clean_text(correction.issue, _NAME)}: {did}{told}{note}"


def _correction(correction: Correction) -> str:
    was = f"told as {correction.was}" if correction.was else "a position"
    now = f"is {correction.label}" if correction.label else "is withdrawn"
    note = f" ({clean_text(correction.note, _NOTE)})" if correction.note.strip() else ""
    words = clean_text(correction.after, _WORDS)
    return f"{clean_text(correction.party, _NAME)} on {clean_text(correction.issue, _NAME)}: {was}, {now}: “{words}”{note}"


def _bounded(lines: Iterable[str]) -> tuple[str, ...]:
    found = tuple(lines)
    left = len(found) - _LINES
    return (*found[:_LINES], f"… and {left:,} more") if left > 0 else found
