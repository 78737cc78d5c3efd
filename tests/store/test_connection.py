"""Opening: permissions, upgrades and what every error of SQLite becomes."""

import inspect
import os
import sqlite3
import stat
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from tracker.errors import NewerSchemaError, StoreError, TemporaryError
from tracker.model import Edits, Issue
from tracker.store import Store, open_rehearsal, open_store
from tracker.store.connection import open_database, resolve_error
from tracker.store.earlier import Place
from tracker.store.migrations import MIGRATIONS
from tracker.store.replacements import Cause
from tracker.store.revisions import Revisions

CODES = {
    name: code
    for name, code in vars(sqlite3).items()
    if name.startswith("SQLITE_") and isinstance(code, int) and 0 < code & 0xFF < 27 and code != sqlite3.SQLITE_NOTICE
    and name.split("_")[1] in {
        "ABORT", "AUTH", "BUSY", "CANTOPEN", "CONSTRAINT", "CORRUPT", "ERROR", "FULL", "INTERNAL", "INTERRUPT", "IOERR", "LOCKED",
        "MISMATCH", "MISUSE", "NOLFS", "NOMEM", "NOTADB", "PERM", "PROTOCOL", "RANGE", "READONLY", "SCHEMA", "TOOBIG",
    }
}  # fmt: skip
TEMPORARY = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_NOMEM", "SQLITE_INTERRUPT", "SQLITE_IOERR_SHMSIZE")
# Like `DENY`, some names of these families are codes of authorisers.
CODES = {name: code for name, code in CODES.items() if not name.startswith("SQLITE_DENY")}


def upgraded() -> Migrations:
    migrations = Migrations("tracker")
    with Database(memory=True, execute_plugins=False) as nothing:
        for migration in MIGRATIONS.pending(nothing):
            migrations(name=migration.name)(migration.fn)

    @migrations()
    def m900_notes(db: Database) -> None:
        db.execute("CREATE TABLE notes (text TEXT NOT NULL)")

    return migrations


def find_mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# ---- files ------------------------------------------------------------------------------------------------------------------


def test_a_new_database_is_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "tracker.db"
    with open_store(path) as store:
        assert find_mode(path) == 0o600
        assert find_mode(path.parent) == 0o700
        assert {find_mode(entry) for entry in path.parent.iterdir()} == {0o600}
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        assert [store._db.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas] == ["wal", 1, 1]


def test_odd_file_names_are_names(tmp_path: Path) -> None:
    path = tmp_path / "a?mode=ro#%20 é.db"
    with open_store(path):
        pass
    assert path.exists()


def test_a_foreign_file_is_left_alone(path: Path) -> None:
    path.write_text("This is a letter and no database, and it is long enough to be read as a header of one.\n" * 3)
    before = path.read_bytes()
    for attempt in (open_store, open_rehearsal):
        with pytest.raises(StoreError, match="is not an SQLite database"):
            attempt(path)
    assert path.read_bytes() == before


def test_another_programs_database_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    connection.close()
    with pytest.raises(StoreError, match="is a database of another program"):
        open_store(path)


@pytest.mark.parametrize("name", ["file/tracker.db", "file/deeper/tracker.db"])
def test_a_folder_that_cannot_be(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be opened or written"):
        open_store(tmp_path / name)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened or written"):
        open_store(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind root")
def test_an_unwritable_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="cannot be opened or written"):
        open_store(tmp_path / "tracker.db")
    tmp_path.chmod(0o700)


def test_reading_needs_a_database(path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database at"):
        open_store(path, read_only=True)
    assert not path.exists()


def test_a_reader_cannot_write(path: Path, night: SimpleNamespace) -> None:
    with open_store(path) as store:
        night.save_night(store, night.NOW)
    with open_store(path, read_only=True) as store, pytest.raises(StoreError, match="cannot be opened or written"):
        night.save_night(store, night.NOW, articles=9)


# ---- upgrades ---------------------------------------------------------------------------------------------------------------


def test_an_upgrade_backs_up_first(path: Path, night: SimpleNamespace) -> None:
    with open_store(path) as store:
        night.save_night(store, night.NOW)
    with open_database(path, read_only=False, busy_seconds=1, migrations=upgraded()) as db:
        assert db.table("notes").exists()
    backup = path.with_name("tracker.db.before-m900_notes")
    assert find_mode(backup) == 0o600
    with open_store(backup) as store:
        assert store._db.table("articles").count == 6
        assert not store._db.table("notes").exists()
    assert not list(path.parent.glob("*.unfinished*"))


def test_an_upgrade_that_fails_changes_nothing(path: Path, night: SimpleNamespace) -> None:
    with open_store(path) as store:
        night.save_night(store, night.NOW)
    broken = upgraded()

    @broken()
    def m901_broken(db: Database) -> None:
        db.execute("CREATE TABLE notes (text)")

    with pytest.raises(StoreError, match="table notes already exists"):
        open_database(path, read_only=False, busy_seconds=1, migrations=broken)
    with open_store(path) as store:
        assert not store._db.table("notes").exists()


def test_a_reader_waits_for_the_upgrade(path: Path) -> None:
    with open_store(path):
        pass
    with pytest.raises(StoreError, match="written by an older tracker"):
        open_database(path, read_only=True, busy_seconds=1, migrations=upgraded())


def test_a_newer_schema_is_refused(path: Path) -> None:
    open_database(path, read_only=False, busy_seconds=1, migrations=upgraded()).close()
    before = path.read_bytes()
    for attempt in (open_store, open_rehearsal):
        with pytest.raises(NewerSchemaError, match=r"written by a later tracker \(m900_notes\)"):
            attempt(path)
    assert path.read_bytes() == before


def test_opening_again_applies_nothing(path: Path) -> None:
    for _ in range(2):
        with open_store(path) as store:
            assert MIGRATIONS.pending(store._db) == []


def test_a_database_whose_making_was_cut_short(path: Path, night: SimpleNamespace) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
    connection.close()
    with open_store(path) as store:
        assert night.save_night(store, night.NOW) is not None


# ---- errors -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(CODES))
def test_every_code_of_sqlite_has_its_error(name: str) -> None:
    error = sqlite3.OperationalError("something\nhappened")
    error.sqlite_errorcode = CODES[name]
    found = resolve_error(error, Path("some.db"))
    expected = TemporaryError if name.startswith(TEMPORARY) else StoreError
    assert type(found) is expected
    assert "some.db" in str(found)
    assert "\n" not in str(found)


@pytest.mark.parametrize(("number", "expected"), [(28, TemporaryError), (122, TemporaryError), (13, StoreError), (30, StoreError)])
def test_the_systems_errors_too(number: int, expected: type[Exception]) -> None:
    assert type(resolve_error(OSError(number, os.strerror(number)), Path("some.db"))) is expected


def test_a_locked_database(path: Path, night: SimpleNamespace) -> None:
    with open_store(path) as holder, open_store(path, busy_seconds=0.05) as store:
        holder._db.execute("BEGIN IMMEDIATE")
        assert store.begin_run(night.NOW, "1.0").id == 1
        with pytest.raises(TemporaryError, match="is locked by another process"):
            night.save_night(store, night.NOW)


def test_a_reader_does_not_lock_the_writer_out(path: Path, night: SimpleNamespace) -> None:
    with open_store(path) as store, open_store(path, read_only=True) as reader:
        reader._db.execute("BEGIN")
        assert reader.is_known("nothing") is False
        assert night.save_night(store, night.NOW) is not None


def test_a_full_disk(path: Path, night: SimpleNamespace) -> None:
    with open_store(path) as store:
        night.save_night(store, night.NOW, articles=1)
        pages = store._db.execute("PRAGMA page_count").fetchone()[0]
        store._db.execute(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.raises(TemporaryError, match="the disk is full"):
            night.save_night(store, night.NOW, articles=200)
        stored = store._db.table("articles").count
        store._db.execute("PRAGMA max_page_count = 1000000")
        run = night.save_night(store, night.NOW + timedelta(days=1), articles=40)
        assert run is not None
        assert store._db.table("articles").count == 40 > stored


def test_a_damaged_page(path: Path, night: SimpleNamespace) -> None:
    with open_store(path) as store:
        night.save_night(store, night.NOW)
        pages = [row[0] for row in store._db.execute("SELECT rootpage FROM sqlite_master WHERE name LIKE '%positions%'") if row[0]]
    with path.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * 4096)
            file.write(b"\xff" * 4096)
    with open_store(path) as store, pytest.raises(StoreError, match="is damaged"):
        store.load_current_positions("Nordia", night.NOW)


def test_a_value_that_cannot_be_read(store: Store, night: SimpleNamespace) -> None:
    night.save_night(store, night.NOW)
    store._db.execute("UPDATE positions SET published = 'yesterday'")
    with pytest.raises(StoreError, match="holds a value that cannot be read"):
        store.load_run_material(1)


def test_no_method_lets_an_error_of_sqlite_out(path: Path, night: SimpleNamespace) -> None:
    store = open_store(path)
    handle = store.begin_run(night.NOW, "1.0")
    store.close()
    store.close()
    arguments = {
        "begin_run": (night.NOW, "1.0"),
        "copy_subjects": (path,),
        "finish_run": (handle, night.NOW, 1),
        "is_known": ("id",),
        "load_actors": (),
        "load_corrections": (),
        "load_course": ("id",),
        "load_current_positions": ("Nordia", night.NOW),
        "load_held": ("Nordia", night.NOW),
        "load_introductions": (["reis"], night.NOW),
        "load_last_material": (night.NOW,),
        "load_material": (None, night.NOW),
        "load_positions": (["id"],),
        "load_recent_issues": (),
        "load_run_material": (1,),
        "load_similar": ((1, 2), 1),
        "load_text": ("id",),
        "load_silences": (night.NOW, night.NOW, 14),
        "load_standings": (["id"],),
        "load_subjects": (),
        "load_timeline": ("Nordia", None, 5),
        "load_trace": ("id",),
        "load_versions": ("id",),
        "merge_issues": ("id", "other"),
        "rename_issue": ("id", "name"),
        "save_correction": ("id", None, "", night.NOW),
        "save_failure": (night.FAILURE, handle, night.NOW),
        "save_reading": (night.compose_reading(1), handle, night.NOW),
    }
    methods = {name for name, _ in inspect.getmembers(Store, inspect.isfunction) if not name.startswith("_")}
    assert methods - {"close", "together", "answers"} == set(arguments)
    for name, values in arguments.items():
        with pytest.raises(StoreError, match="open the store again"):
            getattr(store, name)(*values)


def test_no_method_for_revisions_lets_one_out(path: Path, night: SimpleNamespace) -> None:
    store = open_store(path)
    revisions = store.revisions
    store.close()
    place, cause = Place("id", night.NOW, 1), Cause("late", 1, night.NOW)
    asked = {
        "load_version": ("id", 2),
        "is_born": ("id", place),
        "is_late": (night.NOW,),
        "load_carried": ("id",),
        "load_followers": ("Nordia", place),
        "load_latest": ("address",),
        "load_live": ("id",),
        "load_measured": (["id"],),
        "load_outlet": ("id",),
        "load_place": ("id",),
        "save_edits": (Edits(dropped=(night.compose_position(1),)), "id", "", cause),
        "save_issue": (Issue("a", "a"), Issue("b", "b"), place, place),
        "save_redone": ("id", "Nordia", (), (), cause),
        "save_takeover": ("a", "b"),
    }
    methods = {name for name, _ in inspect.getmembers(Revisions, inspect.isfunction) if not name.startswith("_")}
    assert methods - {"load_before"} == set(asked)
    earlier = revisions.load_before(place)
    calls = [lambda name=name, values=values: getattr(revisions, name)(*values) for name, values in asked.items()]
    calls += [lambda: earlier.load_held("Nordia", night.NOW), lambda: earlier.load_positions(["id"]), earlier.load_recent_issues]
    for call in calls:
        with pytest.raises(StoreError, match="open the store again"):
            call()
