from datetime import UTC, datetime

import pytest

from tracker.digest.compose import compose_digest, compose_subject
from tracker.model import Change, Commitment, Digest, Failure, Label

from .conftest import UNTIL, ChangeMaker


def _compose(changes: list[Change], failures: tuple[Failure, ...] = (), seen: int = 0) -> Digest:
    return compose_digest(changes, [], failures, since=None, until=UNTIL, articles_seen=seen)


def test_most_consequential_first_and_equals_in_the_order_they_came(make_change: ChangeMaker) -> None:
    rungs = Commitment
    changes = [
        make_change(Label.RESTATED, number=1),
        make_change(Label.NEW, number=2),
        make_change(Label.AMENDED, number=3),
        make_change(Label.HARDENED, number=4, rungs=(rungs.WILL, rungs.INSISTS)),
        make_change(Label.SOFTENED, number=5, rungs=(rungs.RULES_OUT, rungs.CONSIDERS)),
        make_change(Label.HARDENED, number=6, rungs=(None, rungs.WILL)),
        make_change(Label.SOFTENED, number=7),
        make_change(Label.REVERSED, number=8),
        make_change(Label.REVERSED, number=9, rungs=(rungs.RULES_OUT, rungs.WILL)),
    ]
    by_number = {change.id: place for place, change in enumerate(changes, start=1)}
    assert [by_number[change.id] for change in _compose(changes).changes] == [8, 9, 5, 4, 6, 7, 3, 2, 1]


def test_unrelated_pairs_are_no_change(make_change: ChangeMaker) -> None:
    assert _compose([make_change(Label.UNRELATED)]).changes == ()


def test_subject_of_a_night(night: Digest) -> None:
    assert (
        compose_subject(night)
        == "[tracker] 1 reversal, 1 hardened, 1 softened, 1 amended: Norland, Fishermen's Union, Sundmark (24 Nov)"
    )


def test_subject_counts_and_names_each_party_once(make_change: ChangeMaker) -> None:
    changes = [make_change(Label.REVERSED, "Russia", number=n) for n in (1, 2)]
    changes += [make_change(Label.HARDENED, "Turkey", number=n) for n in (3, 4, 5)]
    changes += [make_change(Label.NEW, "France", number=6)]
    assert compose_subject(_compose(changes)) == "[tracker] 2 reversals, 3 hardened: Russia, Turkey (24 Nov)"


@pytest.mark.parametrize(
    ("labels", "failures", "subject"),
    [
        ([], 0, "[tracker] nothing new (24 Nov)"),
        ([], 2, "[tracker] nothing new, 2 inputs failed (24 Nov)"),
        ([Label.RESTATED], 1, "[tracker] no changes, 1 input failed (24 Nov)"),
        ([Label.NEW, Label.RESTATED], 0, "[tracker] 1 new position: Norland (24 Nov)"),
        ([Label.AMENDED, Label.NEW], 0, "[tracker] 1 amended: Norland (24 Nov)"),
    ],
)
def test_subject_of_quieter_nights(make_change: ChangeMaker, labels: list[Label], failures: int, subject: str) -> None:
    changes = [make_change(label, number=number) for number, label in enumerate(labels)]
    digest = _compose(changes, (Failure("a.txt", "read", "empty"),) * failures)
    assert compose_subject(digest) == subject


def test_subject_is_one_short_line_whatever_the_parties_are_called(make_change: ChangeMaker) -> None:
    names = ["Union\r\nBcc: everyone@example.org", "\x1b[31mRed\x00", "\u202egnorts", "y" * 10_000, "z " * 5_000]
    changes = [make_change(Label.REVERSED, name, number=number) for number, name in enumerate(names)]
    subject = compose_subject(_compose(changes))
    assert subject == "[tracker] 5 reversals: Union Bcc: everyone@example.o…, Red, gnorts and 2 more (24 Nov)"
    long = compose_subject(_compose(changes[3:]))
    assert len(long) <= 110
    assert long.isprintable()


def test_subject_takes_its_day_in_utc(make_change: ChangeMaker) -> None:
    until = datetime.fromisoformat("2026-03-01T01:00:00+02:00")
    digest = compose_digest([make_change()], [], [], since=None, until=until, articles_seen=1)
    assert until.astimezone(UTC).day == 28
    assert compose_subject(digest).endswith("(28 Feb)")
