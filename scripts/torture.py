"""Kills the night with SIGKILL in every part of its work, starts it again, and compares what is left with undisturbed nights.

    .venv/bin/python scripts/torture.py [--kills 200] [--calm 3] [--seed 1]

The night reads a folder, two feeds and their pages from a server on this machine, stores, compares, and mails digests to six
readers through a real SMTP server (aiosmtpd, of the extra `test`). Every round starts without a database: a run is killed, and so
are one or more of those that take it up; the last one is left alone. Then every table must be row for row that of a night that
nobody disturbed, the file must be sound, and each reader must have got the same mail once. The one repeat that SMTP cannot rule
out, a kill after the server has the whole message and before that is recorded, must carry the same Message-ID and text.

The models are loaded once and each run is a fork of this process, so that the kills fall on the work and not on the loading. A
kill waits for a part of the work, drawn by chance, and then for a moment within it. `--calm` nights run undisturbed in processes
of their own, each with other hash seeds, threads and cores, and must end alike too. Prints a line for each round; exit code 1
where anything differed.
"""

import argparse
import json
import mmap
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Any

TOP = Path(__file__).parents[1]
NOW = "2031-05-04T03:00:00+00:00"
CLOCKS = {"_sqlite_migrations": {"applied_at"}}
"""Columns that hold the time of the machine; every other time is that of `--now`."""
PARTS = {"fetch": 20, "understand": 18, "store": 15, "digest": 12, "compose": 12, "send": 15, "acceptance": 8}
"""Parts of a night, and how many kills of a hundred fall into each. Acceptance: the server has a message, and has not said so."""
READERS = """
[[digest]]
name = "desk"
to = ["Desk <desk@example.org>", "chief@example.org", "archive@example.org"]
[[digest]]
name = "iberia"
to = ["iberia@example.org", "water@example.org"]
parties = ["Spain", "Portugal"]
[[digest]]
name = "moves"
to = ["moves@example.org"]
labels = ["reversed", "hardened", "softened", "amended"]
format = "text"
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--calm", type=int, default=3, help="undisturbed nights in processes of their own")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="torture-") as name, served(Path(name)) as (http, smtp):
        work = Path(name)
        config = write_config(work, http, smtp)
        return torture(work, config, options.kills, options.calm, random.Random(options.seed))


def torture(work: Path, config: Path, most: int, calm: int, chance: random.Random) -> int:
    load_everything(config)
    watch = Watch()
    undisturbed = begin_round(work, "undisturbed")
    begun = time.monotonic()
    finish(config, undisturbed, watch)
    expected, mails = load_rows(undisturbed / "tracker.db"), load_mails(undisturbed)
    entries = watch.counts() | {"acceptance": len(mails)}
    told = ", ".join(f"{count} x {part}" for part, count in entries.items())
    print(f"undisturbed: {time.monotonic() - begun:.1f} s, {len(expected)} rows, {len(mails)} mails; {told}", flush=True)
    if len(mails) != 6 or min(entries.values()) < 1:
        raise SystemExit("an undisturbed night leaves out a part of the work")
    wrong = same = killed = repeated = rounds = 0
    for number in range(calm):
        faults = run_calm(work, config, number, expected, mails)
        wrong += bool(faults)
        print(f"calm night {number + 1}: {'; '.join(faults) or 'the same'}", flush=True)
    parts: Counter[str] = Counter()
    while killed < most:
        rounds += 1
        folder = begin_round(work, f"round-{rounds}")
        planned = min(chance.choice((1, 1, 2, 3)), most - killed)
        hit = [part for part in (disturb(config, folder, watch, entries, chance) for _ in range(planned)) if part]
        finish(config, folder, watch)
        again, faults = find_mail_faults(load_mails(folder), mails, hit.count("send") + hit.count("acceptance"))
        faults = find_faults(folder / "tracker.db", expected) + faults
        killed, repeated, parts = killed + len(hit), repeated + again, parts + Counter(hit)
        same += 0 if faults else len(hit)
        wrong += bool(faults)
        print(f"round {rounds}: killed in {', '.join(hit) or 'nothing'}: {'; '.join(faults[:5]) or 'the same'}", flush=True)
        if not faults:
            shutil.rmtree(folder)
    where = ", ".join(f"{count} in {part}" for part, count in parts.most_common())
    print(f"{same} of {killed} kills in {rounds} rounds the same ({where})")
    print(f"{rounds * len(mails)} mails meant; {repeated} came again after a cut behind DATA, with the same Message-ID and text")
    return 1 if wrong else 0


# ---- a round ------------------------------------------------------------------------------------------------------------------


@contextmanager
def served(work: Path) -> Iterator[tuple[int, int]]:
    command = [sys.executable, str(Path(__file__).with_name("torture_servers.py")), str(work)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        http, smtp = map(int, process.stdout.readline().split())
        yield http, smtp
    finally:
        process.kill()
        process.communicate()


def write_config(work: Path, http: int, smtp: int) -> Path:
    shutil.copytree(TOP / "seeds", work / "in")
    (work / "in" / "empty.txt").write_bytes(b"")
    (work / "in" / "binary.txt").write_bytes(bytes(range(256)))
    feeds = "".join(f'[[feed]]\nurl = "http://127.0.0.1:{http}/{name}.xml"\nallow_private = true\n' for name in ("pages", "full"))
    (work / "tracker.toml").write_text(
        f'[run]\ninputs = ["in"]\n[fetch]\ndelay = 0\n{feeds}[mail]\nfrom = "tracker@example.org"\nhost = "127.0.0.1"\n'
        f'port = {smtp}\nsecurity = "none"\n{READERS}',
        encoding="utf-8",
    )
    return work / "tracker.toml"


def begin_round(work: Path, name: str) -> Path:
    folder = work / name
    (folder / "mails").mkdir(parents=True)
    (work / "round").write_text(str(folder))
    return folder


# ---- runs and kills ---------------------------------------------------------------------------------------------------------


class Watch:
    """Which part of its work a run is in, and how often it has entered each: memory that forks share."""

    def __init__(self) -> None:
        self._shared = mmap.mmap(-1, 4 * (len(PARTS) + 1))

    def clear(self) -> None:
        self._shared[:] = bytes(len(self._shared))

    def counts(self) -> dict[str, int]:
        found = struct.unpack(f"{len(PARTS) + 1}i", self._shared)
        return dict(zip(PARTS, found, strict=False))

    def enter(self, part: str) -> None:
        place = 4 * list(PARTS).index(part)
        (count,) = struct.unpack_from("i", self._shared, place)
        struct.pack_into("i", self._shared, place, count + 1)

    def watch(self, owner: Any, name: str, part: str) -> None:
        """Count every call of a function as an entry into that part."""
        function: Callable[..., Any] = getattr(owner, name)

        @wraps(function)
        def watched(*values: Any, **named: Any) -> Any:
            self.enter(part)
            return function(*values, **named)

        setattr(owner, name, watched)

    def watch_all(self) -> None:
        from tracker import delivery, intake, run
        from tracker.articles import visits
        from tracker.store.outbox import Outbox
        from tracker.store.store import Store

        self.watch(visits, "fetch_once", "fetch")
        self.watch(intake, "read_article", "understand")
        self.watch(Store, "save_reading", "store")
        self.watch(run, "compose_digest", "digest")
        self.watch(Store, "finish_run", "digest")
        self.watch(delivery, "compose_delivery", "compose")
        self.watch(Outbox, "save_digest", "compose")
        self.watch(delivery, "_send", "send")
        self.watch(Outbox, "save_sent", "send")


def load_everything(config: Path) -> None:
    """The models and whatever else a first run loads."""
    from tracker.config import load_config
    from tracker.delivery import deliver_digests  # noqa: F401 - loaded before the forks
    from tracker.digest import html, text  # noqa: F401
    from tracker.run import run_night
    from tracker.store.store import open_rehearsal

    settings = load_config(config)
    with open_rehearsal(config.with_name("none.db")) as store:
        run_night(settings.inputs, store, settings, datetime.fromisoformat(NOW), "torture", feeds=settings.feeds)


def words(config: Path, folder: Path) -> list[str]:
    return ["run", "--config", str(config), "--db", str(folder / "tracker.db"), "--now", NOW, "--quiet"]


def start(config: Path, folder: Path, watch: Watch) -> int:
    """The number of a process that runs the night."""
    watch.clear()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        with (folder / "out.txt").open("w", encoding="utf-8") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
            watch.watch_all()
            sys.argv = ["tracker", *words(config, folder)]
            from tracker.cli import main as tracker

            try:
                tracker()
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
            sys.stdout.flush()
            sys.stderr.flush()
    finally:
        os._exit(code)  # whatever this process holds of its parent is the parent's to close


def finish(config: Path, folder: Path, watch: Watch) -> None:
    """A run that is left alone; this program ends where it fails."""
    _, status = os.waitpid(start(config, folder, watch), 0)
    if status:
        text = (folder / "out.txt").read_text(encoding="utf-8")
        raise SystemExit(f"a run that was left alone ended with {os.waitstatus_to_exitcode(status)}:\n{text}")


def disturb(config: Path, folder: Path, watch: Watch, entries: dict[str, int], chance: random.Random) -> str | None:
    """The part in which a run was killed; None where it had ended before."""
    part = chance.choices(list(PARTS), list(PARTS.values()))[0]
    wanted, pause = chance.randint(1, entries[part]), chance.uniform(0, 0.03)
    before = len(load_mails(folder))
    if part == "acceptance":
        pause = 0
    pid = start(config, folder, watch)
    while (len(load_mails(folder)) - before if part == "acceptance" else watch.counts()[part]) < wanted:
        if os.waitpid(pid, os.WNOHANG)[0]:
            return None  # what is left to do has not so much of that part
        time.sleep(0.0002)
    time.sleep(pause)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    if not os.WIFSIGNALED(status):
        return None
    # On a busy machine the moment may come when the night is further on: then it falls where the mails go out.
    return "send" if part != "acceptance" and watch.counts()["send"] else part


def run_calm(work: Path, config: Path, number: int, expected: list[tuple[object, ...]], mails: list[tuple[str, ...]]) -> list[str]:
    """In what a night in a process of its own, on other cores and with another hash seed, differs from the first."""
    folder = begin_round(work, f"calm-{number}")
    environment = {**os.environ, "PYTHONPATH": str(TOP), "PYTHONHASHSEED": str(number + 1)}
    environment["OPENBLAS_NUM_THREADS"] = str(1 + number % 3)
    cores = sorted(os.sched_getaffinity(0))
    mine = set(cores) if number % 2 else {cores[-1]}
    command = [sys.executable, "-m", "tracker.cli", *words(config, folder)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=TOP, env=environment,
        preexec_fn=lambda: os.sched_setaffinity(0, mine),
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"a calm night ended with {done.returncode}:\n{done.stderr}")
    return find_faults(folder / "tracker.db", expected) + find_mail_faults(load_mails(folder), mails, 0)[1]


# ---- what is left -----------------------------------------------------------------------------------------------------------


def load_rows(database: Path) -> list[tuple[object, ...]]:
    """Every row of every table but for the insides of the full-text indexes, which are a matter of how they were filled."""
    found: list[tuple[object, ...]] = []
    with closing(sqlite3.connect(database)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        for name in names:
            if "_fts" in name or name == "sqlite_sequence":
                continue
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})") if row[1] not in CLOCKS.get(name, ())]
            order = ", ".join(str(number) for number in range(1, len(columns) + 1))
            chosen = ", ".join(f'"{column}"' for column in columns)
            found += [(name, *row) for row in connection.execute(f"SELECT {chosen} FROM {name} ORDER BY {order}")]
    return found


def find_faults(database: Path, expected: list[tuple[object, ...]]) -> list[str]:
    """What differs, and what is unsound."""
    faults: list[str] = []
    with closing(sqlite3.connect(database)) as connection:
        faults += [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        faults += [f"dangling {row}" for row in connection.execute("PRAGMA foreign_key_check")]
        for index in ("articles_fts", "positions_fts"):
            connection.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
    rows = load_rows(database)
    faults += [f"missing {row!r:.200}" for row in sorted(set(expected) - set(rows), key=repr)[:5]]
    faults += [f"beyond {row!r:.200}" for row in sorted(set(rows) - set(expected), key=repr)[:5]]
    if not faults and len(rows) != len(expected):
        faults.append(f"{len(rows)} rows, not {len(expected)}")
    return faults


def load_mails(folder: Path) -> list[tuple[str, ...]]:
    """Recipient, Message-ID and hash of each message that the server took, in order."""
    return [tuple(json.loads(path.read_text())) for path in sorted((folder / "mails").glob("*.json"))]


def find_mail_faults(got: list[tuple[str, ...]], meant: list[tuple[str, ...]], cuts: int) -> tuple[int, list[str]]:
    """How often a message came again in spite of `cuts` kills while sending at most, and what is wrong with the others."""
    counted, expected = Counter(got), Counter(meant)
    faults = [f"a mail to {to} is lost" for to, *_ in (expected - counted).elements()]
    faults += [f"a mail to {to} was never meant" for to, *rest in counted - expected if (to, *rest) not in expected]
    again = sum((counted - expected).values())
    if again > cuts:
        faults.append(f"{again} mails came again, {cuts} kills fell on sending")
    return again, faults


if __name__ == "__main__":
    sys.exit(main())
