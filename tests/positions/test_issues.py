from dataclasses import replace
from datetime import UTC, datetime
from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.language.lexicon import load_lexicon
from tracker.model import NO_ISSUE, Attribution, AttributionKind, Issue, Polarity, Position, Stance
from tracker.positions.issues import LONGEST_NAME, find_issue_name, resolve_issues

LEXICON = load_lexicon()
GRAIN, MINES = Issue("1", "grain passage"), Issue("2", "sea mines")


def vector(*numbers: float) -> bytes:
    """A unit vector in the direction of the numbers."""
    length = sum(n * n for n in numbers) ** 0.5
    return pack(f"<{len(numbers)}f", *(n / length for n in numbers))


def position(name: str, party: str = "Nordia", content: str = "the strait stays open", like: bytes = b"") -> Position:
    return Position(
        id=name,
        article_id="a",
        party=party,
        speaker=party,
        issue=NO_ISSUE,
        attribution=Attribution((), (), (), AttributionKind.INDIRECT, 0.9),
        statement=content,
        content=content,
        stance=Stance(Polarity.NEUTRAL, None),
        published=datetime(2031, 5, 4, tzinfo=UTC),
        origin="in/a.txt",
        outlet="Skerry Post",
        vector=like,
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("it will not lift the ban on cod exports", ("ban", "cod", "exports")),
        ("to open the strait to grain ships", ("grain", "ships")),
        ("the minimum wage should rise to 15 euros", ("minimum", "wage")),
    ],
)
def test_a_name_is_a_phrase_of_the_statement(content: str, words: tuple[str, ...]) -> None:
    name = find_issue_name(content, LEXICON)
    assert name in content
    assert any(word in name for word in words), name
    assert not name.startswith(("will ", "to ", "the ", "not "))


@pytest.mark.parametrize("content", ["", "…", "to be or not to be", "“”", "15", "no"])
def test_whatever_is_said_has_a_name(content: str) -> None:
    assert find_issue_name(content, LEXICON)


@given(st.text(max_size=200))
@settings(max_examples=60, deadline=None)
def test_a_name_is_short_and_the_same_again(content: str) -> None:
    name = find_issue_name(content, LEXICON)
    assert name == find_issue_name(content, LEXICON)
    assert 1 <= len(name.split()) <= LONGEST_NAME


def test_a_name_of_an_endless_statement_is_found_at_once() -> None:
    assert len(find_issue_name("grain passage " * 100_000, LEXICON)) < 200


def test_what_continues_an_earlier_position_has_its_issue() -> None:
    near = vector(1, 0)
    assert resolve_issues([position("p", like=near)], [GRAIN], [(MINES, near)], LEXICON) == [GRAIN]


def test_the_likest_recent_issue_is_joined_if_it_is_like_enough() -> None:
    recent = [(GRAIN, vector(1, 0)), (MINES, vector(0, 1))]
    assert resolve_issues([position("p", like=vector(1, 0.3))], [None], recent, LEXICON) == [GRAIN]
    assert resolve_issues([position("p", like=vector(0.3, 1))], [None], recent, LEXICON) == [MINES]
    (born,) = resolve_issues([position("p", like=vector(-1, -1))], [None], recent, LEXICON)
    assert born not in (GRAIN, MINES)
    assert born.name == find_issue_name("the strait stays open", LEXICON)


def test_positions_of_one_article_share_an_issue_that_is_born_there() -> None:
    positions = [
        position("1", like=vector(1, 0, 0)),
        position("2", "Suderland", "the toll must go", vector(1, 0.2, 0)),
        position("3", "Suderland", "mines", vector(0, 0, 1)),
    ]
    first, second, third = resolve_issues(positions, [None] * 3, [], LEXICON)
    assert first == second != third


def test_two_statements_of_one_party_meet_earlier_than_those_of_two() -> None:
    # a cosine of 0.69 lies between the two bars
    one, other = vector(1, 0), vector(0.69, 0.7238)
    same = resolve_issues([position("1", like=one), position("2", like=other)], [None, None], [], LEXICON)
    apart = resolve_issues([position("1", like=one), position("2", "Suderland", like=other)], [None, None], [], LEXICON)
    assert same[0] == same[1]
    assert apart[0] != apart[1]


def test_later_statements_may_join_what_an_earlier_one_continues() -> None:
    positions = [position("1", like=vector(1, 0)), position("2", "Suderland", like=vector(1, 0.1))]
    assert resolve_issues(positions, [GRAIN, None], [], LEXICON) == [GRAIN, GRAIN]


def test_what_has_no_vector_is_an_issue_of_its_own() -> None:
    positions = [position("1"), position("2"), position("3", like=vector(1, 0))]
    first, second, third = resolve_issues(positions, [None] * 3, [(GRAIN, b""), (MINES, vector(0, 1))], LEXICON)
    assert len({first.id, second.id, third.id, GRAIN.id, MINES.id}) == 5
    assert first.name == second.name
    assert resolve_issues([], [], [(GRAIN, vector(1, 0))], LEXICON) == []


def test_the_same_article_has_the_same_issues_again() -> None:
    positions = [position(str(number), like=vector(number, 1, 0)) for number in range(5)]
    assert resolve_issues(positions, [None] * 5, [], LEXICON) == resolve_issues(
        [replace(p) for p in positions], [None] * 5, [], LEXICON
    )
