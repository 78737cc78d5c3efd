"""Opening the database file: permissions, pragmas, upgrades with a backup, and sqlite3's errors as ours."""

import errno
import glob
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from tracker.errors import NewerSchemaError, StoreError, TemporaryError, TrackerError
from tracker.store.migrations import MIGRATIONS

UPGRADE_COPIES = 3
"""Copies from before an upgrade that are kept."""

_FULL = "the disk is full while writing {path}: free some space and run again"
_DAMAGED = "{path} is damaged ({error}): restore a backup, or recover what is left with `sqlite3 {path} .recover`"
_UNWRITABLE = "{path} cannot be opened or written ({error}): check the path and the permissions of its folder"

_ERRORS: dict[int, tuple[type[TrackerError], str]] = {
    sqlite3.SQLITE_BUSY: (TemporaryError, "{path} is locked by another process ({error}): try again when that has finished"),
    sqlite3.SQLITE_LOCKED: (TemporaryError, "{path} is locked by another connection ({error}): try again when that has finished"),
    sqlite3.SQLITE_FULL: (TemporaryError, _FULL),
    sqlite3.SQLITE_IOERR_SHMSIZE: (TemporaryError, _FULL),
    sqlite3.SQLITE_NOMEM: (TemporaryError, "memory ran out while using {path} ({error}): try again with more of it free"),
    sqlite3.SQLITE_INTERRUPT: (TemporaryError, "a query on {path} was interrupted ({error}): run again"),
    sqlite3.SQLITE_NOTADB: (StoreError, "{path} is not an SQLite database: name another file, or move it away"),
    sqlite3.SQLITE_CORRUPT: (StoreError, _DAMAGED),
    sqlite3.SQLITE_IOERR: (StoreError, "reading or writing {path} failed ({error}): check the disk"),
    sqlite3.SQLITE_CANTOPEN: (StoreError, _UNWRITABLE),
    sqlite3.SQLITE_READONLY: (StoreError, _UNWRITABLE),
    sqlite3.SQLITE_PERM: (StoreError, _UNWRITABLE),
    sqlite3.SQLITE_AUTH: (StoreError, _UNWRITABLE),
}
_OTHER = (StoreError, "{path} could not be used ({error}): check it with `sqlite3 {path} 'PRAGMA integrity_check'`")
_CLOSED = (StoreError, "{path} could not be used ({error}): open the store again")


def resolve_error(error: sqlite3.Error | OSError, path: Path) -> TrackerError:
    """The error of errors.py that stands for one of sqlite3's or of the operating system's, with a one-line message.

    SQLite's extended result codes come first, then the primary ones in their low byte (sqlite.org/rescode.html).
    """
    if isinstance(error, OSError):
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        kind, message = (TemporaryError, _FULL) if full else (StoreError, _UNWRITABLE)
        return kind(message.format(path=path, error=(error.strerror or str(error)).lower()))
    code = getattr(error, "sqlite_errorcode", None)
    found = _CLOSED if code is None else _ERRORS.get(code) or _ERRORS.get(code & 0xFF, _OTHER)
    return found[0](found[1].format(path=path, error=" ".join(str(error).split())))


@contextmanager
def typed_errors(path: Path) -> Iterator[None]:
    """Whatever sqlite3 or the file system raises inside comes out as a StoreError or a TemporaryError."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise resolve_error(error, path) from error


@contextmanager
def typed_values(path: Path) -> Iterator[None]:
    """The same, and a value in the database that cannot be parsed comes out as a StoreError, too."""
    with typed_errors(path):
        try:
            yield
        except ValueError as error:
            raise StoreError(f"{path} holds a value that cannot be read ({error}): restore a backup") from error


@contextmanager
def immediate(db: Database) -> Iterator[None]:
    """A transaction that holds the write lock from its first statement on.

    A deferred one that reads first and writes later gets SQLITE_BUSY whatever the timeout (sqlite.org/lang_transaction.html).
    Within another one it is a part of that: what fails inside fails as a whole, so let the error through.
    """
    # No savepoints: with one open SQLite keeps a copy of every page that changes, a quarter of what storing costs.
    if db.conn.in_transaction:
        yield
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        # Some errors have rolled back already; a second rollback would hide them.
        with suppress(sqlite3.Error):
            db.rollback()
        raise


def insert_row(db: Database, table: str, row: dict[str, Any]) -> int | None:
    """Number of the new row; None where one with the same key is there already, which stays as it is."""
    cursor = db.execute(_compose_insert(table, tuple(row)), row)
    return cursor.lastrowid if cursor.rowcount == 1 else None


@cache
def _compose_insert(table: str, columns: tuple[str, ...]) -> str:
    # Kept, for an article puts some fifty rows into a dozen tables.
    places = ", ".join(f":{column}" for column in columns)
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places}) ON CONFLICT DO NOTHING"


def open_database(path: Path, *, read_only: bool, busy_seconds: float, migrations: Migrations = MIGRATIONS) -> Database:
    """The database at `path` with the current schema: made (mode 0600) where it is missing, upgraded where it is older.

    Read-only it must exist and be current. Raises StoreError, NewerSchemaError or TemporaryError.
    """
    with typed_errors(path):
        if read_only and not path.exists():
            raise StoreError(f"there is no database at {path}: make it with `tracker run`, or name another with --db")
        if not read_only:
            create_private(path)
        db = _connect(path, "mode=rw", busy_seconds)
        try:
            try:
                _set_up(db, path, read_only, migrations)
            except sqlite3.OperationalError as error:
                # A WAL database needs its two companion files even to be read; where the folder forbids them nobody writes either.
                if not read_only or error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
                    raise
                db.close()
                db = _connect(path, "mode=ro&immutable=1", busy_seconds)
                _set_up(db, path, read_only, migrations)
        except BaseException:
            db.close()
            raise
        return db


def open_as_it_is(path: Path, *, busy_seconds: float) -> Database:
    """The database at `path` for reading, whatever its schema. Raises StoreError or TemporaryError."""
    with typed_errors(path):
        if not path.exists():
            raise StoreError(f"there is no database at {path}: make it with `tracker run`, or name another with --db")
        db = _connect(path, "mode=rw", busy_seconds)
        try:
            _applied(db, path, MIGRATIONS)
        except BaseException:
            db.close()
            raise
        return db


def open_scratch(path: Path, *, busy_seconds: float) -> Database:
    """A temporary database that starts as a copy of the one at `path`, empty where there is none; it is gone when closed."""
    with typed_errors(path):
        scratch = _wrap(sqlite3.connect("", isolation_level=None))
        try:
            if path.exists():
                db = _connect(path, "mode=rw", busy_seconds)
                with db:
                    _check(db, path, MIGRATIONS)
                    db.conn.backup(scratch.conn)
            scratch.execute("PRAGMA foreign_keys = ON")
            with immediate(scratch):
                MIGRATIONS.apply(scratch)
        except BaseException:
            scratch.close()
            raise
        return scratch


def create_private(path: Path) -> None:
    """An empty file at `path` that only its owner can read, folders included, unless something is there already.

    Raises OSError.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def _connect(path: Path, query: str, busy_seconds: float) -> Database:
    # isolation_level None: transactions begin where this package says so and nowhere else.
    address = f"{path.resolve().as_uri()}?{query}"
    return _wrap(sqlite3.connect(address, uri=True, timeout=busy_seconds, isolation_level=None))


def _wrap(connection: sqlite3.Connection) -> Database:
    connection.row_factory = sqlite3.Row
    return Database(connection, execute_plugins=False)


def _set_up(db: Database, path: Path, read_only: bool, migrations: Migrations) -> None:
    empty = _check(db, path, migrations)
    pending = migrations.pending(db)
    if read_only:
        if pending:
            raise StoreError(f"{path} was written by an older tracker: upgrade it with `tracker run --db {path}`")
        db.execute("PRAGMA query_only = ON")
        return
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA foreign_keys = ON")
    # 8 MB: with 32 a night over a million positions took as long (62 to 67 ms an article with either), and its memory grew with
    # the history until the cache was full.
    db.execute("PRAGMA cache_size = -8192")
    # What a statement with triggers notes down to undo itself is small: as files it takes a quarter of an article's storing.
    db.execute("PRAGMA temp_store = MEMORY")
    # Every 16 MB rather than 4: over a large history most of what an article costs here is the fsync of checkpoints.
    db.execute("PRAGMA wal_autocheckpoint = 4000")
    if pending:
        if not empty:
            _save_backup(db, path, pending[0].name)
        with immediate(db):
            migrations.apply(db)


def _check(db: Database, path: Path, migrations: Migrations) -> bool:
    """Whether the database is empty. Raises StoreError where it belongs to something else, NewerSchemaError where it is newer."""
    if db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
        return True
    newer = _applied(db, path, migrations) - _names(migrations)
    if newer:
        raise NewerSchemaError(f"{path} was written by a later tracker ({', '.join(sorted(newer))}): upgrade this one to use it")
    return False


def _applied(db: Database, path: Path, migrations: Migrations) -> set[str]:
    """The names of what was applied. Raises StoreError where the database belongs to something else."""
    applied = {migration.name for migration in migrations.applied(db)}
    if not applied:
        raise StoreError(f"{path} is a database of another program: name another file with --db")
    return applied


def _names(migrations: Migrations) -> set[str]:
    # Without a database nothing is applied, so everything that is known is pending.
    with Database(memory=True, execute_plugins=False) as nothing:
        return {migration.name for migration in migrations.pending(nothing)}


def _save_backup(db: Database, path: Path, migration: str) -> None:
    """A copy beside the database, checked, as it was before `migration`; of all such copies the newest few are kept."""
    save_copy(db, path, path.with_name(f"{path.name}.before-{migration}"))
    # Migrations are numbered, so that the names are in order.
    for old in sorted(path.parent.glob(f"{glob.escape(path.name)}.before-m[0-9]*"))[:-UPGRADE_COPIES]:
        old.unlink(missing_ok=True)


def save_copy(db: Database, path: Path, target: Path) -> None:
    """A copy of the open database at `path`: whole, checked, mode 0600; it takes the place of `target` only when it is good.

    Raises StoreError where the copy is damaged, and what SQLite and the operating system raise.
    """
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    create_private(unfinished)
    db.execute("VACUUM INTO ?", [str(unfinished)])
    with _connect(unfinished, "mode=rw", 1.0) as copy:
        verdict = copy.execute("PRAGMA quick_check").fetchone()[0]
    if verdict != "ok":
        raise StoreError(f"the backup {unfinished} of {path} is damaged ({verdict}): check the disk; nothing was changed")
    with unfinished.open("rb") as file:
        os.fsync(file.fileno())
    unfinished.replace(target)
