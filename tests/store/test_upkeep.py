"""Checks, backups and forgetting."""

import sqlite3
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from tracker.errors import StoreError
from tracker.store import open_store
from tracker.store.upkeep import delete_old_backups, find_backup_path, find_faults, forget_articles, load_tally, save_backup

NOW = datetime(2031, 5, 4, 3, tzinfo=UTC)


@pytest.fixture
def database(path: Path, night: SimpleNamespace) -> Path:
    """Six articles of 1 to 6 May 2031 with three parties' positions, each changed by the next one."""
    with open_store(path) as store:
        night.save_night(store, night.NOW)
    return path


def count(path: Path, table: str, condition: str = "1") -> int:
    with sqlite3.connect(path) as connection:
        number: int = connection.execute(f"SELECT count(*) FROM {table} WHERE {condition}").fetchone()[0]
    connection.close()
    return number


def test_a_sound_database_has_no_faults(database: Path) -> None:
    assert find_faults(database) == []


def test_faults_are_named(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("DELETE FROM runs")
    connection.close()
    assert any("points at a row of runs that is missing" in fault for fault in find_faults(database))


def test_a_missing_or_foreign_database_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database"):
        load_tally(tmp_path / "none.db")
    with sqlite3.connect(tmp_path / "other.db") as connection:
        connection.execute("CREATE TABLE recipes (name)")
    connection.close()
    with pytest.raises(StoreError, match="another program"):
        find_faults(tmp_path / "other.db")


def test_the_tally(database: Path) -> None:
    tally = load_tally(database)
    assert (tally.articles, tally.positions, tally.failures, tally.runs) == (6, 18, 1, 1)
    assert not tally.unfinished
    assert (tally.pending_mail, tally.failed_mail, tally.sick_feeds) == (0, 0, ())


def test_a_backup_is_whole_private_and_made_while_others_write(database: Path, tmp_path: Path, night: SimpleNamespace) -> None:
    target = tmp_path / "backups" / "copy.db"
    with open_store(database) as writer:
        writer._db.execute("BEGIN IMMEDIATE")
        size = save_backup(database, target)
        writer._db.execute("ROLLBACK")
    assert size == target.stat().st_size
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert stat.S_IMODE(target.parent.stat().st_mode) == 0o700
    assert find_faults(target) == []
    assert count(target, "positions") == 18
    with open_store(target) as store:
        assert night.save_night(store, night.NOW + timedelta(days=1), articles=7) is not None


def test_a_database_is_no_backup_of_itself(database: Path) -> None:
    with pytest.raises(StoreError, match="is the database itself"):
        save_backup(database, database)


def test_an_old_backup_stays_where_the_new_one_fails(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    save_backup(database, target)
    before = target.read_bytes()
    with sqlite3.connect(database) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'positions'").fetchone()
    connection.close()
    with database.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    with pytest.raises(StoreError, match="is damaged"):
        save_backup(database, target)
    assert target.read_bytes() == before
    with pytest.raises(StoreError, match="restore a backup"):
        find_faults(database)


def test_dated_backups_make_room_for_new_ones(path: Path, tmp_path: Path) -> None:
    dated = [find_backup_path(path, tmp_path, NOW + timedelta(days=day)) for day in range(5)]
    others = [tmp_path / "tracker-old.db", tmp_path / "other-20310504T030000Z.db", tmp_path / "tracker-20310504T030000Z.txt"]
    for file in (*dated, *others):
        file.touch()
    assert delete_old_backups(path, tmp_path, 2) == dated[:3]
    assert sorted(file for file in tmp_path.iterdir()) == sorted([*dated[3:], *others])
    assert delete_old_backups(path, tmp_path, 2) == []


# ---- forgetting -------------------------------------------------------------------------------------------------------------


def test_what_is_forgotten_is_not_news_again(database: Path, night: SimpleNamespace) -> None:
    gone = forget_articles(database, datetime(2032, 1, 1, tzinfo=UTC))
    assert gone.articles > 0
    assert count(database, "revisions", "text = ''") == gone.articles
    assert count(database, "positions") == 18 - gone.positions
    assert find_faults(database) == []
    with open_store(database) as store:
        assert night.save_night(store, night.NOW + timedelta(days=1)) is None


def test_what_parties_hold_stays_with_its_evidence(database: Path) -> None:
    changes = "SELECT after, before, label FROM changes JOIN latest_positions ON position = after"
    with sqlite3.connect(database) as connection:
        held = connection.execute("SELECT * FROM current_stance ORDER BY id").fetchall()
        last = connection.execute(changes).fetchall()
    forget_articles(database, datetime(2032, 1, 1, tzinfo=UTC))
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT * FROM current_stance ORDER BY id").fetchall() == held
        assert connection.execute(changes).fetchall() == last
        texts = connection.execute("SELECT content, text FROM positions JOIN revisions ON revisions.id = revision").fetchall()
        assert all(content in text for content, text in texts)
    connection.close()


def test_the_young_stay_whole(database: Path) -> None:
    assert forget_articles(database, datetime(2031, 5, 1, tzinfo=UTC)).articles == 0
    forget_articles(database, datetime(2031, 5, 4, tzinfo=UTC))
    assert count(database, "revisions JOIN articles ON articles.id = article", "text = '' AND published >= '2031-05-04'") == 0


def test_a_rehearsal_forgets_nothing(database: Path) -> None:
    would = forget_articles(database, datetime(2032, 1, 1, tzinfo=UTC), dry_run=True)
    assert count(database, "revisions", "text = ''") == 0
    assert forget_articles(database, datetime(2032, 1, 1, tzinfo=UTC)) == would
    assert forget_articles(database, datetime(2032, 1, 1, tzinfo=UTC)).articles == 0


def test_a_copy_keeps_its_original(database: Path) -> None:
    with sqlite3.connect(database) as connection:
        ((first,),) = connection.execute("SELECT min(id) FROM positions WHERE published < '2031-05-03'")
        ((last,),) = connection.execute("SELECT position FROM latest_positions LIMIT 1")
        connection.execute("UPDATE positions SET copy_of = ? WHERE id = ?", (first, last))
    connection.close()
    forget_articles(database, datetime(2032, 1, 1, tzinfo=UTC))
    assert find_faults(database) == []
    assert count(database, "positions", f"id = '{first}'") == 1
