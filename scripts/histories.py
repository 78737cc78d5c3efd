"""Made-up histories of any length for `scripts/benchmark`: what real articles say, said again for years by many parties.

Parties speak by Zipf's law (Zipf 1949) with those of the real articles as the most frequent ones; the issues of a party grow with
its statements by Heaps' law (Heaps 1978). The same articles give the same history.
"""

import hashlib
import random
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker.articles.duplicates import SKETCH
from tracker.articles.files import load_articles
from tracker.config import Config
from tracker.model import Change, Issue, Judgement, Label, Position, Reading
from tracker.reading import Understanding, load_knowledge, read_article
from tracker.store import open_store

PARTIES = 400
AN_ARTICLE = 20
"""Positions of each made-up article."""
BEGIN, STEP = datetime(2000, 1, 1, tzinfo=UTC), timedelta(hours=3)
HEAPS = 0.6
SHARED = 0.3
"""Share of a party's new issues that another party has spoken to already."""
SHINGLES = 300
"""Of each article, all its own: none is a copy of another."""
COMMON = 0.03
NOISE = 0.5
"""Length of what is added to a statement's vector of length 1: the cosine of two sayings is about 0.8."""


def build_histories(texts: Path, paths: Mapping[int, Path]) -> dict[str, float]:
    """Makes a database of so many positions at each path; seconds of processor time for each, what came before it included."""
    started = time.process_time()
    sizes = sorted(paths)
    work = paths[sizes[-1]].with_suffix(".unfinished")
    for leftover in work.parent.glob(f"{work.name}*"):
        leftover.unlink()
    spent: dict[str, float] = {}
    readings = compose_readings(load_understandings(texts))
    stored = 0
    for size in sizes:
        with open_store(work) as store:
            run = store.begin_run(BEGIN, "benchmark")
            while stored < size:
                reading = next(readings)
                store.save_reading(reading, run, reading.article.published)
                stored += len(reading.positions)
            store.finish_run(run, reading.article.published, 0)
        # Closing has written everything into the one file.
        shutil.copyfile(work, paths[size].with_suffix(".copy"))
        paths[size].with_suffix(".copy").replace(paths[size])
        spent[str(size)] = time.process_time() - started
    work.unlink()
    return spent


def build_sketches(path: Path, articles: int) -> None:
    """Makes a database of so many articles with nothing but their sketches, in bulk: a minute for a million.

    Three in a hundred hashes of a text are those of phrases that very many texts share ("the prime minister said").
    """
    import numpy as np

    work = path.with_suffix(".unfinished")
    for leftover in work.parent.glob(f"{work.name}*"):
        leftover.unlink()
    chance = np.random.default_rng(20261124)
    with open_store(work) as store:
        db = store._db.conn
        db.execute("PRAGMA foreign_keys = OFF")
        for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'revisions'").fetchall():
            db.execute(f"DROP TRIGGER {trigger}")
        db.execute("BEGIN")
        db.execute("INSERT INTO runs (id, started) VALUES (1, ?)", [BEGIN.isoformat()])
        names = [f"{number:032x}" for number in range(articles)]
        db.executemany(
            """
            INSERT INTO articles (id, run, origin, outlet, title, published, date_source, address)
            VALUES (?, 1, 'made up', '', '', '2026-01-01T00:00:00+00:00', 'header', NULL)
            """,
            ((name,) for name in names),
        )
        db.executemany(
            """
            INSERT INTO revisions (id, article, number, run, seen, extractor, title, text)
            VALUES (?, ?, 1, 1, '2026-01-01T00:00:00+00:00', 'benchmark', '', '')
            """,
            ((name, name) for name in names),
        )
        hashes = chance.integers(-(2**63), 2**63 - 1, size=articles * SKETCH, dtype=np.int64)
        common = chance.random(len(hashes)) < COMMON
        hashes[common] = chance.choice(hashes[:200], size=int(common.sum()))
        revisions = np.repeat(np.arange(1, articles + 1, dtype=np.int64), SKETCH)
        order = np.lexsort((revisions, hashes))
        rows = zip(hashes[order].tolist(), revisions[order].tolist(), strict=True)
        db.execute("DROP INDEX sketches_revision")
        db.executemany("INSERT OR IGNORE INTO sketches (hash, revision) VALUES (?, ?)", rows)
        db.execute("CREATE INDEX sketches_revision ON sketches (revision)")
        db.execute("COMMIT")
    work.replace(path)


def load_understandings(texts: Path) -> list[Understanding]:
    """What the articles in a folder say, those without a position left out."""
    articles, _ = load_articles([str(texts)])
    config = Config()
    knowledge = load_knowledge(config)
    found = [read_article(article, knowledge, config) for article in articles]
    return [understanding for understanding in found if understanding.positions]


def compose_readings(models: Sequence[Understanding]) -> Iterator[Reading]:
    """Articles without end, each of `AN_ARTICLE` positions, with issues and changes as they follow from those before."""
    chance = random.Random(20261124)
    real = [position.party for understanding in models for position in understanding.positions]
    parties = sorted(set(real), key=lambda party: (-real.count(party), party))
    parties += [f"Party {number}" for number in range(len(parties), PARTIES)]
    weights = [1 / rank for rank in range(1, len(parties) + 1)]
    latest: dict[str, dict[Issue, Position]] = {party: {} for party in parties}
    said = dict.fromkeys(parties, 0)
    issues: list[Issue] = []
    number = 0
    while True:
        model = models[number % len(models)]
        name = _hash("article", number)
        published = BEGIN + number * STEP
        article = replace(model.article, id=name, published=published, origin=f"history/{number}.txt", url=None)
        positions: list[Position] = []
        changes: list[Change] = []
        for k, party in enumerate(chance.choices(parties, weights, k=AN_ARTICLE)):
            template = model.positions[k % len(model.positions)]
            own = latest[party]
            said[party] += 1
            if not own or chance.random() < HEAPS * said[party] ** (HEAPS - 1):
                issue = Issue(_hash("issue", number, k), f"matter {len(issues)}")
                if issues and chance.random() < SHARED:
                    issue = chance.choice(issues)
                else:
                    issues.append(issue)
            else:
                # The matters of the day are spoken to most often.
                issue = list(own)[-1 - min(int(chance.expovariate(0.1)), len(own) - 1)]
            position = replace(
                template,
                id=_hash("position", number, k),
                article_id=name,
                party=party,
                issue=issue,
                published=published,
                origin=article.origin,
                vector=_disturb(template.vector, chance.getrandbits(32)),
                recalled=False,
            )
            before = own.pop(issue, None)
            own[issue] = replace(position, vector=b"")
            positions.append(position)
            label = chance.choice([Label.RESTATED, Label.AMENDED, Label.SOFTENED, Label.HARDENED]) if before else Label.NEW
            changes.append(Change(_hash("change", number, k), before, position, Judgement(label, "made up", 0.5)))
        summary = replace(model.summary, article_id=name)
        sketch = tuple(sorted(chance.getrandbits(64) - 2**63 for _ in range(SHINGLES))[:SKETCH])
        yield Reading(article, summary, model.attributions, tuple(positions), tuple(changes), sketch)
        number += 1


def _hash(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:32]


def _disturb(vector: bytes, seed: int) -> bytes:
    """The vector with noise on it, at length 1 again."""
    import numpy as np

    noise = np.random.default_rng(seed).standard_normal(len(vector) // 4, dtype=np.float32)
    moved = np.frombuffer(vector, dtype="<f4") + NOISE * noise / np.linalg.norm(noise)
    return bytes((moved / np.linalg.norm(moved)).astype("<f4"))
