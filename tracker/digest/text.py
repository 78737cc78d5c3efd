"""A digest as plain text for a mail reader, a log or `less`."""

import textwrap
from collections.abc import Iterator
from typing import Final

from tracker.digest.differences import Piece
from tracker.digest.outline import Group, Limits, Outline, Quotation, Story, Trouble, compose_outline
from tracker.digest.signals import LEGEND, StandingGroup
from tracker.model import Digest

LIMITS: Final = Limits(moved=100, new=60, articles=30, failures=20, standings=20)
_LABEL: Final = len("Before: ")


def render_text(digest: Digest, width: int = 78) -> str:
    """The digest in lines of at most `width` columns (addresses may be longer), ended by a line break.

    It begins with the counts; where there is nothing to tell it is nothing else, failures aside. Words that one side of a
    change has and the other lacks stand between *asterisks*, as mail readers show emphasis.
    """
    outline = compose_outline(digest, LIMITS)
    lines = _wrap(outline.headline, width)
    if not outline.quiet:
        lines += _wrap(outline.window, width)
    if outline.moved:
        lines += _heading("What changed")
        for group in outline.moved:
            lines += ["", *_moved(group, width)]
        lines += _more(outline.moved_left, width)
    if outline.standings:
        lines += [*_heading("Where they stand"), *_wrap(LEGEND, width)]
        lines += ["", *(line for standing in outline.standings for line in _standing(standing, width))]
        lines += _more(outline.standings_left, width)
    if outline.new or outline.new_above:
        lines += _heading("New positions")
        for group in outline.new:
            lines += ["", *_new(group, width)]
        lines += _more(outline.new_left, width)
        lines += ["", *_wrap(outline.new_above, width)] if outline.new_above else []
    if outline.restated:
        lines += ["", *_wrap(f"Restated: {outline.restated}", width, hanging=2)]
    for section in outline.notes:
        lines += [*_heading(section.title), ""]
        lines += [line for told in section.lines for line in _wrap(f"- {told}", width, hanging=2)]
    if outline.stories:
        lines += _heading("New articles")
        for story in outline.stories:
            lines += ["", *_story(story, width)]
        lines += _more(outline.stories_left, width)
    if outline.troubles:
        lines += _heading("Failed inputs")
        for trouble in outline.troubles:
            lines += _trouble(trouble, width)
        lines += _more(outline.troubles_left, width)
    if outline.moved or outline.new:
        note = "Words that differ stand between *asterisks*. " if _has_marks(outline) else ""
        note += "`tracker explain ID` shows the sentence, the rule and the earlier position behind an entry."
        lines += ["", "", *_wrap(note, width)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _heading(title: str) -> list[str]:
    return ["", "", title.upper(), "=" * len(title)]


def _moved(group: Group, width: int) -> Iterator[str]:
    yield from _wrap(group.title, width)
    for place, entry in enumerate(group.entries):
        if place:
            yield ""
        yield from _wrap(f"{entry.sign} {entry.party} {entry.label.upper()} [{entry.id}]", width, indent=2, hanging=4)
        if entry.why:
            yield from _wrap(entry.why, width, indent=4)
        if entry.before:
            yield from _side("Before: ", entry.before, width)
        yield from _side("Now:    ", entry.now, width)
        yield f"{'':{4 + _LABEL}}{entry.now.place}"


def _side(label: str, quotation: Quotation, width: int) -> Iterator[str]:
    yield from _wrap(label + _quote(quotation), width, indent=4, hanging=4 + _LABEL)
    yield from _wrap(quotation.provenance, width, indent=4 + _LABEL)


def _standing(group: StandingGroup, width: int) -> Iterator[str]:
    """One line a party, with the issue before it where it is the only one."""
    told = [f"{held.party}  {held.path}  {held.rung}, {held.detail}" for held in group.lines]
    if len(told) == 1:
        yield from _wrap(f"{group.issue}: {told[0]}", width, hanging=4)
        return
    yield from _wrap(f"{group.issue}:", width)
    for line in told:
        yield from _wrap(line, width, indent=2, hanging=4)


def _new(group: Group, width: int) -> Iterator[str]:
    yield from _wrap(group.title, width)
    for entry in group.entries:
        yield from _wrap(f"{entry.sign} {entry.issue}: {_quote(entry.now)}", width, indent=2, hanging=4)
        yield from _wrap(f"{entry.now.provenance} [{entry.id}]", width, indent=4)


def _story(story: Story, width: int) -> Iterator[str]:
    yield from _wrap(story.title, width)
    yield from _wrap(", ".join(part for part in (story.outlet, story.date) if part), width, indent=2)
    yield f"  {story.place}"
    for sentence in story.sentences:
        yield from _wrap(f"- {sentence}", width, indent=2, hanging=4)


def _trouble(trouble: Trouble, width: int) -> Iterator[str]:
    yield ""
    yield f"{trouble.origin}"
    yield from _wrap(f"{trouble.stage}: {trouble.message}", width, indent=2)


def _more(left: int, width: int) -> list[str]:
    return ["", *_wrap(f"… and {left:,} more: see the attachment, or `tracker digest --format html`", width)] if left else []


def _has_marks(outline: Outline) -> bool:
    sides = (side for group in outline.moved for entry in group.entries for side in (entry.before, entry.now) if side)
    return any(piece.changed for side in sides for piece in (*side.lead, *side.words))


def _quote(quotation: Quotation) -> str:
    lead = _mark(quotation.lead)
    return f"{lead} “{_mark(quotation.words)}”" if lead else f"“{_mark(quotation.words)}”"


def _mark(pieces: tuple[Piece, ...]) -> str:
    return " ".join(f"*{piece.text}*" if piece.changed else piece.text for piece in pieces)


def _wrap(text: str, width: int, indent: int = 0, hanging: int | None = None) -> list[str]:
    return textwrap.wrap(
        text,
        max(width, 30),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if hanging is None else hanging),
        break_on_hyphens=False,
    )
