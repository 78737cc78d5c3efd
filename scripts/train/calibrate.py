"""Fit the chance that an attribution is right, and write it to tracker/positions/confidence.toml.

    python scripts/train/calibrate.py --data polnear-train.jsonl.gz --scorer polnear.py [--every 4] [--hold-out N]

An attribution is right where the scorer pairs its content with a gold one and the source is the same. Of the data every fourth
article is used; with `--hold-out` those that `tagger.py --hold-out` kept out of training, where the shipped weights have such:
on articles that the tagger has learnt from it is right more often than on others, which the chances then repeat. Never
fitted to the development split.
"""

import argparse
import json
import zlib
from pathlib import Path

import numpy as np
from data import load_scorer, read_articles
from numpy.typing import NDArray

from tracker.language.sentences import find_sentences
from tracker.language.tagger import find_spans
from tracker.positions.attributions import find_kind, find_quotations, link_spans
from tracker.positions.confidence import CALIBRATION, FEATURES, Calibration, find_features

FloatArray = NDArray[np.float64]
WEIGHTS = CALIBRATION.parents[1] / "language" / "weights" / "tagger.json"


def measure(articles: list[dict], scorer: Path) -> tuple[FloatArray, FloatArray, int]:
    """Features of every attribution found, 1 where it is right, and how many the gold has."""
    polnear = load_scorer(scorer)
    rows, right, golden = [], [], 0
    for article in articles:
        text = article["text"]
        gold, quotes = polnear.Article(text), find_quotations(text)
        linked = link_spans(text, find_spans(text), find_sentences(text))
        told = [
            (one, gold.attributions([{"source": [one[2].span] if one[2] else [], "cue": [one[1].span], "content": spans}]))
            for one in linked
            if (spans := [part.span for part in one[0]])
        ]
        kept = [(one, found[0]) for one, found in told if found]
        true = gold.attributions(article["attributions"])
        golden += len(true)
        matched = polnear.matches([p for _, p in kept], true)
        for i, ((content, cue, source), predicted) in enumerate(kept):
            kind = find_kind(text, [part.span for part in content], quotes)
            rows.append(find_features(text, content, cue, source, kind))
            right.append(float(i in matched and polnear.same_source(predicted, true[matched[i]])))
    return np.array(rows), np.array(right), golden


def fit(rows: FloatArray, right: FloatArray, rounds: int = 60) -> Calibration:
    """Logistic regression by Newton's method, with a slight pull of the weights towards nothing."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    x = np.column_stack([np.ones(len(rows)), (rows - mean) / spread])
    weights = np.zeros(x.shape[1])
    pull = np.diag([0.0, *[1.0] * rows.shape[1]])
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-x @ weights))
        slope = x.T @ (chance - right) + pull @ weights
        weights -= np.linalg.solve((x * (chance * (1 - chance))[:, None]).T @ x + pull + 1e-9 * np.eye(len(weights)), slope)
    own = weights[1:] / spread
    return Calibration(float(weights[0] - own @ mean), dict(zip(FEATURES, own.tolist(), strict=True)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scorer", type=Path, required=True)
    parser.add_argument("--every", type=int, default=4)
    parser.add_argument("--hold-out", type=int, default=0)
    args = parser.parse_args()
    share = args.hold_out or args.every
    articles = [a for a in read_articles(args.data) if zlib.crc32(a["id"].encode()) % share == 0]
    rows, right, _ = measure(articles, args.scorer)
    found = fit(rows, right)
    seen = "kept out of its training" if args.hold_out else "that it was trained on"
    lines = [
        "# The chance that an attribution is right, as log odds: bias plus each feature times its weight (confidence.py).",
        f"# Fitted by scripts/train/calibrate.py to {len(rows):,} attributions of {len(articles)} articles of PolNeAR's training"
        " split",
        f"# {seen}, as found with the tagger whose file has the SHA-256 below; {100 * right.mean():.1f} % of them right.",
        f'tagger = "{json.loads(WEIGHTS.read_text(encoding="utf-8"))["sha256"]}"',
        f"bias = {found.bias:.5f}",
        "",
        "[weights]",
        *(f"{json.dumps(name)} = {weight:.5f}" for name, weight in found.weights.items()),
    ]
    CALIBRATION.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
