"""Changes after those before them: turned back, the first step the other way, officials against a leader."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from tracker.changes.course import find_stands, find_turned, outranks, tell_back, tell_mixed, tell_path
from tracker.model import (
    Attribution,
    AttributionKind,
    Change,
    Commitment,
    Issue,
    Judgement,
    Label,
    Polarity,
    Position,
    Stance,
)

DAY = datetime(2031, 5, 4, tzinfo=UTC)
LEADER, OFFICIALS = "President Ada Lind", "Nordian officials"


def position(name: str, day: int, speaker: str = LEADER, commitment: Commitment | None = None) -> Position:
    return Position(
        id=name,
        article_id="article",
        party="Nordia",
        speaker=speaker,
        issue=Issue("ban", "ban on cod exports"),
        attribution=Attribution((), (), (), AttributionKind.INDIRECT, 0.9),
        statement=f"statement {name}",
        content=f"statement {name}",
        stance=Stance(Polarity.NEUTRAL, commitment),
        published=DAY + timedelta(days=day),
        origin="in/a.txt",
        outlet="Fjord Post",
        vector=b"",
    )


def change(before: Position | None, after: Position, label: Label) -> Change:
    return Change(f"{before and before.id}{after.id}", before, after, Judgement(label, "firmer: 'may' is now 'will'", 0.9))


A, B, C = position("a", 0), position("b", 3), position("c", 5)


def test_a_turn_and_back_again() -> None:
    there, back = change(A, B, Label.HARDENED), change(B, C, Label.SOFTENED)
    assert find_turned(back, [there, change(None, A, Label.NEW)]) is there
    told = tell_back(back.judgement, there, C)
    assert told.label is Label.SOFTENED
    assert told.why == "firmer: 'may' is now 'will'; back after 2 days to what it said on 4 May 2031"
    assert told.evidence == (("turned back", "statement a", "statement c"),)


def test_restatements_between_do_not_hide_the_turn() -> None:
    again = position("b2", 4)
    course = [change(B, again, Label.RESTATED), change(A, B, Label.REVERSED)]
    found = find_turned(change(again, C, Label.REVERSED), course)
    assert found is not None
    assert found.before is A


def test_what_is_no_turn_back() -> None:
    there, back = change(A, B, Label.HARDENED), change(B, C, Label.SOFTENED)
    assert find_turned(change(B, C, Label.HARDENED), [there]) is None
    assert find_turned(change(B, C, Label.RESTATED), [there]) is None
    assert find_turned(change(B, position("c", 14), Label.SOFTENED), [there]) is None
    assert find_turned(back, [change(None, B, Label.NEW)]) is None
    assert find_turned(back, []) is None


def test_a_softening_after_three_hardenings_shows_the_path() -> None:
    rungs = (Commitment.OPEN_TO, Commitment.CONSIDERS, None, Commitment.RULES_OUT, Commitment.CONSIDERS)
    steps = [position(str(i), i * 20, commitment=rung) for i, rung in enumerate(rungs)]
    course = [change(one, other, Label.HARDENED) for one, other in pairwise(steps[:4])][::-1]
    last = change(steps[3], steps[4], Label.SOFTENED)
    told = tell_path(last, course)
    assert told.label is Label.SOFTENED
    assert told.why == (
        "firmer: 'may' is now 'will'; the first time it has softened after three times hardened since 24 May 2031 "
        "(is open to, then considers, then states, then rules out)"
    )
    assert told.evidence == (("path", "hardened 24 May 2031, hardened 13 Jun 2031, hardened 3 Jul 2031", "softened 23 Jul 2031"),)
    assert tell_path(last, course[:2]) == last.judgement
    assert tell_path(change(steps[3], steps[4], Label.HARDENED), course) == last.judgement.__class__(
        Label.HARDENED, last.judgement.why, 0.9
    )
    broken = [course[0], change(steps[1], steps[2], Label.SOFTENED), course[2]]
    assert tell_path(last, broken) == last.judgement


def test_officials_against_a_leader_are_mixed_signals() -> None:
    said = position("o", 2, OFFICIALS)
    told = tell_mixed(change(A, said, Label.SOFTENED))
    assert told.label is Label.SOFTENED
    assert told.why == f"mixed signals from {LEADER} and {OFFICIALS}; firmer: 'may' is now 'will'"
    assert told.evidence == (("mixed signals", LEADER, OFFICIALS),)


def test_what_are_no_mixed_signals() -> None:
    late = position("o", 30, OFFICIALS)
    for before, after, label in (
        (A, position("o", 2, OFFICIALS), Label.RESTATED),
        (A, position("o", 2, OFFICIALS), Label.AMENDED),
        (A, late, Label.SOFTENED),
        (A, B, Label.SOFTENED),
        (position("p", 0, OFFICIALS), position("o", 2, OFFICIALS), Label.SOFTENED),
        (position("p", 0, OFFICIALS), B, Label.SOFTENED),
    ):
        plain = change(before, after, label)
        assert tell_mixed(plain) == plain.judgement
    assert not outranks(position("o", 2, OFFICIALS), A)


def test_officials_do_not_stand_in_the_place_of_a_leader() -> None:
    one, two = position("o1", 2, OFFICIALS), position("o2", 4, "aides")
    first = change(A, one, Label.SOFTENED)
    assert find_stands(one, [first]) is A
    assert find_stands(two, [change(one, two, Label.RESTATED), first]) is A
    assert find_stands(two, [change(one, two, Label.HARDENED), first]) is A
    # they only said the same, or the leader's words were old: then what they say is what the party holds
    assert find_stands(one, [change(A, one, Label.RESTATED)]) is one
    late = position("o", 30, OFFICIALS)
    assert find_stands(late, [change(A, late, Label.SOFTENED)]) is late
    assert find_stands(one, []) is one
    assert find_stands(B, [change(A, B, Label.SOFTENED)]) is B
