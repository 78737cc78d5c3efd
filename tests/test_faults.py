"""What servers do to a nightly job: full disks, read-only folders, open readers, damaged pages, jumping clocks, missed nights."""

import os
import random
import runpy
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tracker.config import Config
from tracker.delivery import compose_delivery
from tracker.model import Digest
from tracker.profiles import Mail, Profile
from tracker.run import run_night
from tracker.store import open_store
from tracker.store.upkeep import find_faults

TOP = Path(__file__).parents[1]
RELEASED = sorted((TOP / "tests" / "databases").glob("*.db"))
NOW = datetime(2031, 5, 4, 3, 0, tzinfo=UTC)
MAIL = Mail(sender="tracker@example.org", host="localhost")
DESK = Profile("desk", ("desk@example.org",))
REFUSES = "Norway will not lift the ban on cod exports, its foreign minister said on Monday. The ports were quiet.\n"
YIELDS = "Norway is ready to lift the ban on cod exports, its foreign minister said on Monday. The ports were busy.\n"


def call(*words: object) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TRACKER_")} | {"PYTHONPATH": str(TOP)}
    command = [sys.executable, "-m", "tracker.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def write(folder: Path, name: str, date: datetime, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"Title: {name}\nDate: {date.isoformat()}\nSource: Fjord Post\n\n{text}", encoding="utf-8")
    return path


def night(database: Path, now: datetime, *inputs: Path) -> Digest:
    with open_store(database) as store:
        return run_night([str(given) for given in inputs], store, Config(), now, "1.0")


def load_rows(database: Path, *, but: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    """Every row of the tables that hold what was read, without the columns named."""
    found: list[tuple[Any, ...]] = []
    with closing(sqlite3.connect(database)) as db:
        for table in ("articles", "revisions", "actors", "issues", "positions", "vectors", "latest_positions", "changes"):
            columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[1] not in but]
            found += [(table, *row) for row in db.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1, 2")]
    return found


# ---- the disk ---------------------------------------------------------------------------------------------------------------


def can_mount() -> bool:
    words = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
    return bool(shutil.which("unshare")) and subprocess.run(words, capture_output=True, check=False).returncode == 0


needs_mounts = pytest.mark.skipif(not can_mount(), reason="only root may mount a small disk, in a namespace of its own")


def run_mounted(script: str, tmp_path: Path) -> str:
    """What a shell script prints that may mount whatever it likes: nobody else sees it."""
    environment = {**os.environ, "PYTHONPATH": str(TOP), "TRACKER": f"{sys.executable} -m tracker.cli", "HERE": str(tmp_path)}
    words = ["unshare", "--mount", "sh", "-c", f"cd {tmp_path}; {script}"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    return done.stdout + done.stderr


def write_month(folder: Path, days: int = 30, each: int = 2) -> list[Path]:
    """Articles of a month, a list for every day."""
    compose = runpy.run_path(str(TOP / "scripts" / "simulate_year.py"))["compose_article"]
    chance = random.Random(1)
    for day in range(days):
        for k in range(each):
            moment = datetime(2031, 3, 1, 12, k, tzinfo=UTC) + timedelta(days=day)
            write(folder, f"{day:02}-{k}.txt", moment, compose(chance) + f"\n\nReport {day}-{k}.\n")
    return sorted(folder.iterdir())


@needs_mounts
def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    write_month(tmp_path / "in")
    (tmp_path / "disk").mkdir()
    told = run_mounted(
        "mount -t tmpfs -o size=1m tmpfs disk;"
        "$TRACKER run in --db disk/tracker.db --now 2031-05-04 -q >/dev/null; echo full $?;"
        "$TRACKER run in --db disk/tracker.db --now 2031-05-04 -q >/dev/null; echo again $?;"
        "mount -o remount,size=100m disk; $TRACKER run in --db disk/tracker.db --now 2031-05-04 -q >/dev/null; echo room $?;"
        "$TRACKER backup kept.db --db disk/tracker.db >/dev/null; echo backup $?",
        tmp_path,
    )
    assert "full 75" in told
    assert "again 75" in told
    assert "the disk is full while writing disk/tracker.db: free some space and run again" in told
    assert "room 0" in told
    assert "backup 0" in told
    assert "Traceback" not in told
    assert call("run", tmp_path / "in", "--db", tmp_path / "calm.db", "--now", "2031-05-04", "-q").returncode == 0
    assert find_faults(tmp_path / "kept.db") == []
    places = ("origin", "address")
    assert load_rows(tmp_path / "kept.db", but=places) == load_rows(tmp_path / "calm.db", but=places)


@needs_mounts
def test_a_read_only_disk_is_told_and_can_be_read(tmp_path: Path, seeds: Path) -> None:
    (tmp_path / "db").mkdir()
    night(tmp_path / "db" / "tracker.db", NOW, seeds)
    write(tmp_path / "in", "a.txt", NOW, REFUSES)
    told = run_mounted(
        "mount --bind db db; mount -o remount,ro,bind db;"
        "$TRACKER run in --db db/tracker.db >/dev/null; echo run $?;"
        "$TRACKER digest --as-of 2031-06-01 --db db/tracker.db; echo digest $?;"
        "$TRACKER reextract --db db/tracker.db; echo reextract $?",
        tmp_path,
    )
    assert "run 78" in told
    assert "cannot be opened or written (read-only file system" in told
    assert "digest 0" in told
    assert "Spain" in told
    assert "reextract 78" in told
    assert "Traceback" not in told


@needs_mounts
def test_no_room_for_the_copy_before_an_upgrade_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    shutil.copy(RELEASED[0], tmp_path / "old.db")
    write(tmp_path / "in", "a.txt", NOW, REFUSES)
    told = run_mounted(
        "mount -t tmpfs -o size=600k tmpfs disk; cp old.db disk/tracker.db;"
        "$TRACKER run in --db disk/tracker.db >/dev/null; echo run $?; cp disk/tracker.db after.db; ls disk",
        tmp_path,
    )
    assert "run 75" in told
    assert "the disk is full" in told
    with closing(sqlite3.connect(tmp_path / "after.db")) as after, closing(sqlite3.connect(tmp_path / "old.db")) as before:
        names = "SELECT name FROM _sqlite_migrations ORDER BY id"
        assert after.execute(names).fetchall() == before.execute(names).fetchall()
        assert after.execute("PRAGMA integrity_check").fetchone() == ("ok",)


# ---- the database -----------------------------------------------------------------------------------------------------------


def test_a_night_beside_a_reader_with_an_open_transaction(tmp_path: Path) -> None:
    database = tmp_path / "tracker.db"
    night(database, NOW, write(tmp_path / "in", "a.txt", NOW - timedelta(days=3), REFUSES))
    with closing(sqlite3.connect(database, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        count = "SELECT count(*) FROM articles"
        assert reader.execute(count).fetchone() == (1,)
        digest = night(database, NOW + timedelta(days=1), write(tmp_path / "in", "b.txt", NOW - timedelta(days=2), YIELDS))
        assert any(change.before for change in digest.changes)
        assert reader.execute(count).fetchone() == (1,), "the reader goes on with what it saw"
        reader.execute("COMMIT")
        assert reader.execute(count).fetchone() == (2,)
    assert find_faults(database) == []


def test_an_upgrade_beside_a_reader_with_an_open_transaction(tmp_path: Path) -> None:
    database = tmp_path / "tracker.db"
    shutil.copy(RELEASED[0], database)
    with closing(sqlite3.connect(database, isolation_level=None)) as reader:
        reader.execute("PRAGMA journal_mode = WAL")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        open_store(database).close()
        reader.execute("COMMIT")
    assert find_faults(database) == []


def test_a_night_while_another_program_writes(tmp_path: Path) -> None:
    database = tmp_path / "tracker.db"
    path = write(tmp_path / "in", "a.txt", NOW, REFUSES)
    open_store(database).close()
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        done = call("run", path, "--db", database)
        assert done.returncode == 75
        assert "is locked by another process" in done.stderr
        writer.execute("ROLLBACK")
    assert call("run", path, "--db", database).returncode == 0


def test_a_night_over_a_damaged_page(tmp_path: Path, seeds: Path) -> None:
    database = tmp_path / "tracker.db"
    night(database, NOW, seeds)
    with closing(sqlite3.connect(database)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'latest_positions'").fetchone()
    with database.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    text = "Spain will not release any more water, its environment minister said on Monday.\n"
    path = write(tmp_path / "in", "a.txt", NOW, text)
    done = call("run", path, "--db", database)
    assert done.returncode == 78
    assert "is damaged" in done.stderr
    assert "restore a backup" in done.stderr
    assert "Traceback" not in done.stderr
    assert call("backup", tmp_path / "b.db", "--db", database).returncode == 78
    assert not (tmp_path / "b.db").exists()


# ---- the clock --------------------------------------------------------------------------------------------------------------


def test_a_clock_that_goes_back_loses_and_repeats_nothing(tmp_path: Path) -> None:
    database = tmp_path / "tracker.db"
    told: list[str] = []
    for number, now in enumerate((NOW, NOW - timedelta(days=400), NOW + timedelta(days=1), NOW - timedelta(days=2), NOW)):
        text = (REFUSES, YIELDS)[number % 2].replace("on Monday", f"on day {number}")
        digest = night(database, now, write(tmp_path / "in", f"{number}.txt", NOW - timedelta(days=9 - number), text))
        assert len(digest.articles) == 1
        with open_store(database) as store:
            profile = replace(DESK, at_most_per_day=None)
            assert compose_delivery(store, profile, MAIL, now)
            last = max(row[0] for row in store._db.execute("SELECT id FROM digests"))
            told += [change.id for change in store.outbox.load_digest(last).changes]
    with closing(sqlite3.connect(database)) as db:
        changes = [row[0] for row in db.execute("SELECT id FROM changes ORDER BY sequence")]
    assert told == changes
    assert len(changes) == 5
    assert find_faults(database) == []


def test_missed_nights_are_caught_up(tmp_path: Path) -> None:
    """Nights 2 to 4 are missed: the fifth reads what they would have read, and its digest tells all of it."""
    database, folder = tmp_path / "tracker.db", tmp_path / "in"
    night(database, NOW, write(folder, "0.txt", NOW - timedelta(hours=5), REFUSES))
    with open_store(database) as store:
        assert compose_delivery(store, DESK, MAIL, NOW)
    for day in range(1, 5):
        text = (REFUSES, YIELDS)[day % 2].replace("on Monday", f"on day {day}")
        write(folder, f"{day}.txt", NOW + timedelta(days=day, hours=-5), text)
    later = NOW + timedelta(days=4)
    digest = night(database, later, folder)
    assert len(digest.articles) == 4
    with open_store(database) as store:
        assert compose_delivery(store, DESK, MAIL, later)
        mailed = store.outbox.load_last_digest(later, profile="desk")
    assert mailed
    assert mailed.since == NOW
    assert {change.id for change in mailed.changes} == {change.id for change in digest.changes}


def test_a_month_in_one_night_is_as_good_as_thirty_nights(tmp_path: Path) -> None:
    paths = write_month(tmp_path / "in")
    one, many = tmp_path / "one.db", tmp_path / "many.db"
    night(one, NOW, tmp_path / "in")
    for day in range(30):
        night(many, datetime(2031, 3, 1, 23, tzinfo=UTC) + timedelta(days=day), *paths[2 * day : 2 * day + 2])
    times = ("run", "stored", "seen")
    assert load_rows(one, but=times) == load_rows(many, but=times)
    with closing(sqlite3.connect(one)) as db:
        assert db.execute("SELECT count(*) FROM changes WHERE label <> 'new'").fetchone()[0] > 10
