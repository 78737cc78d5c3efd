"""Positions against a history made by hand, and pairs of statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.comparison import NO_HISTORY, compare_all, compare_positions, compare_with_history
from tracker.config import Config
from tracker.language.lexicon import load_lexicon
from tracker.language.vectors import find_vectors
from tracker.model import (
    NO_ISSUE,
    Article,
    Attribution,
    AttributionKind,
    Change,
    DateSource,
    Held,
    Issue,
    Label,
    Position,
    Reading,
    Summary,
)
from tracker.positions.stance import find_stance
from tracker.reading import Understanding, load_knowledge

KNOWLEDGE = load_knowledge(Config())
LEXICON = load_lexicon()
DAY = datetime(2031, 5, 4, tzinfo=UTC)
BAN = Issue("ban", "ban on cod exports")

LIFTS = "will lift the ban on cod exports"
KEEPS = "will not lift the ban on cod exports"
ROADS = "wants wider roads in the north before the winter"


def position(
    name: str, statement: str, party: str = "Nordia", issue: Issue = NO_ISSUE, days: int = 0, **fields: object
) -> Position:
    made = Position(
        id=name,
        article_id="article",
        party=party,
        speaker=party,
        issue=issue,
        attribution=Attribution((), (), (), AttributionKind.INDIRECT, 0.9),
        statement=statement,
        content=statement,
        stance=find_stance(statement, None, LEXICON),
        published=DAY + timedelta(days=days),
        origin="in/a.txt",
        outlet="Fjord Post",
        vector=find_vectors([statement])[0],
    )
    return replace(made, **fields)  # type: ignore[arg-type]


@dataclass
class Past:
    """A history of a few positions, which notes what it is asked."""

    positions: tuple[Position, ...]
    asked: list[tuple[str, datetime]] = field(default_factory=list)
    course: tuple[Change, ...] = ()

    def load_held(self, party: str, before: datetime) -> Sequence[Held]:
        self.asked.append((party, before))
        return [Held(p.id, p.issue.id, p.vector) for p in self.positions if p.party == party]

    def load_positions(self, ids: Iterable[str]) -> Mapping[str, Position]:
        wanted = set(ids)
        return {p.id: p for p in self.positions if p.id in wanted}

    def load_course(self, position: str) -> Sequence[Change]:
        return self.course if self.course and self.course[0].after.id == position else ()

    def load_recent_issues(self) -> Sequence[tuple[Issue, bytes]]:
        return [(p.issue, p.vector) for p in self.positions]


def understood(*positions: Position) -> Understanding:
    article = Article("article", "in/a.txt", "Cod", "Cod.", "Fjord Post", None, DAY, DateSource.HEADER)
    return Understanding(article, Summary("article", "lead", ()), (), (), positions)


def compare(*positions: Position, past: Sequence[Position] = ()) -> Reading:
    return compare_with_history(understood(*positions), Past(tuple(past)), KNOWLEDGE)


def labels(changes: Iterable[Change]) -> list[tuple[str, Label]]:
    return [(change.after.id, change.judgement.label) for change in changes]


def test_without_a_history_the_first_statement_of_a_party_on_an_issue_is_new() -> None:
    positions = (position("1", LIFTS), position("2", LIFTS + " soon"), position("3", ROADS), position("4", LIFTS, "Suderland"))
    reading = compare_with_history(understood(*positions), NO_HISTORY, KNOWLEDGE)
    assert labels(reading.changes) == [("1", Label.NEW), ("3", Label.NEW), ("4", Label.NEW)]
    issues = [p.issue for p in reading.positions]
    assert NO_ISSUE not in issues
    assert issues[0] == issues[1] == issues[3] != issues[2]
    assert all(change.before is None and change.judgement.why for change in reading.changes)


def test_a_position_is_compared_with_what_its_party_held() -> None:
    past = (position("a", ROADS, issue=Issue("roads", "roads"), days=-9), position("b", KEEPS, issue=BAN, days=-3))
    reading = compare(position("1", LIFTS), past=past)
    (change,) = reading.changes
    assert change.before == past[1]
    assert change.after == reading.positions[0]
    assert change.after.issue == BAN
    assert change.judgement.label is Label.REVERSED


def test_the_same_words_again_are_restated() -> None:
    (change,) = compare(position("1", KEEPS), past=[position("a", KEEPS, issue=BAN, days=-3)]).changes
    assert (change.after.issue, change.judgement.label) == (BAN, Label.RESTATED)


def test_another_party_is_not_compared_but_shares_the_issue() -> None:
    (change,) = compare(position("1", KEEPS, "Suderland"), past=[position("a", KEEPS, issue=BAN, days=-3)]).changes
    assert (change.before, change.after.issue, change.judgement.label) == (None, BAN, Label.NEW)


def test_another_matter_is_new_and_an_issue_of_its_own() -> None:
    (change,) = compare(position("1", ROADS), past=[position("a", KEEPS, issue=BAN, days=-3)]).changes
    assert change.before is None
    assert change.after.issue != BAN


def test_of_two_statements_on_an_issue_the_one_that_fits_carries_the_change() -> None:
    past = [position("a", KEEPS, issue=BAN, days=-3)]
    reading = compare(position("1", "the ban on cod exports was imposed after a storm"), position("2", KEEPS), past=past)
    carried = [change for change in reading.changes if change.after.issue == BAN]
    assert labels(carried) == [("2", Label.RESTATED)]


def test_background_is_kept_and_changes_nothing() -> None:
    reading = compare(position("1", LIFTS, recalled=True), past=[position("a", KEEPS, issue=BAN, days=-3)])
    assert reading.changes == ()
    assert [p.id for p in reading.positions] == ["1"]
    assert reading.positions[0].issue != NO_ISSUE


def test_the_past_is_asked_as_of_the_article_once_for_each_party() -> None:
    past = Past(())
    compare_with_history(understood(position("1", LIFTS), position("2", ROADS), position("3", ROADS, "Suderland")), past, KNOWLEDGE)
    assert past.asked == [("Nordia", DAY), ("Suderland", DAY)]


def test_ids_of_changes_follow_from_the_positions() -> None:
    past = [position("a", KEEPS, issue=BAN, days=-3)]
    first, second = (compare(position("1", LIFTS), past=past).changes[0] for _ in range(2))
    assert first.id == second.id
    assert len(first.id) == 32
    assert compare(position("2", LIFTS), past=past).changes[0].id != first.id


def test_an_article_without_positions_has_no_changes() -> None:
    reading = compare()
    assert reading.positions == reading.changes == ()


def test_two_statements_alone() -> None:
    assert compare_positions(KEEPS, LIFTS).label is Label.REVERSED
    assert compare_positions("", LIFTS).label is Label.UNRELATED
    assert compare_positions(KEEPS, KEEPS.replace(" ", "  ")).label is Label.RESTATED
    assert list(compare_all([])) == []


def test_pairs_are_judged_alike_together_and_alone() -> None:
    pairs = [(KEEPS, LIFTS), (KEEPS, ROADS), (LIFTS, f"{LIFTS} only if Suderland opens its ports"), ("no", "yes " * 100)]
    assert [judgement.label for judgement in compare_all(pairs)] == [compare_positions(*pair).label for pair in pairs]


SWAPPED = {Label.HARDENED: Label.SOFTENED, Label.SOFTENED: Label.HARDENED}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("rules out lower fares", "is studying lower fares"),
        ("will pay 50 million euros", "will pay 80 million euros"),
        ("demands talks within a week", "demands talks within a month"),
        (KEEPS, LIFTS),
        (KEEPS, ROADS),
    ],
)
def test_swapped_statements_swap_hardened_and_softened(before: str, after: str) -> None:
    there, back = compare_positions(before, after), compare_positions(after, before)
    assert back.label is SWAPPED.get(there.label, there.label)
    assert abs(there.confidence - back.confidence) < 1e-3


VOCABULARY = "will not keep lift the ban on cod only if by May 50 80 euros “ ” , . no never <b> 漢"
WORDS = st.lists(st.sampled_from(sorted(set(VOCABULARY.split()))), max_size=12)


@given(WORDS, WORDS)
@settings(max_examples=25, deadline=None)
def test_any_two_statements_have_a_judgement(before: list[str], after: list[str]) -> None:
    one, other = " ".join(before), " ".join(after)
    judgement = compare_positions(one, other)
    assert judgement.why
    assert "\n" not in judgement.why
    assert 0 <= judgement.confidence <= 1
    assert judgement.label is not Label.NEW
    back = compare_positions(other, one)
    assert back.label is SWAPPED.get(judgement.label, judgement.label)
    assert compare_positions(one, one).label is Label.RESTATED or not one.strip()
