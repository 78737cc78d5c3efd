#!/usr/bin/env python3
"""Compare the summary methods on annotated articles: what of the parties' positions do five sentences keep?

    scripts/measure_summaries.py [--data FOLDER] [--length N] [--extracted FILE]

FOLDER holds `eval/` and `seeds/` as described in its FORMAT.md. For every method three figures: the share of (article, party)
pairs with a core position of which one stands in the summary (at least half of the words of its evidence), the share of summary
sentences that hold no position at all (background), and the time an article takes. `positions` is measured with the gold
positions, which is its upper bound, and with those of FILE, the output of `tracker extract --json` on the same articles.
"""

import argparse
import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tracker.articles.text import parse_text
from tracker.language.sentences import find_sentences
from tracker.model import Article, Failure, Span
from tracker.summary import METHODS, find_summary

Statements = list[tuple[str, tuple[Span, ...]]]
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Gold:
    """An annotated article."""

    article: Article
    sentences: list[Span]
    positions: Statements
    """Every position that is the party's on that day."""
    core: Statements


def load_gold(data: Path) -> list[Gold]:
    """The annotated articles below `data`: the seed report and the timelines."""
    found = []
    sources = [(data / "eval" / "ankara-gold.json", {"ankara": data / "seeds" / "ankara.txt"})]
    for gold in sorted((data / "eval" / "timelines").glob("*/gold.json")):
        sources.append((gold, {path.stem: path for path in sorted(gold.parent.glob("*.txt"))}))
    for gold, paths in sources:
        rows = json.loads(gold.read_text(encoding="utf-8"))["positions"]
        for name, path in paths.items():
            article = parse_text(path.read_bytes(), path.name, datetime.now(UTC))
            if isinstance(article, Failure):
                raise SystemExit(article.message)
            mine = [row for row in rows if row["article"] == name and not row.get("recalled")]
            core = [row for row in mine if row.get("core", True)]
            found.append(Gold(article, find_sentences(article.text), _locate(article.text, mine), _locate(article.text, core)))
    return found


def _locate(text: str, rows: Sequence[dict[str, Any]]) -> Statements:
    return [(row["party"], (Span(at, at + len(row["evidence"])),)) for row in rows if (at := text.find(row["evidence"])) >= 0]


def load_extracted(path: Path) -> dict[str, Statements]:
    """What `tracker extract --json` found, by the article's file name."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return {
        Path(row["origin"]).name: [
            (found["party"], tuple(Span(*span) for span in found["content"])) for found in row["attributions"] if found["party"]
        ]
        for row in rows
    }


def stands(text: str, spans: Sequence[Span], summary: Sequence[Span]) -> bool:
    """Whether at least half of the words of `spans` are in the summary."""
    words = [span.start + word.start() for span in spans for word in _WORD.finditer(text[span.start : span.end])]
    inside = sum(any(s.start <= word < s.end for s in summary) for word in words)
    return bool(words) and 2 * inside >= len(words)


def measure(gold: Sequence[Gold], method: str, length: int, statements: Sequence[Statements]) -> tuple[float, float, float]:
    """Share of parties that keep a core position, share of background sentences, milliseconds an article."""
    pairs = kept = sentences = background = 0
    spent = 0.0
    for item, given in zip(gold, statements, strict=True):
        began = time.perf_counter()
        summary = find_summary(item.article, item.sentences, given, method, length).sentences
        spent += time.perf_counter() - began
        text = item.article.text
        standing = {party for party, spans in item.core if stands(text, spans, summary)}
        pairs += len({party for party, _ in item.core})
        kept += len(standing)
        sentences += len(summary)
        background += sum(not any(stands(text, spans, [sentence]) for _, spans in item.positions) for sentence in summary)
    return kept / pairs, background / sentences, 1000 * spent / len(gold)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared"), help="folder with eval/ and seeds/")
    parser.add_argument("--length", type=int, default=5, help="sentences in a summary")
    parser.add_argument("--extracted", type=Path, help="output of tracker extract --json")
    options = parser.parse_args()
    if not (options.data / "eval").is_dir():
        raise SystemExit(f"no development data at {options.data}: name its folder with --data")
    gold = load_gold(options.data)
    none: list[Statements] = [[] for _ in gold]
    rows = [("positions (gold, upper bound)", "positions", [item.positions for item in gold])]
    if options.extracted:
        extracted = load_extracted(options.extracted)
        rows.append(("positions (extracted)", "positions", [extracted.get(item.article.origin, []) for item in gold]))
    rows += [(method, method, none) for method in METHODS if method != "positions"]
    parties = sum(len({party for party, _ in item.core}) for item in gold)
    print(f"{len(gold)} articles, {parties} pairs of article and party, {options.length} sentences a summary\n")
    print("| method | parties kept | background | ms an article |\n| --- | --- | --- | --- |")
    for name, method, statements in rows:
        find_summary(gold[0].article, gold[0].sentences, [], method, options.length)  # imports aside
        kept, background, spent = measure(gold, method, options.length, statements)
        print(f"| {name} | {kept:.0%} | {background:.0%} | {spent:.1f} |")


if __name__ == "__main__":
    main()
