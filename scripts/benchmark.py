"""Speed and memory of the night on one core, each figure with its bound.

    scripts/benchmark [--only start,night,stages,history,copies,digest] [--sizes 1000,100000,1000000] [--cache FOLDER] [--json FILE]
        [--check]

Every part runs in a process of its own, bound to one core. Times are processor time (user and system), so that other work on the
machine counts for little; on an idle machine the clock on the wall tells the same. The texts are the annotated articles of
scripts/train/attributions, without their marks, and seeds/. A history is built once (minutes for a million positions) and kept in
the cache folder. `--check` ends with 1 where a bound does not hold.
"""

import argparse
import hashlib
import json
import os
import resource
import runpy
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

TOP = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
PARTS = ("start", "night", "stages", "history", "copies", "digest")
ROUNDS = 3
MEASURED = 40
"""Articles of which one more is measured against a history."""
ARTICLES = 1_000_000
"""Among which copies are looked for."""
CHANGES = 2_000
"""In the digest that is measured."""
STORE = "tracker.store.store.Store"
REVISIONS = "tracker.store.revisions.Revisions"

STAGES = {
    "reading files": ("tracker.run.load_news",),
    "language": ("tracker.intake.find_language", "tracker.intake.find_languages"),
    "copies": ("tracker.intake.find_shingles", "tracker.intake.find_sketch", f"{STORE}.load_similar", f"{REVISIONS}.load_carried"),
    "revisions": tuple(f"{REVISIONS}.{name}" for name in ("load_latest", "load_outlet")),
    "late arrivals": ("tracker.intake._redo", f"{REVISIONS}.is_late", f"{REVISIONS}.load_place"),
    "sentences": ("tracker.reading.find_sentences",),
    "tagger": ("tracker.reading.find_spans",),
    "attributions": ("tracker.reading.find_attributions",),
    "voices": ("tracker.reading.resolve_article", "tracker.reading.find_about"),
    "stance": ("tracker.reading.build_statement", "tracker.reading.find_stance", "tracker.reading.find_recalled"),
    "vectors": ("tracker.reading.find_vectors",),
    "summary": ("tracker.reading.find_summary",),
    "candidates": ("tracker.comparison.find_candidates",),
    "judge": ("tracker.comparison.find_label_chances",),
    "rules": ("tracker.comparison.compare_news",),
    "issues": ("tracker.comparison.resolve_issues",),
    "store, asking": tuple(f"{STORE}.{name}" for name in ("is_known", "load_held", "load_positions", "load_recent_issues")),
    "store, keeping": tuple(f"{STORE}.{name}" for name in ("begin_run", "save_reading", "finish_run", "close")),
    "digest": (f"{STORE}.load_run_material", "tracker.run.compose_digest"),
}
"""Where the night looks its stages up."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value; `bound` is what it may be at most, or at least where `more` is better."""

    name: str
    value: float
    unit: str
    bound: float | None = None
    more: bool = False

    @property
    def holds(self) -> bool:
        return self.bound is None or (self.value >= self.bound if self.more else self.value <= self.bound)

    def __str__(self) -> str:
        told = ""
        if self.bound is not None:
            told = f"  at {'least' if self.more else 'most'} {self.bound:g}: {'holds' if self.holds else 'DOES NOT HOLD'}"
        return f"{self.name:52}{self.value:12,.3f} {self.unit:16}{told}".rstrip()


# ---- the texts --------------------------------------------------------------------------------------------------------------


def save_corpus(folder: Path, date: str | None = None) -> int:
    """Plain-text articles in `folder`, all of one `date` where it is given; returns their words."""
    sys.path.insert(0, str(TOP / "scripts" / "train"))
    from annotated import parse_article

    folder.mkdir(parents=True)
    words = 0
    for path in sorted((TOP / "scripts" / "train" / "attributions").glob("*.txt")):
        try:
            header, text, _ = parse_article(path.read_text(encoding="utf-8"))
        except ValueError as error:
            print(f"{path.name} is left out: {error}", file=sys.stderr)
            continue
        header |= {"Date": date} if date else {}
        lines = "".join(f"{key}: {value}\n" for key, value in header.items())
        (folder / path.name).write_text(f"{lines}\n{text}", encoding="utf-8")
        words += len(text.split())
    for path in sorted((TOP / "seeds").glob("*.txt")):
        raw = path.read_text(encoding="utf-8")
        if date:
            raw = "\n".join(f"Date: {date}" if line.startswith("Date:") else line for line in raw.split("\n"))
        (folder / path.name).write_text(raw, encoding="utf-8")
        words += len(raw.partition("\n\n")[2].split())
    return words


# ---- what runs in a process of its own ----------------------------------------------------------------------------------------


def run_once(inputs: Sequence[Path], database: Path, progress: Callable[[int, int, str], None] | None = None) -> None:
    """One night over the inputs; this program ends where an article fails."""
    from tracker.config import Config
    from tracker.run import run_night
    from tracker.store import open_store

    with open_store(database) as store:
        digest = run_night([str(path) for path in inputs], store, Config(), NOW, "benchmark", progress)
    if digest.failures:
        sys.exit(f"{digest.failures[0].origin}: {digest.failures[0].message}")


def measure_night(folder: Path) -> dict[str, float]:
    """The whole run and the bare tagger pass, the best of several rounds each, with the models loaded before."""
    from tracker.articles.files import load_articles
    from tracker.language.tagger import find_spans

    words = save_corpus(folder / "in")
    articles, _ = load_articles([str(folder / "in")])
    start = time.process_time()
    run_once([Path(articles[0].origin)], folder / "first.db")
    loading = time.process_time() - start
    nights, passes = [], []
    for number in range(ROUNDS):
        start = time.process_time()
        run_once([folder / "in"], folder / f"{number}.db")
        nights.append(time.process_time() - start)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for _ in range(ROUNDS):
        start = time.process_time()
        for article in articles:
            find_spans(article.text)
        passes.append(time.process_time() - start)
    return {
        "articles": len(articles),
        "words": words,
        "loading": loading,
        "night": min(nights),
        "tagger": min(passes),
        "memory": memory,
    }


def measure_stages(folder: Path) -> dict[str, float]:
    """Seconds of each stage in a night with the models loaded before; a stage within another counts for itself alone."""
    from tracker.store import Store
    from tracker.store.revisions import Revisions

    save_corpus(folder / "in")
    run_once([next((folder / "in").iterdir())], folder / "first.db")
    spent = dict.fromkeys([*STAGES, "everything else"], 0.0)
    running = ["everything else"]
    last = time.process_time()

    def charge() -> None:
        nonlocal last
        now = time.process_time()
        spent[running[-1]] += now - last
        last = now

    def timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            charge()
            running.append(stage)
            try:
                return function(*args, **named)
            finally:
                charge()
                running.pop()

        return call

    for stage, names in STAGES.items():
        for name in names:
            place, _, attribute = name.rpartition(".")
            holder = {STORE: Store, REVISIONS: Revisions}.get(place) or import_module(place)
            if function := getattr(holder, attribute, None):
                setattr(holder, attribute, timed(stage, function))
            else:
                print(f"there is no {name} any more: its time counts for what calls it", file=sys.stderr)
    charge()
    spent["everything else"] = 0.0
    run_once([folder / "in"], folder / "night.db")
    charge()
    return spent


def measure_history(folder: Path, database: Path) -> dict[str, float]:
    """Milliseconds of one more article on top of the history in `database`: median and mean of several different ones."""
    save_corpus(folder / "in", date="2026-11-23")
    shutil.copyfile(database, folder / "night.db")
    marks: list[float] = []
    inputs = sorted((folder / "in").iterdir())
    # The first one bears the loading of the models, the last one the end of the night.
    chosen = inputs[:: max(1, len(inputs) // MEASURED)][: MEASURED + 2]
    run_once(chosen, folder / "night.db", lambda *_: marks.append(time.process_time()))
    spent = [1000 * (after - before) for before, after in pairwise(marks[1:])]
    return {"median": median(spent), "mean": sum(spent) / len(spent)}


def measure_copies(folder: Path) -> dict[str, float]:
    """Milliseconds of a look-up for a copy among a million articles, on the processor and on the clock: median and worst of a
    thousand, half of them of texts that are there, lightly edited. The database is new, so that little of it is in the cache."""
    import random

    from histories import build_sketches

    from tracker.articles.duplicates import SHARED
    from tracker.store import open_store

    start = time.process_time()
    build_sketches(folder / "sketches.db", ARTICLES)
    built = time.process_time() - start
    chance = random.Random(5)
    spent, walls, found = [], [], 0
    with open_store(folder / "sketches.db", read_only=True) as store:
        for number in range(1000):
            sketch = [chance.getrandbits(64) - 2**63 for _ in range(16)]
            if number % 2:
                wanted = chance.randrange(ARTICLES) + 1
                known = store._db.execute("SELECT hash FROM sketches WHERE revision = ?", [wanted]).fetchall()
                sketch[:10] = [row[0] for row in known[:10]]
            clock, start = time.perf_counter(), time.process_time()
            similar = store.load_similar(sorted(sketch), SHARED)
            spent.append(1000 * (time.process_time() - start))
            walls.append(1000 * (time.perf_counter() - clock))
            found += number % 2 and f"{wanted - 1:032x}" in similar
    if found < 500:
        sys.exit(f"only {found} of 500 copies were found")
    return {"built": built, "median": median(spent), "worst": sorted(spent)[-10], "clock": median(walls)}
def measure_digest(folder: Path) -> dict[str, float]:
    """Seconds from 2,000 stored changes to the finished mail, the steps of it, and bytes of its page."""
    from email import message_from_bytes
    from email.policy import default

    from tracker.config import Config
    from tracker.delivery import compose_delivery, deliver_digests, load_past_digest, send_pending
    from tracker.digest.html import render_html
    from tracker.digest.message import compose_content
    from tracker.digest.text import render_text
    from tracker.profiles import Form, Mail, Profile, Transport
    from tracker.store import open_store

    night = runpy.run_path(str(TOP / "tests" / "store" / "night.py"))
    mail = Mail("tracker@example.org", Transport.FOLDER, folder=folder / "box")
    found: dict[str, float] = {}

    def spend(name: str, function: Callable[[], Any]) -> None:
        start = time.process_time()
        function()
        spent = time.process_time() - start
        found[name] = min(spent, found.get(name, spent))

    with open_store(folder / "flood.db") as store:
        night["save_flood"](store, NOW, CHANGES)
        # The first one bears the loading of what is loaded once.
        deliver_digests(store, Config(mail=mail, profiles=(Profile("first", ("a@example.org",)),)), NOW)
        for number in range(ROUNDS):
            alone, whole = (Profile(f"{name}-{number}", ("b@example.org",)) for name in ("alone", "whole"))
            spend("whole", partial(deliver_digests, store, Config(mail=mail, profiles=(whole,)), NOW))
            spend("compose", partial(compose_delivery, store, alone, mail, NOW))
            send_pending(store, Config(mail=mail), NOW)
            digest = load_past_digest(store, None, NOW, alone.name)
            spend("text", partial(render_text, digest))
            spend("page", partial(render_html, digest))
            spend("content", partial(compose_content, digest, Form.HTML))
    raw = max((folder / "box").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns).read_bytes()
    page = message_from_bytes(raw, policy=default).get_body(("html",))
    assert page is not None
    return found | {"changes": len(digest.changes), "bytes": len(page.get_content().encode()), "mail": len(raw)}


def measure_build(folder: Path, sizes: Sequence[int], cache: Path) -> dict[str, float]:
    """Builds the histories that the cache lacks; seconds for each."""
    from histories import build_histories

    save_corpus(folder / "in")
    return build_histories(folder / "in", find_paths(cache, sizes))


# ---- the parts ----------------------------------------------------------------------------------------------------------------


def call_child(part: str, *words: object) -> dict[str, float]:
    """What a part measures, in a process of its own on one core."""
    command = [sys.executable, __file__, "--child", part, *map(str, words)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"the part {part!r} ended with {done.returncode}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def find_start() -> Iterator[Figure]:
    spent, walls = [], []
    for _ in range(9):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([sys.executable, "-m", "tracker.cli", "--help"], stdout=subprocess.DEVNULL, check=True, cwd=TOP)
        walls.append(time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    yield Figure("start-up, tracker --help", median(spent), "s", 0.3)
    yield Figure("the same on the wall clock", median(walls), "s")


def find_night() -> Iterator[Figure]:
    night = call_child("night")
    yield Figure("articles", night["articles"], f"of {night['words'] / night['articles']:.0f} words")
    yield Figure("models and knowledge, loading", night["loading"], "s")
    yield Figure("bare tagger pass", night["words"] / night["tagger"], "words/s")
    yield Figure("whole run", night["articles"] / night["night"], "articles/s")
    yield Figure("whole run", night["words"] / night["night"], "words/s", 6000, more=True)
    yield Figure("whole run to bare tagger pass", night["night"] / night["tagger"], "times", 1.6)
    yield Figure("peak memory", night["memory"], "MB", 600)


def find_stages() -> Iterator[Figure]:
    spent = call_child("stages")
    total = sum(spent.values())
    for stage, seconds in spent.items():
        yield Figure(f"stage: {stage}", 1000 * seconds, f"ms {100 * seconds / total:8.1f} %")
    yield Figure("stages together", 1000 * total, "ms")


def find_history(sizes: Sequence[int], cache: Path) -> Iterator[Figure]:
    cache.mkdir(parents=True, exist_ok=True)
    paths = find_paths(cache, sizes)
    if missing := [size for size, path in paths.items() if not path.exists()]:
        for name, seconds in call_child("build", cache, *missing).items():
            yield Figure(f"building {int(name):,} positions", seconds, "s")
    first: float | None = None
    for size, path in paths.items():
        spent = call_child("history", path, cache)
        yield Figure(f"one more article at {size:,} positions, mean", spent["mean"], "ms")
        yield Figure(f"one more article at {size:,} positions, median", spent["median"], "ms")
        if first:
            yield Figure(f"the same to that at {sizes[0]:,}", spent["median"] / first, "times", 1.2)
        first = first or spent["median"]


def find_copies() -> Iterator[Figure]:
    spent = call_child("copies")
    yield Figure(f"building sketches of {ARTICLES:,} articles", spent["built"], "s")
    yield Figure(f"look-up of a copy at {ARTICLES:,} articles, median", spent["median"], "ms", 5)
    yield Figure("the same, the slowest hundredth", spent["worst"], "ms", 5)
    yield Figure("the same on the wall clock, median", spent["clock"], "ms")
def find_digest() -> Iterator[Figure]:
    spent = call_child("digest")
    yield Figure("a digest's changes", spent["changes"], "")
    yield Figure("composing it into the outbox", spent["compose"], "s")
    yield Figure("its text", spent["text"], "s")
    yield Figure("its page for the mail", spent["page"], "s")
    yield Figure("text, page and the whole as an attachment", spent["content"], "s")
    yield Figure("composed, rendered and written, together", spent["whole"], "s", 2)
    yield Figure("the page", spent["bytes"] / 1000, "kB", 100)
    yield Figure("the whole mail", spent["mail"] / 1000, "kB")


def find_paths(cache: Path, sizes: Sequence[int]) -> dict[int, Path]:
    """Where the history of each size is kept; another schema makes other files."""
    schema = hashlib.sha256((TOP / "db" / "schema.sql").read_bytes()).hexdigest()[:8]
    return {size: cache / f"history-{schema}-{size}.db" for size in sizes}


def run_child(part: str, words: Sequence[str]) -> dict[str, float]:
    place = Path(words[-1]) if part == "history" else None
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory(dir=place) as name:
        folder = Path(name)
        if part == "night":
            return measure_night(folder)
        if part == "stages":
            return measure_stages(folder)
        if part == "copies":
            return measure_copies(folder)
        if part == "digest":
            return measure_digest(folder)
        if part == "build":
            return measure_build(folder, [int(word) for word in words[1:]], Path(words[0]))
        return measure_history(folder, Path(words[0]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(PARTS), help=f"parts, separated by commas: {', '.join(PARTS)}")
    parser.add_argument("--sizes", default="1000,100000,1000000", help="stored positions, separated by commas")
    parser.add_argument("--cache", type=Path, default=TOP / ".work" / "benchmark", help="where histories are kept")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        print(json.dumps(run_child(args.child[0], args.child[1:])))
        return
    sizes = sorted(int(size) for size in args.sizes.split(","))
    parts: dict[str, Callable[[], Iterator[Figure]]] = {
        "start": find_start,
        "night": find_night,
        "stages": find_stages,
        "history": lambda: find_history(sizes, args.cache),
        "copies": find_copies,
        "digest": find_digest,
    }
    chosen = args.only.split(",")
    if unknown := set(chosen) - set(parts):
        parser.error(f"unknown part {', '.join(sorted(unknown))}: choose from {', '.join(PARTS)}")
    figures: list[Figure] = []
    for part in chosen:
        for figure in parts[part]():
            print(figure, flush=True)
            figures.append(figure)
    if args.json:
        rows = [asdict(figure) | {"holds": figure.holds} for figure in figures]
        args.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")
    if args.check and (short := [figure.name for figure in figures if not figure.holds]):
        sys.exit(f"beyond their bounds: {', '.join(short)}")


if __name__ == "__main__":
    main()
