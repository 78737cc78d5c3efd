from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

import tracker.guard
from tracker.errors import StoreError, TemporaryError
from tracker.guard import Tell, guarded
from tracker.journal import load_nights
from tracker.lock import load_holder, open_lock
from tracker.model import Digest, Failure
from tracker.ping import Ending

DIGEST = Digest(None, datetime(2031, 5, 4, tzinfo=UTC), (), (), (), 7)


@pytest.fixture
def pings(monkeypatch: pytest.MonkeyPatch) -> list[Ending]:
    sent: list[Ending] = []
    monkeypatch.setattr(tracker.guard, "send_ping", lambda _, ending: sent.append(ending))
    return sent


def test_a_good_night(tmp_path: Path, pings: list[Ending]) -> None:
    database = tmp_path / "tracker.db"
    with guarded(database, "url") as tell:
        assert load_holder(database)
        tell(DIGEST)
    assert load_holder(database) is None
    assert pings == [Ending.START, Ending.DONE]
    (night,) = load_nights(database)
    assert (night.exit_code, night.seen) == (0, 7)
    assert night.finished >= night.started


@pytest.mark.parametrize(
    ("error", "code"), [(StoreError("x"), 78), (TemporaryError("x"), 75), (KeyError("x"), 1), (KeyboardInterrupt(), 1)]
)
def test_a_bad_night(tmp_path: Path, pings: list[Ending], error: BaseException, code: int) -> None:
    database = tmp_path / "tracker.db"
    with pytest.raises(type(error)), guarded(database, "url"):
        raise error
    assert pings == [Ending.START, Ending.FAILED]
    assert [night.exit_code for night in load_nights(database)] == [code]


def test_counts_of_a_bad_night_are_kept(tmp_path: Path, pings: list[Ending]) -> None:
    failed = Digest(None, DIGEST.until, (), (), (Failure("a.txt", "read", "empty"),), 1)

    def end_strictly(tell: Tell) -> None:
        tell(failed)
        raise typer.Exit(75)

    with pytest.raises(typer.Exit), guarded(tmp_path / "tracker.db", "url") as tell:
        end_strictly(tell)
    assert pings == [Ending.START, Ending.FAILED]
    assert [(night.exit_code, night.failures) for night in load_nights(tmp_path / "tracker.db")] == [(75, 1)]


def test_a_reader_who_has_seen_enough_is_no_trouble(tmp_path: Path, pings: list[Ending]) -> None:
    with pytest.raises(BrokenPipeError), guarded(tmp_path / "tracker.db", "url"):
        raise BrokenPipeError
    assert pings == [Ending.START, Ending.DONE]


def test_a_refused_run_is_nobodys_night(tmp_path: Path, pings: list[Ending]) -> None:
    database = tmp_path / "tracker.db"
    with open_lock(database, DIGEST.until), pytest.raises(TemporaryError), guarded(database, "url"):
        pass
    assert pings == []
    assert load_nights(database) == ()
