"""A digest as Markdown (CommonMark) for chats, wikis and issue trackers."""

import re
from collections.abc import Iterator
from typing import Final

from tracker.digest.differences import Piece
from tracker.digest.outline import Group, Limits, Quotation, compose_outline
from tracker.digest.signals import LEGEND
from tracker.model import Digest

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>()#+!|~&-])")
_ORDERED: Final = re.compile(r"^(\d{1,9})([.)])")


def render_markdown(digest: Digest) -> str:
    """The whole digest, nothing cut. Every character of article text that Markdown or HTML could take for markup is escaped."""
    return "\n".join(_lines(digest)) + "\n"


def _lines(digest: Digest) -> Iterator[str]:
    outline = compose_outline(digest, Limits())
    yield f"# {_escape(outline.headline)}"
    if not outline.quiet:
        yield from ("", _escape(outline.window))
    if outline.moved:
        yield from ("", "## What changed")
        for group in outline.moved:
            yield from _moved(group)
    if outline.standings:
        yield from ("", "## Where they stand", "", _escape(LEGEND))
        for standing in outline.standings:
            yield from ("", f"### {_escape(standing.issue)}", "")
            for line in standing.lines:
                yield f"- **{_escape(line.party)}** {line.path} {_escape(line.rung)}, {_escape(line.detail)}"
    if outline.new or outline.new_above:
        yield from ("", "## New positions")
        for group in outline.new:
            yield from ("", f"### {_escape(group.title)}", "")
            for entry in group.entries:
                yield f"- **{_escape(entry.issue)}:** {_quote(entry.now)} — {_provenance(entry.now)} `{_code(entry.id)}`"
        if outline.new_above:
            yield from ("", outline.new_above)
    if outline.restated:
        yield from ("", f"**Restated:** {_escape(outline.restated)}")
    for note in outline.notes:
        yield from ("", f"## {note.title}", "", *(f"- {_escape(line)}" for line in note.lines))
    if outline.stories:
        yield from ("", "## New articles")
        for story in outline.stories:
            title = f"[{_escape(story.title)}](<{_address(story.link)}>)" if story.link else _escape(story.title)
            yield from ("", f"### {title}", "", _escape(", ".join(part for part in (story.outlet, story.date) if part)))
            if story.sentences:
                yield from ("", *(f"- {_escape(sentence)}" for sentence in story.sentences))
    if outline.troubles:
        yield from ("", "## Failed inputs", "")
        for trouble in outline.troubles:
            yield f"- {_escape(trouble.origin)}: {_escape(trouble.stage)}: {_escape(trouble.message)}"


def _moved(group: Group) -> Iterator[str]:
    yield from ("", f"### {_escape(group.title)}")
    for entry in group.entries:
        yield from ("", f"{entry.sign} **{_escape(entry.party)} {entry.label}** `{_code(entry.id)}`")
        if entry.why:
            yield from ("", _escape(entry.why))
        yield ""
        if entry.before:
            yield f"- Before: {_quote(entry.before)} — {_provenance(entry.before)}"
        yield f"- Now: {_quote(entry.now)} — {_provenance(entry.now)}"


def _quote(quotation: Quotation) -> str:
    lead = _mark(quotation.lead)
    return f"{lead} “{_mark(quotation.words)}”" if lead else f"“{_mark(quotation.words)}”"


def _mark(pieces: tuple[Piece, ...]) -> str:
    return " ".join(f"**{_escape(piece.text)}**" if piece.changed else _escape(piece.text) for piece in pieces)


def _provenance(quotation: Quotation) -> str:
    text = _escape(quotation.provenance)
    return f"[{text}](<{_address(quotation.link)}>)" if quotation.link else text


def _escape(text: str) -> str:
    return _ORDERED.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", text))


def _address(link: str) -> str:
    """Ready to stand between < and >."""
    return link.replace("\\", "%5C").replace("<", "%3C").replace(">", "%3E")


def _code(text: str) -> str:
    return text.replace("`", "'")
