"""The lock: never blocks, names its holder, and dies with it."""

import os
import signal
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.errors import StoreError, TemporaryError
from tracker.lock import find_lock_path, load_holder, open_lock

NOW = datetime(2031, 5, 4, 3, tzinfo=UTC)
HOLD = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from tracker.lock import open_lock
with open_lock(Path(sys.argv[1]), datetime(2031, 5, 4, 3, tzinfo=UTC)):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "db" / "tracker.db"


def test_a_second_one_is_refused_at_once_and_told_who(database: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(database)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(TemporaryError, match=rf"in use by another run \(process {holder.pid} on .*, since 2031-05-04"):
            open_lock(database, NOW).__enter__()
        found = load_holder(database)
        assert found
        assert found.pid == holder.pid
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.communicate()
    assert load_holder(database) is None
    with open_lock(database, NOW):  # the dead holder's lock is taken over
        assert load_holder(database)


def test_it_is_free_again_afterwards(database: Path) -> None:
    for _ in range(2):
        with open_lock(database, NOW):
            pass
    assert load_holder(database) is None


def test_it_is_private(database: Path) -> None:
    with open_lock(database, NOW):
        assert stat.S_IMODE(find_lock_path(database).stat().st_mode) == 0o600
        assert stat.S_IMODE(database.parent.stat().st_mode) == 0o700


def test_two_names_of_one_database_share_it(database: Path, tmp_path: Path) -> None:
    database.parent.mkdir()
    database.touch()
    other = tmp_path / "link.db"
    other.symlink_to(database)
    with open_lock(database, NOW), pytest.raises(TemporaryError):
        open_lock(other, NOW).__enter__()


def test_what_the_file_says_is_not_trusted(database: Path) -> None:
    database.parent.mkdir()
    for content in (b"", b"\xff\xff", b"[]", b'{"pid": "x"}', b'{"pid": 1}', b"x" * 100_000):
        find_lock_path(database).write_bytes(content)
        with open_lock(database, NOW):
            find_lock_path(database).write_bytes(content)
            with pytest.raises(TemporaryError, match="in use by another run"):
                open_lock(database, NOW).__enter__()


def test_a_link_in_its_place_is_not_followed(database: Path, tmp_path: Path) -> None:
    database.parent.mkdir()
    victim = tmp_path / "victim"
    victim.write_text("kept")
    find_lock_path(database).symlink_to(victim)
    with pytest.raises(StoreError, match="check the path"):
        open_lock(database, NOW).__enter__()
    assert victim.read_text() == "kept"


def test_a_folder_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be opened or written"):
        open_lock(tmp_path / "file" / "tracker.db", NOW).__enter__()


def test_children_do_not_inherit_it(database: Path) -> None:
    with open_lock(database, NOW):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"])
    try:
        assert os.getpid() != child.pid
        assert load_holder(database) is None
    finally:
        child.kill()
        child.wait()
