"""One run at a time: an advisory lock beside the database that never blocks and that no dead process can hold.

The kernel holds it (flock(2)) and lets go of it when the holder dies, whatever killed it, so nothing has to be judged from
process numbers, which are used again. The file stays: removing it would let two runs lock two files of one name.
"""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from tracker.errors import StoreError, TemporaryError

_MOST_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock, in its own words."""

    pid: int
    host: str
    since: str
    """ISO 8601, UTC."""


def find_lock_path(database: Path) -> Path:
    """The lock file of a database: beside it, links resolved, so that two names of one file share one lock."""
    real = database.resolve()
    return real.with_name(f"{real.name}.lock")


@contextmanager
def open_lock(database: Path, now: datetime) -> Iterator[None]:
    """Hold the lock of `database` inside. Raises TemporaryError at once where another process holds it, StoreError where the
    folder cannot be written.
    """
    path = find_lock_path(database)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise StoreError(
            f"{database} cannot be opened or written ({reason}, its lock {path.name}): "
            "check the path and the permissions of its folder"
        ) from error
    try:
        _take(descriptor, database, path)
        holder = Holder(os.getpid(), socket.gethostname(), now.isoformat())
        with suppress(OSError):  # a full disk: the lock holds all the same
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, json.dumps(asdict(holder)).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def load_holder(database: Path) -> Holder | None:
    """Who holds the lock of `database` at this moment; None where nobody does."""
    import fcntl

    try:
        descriptor = os.open(find_lock_path(database), os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _parse_holder(os.pread(descriptor, _MOST_BYTES, 0))
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return None


def _take(descriptor: int, database: Path, path: Path) -> None:
    import fcntl  # not on Windows, where `tracker --help` should answer all the same

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = _parse_holder(os.pread(descriptor, _MOST_BYTES, 0))
        raise TemporaryError(
            f"{database} is in use by another run (process {holder.pid} on {holder.host}, since {holder.since}): "
            "wait until it has finished, or stop it"
        ) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise StoreError(f"{path} cannot be locked ({reason}): keep the database on a local disk") from error


def _parse_holder(data: bytes) -> Holder:
    """What the file says; a holder that is about to write it is unknown for that moment."""
    try:
        fields = json.loads(data)
        return Holder(int(fields["pid"]), str(fields["host"])[:100], str(fields["since"])[:40])
    except (ValueError, KeyError, TypeError):
        return Holder(0, "this machine", "just now")
