from datetime import timedelta
from types import SimpleNamespace

import pytest

from tracker.errors import UsageError
from tracker.model import Commitment, Label
from tracker.store.store import Store


@pytest.fixture
def full(store: Store, night: SimpleNamespace) -> Store:
    night.save_night(store, night.NOW)
    return store


def test_where_each_party_stands(full: Store, night: SimpleNamespace) -> None:
    issue = night.find_hash("issue", "grain passage")
    standings = full.load_standings([issue, issue, "unknown"])
    assert [standing.position.party for standing in standings] == sorted(night.PARTIES)
    assert {standing.position.id for standing in standings} == {night.compose_position(6, party).id for party in night.PARTIES}
    rungs = [night.CLAIMS[day % 3][1] for day in range(1, 7)]
    assert standings[0].path == tuple(rungs)
    assert rungs[-1] is Commitment.WILL


def test_who_went_quiet(full: Store, night: SimpleNamespace) -> None:
    last = night.compose_position(6).published
    crossed = full.load_silences(last + timedelta(days=13), last + timedelta(days=14), 14)
    assert sorted(silence.party for silence in crossed) == sorted(night.PARTIES)
    assert {(silence.last, silence.days) for silence in crossed} == {(last, 14)}
    assert full.load_silences(last + timedelta(days=14), last + timedelta(days=15), 14) == ()


def test_a_timeline_is_oldest_first(full: Store) -> None:
    timeline = full.load_timeline("nordia", None, 4)
    assert [position.published.day for position, _ in timeline] == [3, 4, 5, 6]
    assert all(change and change.judgement.label is Label.REVERSED for _, change in timeline)
    assert full.load_timeline("Nordia", "GRAIN", 100)
    assert full.load_timeline("Nordia", "fishing", 100) == ()
    assert full.load_timeline("Nordhaven", None, 1)[0][0].party == "Nordia"


def test_an_unknown_party_is_told(full: Store) -> None:
    with pytest.raises(UsageError, match="did you mean Nordia"):
        full.load_timeline("ordi", None, 5)
    with pytest.raises(UsageError, match="no party named 'Atlantis'"):
        full.load_timeline("Atlantis", None, 5)
