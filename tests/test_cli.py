"""The command line as its users call it: exit codes, streams, bad input."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

NOW = ("--now", "2026-11-24T05:00:00+00:00")


def call(*words: object, stdin: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TRACKER_")}
    return subprocess.run(
        [sys.executable, "-m", "tracker.cli", *map(str, words)],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=cwd,
        env=environment,
        check=False,
    )


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> tuple[Path, str]:
    """The seeds' database and the digest of the run that made it."""
    database = tmp_path_factory.mktemp("night") / "tracker.db"
    done = call("run", seeds, "--db", database, "--config", seeds / "tracker.toml", *NOW)
    assert done.returncode == 0, done.stderr
    return database, done.stdout


def test_the_seeds_give_positions_changes_and_a_digest(night: tuple[Path, str]) -> None:
    database, digest = night
    with sqlite3.connect(database) as db:
        labels = {label for (label,) in db.execute("SELECT DISTINCT label FROM change_detail")}
        parties = {party for (party,) in db.execute("SELECT DISTINCT party FROM position_detail")}
    assert {"Spain", "Portugal"} <= parties
    assert "new" in labels
    assert len(labels) >= 3
    assert "Before" in digest
    assert "Now" in digest


def test_a_second_run_writes_nothing_and_says_so(night: tuple[Path, str], seeds: Path) -> None:
    database, _ = night
    before = database.read_bytes()
    done = call("run", seeds, "--db", database, "--config", seeds / "tracker.toml", *NOW)
    assert done.returncode == 0
    assert done.stdout.startswith("Nothing new")
    assert len(done.stdout.splitlines()) == 1
    assert database.read_bytes() == before


def test_a_dry_run_keeps_nothing(tmp_path: Path, seeds: Path) -> None:
    database = tmp_path / "tracker.db"
    done = call("run", seeds / "01-spain-will-not-release-more.txt", "--db", database, "--dry-run", *NOW)
    assert done.returncode == 0
    assert "new position" in done.stdout
    assert not database.exists()


def test_digest_comes_again_in_every_form(night: tuple[Path, str]) -> None:
    database, digest = night
    again = call("digest", "--db", database)
    assert again.returncode == 0
    assert again.stdout.splitlines()[0] == digest.splitlines()[0]
    assert json.loads(call("digest", "--db", database, "--format", "json").stdout)
    assert call("digest", "--db", database, "--format", "html").stdout.startswith("<!DOCTYPE html>")


def test_explain_tells_how_a_change_came_about(night: tuple[Path, str]) -> None:
    database, _ = night
    with sqlite3.connect(database) as db:
        ((identity, why),) = db.execute("SELECT id, why FROM change_detail WHERE label <> 'new' LIMIT 1")
    done = call("explain", identity[:10], "--db", database)
    assert done.returncode == 0
    assert why in done.stdout
    assert "earlier position" in done.stdout
    unknown = call("explain", "zzz", "--db", database)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "zzz" in unknown.stderr


def test_extract_keeps_the_contract(seeds: Path) -> None:
    done = call("extract", seeds / "01-spain-will-not-release-more.txt", "--json")
    (line,) = done.stdout.splitlines()
    article = json.loads(line)
    assert {"origin", "title", "published", "text", "summary", "attributions"} <= set(article)
    text = article["text"]
    assert all(sentence in text for sentence in article["summary"])
    assert article["attributions"]
    for a in article["attributions"]:
        assert {"source", "cue", "content", "kind", "party", "speaker", "issue", "polarity", "commitment"} <= set(a)
        assert a["kind"] in ("direct", "indirect", "mixed")
        assert all(0 <= s < e <= len(text) for role in ("source", "cue", "content") for s, e in a[role])
    assert any(a["party"] == "Spain" for a in article["attributions"])


def test_extract_without_json_is_for_people(seeds: Path) -> None:
    done = call("extract", seeds / "01-spain-will-not-release-more.txt")
    assert "Spain [" in done.stdout


def test_compare_adds_label_and_why() -> None:
    row = {"party": "A", "issue": "i", "before": "will sign the treaty", "after": "will not sign the treaty", "kept": 1}
    done = call("compare", "--json", stdin=json.dumps(row) + "\n\n")
    (line,) = done.stdout.splitlines()
    answer = json.loads(line)
    assert {**row} == {k: answer[k] for k in row}
    assert answer["label"] == "reversed"
    assert answer["why"]


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        (("run",), 2, "no input"),
        (("run", "x", "--now", "yesterday"), 2, "no ISO 8601 date"),
        (("run", "x", "--config", "none.toml"), 78, "cannot read the configuration"),
        (("run", "--colour"), 2, "No such option"),
        (("digest", "--db", "none.db"), 78, "none.db"),
        (("explain", "abc", "--db", "none.db"), 78, "none.db"),
        (("compare", "none.jsonl"), 2, "none.jsonl"),
        (("frobnicate",), 2, "No such command"),
    ],
)
def test_wrong_calls_end_with_one_line_and_their_code(words: tuple[str, ...], code: int, complaint: str, tmp_path: Path) -> None:
    done = call(*words, cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ("nonsense", "line 1 is not JSON"),
        ('{"before": "a", "after": "b"}\n[]', "line 2 holds no object"),
        ('{"before": "a"}', "line 1 has no text under 'after'"),
    ],
)
def test_compare_names_the_line_that_is_wrong(lines: str, complaint: str) -> None:
    done = call("compare", "--json", stdin=lines)
    assert done.returncode == 2
    assert complaint in done.stderr


def test_bad_articles_are_recorded_and_the_others_processed(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "empty.txt").write_bytes(b"")
    (folder / "binary.txt").write_bytes(bytes(range(256)))
    (folder / "page.html").write_text("<html><body><img src='x.png'></body></html>", encoding="utf-8")
    good = "Title: Norway stays away\nDate: 2026-03-01\n\nNorway will not attend the summit, its foreign minister said.\n"
    (folder / "good.txt").write_text(good, encoding="utf-8")
    database = tmp_path / "tracker.db"
    done = call("run", folder, tmp_path / "missing.txt", "--db", database, *NOW)
    assert done.returncode == 0
    for name in ("empty.txt", "binary.txt", "page.html", "missing.txt"):
        assert name in done.stdout
    with sqlite3.connect(database) as db:
        assert db.execute("SELECT count(*) FROM failures").fetchone() == (4,)
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (1,)
    assert call("run", folder, "--db", database, "--strict", *NOW).returncode == 75


def test_an_unusable_database_is_told(tmp_path: Path, seeds: Path) -> None:
    database = tmp_path / "tracker.db"
    database.write_text("this is no database, whatever its name says\n" * 50, encoding="utf-8")
    done = call("run", seeds, "--db", database)
    assert done.returncode == 78
    assert "tracker.db" in done.stderr
    assert "Traceback" not in done.stderr


def test_help_loads_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "tracker.cli", "--help"], capture_output=True, text=True, check=True
    )
    for heavy in ("onnxruntime", "sumy", "trafilatura", "numpy", "tokenizers", "jinja2", "sqlite_utils"):
        assert heavy not in done.stderr
