"""`tracker schedule` under Debian's cron, a real daemon, in a namespace of its own: nothing outside sees it, nothing stays."""

import getpass
import json
import os
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_string
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
ARTICLE = "Title: Norway stays away\nDate: 2026-03-01\n\nNorway will not attend the summit, its foreign minister said.\n"
SENDMAIL = Path("/usr/sbin/sendmail")
SECONDS = 150
"""Cron looks once a minute."""


def can_run() -> bool:
    if not (shutil.which("cron") and shutil.which("unshare") and SENDMAIL.exists() and os.geteuid() == 0):
        return False
    words = ["unshare", "--mount", "--pid", "--fork", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
    return subprocess.run(words, capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not can_run(), reason="needs root, unshare, and Debian's cron with a mail agent")


class Monitor(HTTPServer):
    paths: list[str]


class Handler(BaseHTTPRequestHandler):
    server: Monitor

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    with Monitor(("127.0.0.1", 0), Handler) as server:
        server.paths = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def find_lines(home: Path, minute: datetime) -> list[str]:
    """The crontab that `tracker schedule` prints for a configuration."""
    words = [sys.executable, "-m", "tracker.cli", "schedule", "--config", str(home / "tracker.toml"), "--at", f"{minute:%H:%M}"]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": str(TOP)})
    return done.stdout.splitlines()


SCRIPT = """
set -e
umask 022
for place in /var/spool/cron /etc/cron.d /run; do mount -t tmpfs tmpfs $place; done
: >{work}/empty; mount --bind {work}/empty /etc/crontab
mount --bind {work}/sendmail "$(readlink -f {sendmail})"
mkdir /var/spool/cron/crontabs
cp {work}/crontab /var/spool/cron/crontabs/{user}
chmod 600 /var/spool/cron/crontabs/{user}
cron -f &
for i in $(seq {seconds}); do
    sleep 1
    if [ -e {work}/good/db/tracker.db.nights ] && ls {work}/mails/* >/dev/null 2>&1; then sleep 3; exit 0; fi
done
echo "cron did nothing in {seconds} seconds"
"""


def test_a_good_night_is_silent_and_a_bad_one_is_mailed(tmp_path: Path, monitor: Monitor) -> None:
    for name in ("good", "bad"):
        (tmp_path / name / "in").mkdir(parents=True)
        (tmp_path / name / "in" / "a.txt").write_text(ARTICLE, encoding="utf-8")
        ping = f'ping_url = "http://127.0.0.1:{monitor.server_port}/{name}"\n'
        settings = f'[run]\ndatabase = "db/tracker.db"\ninputs = ["in"]\n{ping}'
        (tmp_path / name / "tracker.toml").write_text(settings, encoding="utf-8")
    minute = datetime.now() + timedelta(seconds=65)
    lines = [*find_lines(tmp_path / "good", minute), *find_lines(tmp_path / "bad", minute)[-1:]]
    (tmp_path / "bad" / "tracker.toml").write_text("[run]\nwrong = 1\n", encoding="utf-8")
    # Of cron's environment nothing is changed; the line tells which checkout the command is of.
    crontab = [*lines[:-2], f"PYTHONPATH={TOP}", *lines[-2:], f"* * * * * env >{tmp_path}/environment"]
    (tmp_path / "crontab").write_text("\n".join(crontab) + "\n", encoding="utf-8")
    (tmp_path / "mails").mkdir()
    (tmp_path / "sendmail").write_text(f"#!/bin/sh\ncat >{tmp_path}/mails/$$\n", encoding="utf-8")
    (tmp_path / "sendmail").chmod(0o755)
    values = {"work": tmp_path, "sendmail": SENDMAIL, "user": getpass.getuser(), "seconds": SECONDS}
    words = ["unshare", "--mount", "--pid", "--fork", "sh", "-c", SCRIPT.format(**values)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=SECONDS + 60)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr

    given = dict(line.split("=", 1) for line in (tmp_path / "environment").read_text().splitlines() if "=" in line)
    usual = {"HOME", "LOGNAME", "SHELL", "PATH", "MAILTO", "PWD", "OLDPWD", "SHLVL", "LANG", "LC_ALL", "_"}
    assert set(given) - usual == {"PYTHONPATH"}
    assert given["PATH"] == "/usr/local/bin:/usr/bin:/bin"

    (mail,) = [message_from_string(path.read_text()) for path in (tmp_path / "mails").iterdir()]
    assert "bad/tracker.toml" in str(mail["Subject"])
    text = str(mail.get_payload())
    assert "unknown key 'wrong'" in text
    assert "ended with 78" in text

    database = tmp_path / "good" / "db" / "tracker.db"
    (one,) = [json.loads(line) for line in database.with_name("tracker.db.nights").read_text().splitlines()]
    assert (one["exit_code"], one["new"], one["positions"]) == (0, 1, 1)
    assert "1 new position" in (tmp_path / "good" / "log" / "tracker.log").read_text(encoding="utf-8")
    assert stat.S_IMODE(database.stat().st_mode) == 0o600
    assert monitor.paths == ["/good/start", "/good"]
