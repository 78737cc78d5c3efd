"""A digest set out for reading: grouped, cleaned, cut and with differences marked, the same for every renderer of text.

Everything in an outline is safe to print after the escaping that the medium itself needs.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from tracker.digest.differences import Piece, compare_words, join_pieces
from tracker.digest.phrases import (
    LABEL_SIGNS,
    MOVED,
    clean_text,
    count_noun,
    is_quiet,
    quotable_text,
    render_counts,
    render_dated,
    render_window,
)
from tracker.digest.signals import Note, StandingGroup, find_notes, find_standings
from tracker.model import ArticleSummary, AttributionKind, Change, DateSource, Digest, Failure, Label, Position

_ID: Final = 8
_NAME: Final = 80
_SPEAKER: Final = 100
_TITLE: Final = 160
_STATEMENT: Final = 400
_SENTENCE: Final = 400
_SENTENCES: Final = 8
_WHY: Final = 300
_MESSAGE: Final = 300
_ORIGIN: Final = 250
_RESTATING_PARTIES: Final = 12
_MANNERS: Final = {
    AttributionKind.DIRECT: "quoted",
    AttributionKind.MIXED: "partly quoted",
    AttributionKind.INDIRECT: "paraphrased",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How many entries each section shows; None shows all."""

    moved: int | None = None
    new: int | None = None
    articles: int | None = None
    failures: int | None = None
    standings: int | None = None


@dataclass(frozen=True, slots=True)
class Quotation:
    """One side of a change: what stands before the quotation marks, what stands within them, and where it comes from."""

    lead: tuple[Piece, ...]
    words: tuple[Piece, ...]
    date: str
    outlet: str
    speaker: str
    """Empty where the party itself is all that is named."""
    manner: str
    link: str | None
    place: str
    """The article's address, or the file that it was read from."""
    witnesses: str = ""
    """How many articles carry it, in words; empty where that is not told."""

    @property
    def provenance(self) -> str:
        """Date, outlet, speaker, manner and witnesses in one line."""
        return ", ".join(part for part in (self.date, self.outlet, self.speaker, self.manner, self.witnesses) if part)


@dataclass(frozen=True, slots=True)
class Entry:
    """A change as it is shown. `id` is short, for `tracker explain`."""

    id: str
    party: str
    issue: str
    label: Label
    sign: str
    why: str
    before: Quotation | None
    now: Quotation


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one heading: an issue for what moved, a party for what is new."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A new article with its summary."""

    title: str
    outlet: str
    date: str
    place: str
    """Its address, or the file that it was read from."""
    link: str | None
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    """An input that failed."""

    origin: str
    stage: str
    message: str


@dataclass(frozen=True, slots=True)
class Outline:
    """The digest in reading order; `*_left` count what a limit left out."""

    headline: str
    window: str
    quiet: bool
    moved: tuple[Group, ...]
    moved_left: int
    new: tuple[Group, ...]
    new_left: int
    new_above: str
    """New positions that stand above already, as what a party said before it moved; empty where there are none."""
    restated: str
    stories: tuple[Story, ...]
    stories_left: int
    troubles: tuple[Trouble, ...]
    troubles_left: int
    standings: tuple[StandingGroup, ...] = ()
    standings_left: int = 0
    notes: tuple[Note, ...] = ()

    @property
    def is_cut(self) -> bool:
        """Whether a limit left something out."""
        return any((self.moved_left, self.new_left, self.stories_left, self.troubles_left, self.standings_left))


def compose_outline(digest: Digest, limits: Limits) -> Outline:
    """The digest set out for reading. What moved keeps its order, but for a party that moved more than once on an issue: its
    steps stand together, in the order of time. What is new is grouped by party and issue."""
    moved = [change for change in digest.changes if change.judgement.label in MOVED]
    shown = {change.before.id for change in moved[: limits.moved] if change.before}
    born = [change for change in digest.changes if change.judgement.label is Label.NEW]
    new = _join_speakers(change for change in born if change.after.id not in shown)
    standings = find_standings(digest)
    dated = {article.origin: article.date_source for article in digest.articles}
    return Outline(
        headline=render_counts(digest),
        window=render_window(digest),
        quiet=is_quiet(digest),
        moved=_group_moved(moved[: limits.moved], dated),
        moved_left=len(moved) - len(moved[: limits.moved]),
        new=_group_new(new[: limits.new], dated),
        new_left=len(new) - len(new[: limits.new]),
        new_above=_tell_above(len(born) - sum(map(len, new)), alone=not new),
        restated=_name_restating(digest.changes),
        stories=tuple(_story(article) for article in digest.articles[: limits.articles]),
        stories_left=len(digest.articles) - len(digest.articles[: limits.articles]),
        troubles=tuple(_trouble(failure) for failure in digest.failures[: limits.failures]),
        troubles_left=len(digest.failures) - len(digest.failures[: limits.failures]),
        standings=standings[: limits.standings],
        standings_left=len(standings) - len(standings[: limits.standings]),
        notes=find_notes(digest),
    )


def _group_moved(changes: Iterable[Change], dated: Mapping[str, DateSource]) -> tuple[Group, ...]:
    """Neighbours on one issue share a heading."""
    steps: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        steps.setdefault((change.after.issue.id, change.after.party), []).append(change)
    ordered = (change for found in steps.values() for change in sorted(found, key=lambda change: change.after.published))
    entries = (_entry(change, dated) for change in ordered)
    return tuple(Group(title, tuple(found)) for title, found in groupby(entries, key=lambda entry: entry.issue))


def _join_speakers(changes: Iterable[Change]) -> list[list[Change]]:
    """What several parties are quoted with in the same words of an article ("both governments") together, in order."""
    said: dict[tuple[str, str, str], list[Change]] = {}
    for change in changes:
        said.setdefault((change.after.article_id, change.after.statement, change.after.speaker), []).append(change)
    return list(said.values())


def _group_new(said: Iterable[Sequence[Change]], dated: Mapping[str, DateSource]) -> tuple[Group, ...]:
    """By party and, within, by issue, each in the order of first appearance."""
    groups: dict[str, dict[str, list[Entry]]] = {}
    for changes in said:
        entries = [_entry(change, dated) for change in changes]
        parties = list(dict.fromkeys(entry.party for entry in entries))
        named = " and ".join(filter(None, (", ".join(parties[:-1]), parties[-1])))
        joined = replace(entries[0], party=named, id=", ".join(entry.id for entry in entries))
        groups.setdefault(named, {}).setdefault(joined.issue, []).append(joined)
    return tuple(Group(title, tuple(entry for entries in inner.values() for entry in entries)) for title, inner in groups.items())


def _entry(change: Change, dated: Mapping[str, DateSource]) -> Entry:
    label, after, before = change.judgement.label, change.after, change.before
    new_lead, new_words = _statement(after)
    old_lead, old_words = _statement(before) if before else ([], [])
    old_marks, new_marks = compare_words(" ".join(old_lead + old_words), " ".join(new_lead + new_words))
    if not before:
        new_marks = (False,) * len(new_marks)
    return Entry(
        id=clean_text(change.id, _ORIGIN)[:_ID],
        party=clean_text(after.party, _NAME),
        issue=clean_text(after.issue.name, _NAME),
        label=label,
        sign=LABEL_SIGNS[label],
        why=clean_text(change.judgement.why, _WHY),
        before=_quotation(before, old_lead, old_words, old_marks, dated) if before else None,
        now=_quotation(after, new_lead, new_words, new_marks, dated, change.witnesses if before else None),
    )


def _statement(position: Position) -> tuple[list[str], list[str]]:
    """The words of the cue where the statement carries it, and those of the content. Only the content is quoted."""
    content = clean_text(position.content, _STATEMENT * 4)
    statement = clean_text(position.statement, _STATEMENT * 5)
    lead = statement[: -len(content)] if content and statement.endswith(content) else ""
    return clean_text(lead, _NAME).split(), clean_text(quotable_text(content), _STATEMENT).split()


def _quotation(
    position: Position,
    lead: list[str],
    words: list[str],
    marks: tuple[bool, ...],
    dated: Mapping[str, DateSource],
    witnesses: int | None = None,
) -> Quotation:
    speaker = clean_text(position.speaker, _SPEAKER)
    return Quotation(
        lead=join_pieces(lead, marks[: len(lead)]),
        words=join_pieces(words, marks[len(lead) :]),
        date=render_dated(position.published, dated.get(position.origin)),
        outlet=clean_text(position.outlet, _NAME),
        speaker="" if _is_party(speaker, position.party) else speaker,
        manner=_MANNERS[position.attribution.kind],
        link=_link(position.url, position.origin),
        place=_link(position.url, position.origin) or clean_text(position.origin, _ORIGIN),
        witnesses="" if witnesses is None else "single source" if witnesses == 1 else count_noun(witnesses, "witness", "witnesses"),
    )


def _is_party(speaker: str, party: str) -> bool:
    """Whether the speaker is the party itself, with or without its article and what is said about it behind a comma."""
    named = speaker.casefold().removeprefix("the ").partition(",")[0]
    return named == party.casefold().removeprefix("the ")


def _tell_above(count: int, *, alone: bool) -> str:
    if not count:
        return ""
    told = f"{count:,}" if alone else f"{count:,} more"
    return f"{told} {'stands' if count == 1 else 'stand'} above: what was new has moved since."


def _story(article: ArticleSummary) -> Story:
    return Story(
        title=clean_text(article.title, _TITLE) or "Untitled",
        outlet=clean_text(article.outlet, _NAME),
        date=render_dated(article.published, article.date_source),
        place=_link(article.url, article.origin) or clean_text(article.origin, _ORIGIN),
        link=_link(article.url, article.origin),
        sentences=tuple(clean_text(sentence, _SENTENCE) for sentence in article.sentences[:_SENTENCES]),
    )


def _trouble(failure: Failure) -> Trouble:
    return Trouble(clean_text(failure.origin, _ORIGIN), clean_text(failure.stage, _NAME), clean_text(failure.message, _MESSAGE))


def _link(*places: str | None) -> str | None:
    """The first address that a reader may follow: a web page's, whole and free of blanks; never "javascript:" or a file's."""
    for place in places:
        shown = clean_text(place or "", _ORIGIN)
        if shown == place and " " not in shown and shown.startswith(("https://", "http://")):
            return shown
    return None


def _name_restating(changes: Iterable[Change]) -> str:
    """ "Kesh 3, Varnia 1" with the most frequent first; empty where nothing was restated."""
    counts = Counter(change.after.party for change in changes if change.judgement.label is Label.RESTATED)
    named = [f"{clean_text(party, _NAME)} {count:,}" for party, count in counts.most_common(_RESTATING_PARTIES)]
    left = len(counts) - len(named)
    return ", ".join(named) + (f" and {count_noun(left, 'more party', 'more parties')}" if left > 0 else "")
