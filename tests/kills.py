"""`tracker run` on the seeds, killed with SIGKILL over and over, and what becomes of its database. Run by test_kill.py, or:

    python tests/kills.py FOLDER [KILLS]     one line a kill; ends with 1 where a database or digest differs

The models are loaded once, then each run is a fork of this process: the kills fall on the work, not on the loading. They are
spread evenly over the time that an undisturbed run takes. Each killed run is followed by one that is left alone, and what that
leaves behind must equal what the undisturbed run left behind.
"""

import os
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

SEEDS = Path(__file__).parents[1] / "seeds"
NOW = "2026-11-24T05:00:00+00:00"
CLOCKS = {("_sqlite_migrations", "applied_at")}
"""Columns that hold the time of the clock; everything else follows from the articles and --now."""
SHADOWS = ("_config", "_content", "_data", "_docsize", "_idx")


def start(words: Sequence[object], output: Path) -> int:
    """The number of a process that runs the command line, with what it prints in `output`."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        with output.open("w", encoding="utf-8") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
            sys.argv = ["tracker", *map(str, words)]
            from tracker.cli import main

            try:
                main()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
            sys.stdout.flush()
            sys.stderr.flush()
    finally:
        os._exit(code)  # whatever this process holds of its parent is the parent's to close


def finish(words: Sequence[object], output: Path) -> str:
    """What the command line prints; this program ends where it fails."""
    _, status = os.waitpid(start(words, output), 0)
    text = output.read_text(encoding="utf-8")
    if status:
        sys.exit(f"tracker {' '.join(map(str, words))} ended with {os.waitstatus_to_exitcode(status)}:\n{text}")
    return text


def load_tables(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but for the clocks; full-text tables by what they find, not by how they are stored."""
    with sqlite3.connect(database) as db:
        if verdict := [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]:
            sys.exit(f"{database} is damaged: {verdict[0]}")
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        tables = {}
        for name in names:
            if any(name.endswith(f"_fts{shadow}") for shadow in SHADOWS):
                continue
            columns = [row[1] for row in db.execute(f"PRAGMA table_info ({name})") if (name, row[1]) not in CLOCKS]
            tables[name] = db.execute(f"SELECT {', '.join(columns)} FROM {name} ORDER BY {', '.join(columns)}").fetchall()
    db.close()
    return tables


def find_differences(folder: Path, expected: Path) -> list[str]:
    """In what the database in a folder, or the digest, differs from the undisturbed ones."""
    mine, right = load_tables(folder / "tracker.db"), load_tables(expected / "tracker.db")
    found = [f"table {name}" for name in sorted(mine.keys() | right.keys()) if mine.get(name) != right.get(name)]
    told, meant = (find_digest(place) for place in (folder, expected))
    return found + ["digest"] * (told != meant)


@cache
def find_digest(folder: Path) -> str:
    words = ("digest", "--as-of", NOW, "--format", "json", "--db", folder / "tracker.db")
    return finish(words, folder / "digest.json")


def run_words(folder: Path) -> tuple[object, ...]:
    return ("run", folder.parent / "in", "--db", folder / "tracker.db", "--now", NOW)


def load_everything(top: Path) -> None:
    """The models and whatever else a first run loads."""
    from tracker.config import Config
    from tracker.run import run_night
    from tracker.store import open_rehearsal

    with open_rehearsal(top / "none.db") as store:
        run_night([str(top / "in")], store, Config(), datetime.now(UTC), "kills")


def main(top: Path, kills: int) -> int:
    shutil.copytree(SEEDS, top / "in")
    load_everything(top)
    expected = top / "undisturbed"
    expected.mkdir()
    began = time.perf_counter()
    finish(run_words(expected), expected / "out.txt")
    lasted = time.perf_counter() - began
    hit = wrong = 0
    for number in range(kills):
        folder = top / f"killed-{number}"
        folder.mkdir()
        moment = lasted * (number + 0.5) / kills
        pid = start(run_words(folder), folder / "first.txt")
        time.sleep(moment)
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        hit += os.WIFSIGNALED(status)
        finish(run_words(folder), folder / "second.txt")
        differences = find_differences(folder, expected)
        wrong += bool(differences)
        state = "in its work" if os.WIFSIGNALED(status) else "when it had ended"
        print(f"killed after {1000 * moment:.0f} ms {state}: {', '.join(differences) or 'the same'}", flush=True)
        shutil.rmtree(folder)
    print(f"{hit} of {kills} hit, {wrong} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200))
