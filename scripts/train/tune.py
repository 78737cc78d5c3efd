"""Fit the decoder's transition scores to held-out training articles, and write them to weights/tagger.json.

    python scripts/train/tune.py --data polnear-train.jsonl.gz --hold-out 20 --scorer polnear.py

Coordinate search over a few prices (what it costs to open a span, to leave one, to join content behind content); full tuple
F1 on the articles that `tagger.py --hold-out` kept out of training decides. The development split is not touched.
"""

import argparse
import importlib.util
import json
import sys
import zlib
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from data import read_articles

from tracker.language import tagger as runtime
from tracker.language.model import WEIGHTS
from tracker.language.sentences import find_sentences
from tracker.positions.attributions import find_attributions

PRICES = ("open source", "open cue", "open content", "join content", "leave content", "content to content")


def build(prices: dict[str, float]) -> list[list[float]]:
    """The transition table of the prices, shape (8, 8)."""
    table = np.zeros((len(runtime.TAGS), len(runtime.TAGS)))
    for right, name in enumerate(runtime.TAGS):
        for left, before in enumerate(runtime.TAGS):
            if name.startswith("B-"):
                table[left, right] -= prices[f"open {name[2:]}"]
            if name == "J-content":
                table[left, right] -= prices["join content"]
            if before[2:] == "content" and name != "I-content":
                table[left, right] -= prices["leave content"]
            if before[2:] == "content" and name in ("B-content", "J-content"):
                table[left, right] -= prices["content to content"]
    return [[round(float(v), 2) for v in row] for row in table]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--hold-out", type=int, required=True)
    parser.add_argument("--scorer", type=Path, required=True)
    args = parser.parse_args()
    spec = importlib.util.spec_from_file_location("polnear", args.scorer)
    assert spec
    assert spec.loader
    scorer = importlib.util.module_from_spec(spec)
    sys.modules["polnear"] = scorer
    spec.loader.exec_module(scorer)

    articles = [a for a in read_articles(args.data) if zlib.crc32(a["id"].encode()) % args.hold_out == 0]
    prepared = []
    for a in articles:
        gold = scorer.Article(a["text"])
        text = a["text"]
        prepared.append((text, runtime.find_tag_scores(text), find_sentences(text), gold, gold.attributions(a["attributions"])))

    def measure(prices: dict[str, float]) -> float:
        counts = []
        for text, (words, scores), sentences, article, gold in prepared:
            found = find_attributions(text, runtime.decode_spans(words, scores, build(prices)), sentences)
            rows = [{"source": a.source, "cue": a.cue, "content": a.content} for a in found]
            counts.append(scorer.count(article.attributions(rows), gold))
        scores_ = scorer.measures(scorer.total(counts))
        return float(scores_["full tuple"][2] + 0.5 * scores_["content exact"][2])

    prices = dict.fromkeys(PRICES, 0.0)
    best = measure(prices)
    print(f"{len(articles)} held-out articles; without prices {best:.2f} (tuple F1 plus half of content exact)")
    for _ in range(2):
        for name in PRICES:
            for value in (-1.0, -0.6, -0.3, 0.0, 0.3, 0.6, 1.0, 1.5, 2.0):
                trial = {**prices, name: value}
                if (score := measure(trial)) > best + 0.02:
                    best, prices = score, trial
                    print(f"{best:.2f} {name} {value}", flush=True)
    card_path = WEIGHTS / "tagger.json"
    card = json.loads(card_path.read_text(encoding="utf-8"))
    card |= {"prices": prices, "transitions": build(prices)}
    card_path.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
