import json
import stat
from pathlib import Path

import pytest

from tracker.journal import KEPT, Night, find_journal_path, find_shortfall, load_nights, save_night


def night(seen: int = 40, new: int = 10, code: int = 0) -> Night:
    return Night("2031-05-04T03:00:00+00:00", "2031-05-04T03:01:00+00:00", code, seen, new, 3 * new)


def test_nights_are_kept_in_order_and_privately(tmp_path: Path) -> None:
    database = tmp_path / "tracker.db"
    for seen in range(KEPT + 3):
        save_night(database, night(seen))
    assert [one.seen for one in load_nights(database)] == list(range(3, KEPT + 3))
    path = find_journal_path(database)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]


def test_damaged_lines_are_passed_over(tmp_path: Path) -> None:
    database = tmp_path / "tracker.db"
    save_night(database, night(1))
    with find_journal_path(database).open("a") as file:
        file.write("not json\n[]\n{}\n" + json.dumps({"unknown": 1}) + "\n")
    save_night(database, night(2))
    assert [one.seen for one in load_nights(database)] == [1, 2]


def test_a_journal_that_cannot_be_written_fails_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    save_night(tmp_path / "file" / "tracker.db", night())
    assert load_nights(tmp_path / "file" / "tracker.db") == ()


USUAL = (night(38), night(40), night(42), night(40, code=75, new=0))


@pytest.mark.parametrize(
    ("earlier", "seen", "new", "positions", "found"),
    [
        ((), 0, 0, 0, None),
        (USUAL, 40, 10, 30, None),
        (USUAL, 19, 5, 9, None),
        (USUAL, 18, 5, 9, "only 18 articles looked at, 38 or more in the nights before"),
        (USUAL[:2], 1, 0, 0, None),
        (USUAL, 40, 19, 0, None),
        ((), 40, 20, 0, "no position in 20 new articles"),
        ((*USUAL, night(new=0)), 40, 0, 0, None),
        ((*USUAL, night(new=0), night(new=0)), 40, 0, 0, "nothing new in 3 nights"),
        ((*USUAL, night(new=0), night(new=0), night(new=0)), 40, 0, 0, None),
        ((night(new=0),) * 5, 40, 0, 0, None),
    ],
)
def test_less_than_usual_is_told(earlier: tuple[Night, ...], seen: int, new: int, positions: int, found: str | None) -> None:
    told = find_shortfall(earlier, seen=seen, new=new, positions=positions)
    assert told is None if found is None else found in (told or "")
