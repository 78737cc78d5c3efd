"""Kills the night with SIGKILL at random moments until it has come through, again and again, and compares what is left.

    .venv/bin/python scripts/torture.py --kills 200 [--seed 1] [--folder FOLDER]

Every round starts without a database. A run is killed at a random moment, the next one goes on with what it left, until one
ends by itself. Then every table must be row for row that of a run that nobody disturbed, and the file must be sound. Prints a
line for each round; exit code 1 where one differed.
"""

import argparse
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).parents[1]
NOW = "2031-05-04T03:00:00+00:00"
CLOCKS = {"_sqlite_migrations": {"applied_at"}}
"""Columns that hold the time of the machine; every other time is that of `--now`."""
LONGEST = 200
"""Runs in a row that a round may take before the moments of the kills are blamed."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=TOP / "seeds", help="the articles; seeds/ by default")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="torture-") as name:
        work = Path(name)
        inputs = copy_inputs(options.folder, work / "in")
        calm = work / "calm" / "tracker.db"
        begun = time.monotonic()
        run(inputs, calm, None)
        length = time.monotonic() - begun
        expected = load_rows(calm)
        print(f"undisturbed: {length:.1f} s, {len(expected)} rows", flush=True)
        killed = rounds = wrong = 0
        while killed < options.kills:
            rounds += 1
            database = work / f"round-{rounds}" / "tracker.db"
            kills = disturb(inputs, database, length, chance, options.kills - killed)
            killed += kills
            faults = find_faults(database, expected)
            wrong += bool(faults)
            print(f"round {rounds}: {kills} kills, {killed} in all: {'; '.join(faults[:5]) or 'the same'}", flush=True)
            if not faults:
                shutil.rmtree(database.parent)
        print(f"{killed} kills in {rounds} rounds, {rounds - wrong} of {rounds} rounds the same")
    return 1 if wrong else 0


def copy_inputs(folder: Path, target: Path) -> Path:
    """The articles, and beside them inputs that fail."""
    shutil.copytree(folder, target)
    (target / "empty.txt").write_bytes(b"")
    (target / "binary.txt").write_bytes(bytes(range(256)))
    return target


def disturb(inputs: Path, database: Path, length: float, chance: random.Random, most: int) -> int:
    """The number of kills until a run came through. The moments are drawn over the length of a whole run."""
    for kills in range(LONGEST):
        # Later runs have less to do; a tenth of the length is spent before anything is read.
        after = chance.uniform(0.1, 1.0) * length if kills < most else None
        if not run(inputs, database, after):
            return kills
    raise SystemExit(f"no run came through in {LONGEST} attempts: is the machine busy with something else?")


def run(inputs: Path, database: Path, kill_after: float | None) -> bool:
    """Whether the run was killed."""
    command = [sys.executable, "-m", "tracker.cli", "run", str(inputs), "--db", str(database), "--now", NOW, "-q"]
    process = subprocess.Popen(command, cwd=TOP, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        _, errors = process.communicate(timeout=kill_after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return process.returncode == -signal.SIGKILL
    if process.returncode != 0:
        raise SystemExit(f"the run ended with {process.returncode}: {errors}")
    return False


def load_rows(database: Path) -> list[tuple[object, ...]]:
    """Every row of every table but for the insides of the full-text indexes, which are a matter of how they were filled."""
    with sqlite3.connect(database) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        found: list[tuple[object, ...]] = []
        for name in names:
            if "_fts" in name or name == "sqlite_sequence":
                continue
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})") if row[1] not in CLOCKS.get(name, ())]
            order = ", ".join(str(number) for number in range(1, len(columns) + 1))
            chosen = ", ".join(f'"{column}"' for column in columns)
            found += [(name, *row) for row in connection.execute(f"SELECT {chosen} FROM {name} ORDER BY {order}")]
    connection.close()
    return found


def find_faults(database: Path, expected: list[tuple[object, ...]]) -> list[str]:
    """What differs, and what is unsound."""
    faults: list[str] = []
    with sqlite3.connect(database) as connection:
        faults += [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        faults += [f"dangling {row}" for row in connection.execute("PRAGMA foreign_key_check")]
        for index in ("articles_fts", "positions_fts"):
            connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
    connection.close()
    rows = load_rows(database)
    faults += [f"missing {row!r:.200}" for row in sorted(set(expected) - set(rows), key=repr)[:5]]
    faults += [f"beyond {row!r:.200}" for row in sorted(set(rows) - set(expected), key=repr)[:5]]
    if not faults and len(rows) != len(expected):
        faults.append(f"{len(rows)} rows, not {len(expected)}")
    return faults


if __name__ == "__main__":
    sys.exit(main())
