"""A year of nights in one sitting, with the faults that a server has, and what time, memory and the database came to.

    .venv/bin/python scripts/simulate_year.py [--nights 365] [--articles 40] [--seed 1]

Every night brings new articles of 120 to 200 words; the run, a process of its own, reads the last three nights' folders, as a feed
goes back some days. Faults, drawn by chance: the machine is off (the next night catches up), the run is killed in the middle,
another process holds the database, the clock is set back, inputs are empty or binary. Prints a line a month; exit code 1 where the
database is unsound, an article is missing, or the median night of the last month took more than 1.1 times the time or memory of
the first one's. Time is told in CPU seconds and in readings of one fixed article measured after each night, for the speed of a
machine changes with its other work.
"""

import argparse
import logging
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from statistics import median

from tracker.config import Config
from tracker.errors import TemporaryError
from tracker.model import Article, DateSource
from tracker.reading import Knowledge, load_knowledge, read_article
from tracker.run import run_night
from tracker.store.store import open_store
from tracker.store.upkeep import find_faults

START = datetime(2031, 1, 1, 3, tzinfo=UTC)
PARTIES = (
    "Norway", "Sweden", "Spain", "Portugal", "Kenya", "Ghana", "Peru", "Chile", "Japan", "Vietnam", "Poland", "Egypt", "Latvia",
    "Morocco", "Bolivia", "Nepal", "Jordan", "Senegal", "Uruguay", "Iceland", "Mongolia", "Croatia", "Panama", "Zambia",
)  # fmt: skip
MATTERS = tuple(
    tuple(line.split(", "))
    for line in """
the fishing treaty, boats, harbours
the border crossing, lorries, gates
the grain corridor, ships, silos
the gas pipeline, pumps, valves
the ceasefire, observers, posts
the climate fund, loans, projects
the rail link, trains, bridges
the visa rules, students, offices
the water agreement, dams, canals
the tariff on steel, mills, quotas
the joint patrols, cutters, crews
the debt plan, creditors, bonds
the vaccine pool, doses, clinics
the satellite programme, launches, stations
the prisoner exchange, prisoners, lists
the harbour lease, piers, cranes
the mining code, permits, pits
the data accord, servers, cables
the refugee compact, families, camps
the forest pact, rangers, parks
the air corridor, flights, towers
the arms embargo, shipments, depots
the tax treaty, firms, branches
the electoral law, monitors, stations
the power grid, turbines, lines
the cotton subsidy, farmers, mills
""".strip().splitlines()
)
"""What is talked about, and two kinds of things that belong to it."""
ACTS = ("sign", "renew", "leave", "pay for", "widen", "suspend", "support", "block", "ratify", "rewrite")
STANCES = (
    "will {}", "will not {}", "is ready to {}", "would consider whether to {}", "rules out that it might {}", "has to {}",
    "would never {}", "does not exclude that it may {}", "wants to {}", "refuses to {}",
)  # fmt: skip
SPEAKERS = (
    "its foreign minister", "a government spokesperson", "the prime minister", "officials", "its trade minister",
    "a senior diplomat",
)  # fmt: skip
VERBS = ("said", "told reporters", "announced", "made clear", "insisted", "confirmed")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WHERE = ("a hotel by the lake", "the old customs house", "the parliament's annex", "a barracks near the coast", "the city library")
MOODS = ("quiet", "tense", "hopeful", "tired", "brisk", "crowded", "cordial", "short")
FILL = (
    "The talks in {where} were {mood} and lasted until {hour} in the evening.",
    "About {number} {things} are concerned, and most of the {others} stood empty on {day}.",
    "Traders moved little, and a broker in the capital spoke of a {mood} week for {things}.",
    "The last round, {weeks} weeks earlier, had ended without a common text on {matter}.",
    "A vote on {matter} is not expected before the assembly meets again in {weeks} weeks.",
    "In the streets around {where}, {number} people waited on {day}, some of them since dawn.",
    "Figures from the customs office put the number of {things} at {number}, up from {less} a year before.",
    "The {others} had been repaired in {weeks} weeks, at a cost that nobody in {where} wanted to name.",
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
    measure_reading()  # loads the models
    told: list[Night] = []
    faults: Counter[str] = Counter()
    missed = 0
    for number in range(nights):
        write_articles(work / "in" / f"{number:03}", number, articles, chance)
        # The run looks three nights back, as a feed does: what is missed three times in a row is lost, whoever reads it.
        fault = "none" if number in (0, nights - 1) or missed == 2 else draw_fault(chance)
        missed = 0 if fault in ("none", "clock back") else missed + 1
        faults[fault] += 1
        now = START + timedelta(days=number) - (timedelta(days=2) if fault == "clock back" else timedelta())
        folders = [str(folder) for folder in sorted((work / "in").iterdir())[-3:]]
        if fault != "off":
            seconds, megabytes = night(folders, database, now, fault)
            if fault in ("none", "clock back"):
                told.append(Night(seconds, measure_reading(), megabytes))
        if number % 30 == 29:
            size, last = database.stat().st_size / 1e6, told[-20:]
            usual = median(one.seconds for one in last), median(one.in_readings for one in last)
            memory = max(one.megabytes for one in last)
            taken = f"{usual[0]:.2f} CPU s a night, {usual[1]:.0f} readings, {memory} MB at most"
            print(f"night {number + 1}: {taken}, {size:.1f} MB stored", flush=True)
    return report(database, nights, articles, told, faults)


@dataclass(frozen=True, slots=True)
class Night:
    """What an undisturbed night took."""

    seconds: float
    """CPU time."""
    reading: float
    """CPU seconds for reading one fixed article without any history just after it: how fast the machine was."""
    megabytes: int

    @property
    def in_readings(self) -> float:
        return self.seconds / self.reading


def measure_reading() -> float:
    article = compose_article(random.Random("yardstick"))
    moment = datetime(2031, 1, 1, tzinfo=UTC)
    fixed = Article("yardstick", "a.txt", "Yardstick", article, "The Wire", None, moment, DateSource.HEADER)
    lengths = []
    for _ in range(5):
        begun = time.process_time()
        read_article(fixed, knowledge(), Config())
        lengths.append(time.process_time() - begun)
    return median(lengths)


@cache
def knowledge() -> Knowledge:
    return load_knowledge(Config())


def draw_fault(chance: random.Random) -> str:
    return chance.choices(("none", "off", "broken off", "locked", "clock back"), (90, 3, 3, 2, 2))[0]


def night(folders: list[str], database: Path, now: datetime, fault: str) -> tuple[float, int]:
    """CPU seconds and megabytes of a night, which runs in a process of its own, forked with the models loaded."""
    pid = os.fork()
    if not pid:
        code = 1
        try:
            run(folders, database, now, fault)
            code = 0
        except TemporaryError as error:
            code = error.exit_code
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    _, status, used = os.wait4(pid, 0)
    ended = os.waitstatus_to_exitcode(status)
    if ended != {"broken off": -signal.SIGKILL, "locked": 75}.get(fault, 0) and not (fault == "broken off" and ended == 0):
        raise SystemExit(f"the night of {now:%Y-%m-%d} ({fault}) ended with {ended}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss // 1024


def run(folders: list[str], database: Path, now: datetime, fault: str) -> None:
    def progress(number: int, total: int, _: str) -> None:
        if fault == "broken off" and number > total * 0.8:
            os.kill(os.getpid(), signal.SIGKILL)

    if fault != "locked":
        with open_store(database) as store:
            run_night(folders, store, Config(), now, "simulated", progress)
        return
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with open_store(database, busy_seconds=0.1) as store:
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
        published = day - timedelta(minutes=count - k)
        header = f"Title: Day {number}, report {k}\nDate: {published:%Y-%m-%dT%H:%M:%SZ}\nSource: The Wire\n\n"
        path.write_text(header + compose_article(chance) + f"\n\nReport {number}-{k}.\n", encoding="utf-8")


def compose_article(chance: random.Random) -> str:
    """Three or four statements on one or two matters, between what reporters add: 120 to 200 words."""
    matters = chance.sample(MATTERS, 2)
    paragraphs: list[str] = []
    for _ in range(chance.randint(3, 4)):
        matter = matters[0] if chance.random() < 0.7 else matters[1]
        paragraphs.append(f"{compose_statement(matter[0], chance)} {compose_fill(matter, chance)}")
    while len(" ".join(paragraphs).split()) < 120:
        paragraphs.append(f"{compose_fill(matters[0], chance)} {compose_fill(matters[1], chance)}")
    return "\n\n".join(paragraphs)


def compose_statement(matter: str, chance: random.Random) -> str:
    party, speaker, verb, day = chance.choice(PARTIES), chance.choice(SPEAKERS), chance.choice(VERBS), chance.choice(DAYS)
    claim = chance.choice(STANCES).format(f"{chance.choice(ACTS)} {matter}")
    if chance.random() < 0.3:
        claim += f" unless {chance.choice(PARTIES)} pays {chance.randint(2, 90)} million euros"
    if chance.random() < 0.25:
        words = chance.choice(("We need time", "This is about trust", "Nobody should be surprised", "The door is open"))
        return f"{party} {claim}, {speaker} {verb} on {day}. “{words},” {chance.choice(('he', 'she'))} added."
    return f"{party} {claim}, {speaker} {verb} on {day}."


def compose_fill(matter: tuple[str, ...], chance: random.Random) -> str:
    less = chance.randint(20, 400)
    return chance.choice(FILL).format(
        matter=matter[0], things=matter[1], others=matter[2], where=chance.choice(WHERE), mood=chance.choice(MOODS),
        hour=chance.choice(("seven", "eight", "nine", "ten")), day=chance.choice(DAYS), weeks=chance.randint(2, 30), less=less,
        number=less + chance.randint(5, 300),
    )  # fmt: skip


def report(database: Path, nights: int, articles: int, told: list[Night], faults: Counter[str]) -> int:
    with closing(sqlite3.connect(database)) as connection:
        stored, failed, positions, changes = (
            connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in ("articles", "failures", "positions", "changes")
        )
    month = max(1, min(28, len(told) // 3))
    first, last = told[1 : month + 1], told[-month:]  # the very first night has no history at all
    print(f"{nights} nights: {', '.join(f'{count} {fault}' for fault, count in faults.most_common())}")
    print(f"{stored} articles, {failed} failures, {positions} positions, {changes} changes, {database.stat().st_size / 1e6:.1f} MB")
    ratios: dict[str, float] = {}
    for name, unit, find in (
        ("CPU time a night", "s", lambda one: one.seconds),
        ("the same in readings of a fixed article", "", lambda one: one.in_readings),
        ("memory at most", "MB", lambda one: one.megabytes),
    ):
        old, new = median(map(find, first)), median(map(find, last))
        ratios[name] = new / old
        print(f"{name}, median of the first month {old:.2f} {unit}, of the last {new:.2f} {unit}, ratio {new / old:.2f}")
    wrong = find_faults(database)
    if stored + failed != nights * articles:
        wrong.append(f"{nights * articles - stored - failed} articles are missing")
    # In readings, because the speed of a machine changes with its other work; over less than two months there is no last month.
    if nights >= 60:
        wrong += [f"{name} grew" for name, ratio in ratios.items() if ratio > 1.1 and name != "CPU time a night"]
    for fault in wrong:
        print(f"wrong: {fault}")
    print("sound" if not wrong else "unsound")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
