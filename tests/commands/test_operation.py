"""check, status, backup, prune and schedule as their users call them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

RELEASED = sorted((Path(__file__).parents[1] / "databases").glob("*.db"))[-1]


def call(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TRACKER_")}
    command = [sys.executable, "-m", "tracker.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env=environment)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with the database of a small night."""
    (tmp_path / "db").mkdir(mode=0o700)
    shutil.copy(RELEASED, tmp_path / "db" / "tracker.db")
    (tmp_path / "db" / "tracker.db").chmod(0o600)
    return tmp_path


def test_check_of_a_sound_place(home: Path) -> None:
    done = call("check", cwd=home)
    assert done.returncode == 0, done.stdout
    assert "TROUBLE" not in done.stdout
    looked_at = {line.split()[1] for line in done.stdout.splitlines()}
    assert {"models", "knowledge", "inputs", "database", "texts", "permissions", "disk", "nights"} <= looked_at


def test_check_names_each_trouble_with_its_remedy(home: Path) -> None:
    database = home / "db" / "tracker.db"
    with database.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 100_000)
    database.chmod(0o644)
    (home / "db" / "tracker.db.nights").write_text(
        json.dumps({"started": "2031-01-01T00:00:00+00:00", "finished": "2031-01-01T00:00:01+00:00", "exit_code": 0}) + "\n"
    )
    (home / "tracker.toml").write_text('[run]\ninputs = ["nowhere"]\n')
    done = call("check", "--config", "tracker.toml", cwd=home)
    assert done.returncode == 78
    troubles = [line for line in done.stdout.splitlines() if line.startswith("TROUBLE")]
    text = "\n".join(troubles)
    for part in ("there is no nowhere", "restore a backup", f"chmod 600 {database.relative_to(home)}", "set the clock"):
        assert part in text
    lines = [json.loads(line) for line in call("check", "--json", cwd=home).stdout.splitlines()]
    assert all({"name", "message", "exit_code"} == set(line) for line in lines)


def test_reextract(home: Path) -> None:
    assert "6 of 6 were read by other rules" in call("check", cwd=home).stdout
    would = call("reextract", "--dry-run", cwd=home)
    assert would.returncode == 0, would.stderr
    assert "nothing is changed yet" in would.stdout
    done = call("reextract", "--verbose", cwd=home)
    assert done.returncode == 0, done.stderr
    assert "6 texts read, 6 were out of date; none of this is told as news" in done.stdout
    assert "6 of 6 texts" in done.stderr
    assert "nothing is out of date: 6 texts" in call("reextract", cwd=home).stdout
    assert "0 of 6 were read by other rules" in call("check", cwd=home).stdout
    assert call("check", cwd=home).returncode == 0


def test_check_without_a_database_yet(tmp_path: Path) -> None:
    done = call("check", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "the first `tracker run` makes it" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_status(home: Path) -> None:
    times = {"started": "2031-01-01T00:00:00+00:00", "finished": "2031-01-01T00:00:12.500+00:00"}
    night = {**times, "exit_code": 75, "seen": 40, "new": 3}
    (home / "db" / "tracker.db.nights").write_text(json.dumps(night) + "\n")
    done = call("status", cwd=home)
    assert done.returncode == 0
    assert "6 articles, 18 positions" in done.stdout
    assert "2031-01-01 00:00     12.5 s  exit 75" in done.stdout
    told = json.loads(call("status", "--json", cwd=home).stdout)
    assert told["holds"]["articles"] == 6
    assert told["running"] is None
    assert told["nights"][0]["seen"] == 40


def test_backup(home: Path) -> None:
    for _ in range(2):
        done = call("backup", cwd=home)
        assert done.returncode == 0, done.stderr
    assert "checked" in done.stdout
    done = call("backup", home / "copy.db", cwd=home)
    assert (home / "copy.db").stat().st_mode & 0o777 == 0o600
    assert call("status", "--db", home / "copy.db", cwd=home).returncode == 0


def test_prune(home: Path) -> None:
    would = call("prune", "--keep", "1d", "--dry-run", cwd=home)
    assert would.returncode == 0, would.stderr
    assert "would go" in would.stdout
    assert "are gone" in call("prune", "--keep", "1d", cwd=home).stdout
    for wrong in ("", "5", "x", "1h", "999999y"):
        done = call("prune", "--keep", wrong, cwd=home)
        assert done.returncode == 2
        assert "no length of time" in done.stderr
    assert call("prune", "--keep", "1d", "--db", "none.db", cwd=home).returncode == 2


@pytest.mark.parametrize("command", ["status", "backup"])
def test_a_missing_database_is_told(tmp_path: Path, command: str) -> None:
    done = call(command, cwd=tmp_path)
    assert done.returncode == 78
    assert "there is no database at db/tracker.db" in done.stderr
    assert "Traceback" not in done.stderr


def test_schedule(home: Path) -> None:
    (home / "tracker.toml").write_text('[run]\ninputs = ["in"]\ndatabase = "db/tracker.db"\n')
    done = call("schedule", "--at", "4:05", cwd=home)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("5 4 * * * ")
    assert str(home / "tracker.toml") in done.stdout
    (home / "units").mkdir()
    assert call("schedule", "--systemd", "units", cwd=home).returncode == 0
    assert {path.name for path in (home / "units").iterdir()} == {"tracker.service", "tracker.timer", "tracker-failed.service"}
    assert f"ReadWritePaths={home / 'db'}" in (home / "units" / "tracker.service").read_text()
    assert call("schedule", "--systemd", "nowhere", cwd=home).returncode == 2
    assert call("schedule", "--at", "25:00", cwd=home).returncode == 2
    assert call("schedule", "--config", "none.toml", cwd=home).returncode == 78
