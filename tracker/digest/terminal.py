"""A digest for a terminal: the same content as the plain text, with colour and with Before and Now in a grid."""

from collections.abc import Iterator
from io import StringIO
from typing import Final

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tracker.digest.differences import Piece
from tracker.digest.outline import Entry, Group, Limits, Quotation, Story, Trouble, compose_outline
from tracker.digest.signals import LEGEND
from tracker.model import Digest, Label

LIMITS: Final = Limits(moved=100, new=60, articles=30, failures=20, standings=20)
_BEFORE: Final = "bold underline #d75f00"
_NOW: Final = "bold underline #0087d7"
_LABELS: Final = {
    Label.REVERSED: "bold #d75f00",
    Label.HARDENED: "bold #d75f00",
    Label.SOFTENED: "bold #0087d7",
    Label.AMENDED: "bold",
}


def render_terminal(digest: Digest, width: int, *, colour: bool = True) -> str:
    """The digest for a terminal of `width` columns, ended by a line break.

    Nothing of it is read as rich markup, and no control sequence but rich's own is in it. Without `colour` bold type and
    underlines stay. Changed words are underlined, so that the colours are never needed to tell them.
    """
    # An empty environment keeps the output a function of the arguments (TERM, NO_COLOR and COLUMNS would change it).
    console = Console(
        file=StringIO(),
        width=max(width, 30),
        force_terminal=True,
        color_system="256",
        no_color=not colour,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )
    with console.capture() as captured:
        for block in _blocks(digest):
            console.print(block)
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"


def _blocks(digest: Digest) -> Iterator[RenderableType]:
    outline = compose_outline(digest, LIMITS)
    yield Text(outline.headline, style="bold")
    if not outline.quiet:
        yield Text(outline.window, style="dim")
    if outline.moved:
        yield _heading("What changed")
        for group in outline.moved:
            yield from _moved(group)
        yield from _more(outline.moved_left)
    if outline.standings:
        yield _heading("Where they stand")
        yield Text(LEGEND, style="dim")
        yield Text("")
        for standing in outline.standings:
            alone = len(standing.lines) == 1
            if not alone:
                yield Text(f"{standing.issue}:")
            for line in standing.lines:
                told = Text.assemble((line.party, "bold"), f"  {line.path}  {line.rung}, ", (line.detail, "dim"))
                yield Text.assemble(f"{standing.issue}: ", told) if alone else Padding(told, (0, 0, 0, 2))
        yield from _more(outline.standings_left)
    if outline.new or outline.new_above:
        yield _heading("New positions")
        for group in outline.new:
            yield from _new(group)
        yield from _more(outline.new_left)
        if outline.new_above:
            yield Text(f"\n{outline.new_above}")
    if outline.restated:
        yield Text.assemble("\n", ("Restated: ", "bold"), outline.restated)
    for note in outline.notes:
        yield _heading(note.title)
        for words in note.lines:
            yield Padding(Text(f"- {words}"), (0, 0, 0, 2))
    if outline.stories:
        yield _heading("New articles")
        for story in outline.stories:
            yield from _story(story)
        yield from _more(outline.stories_left)
    if outline.troubles:
        yield _heading("Failed inputs")
        for trouble in outline.troubles:
            yield from _trouble(trouble)
        yield from _more(outline.troubles_left)
    if outline.moved or outline.new:
        yield Text("\n`tracker explain ID` shows the sentence, the rule and the earlier position behind an entry.", style="dim")


def _heading(title: str) -> Text:
    return Text(f"\n{title.upper()}", style="bold underline")


def _moved(group: Group) -> Iterator[RenderableType]:
    yield Text(f"\n{group.title}", style="bold")
    for place, entry in enumerate(group.entries):
        head = Text.assemble(
            "\n" if place else "",
            (f"{entry.sign} ", _LABELS[entry.label]),
            (entry.party, "bold"),
            " ",
            (entry.label.upper(), _LABELS[entry.label]),
            (f" [{entry.id}]", "dim"),
        )
        yield Padding(head, (0, 0, 0, 2))
        if entry.why:
            yield Padding(Text(entry.why, style="italic"), (0, 0, 0, 4))
        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column()
        if entry.before:
            grid.add_row("Before:", _side(entry.before, _BEFORE))
        now = Text.assemble(_side(entry.now, _NOW), "\n", (entry.now.place, "dim"))
        now.overflow = "fold"
        grid.add_row("Now:", now)
        yield Padding(grid, (0, 0, 0, 4))


def _side(quotation: Quotation, changed: str) -> Text:
    return Text.assemble(_quote(quotation, changed), "\n", (quotation.provenance, "dim"))


def _new(group: Group) -> Iterator[RenderableType]:
    yield Text(f"\n{group.title}", style="bold")
    for entry in group.entries:
        yield Padding(_new_row(entry), (0, 0, 0, 2))


def _new_row(entry: Entry) -> Table:
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column()
    told = Text.assemble(f"{entry.issue}: ", _quote(entry.now, ""), (f"\n{entry.now.provenance} [{entry.id}]", "dim"))
    grid.add_row(entry.sign, told)
    return grid


def _story(story: Story) -> Iterator[RenderableType]:
    yield Text(f"\n{story.title}", style="bold")
    yield Padding(Text(", ".join(part for part in (story.outlet, story.date) if part), style="dim"), (0, 0, 0, 2))
    yield Padding(Text(story.place, style="dim", overflow="fold"), (0, 0, 0, 2))
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column()
    for sentence in story.sentences:
        grid.add_row("-", Text(sentence))
    yield Padding(grid, (0, 0, 0, 2))


def _trouble(trouble: Trouble) -> Iterator[RenderableType]:
    yield Text(f"\n{trouble.origin}", overflow="fold")
    yield Padding(Text(f"{trouble.stage}: {trouble.message}"), (0, 0, 0, 2))


def _more(left: int) -> Iterator[Text]:
    if left:
        yield Text(f"\n… and {left:,} more: see `tracker digest --format html`", style="italic")


def _quote(quotation: Quotation, changed: str) -> Text:
    lead = _pieces(quotation.lead, changed)
    return Text.assemble(lead, " " if lead else "", "“", _pieces(quotation.words, changed), "”")


def _pieces(pieces: tuple[Piece, ...], changed: str) -> Text:
    return Text(" ").join(Text(piece.text, style=changed if piece.changed else "") for piece in pieces)
