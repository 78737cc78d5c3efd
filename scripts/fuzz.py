"""Feeds the whole extraction with damaged and invented articles until one breaks it; the longer form of tests/test_hostile.py.

    .venv/bin/python scripts/fuzz.py [--inputs 100000] [--seed 1] [--keep FOLDER]

Inputs are the seed articles, as text and as pages, with bytes cut out, doubled, swapped and put in, and mixtures of news and
noise. Each is read as a file would be and understood within the bounds of an article. Prints a line every thousand; exit code 1
where an input raised anything, which is then kept as a file.
"""

import argparse
import random
import runpy
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from tracker.articles.page import parse_page
from tracker.articles.text import parse_text
from tracker.bounds import ExceededError, bounded
from tracker.config import Config
from tracker.model import Failure
from tracker.reading import load_knowledge, read_article

TOP = Path(__file__).parents[1]
MOMENT = datetime(2031, 5, 4, tzinfo=UTC)
LONGEST = 1_500
"""Bytes of an input: what breaks a reader does so in little space."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path("fuzz-failures"), help="folder for inputs that broke something")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    hostile = runpy.run_path(str(TOP / "tests" / "test_hostile.py"))
    pieces, check = [piece.encode() for piece in hostile["PIECES"]], hostile["check"]
    seeds = [path.read_bytes() for path in sorted((TOP / "seeds").glob("*.txt"))]
    knowledge, config = load_knowledge(Config()), Config()
    ends: Counter[str] = Counter()
    begun = time.monotonic()
    for number in range(1, options.inputs + 1):
        data, as_page = compose_input(chance, seeds, pieces)
        try:
            parsed = parse_page(data, "x", None, MOMENT) if as_page else parse_text(data, "x", MOMENT)
            if isinstance(parsed, Failure):
                ends["refused"] += 1
            else:
                with bounded(config.article_seconds, config.article_megabytes):
                    check(read_article(parsed, knowledge, config))
                ends["read"] += 1
        except (Exception, ExceededError) as error:  # whatever it is, it is what this script is for
            ends["broken"] += 1
            options.keep.mkdir(exist_ok=True)
            path = options.keep / f"{options.seed}-{number}{'.html' if as_page else '.txt'}"
            path.write_bytes(data)
            print(f"{path}: {type(error).__name__}: {error!s:.200}", flush=True)
        if number % 1000 == 0:
            print(f"{number} inputs, {dict(ends)}, {number / (time.monotonic() - begun):.0f} a second", flush=True)
    print(f"{options.inputs} inputs: {dict(ends)}")
    return 1 if ends["broken"] else 0


def compose_input(chance: random.Random, seeds: list[bytes], pieces: list[bytes]) -> tuple[bytes, bool]:
    """Bytes, and whether they are to be read as a page."""
    if chance.random() < 0.4:
        data = b"".join(chance.choice(pieces) for _ in range(chance.randint(1, 150)))
    else:
        seed = chance.choice(seeds)
        start = chance.randrange(len(seed))
        data = seed[start : start + chance.randint(50, LONGEST)]
        for _ in range(chance.randint(0, 8)):
            data = damage(data, chance, pieces)
    as_page = chance.random() < 0.2
    if as_page:
        tags = chance.sample((b"<p>", b"<div>", b"</article>", b"<!--", b"<script>", b"<h1>", b"<blockquote>"), 3)
        data = b"<html><title>x</title><article>" + tags[0] + data[: LONGEST // 2] + tags[1] + data[LONGEST // 2 :] + tags[2]
    return data, as_page


def damage(data: bytes, chance: random.Random, pieces: list[bytes]) -> bytes:
    at, to = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
    kind = chance.randrange(5)
    if kind == 0:
        return data[:at] + data[to:]
    if kind == 1:
        return data[:to] + data[at:to] * chance.randint(1, 3) + data[to:]
    if kind == 2:
        return data[:at] + chance.choice(pieces) + data[at:]
    if kind == 3:
        return data[:at] + chance.randbytes(chance.randint(1, 4)) + data[at:]
    return data[to:] + data[at:to] + data[:at]


if __name__ == "__main__":
    sys.exit(main())
