"""`tracker history`: what a party said over time, issue by issue, with the words that changed."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import Final

from tracker.digest.differences import compare_words, join_pieces
from tracker.digest.phrases import LABEL_SIGNS, clean_text, render_date
from tracker.digest.signals import render_path
from tracker.model import Change, Label, Position

_NAME: Final = 80
_WORDS: Final = 400


def render_history(timeline: Sequence[tuple[Position, Change | None]], width: int = 78) -> str:
    """One block an issue, in the order of their last mention, newest first; statements oldest first, ended by a line break.

    Lines have at most `width` columns. Words that are not in the statement before stand between *asterisks*. `timeline` holds
    positions oldest first, each with the change that it made.
    """
    issues: dict[str, list[tuple[Position, Change | None]]] = {}
    for position, change in timeline:
        issues.setdefault(position.issue.id, []).append((position, change))
    lines: list[str] = []
    for entries in sorted(issues.values(), key=lambda entries: entries[-1][0].published, reverse=True):
        first = entries[0][0]
        path = render_path(position.stance.commitment for position, _ in entries)
        title = f"{clean_text(first.party, _NAME)}: {clean_text(first.issue.name, _NAME)}  {path}"
        lines += ["", *_wrap(title, width, 0, 2)]
        for position, change in entries:
            lines += _describe(position, change, width)
    return "\n".join(lines[1:]) + "\n"


def _describe(position: Position, change: Change | None, width: int) -> Iterator[str]:
    """When, what kind, who and where; why it counts as that; the words."""
    label = change.judgement.label if change else None
    said = clean_text(position.statement, _WORDS).split()
    marks = (False,) * len(said)
    if change and change.before and label is not Label.RESTATED:
        _, marks = compare_words(clean_text(change.before.statement, _WORDS), " ".join(said))
    words = " ".join(f"*{piece.text}*" if piece.changed else piece.text for piece in join_pieces(said, marks))
    sign = LABEL_SIGNS[label] if label else "·"
    speaker = "" if position.speaker.casefold() == position.party.casefold() else clean_text(position.speaker, _NAME)
    provenance = ", ".join(part for part in (clean_text(position.outlet, _NAME), speaker) if part)
    known = clean_text(change.id if change else position.id, _NAME)[:8]
    yield from _wrap(f"{render_date(position.published):>11}  {sign} {label or 'said'} [{known}] {provenance}", width, 2, 15)
    if change and change.before and label is not Label.RESTATED and change.judgement.why:
        yield from _wrap(clean_text(change.judgement.why, _WORDS), width, 15, 15)
    yield from _wrap(words, width, 15, 15)


def _wrap(text: str, width: int, indent: int, hanging: int) -> list[str]:
    return textwrap.wrap(text, max(width, 40), initial_indent=" " * indent, subsequent_indent=" " * hanging, break_on_hyphens=False)
