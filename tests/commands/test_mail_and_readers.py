"""`tracker run` with delivery, `tracker mail`, `tracker wrong` and `tracker history` as their users call them."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Call = Callable[..., subprocess.CompletedProcess[str]]

ARTICLES = {
    "1.txt": "Title: No\nDate: 2026-03-01\n\nNorway will not attend the summit in Geneva, its foreign minister said.\n",
    "2.txt": "Title: Yes\nDate: 2026-03-08\n\nNorway will attend the summit in Geneva, its foreign minister said.\n",
}


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with articles and a configuration that mails into a folder."""
    (tmp_path / "in").mkdir()
    for name, text in ARTICLES.items():
        (tmp_path / "in" / name).write_text(text, encoding="utf-8")
    (tmp_path / "tracker.toml").write_text(
        '[run]\ndatabase = "tracker.db"\ninputs = ["in"]\n'
        '[mail]\nfrom = "tracker@example.org"\ntransport = "folder"\nfolder = "box"\n'
        '[[digest]]\nto = ["desk@example.org"]\n',
        encoding="utf-8",
    )
    return tmp_path


@pytest.fixture
def call(desk: Path) -> Call:
    def run(*words: object) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TRACKER_")}
        command = [sys.executable, "-m", "tracker.cli", *map(str, words), "--config", str(desk / "tracker.toml")]
        return subprocess.run(command, capture_output=True, text=True, cwd=desk, env=environment, check=False)

    return run


def test_a_night_with_mail(desk: Path, call: Call) -> None:
    done = call("run", "--now", "2026-03-09T05:00+00:00")
    assert done.returncode == 0, done.stderr
    (message,) = (desk / "box").glob("*.eml")
    assert call("run", "--now", "2026-03-10T05:00+00:00").returncode == 0
    assert len(list((desk / "box").glob("*.eml"))) == 1
    again = call("digest", "--as-of", "2026-03-09")
    assert again.stdout.splitlines()[0] in message.read_text(encoding="utf-8").replace("=\n", "")
    assert call("digest", "--as-of", "2026-03-09", "--profile", "nobody").returncode == 2
    assert call("mail", "pending").stdout == "nothing waits\n"
    assert call("digest", "--format", "markdown").stdout.startswith("# ")
    narrowed = call("digest", "--party", "Atlantis").stdout
    assert narrowed == "Nothing new.\n"

    told = call("history", "norway")
    assert told.returncode == 0, told.stderr
    assert "*not*" in told.stdout or "reversed" in told.stdout
    assert call("history", "Atlantis").returncode == 2

    (change,) = (c for c in json.loads(call("digest", "--format", "json").stdout)["changes"] if c["before"])
    wrong = call("wrong", change["id"][:8], "--label", "amended", "--note", "a test", "--now", "2026-03-10T06:00+00:00")
    assert wrong.returncode == 0, wrong.stderr
    assert json.loads(call("digest", "--format", "json").stdout)["counts"]["amended"] == 1
    assert call("digest", "--as-of", "2026-03-09").stdout == again.stdout
    pair = json.loads(call("wrong", "--export").stdout)
    assert (pair["label"], pair["was"], pair["note"], pair["party"]) == ("amended", change["label"], "a test", "Norway")
    assert call("run", "--now", "2026-03-11T05:00+00:00").returncode == 0
    newest = max((desk / "box").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    assert "[tracker] 1 correction" in newest.read_text(encoding="utf-8")


def test_mail_that_cannot_go_out_is_deferred(desk: Path, call: Call) -> None:
    (desk / "box").write_text("in the way", encoding="utf-8")
    done = call("run", "--now", "2026-03-09T05:00+00:00")
    assert done.returncode == 75
    assert "1 mail is deferred" in done.stderr
    assert "Norway" in done.stdout
    waiting = call("mail", "pending")
    assert "pending desk@example.org" in waiting.stdout
    assert "cannot write to" in waiting.stdout
    assert call("mail", "retry").returncode == 75
    (desk / "box").unlink()
    assert call("mail", "retry").stdout == "1 sent, 0 deferred, 0 given up\n"
    assert len(list((desk / "box").glob("*.eml"))) == 1
    assert call("run", "--now", "2026-03-10T05:00+00:00").returncode == 0


def test_a_dry_run_mails_nothing(desk: Path, call: Call) -> None:
    assert call("run", "--dry-run").returncode == 0
    assert not (desk / "box").exists()


def test_a_test_mail(desk: Path, call: Call) -> None:
    done = call("mail", "test")
    assert (done.returncode, done.stdout) == (0, "desk@example.org: sent\n")
    assert len(list((desk / "box").glob("*.eml"))) == 1
    (desk / "tracker.toml").write_text("", encoding="utf-8")
    assert call("mail", "test").returncode == 78


def test_wrong_calls(call: Call) -> None:
    assert call("wrong").returncode in (2, 78)
    assert call("wrong", "abc").returncode == 78
    assert call("history", "Norway").returncode == 78
