"""Unattended runs as cron starts them: a bare environment, silence after a good night, one run at a time, pings, the journal."""

import json
import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tracker.journal import load_nights
from tracker.lock import find_lock_path

NIGHTLY = Path(__file__).parents[1] / "cron" / "nightly"
ARTICLE = "Title: Norway stays away\nDate: 2026-03-01\n\nNorway will not attend the summit, its foreign minister said.\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a configuration, an article and a command `tracker` of this interpreter."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "tracker.toml").write_text('[run]\ndatabase = "db/tracker.db"\ninputs = ["in"]\n', encoding="utf-8")
    command = tmp_path / "tracker"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tracker.cli "$@"\n', encoding="utf-8")
    command.chmod(0o700)
    return tmp_path


def call(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The script as crond runs it on Debian: in the home folder, through sh, with four variables (crontab(5))."""
    bare = {"HOME": str(home), "LOGNAME": "nobody", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin", "TRACKER": str(home / "tracker")}
    line = " ".join([str(NIGHTLY), str(home / "tracker.toml"), *words])
    shell = ["/bin/sh", "-c", line]
    bare |= environment
    return subprocess.run(shell, capture_output=True, text=True, check=False, env=bare, cwd=home, stdin=subprocess.DEVNULL)


def test_a_good_night_is_silent_and_in_the_log(home: Path) -> None:
    for _ in range(2):
        done = call(home)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    log = (home / "log" / "tracker.log").read_text(encoding="utf-8")
    assert "1 new position" in log
    assert "Nothing new" in log
    assert [(night.exit_code, night.seen, night.new) for night in load_nights(home / "db" / "tracker.db")] == [(0, 1, 1), (0, 1, 0)]


def test_a_bad_night_speaks(home: Path) -> None:
    (home / "tracker.toml").write_text("[run]\nwrong = 1\n", encoding="utf-8")
    done = call(home)
    assert done.returncode == 78
    assert done.stdout == ""
    assert "unknown key 'wrong'" in done.stderr
    assert "ended with 78" in done.stderr


def test_a_missing_command_speaks(home: Path) -> None:
    done = call(home, TRACKER="/nowhere/tracker")
    assert done.returncode == 78
    assert "/nowhere/tracker" in done.stderr


def test_everything_is_private(home: Path) -> None:
    assert call(home).returncode == 0
    made = [*(home / "db").rglob("*"), *(home / "log").rglob("*"), home / "db", home / "log"]
    assert len(made) >= 5
    assert [path for path in made if path.stat().st_mode & 0o077] == []


def test_long_logs_are_rotated(home: Path) -> None:
    log = home / "log" / "tracker.log"
    log.parent.mkdir()
    for name, content in (("tracker.log", "x" * 1_000_001), ("tracker.log.1", "one"), ("tracker.log.2", "two")):
        (log.parent / name).write_text(content)
    assert call(home, LOG_KEEP="2").returncode == 0
    assert sorted(path.name for path in log.parent.iterdir()) == ["tracker.log", "tracker.log.1", "tracker.log.2"]
    assert log.with_name("tracker.log.2").read_text() == "one"
    assert log.stat().st_size < 10_000


def test_two_at_once(home: Path) -> None:
    database = home / "db" / "tracker.db"
    hold = "import sys, time; from datetime import UTC, datetime; from pathlib import Path; from tracker.lock import open_lock\n"
    hold += f"with open_lock(Path({str(database)!r}), datetime.now(UTC)): print('held', flush=True); time.sleep(60)"
    holder = subprocess.Popen([sys.executable, "-c", hold], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout
        holder.stdout.readline()
        begun = time.monotonic()
        done = call(home)
        assert time.monotonic() - begun < 10
        assert done.returncode == 75
        assert f"process {holder.pid}" in done.stderr
        assert not database.exists()
    finally:
        holder.kill()
        holder.communicate()
    assert call(home).returncode == 0


def test_a_night_that_did_less_than_usual_says_so(home: Path) -> None:
    for number in range(9):
        (home / "in" / f"b{number}.txt").write_text(ARTICLE.replace("Norway", f"Norway {number}"), encoding="utf-8")
    for _ in range(3):
        assert call(home).returncode == 0
    for path in (home / "in").glob("b*.txt"):
        path.unlink()
    done = call(home, "--strict")
    assert done.returncode == 75
    assert "only 1 articles looked at, 10 or more in the nights before" in done.stderr
    assert load_nights(home / "db" / "tracker.db")[-1].exit_code == 75


def test_twenty_articles_without_a_position_say_so(home: Path) -> None:
    for number in range(20):
        text = f"Date: 2026-03-01\n\nThe weather in the {number} valleys was mild, and the harvest of plums came in early.\n"
        (home / "in" / f"w{number}.txt").write_text(text, encoding="utf-8")
    (home / "in" / "a.txt").unlink()
    command = [str(home / "tracker"), "run", "--config", str(home / "tracker.toml"), "--verbose"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    for told in (done.stdout, done.stderr):
        assert "no position in 20 new articles" in told


def test_the_monitor_on_the_command_line(home: Path) -> None:
    paths: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as monitor:
        thread = threading.Thread(target=monitor.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        url = f"http://127.0.0.1:{monitor.server_port}/secret"
        codes = [call(home, "--ping-url", url).returncode]
        (home / "tracker.toml").write_text('[run]\ndatabase = "tracker.toml"\ninputs = ["in"]\n', encoding="utf-8")
        codes.append(call(home, "--ping-url", url).returncode)
        monitor.shutdown()
        thread.join()
    assert codes == [0, 78]
    assert paths == ["/secret/start", "/secret", "/secret/start", "/secret/fail"]
    assert "secret" not in (home / "log" / "tracker.log").read_text(encoding="utf-8")


def test_the_log_as_json(home: Path) -> None:
    command = [str(home / "tracker"), "run", "--config", str(home / "tracker.toml"), "--verbose", "--log-json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "HOME": str(home)})
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert {"time", "level", "logger", "message"} <= set(lines[0])
    assert lines[-1]["counts"]["new"] == 1


def test_a_dry_run_leaves_no_trace(home: Path) -> None:
    command = [str(home / "tracker"), "run", "--config", str(home / "tracker.toml"), "--dry-run"]
    subprocess.run(command, capture_output=True, check=True)
    assert not (home / "db").exists()
    assert not find_lock_path(home / "db" / "tracker.db").exists()
