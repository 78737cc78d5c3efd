"""Every released schema (tests/databases/) comes up to the present one with all that it holds, and the night goes on."""

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlite_utils import Database

from tracker.store import open_store
from tracker.store.connection import UPGRADE_COPIES
from tracker.store.migrations import MIGRATIONS
from tracker.store.upkeep import find_faults

RELEASED = sorted((Path(__file__).parents[1] / "databases").glob("*.db"))
_TABLES = ("articles", "revisions", "summaries", "actors", "issues", "positions", "vectors", "changes", "failures", "runs")


def load_schema(path: Path) -> dict[str, str]:
    with sqlite3.connect(path) as connection:
        found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall())
    connection.close()
    return found


def load_counts(path: Path) -> dict[str, int]:
    with sqlite3.connect(path) as connection:
        found = {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in _TABLES}
    connection.close()
    return found


@pytest.fixture(params=RELEASED, ids=lambda path: path.stem)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copy(request.param, tmp_path / "tracker.db"))


def test_there_are_released_databases() -> None:
    with Database(memory=True, execute_plugins=False) as nothing:
        known = {migration.name for migration in MIGRATIONS.pending(nothing)}
    assert RELEASED
    assert {path.stem for path in RELEASED} <= known


def test_nothing_is_lost_and_nothing_is_wrong(old: Path) -> None:
    before = load_counts(old)
    with open_store(old) as store:
        assert MIGRATIONS.pending(store._db) == []
    assert load_counts(old) == before
    assert find_faults(old) == []


def test_an_upgraded_schema_is_that_of_a_new_database(old: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.db"
    for path in (old, new):
        open_store(path).close()
    remedy = "changed without a migration: add one; where it was never released, delete the file and run tests/databases/make.py"
    assert load_schema(old) == load_schema(new), f"the schema of {old.name} {remedy}"


def test_the_night_goes_on(old: Path, night: SimpleNamespace) -> None:
    with open_store(old) as store:
        assert night.save_night(store, night.NOW) is None
        run = night.save_night(store, night.NOW + timedelta(days=1), articles=8)
    assert run is not None
    assert run.articles_new == 2
    assert find_faults(old) == []


def test_the_old_one_is_kept_beside_it(old: Path) -> None:
    before = load_schema(old)
    open_store(old).close()
    copies = sorted(old.parent.glob("tracker.db.before-*"))
    assert [load_schema(copy) for copy in copies] == ([] if load_schema(old) == before else [before])


def test_old_copies_make_room(tmp_path: Path) -> None:
    old = Path(shutil.copy(RELEASED[0], tmp_path / "tracker.db"))
    older = [old.with_name(f"tracker.db.before-m000_{letter}") for letter in "abcd"]
    for path in older:
        path.touch()
    other = old.with_name("tracker.db.before-the-move")
    other.touch()
    open_store(old).close()
    if copies := sorted(set(old.parent.glob("tracker.db.before-m*")) - set(older)):
        assert sorted(old.parent.glob("tracker.db.before-m*")) == [*older[-(UPGRADE_COPIES - 1) :], *copies]
    assert other.exists()
