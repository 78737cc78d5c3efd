"""A year of nights in one sitting, with the faults that a server has, and what time, memory and the database came to.

    .venv/bin/python scripts/simulate_year.py [--nights 365] [--articles 40] [--seed 1]

Every night brings new articles; the run reads the last three nights' folders, as a feed goes back some days. Faults, drawn
by chance: the machine is off (the next night catches up), the run breaks off in the middle, another process holds the
database, the clock is set back, inputs are empty or binary. Prints a line a month; exit code 1 where the database is unsound,
an article is missing, or the last month's median night took more than 1.1 times the first one's.
"""

import argparse
import logging
import random
import resource
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from tracker.config import Config
from tracker.errors import TemporaryError
from tracker.run import run_night
from tracker.store.store import open_store
from tracker.store.upkeep import find_faults

START = datetime(2031, 1, 1, 3, tzinfo=UTC)
PARTIES = ("Norway", "Sweden", "Spain", "Portugal", "Kenya", "Ghana", "Peru", "Chile", "Japan", "Vietnam", "Poland", "Egypt")
OBJECTS = (
    "the fishing treaty", "the border crossing", "the grain corridor", "the pipeline", "the ceasefire", "the climate fund",
    "the rail link", "the visa rules", "the water agreement", "the tariff on steel", "the joint patrols", "the debt plan",
    "the vaccine pool", "the satellite programme", "the prisoner exchange", "the harbour lease",
)  # fmt: skip
ACTS = ("sign", "renew", "leave", "pay for", "widen", "suspend", "support", "block")
STANCES = ("will {}", "will not {}", "is ready to {}", "would consider whether to {}", "rules out that it might {}", "has to {}")
SPEAKERS = ("its foreign minister", "a government spokesperson", "the prime minister", "officials")
VERBS = ("said", "told reporters", "announced", "made clear")
FILL = (
    "The talks were held behind closed doors and lasted well into the evening.",
    "Markets hardly moved, and traders spoke of a wait for clearer signs.",
    "The last round, in the autumn, had ended without a common text.",
    "A vote in the assembly is not expected before the summer recess.",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nights", type=int, default=365)
    parser.add_argument("--articles", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.disable()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory(prefix="year-") as name:
        return simulate(Path(name), options.nights, options.articles, chance)


def simulate(work: Path, nights: int, articles: int, chance: random.Random) -> int:
    database = work / "db" / "tracker.db"
    lengths: list[float] = []
    memory: list[int] = []
    faults: Counter[str] = Counter()
    for number in range(nights):
        write_articles(work / "in" / f"{number:03}", number, articles, chance)
        fault = "none" if number in (0, nights - 1) else draw_fault(chance)
        faults[fault] += 1
        now = START + timedelta(days=number) - (timedelta(days=2) if fault == "clock back" else timedelta())
        folders = [str(folder) for folder in sorted((work / "in").iterdir())[-3:]]
        begun = time.process_time()
        if fault != "off":
            night(folders, database, now, fault)
        if fault in ("none", "clock back"):
            lengths.append(time.process_time() - begun)
        memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        if number % 30 == 29:
            size = database.stat().st_size / 1e6
            usual = median(lengths[-20:])
            print(f"night {number + 1}: {usual:.2f} s a night, {memory[-1]} MB at most, {size:.1f} MB stored", flush=True)
    return report(database, nights, articles, lengths, memory, faults)


def draw_fault(chance: random.Random) -> str:
    return chance.choices(("none", "off", "broken off", "locked", "clock back"), (90, 3, 3, 2, 2))[0]


class BrokenOff(Exception):  # noqa: N818 - stands for a crash
    """Raised in the middle of a night."""


def night(folders: list[str], database: Path, now: datetime, fault: str) -> None:
    def progress(number: int, total: int, _: str) -> None:
        if fault == "broken off" and number > total * 0.8:
            raise BrokenOff

    if fault == "locked" and database.exists():
        with closing(sqlite3.connect(database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with suppress(TemporaryError), open_store(database, busy_seconds=0.1) as store:
                run_night(folders, store, Config(), now, "simulated", progress)
        return
    with suppress(BrokenOff), open_store(database) as store:
        run_night(folders, store, Config(), now, "simulated", progress)


def write_articles(folder: Path, number: int, count: int, chance: random.Random) -> None:
    """The articles of one day, one in a hundred of them empty or binary."""
    folder.mkdir(parents=True)
    day = START + timedelta(days=number)
    for k in range(count):
        path = folder / f"{k:02}.txt"
        if chance.random() < 0.01:
            path.write_bytes(chance.choice((b"", bytes(range(256)))))
            continue
        statements = [compose_statement(chance) for _ in range(4)]
        sentences = [part for statement in statements for part in (statement, chance.choice(FILL))]
        published = day - timedelta(minutes=count - k)
        header = f"Title: Day {number}, report {k}\nDate: {published:%Y-%m-%dT%H:%M:%SZ}\nSource: The Wire\n\n"
        path.write_text(header + "\n\n".join(sentences) + f"\n\nReport {number}-{k}.\n", encoding="utf-8")


def compose_statement(chance: random.Random) -> str:
    party = chance.choice(PARTIES)
    claim = chance.choice(STANCES).format(f"{chance.choice(ACTS)} {chance.choice(OBJECTS)}")
    if chance.random() < 0.3:
        claim += f" unless {chance.choice(PARTIES)} pays {chance.randint(2, 90)} million euros"
    return f"{party} {claim}, {chance.choice(SPEAKERS)} {chance.choice(VERBS)}."


def report(database: Path, nights: int, articles: int, lengths: list[float], memory: list[int], faults: Counter[str]) -> int:
    with closing(sqlite3.connect(database)) as connection:
        stored, failed, positions, changes = (
            connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in ("articles", "failures", "positions", "changes")
        )
    month = max(1, min(28, len(lengths) // 3))
    first, last = median(lengths[1 : month + 1]), median(lengths[-month:])
    grown = memory[-1] - memory[min(30, len(memory) - 1)]
    print(f"{nights} nights: {', '.join(f'{count} {fault}' for fault, count in faults.most_common())}")
    print(f"{stored} articles, {failed} failures, {positions} positions, {changes} changes, {database.stat().st_size / 1e6:.1f} MB")
    print(f"CPU seconds a night, median: first month {first:.2f}, last {last:.2f}, ratio {last / first:.2f}")
    print(f"memory at most {memory[-1]} MB, {grown} MB more than after the first month")
    wrong = find_faults(database)
    if stored + failed != nights * articles:
        wrong.append(f"{nights * articles - stored - failed} articles are missing")
    if last > 1.1 * first:
        wrong.append("the nights became longer")
    for fault in wrong:
        print(f"wrong: {fault}")
    print("sound" if not wrong else "unsound")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
