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
    lengths: list[float] = []
    memory: list[int] = []
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
