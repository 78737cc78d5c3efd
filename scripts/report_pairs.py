"""The comparison of two statements taken apart: confusion table, ablations, and the errors that weigh most.

    scripts/evaluate --report pairs

Called by scripts/evaluate; the pairs lie in ../shared. The parts that have no rule of their own are read off our own training pairs
(scripts/train/stance-changes): the label most frequent among the nearest of them. Nothing is learnt from the pairs measured.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tracker.changes.classify import compare_stances
from tracker.changes.evidence import Features, find_features
from tracker.language.judge import find_label_chances
from tracker.language.lexicon import load_lexicon
from tracker.language.vectors import find_vectors
from tracker.model import Label
from tracker.positions.stance import find_stance

LABELS = ("amended", "hardened", "restated", "reversed", "softened", "unrelated")
WRONG_WAY = frozenset({("hardened", "softened"), ("softened", "hardened"), ("restated", "reversed"), ("reversed", "restated")})
OWN = Path(__file__).parent / "train" / "stance-changes"
EACH = 700
"""Own pairs of each label for the parts that have no rule of their own."""
NEIGHBOURS = 25
_LIKENESS = ("likeness", "wording", "word_set", "shared")

Pair = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What each part of the comparison says about one pair."""

    pair: Pair
    features: Features
    chances: Mapping[Label, float]
    ruled: str
    """By the rules with likeness, as shipped."""
    bare: str
    """By the rules without likeness."""
    both: str
    confidence: float
    why: str

    @property
    def judged(self) -> str:
        return str(max(self.chances, key=lambda label: self.chances[label]))


def load_pairs(*files: Path) -> list[Pair]:
    """The JSON lines of the files."""
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


def tell_all(pairs: Sequence[Pair]) -> list[Told]:
    """What each part says about every pair."""
    lexicon = load_lexicon()
    chances = find_label_chances([(pair["before"], pair["after"]) for pair in pairs])
    told = []
    for pair, likeness, judged in zip(pairs, find_likeness(pairs), chances, strict=True):
        sides = (pair["before"], pair["after"])
        stances = find_stance(sides[0], None, lexicon), find_stance(sides[1], None, lexicon)
        both = compare_stances(*sides, *stances, lexicon, likeness, judged)
        told.append(
            Told(
                pair=pair,
                features=find_features(*sides, *stances, lexicon, likeness),
                chances=judged,
                ruled=str(compare_stances(*sides, *stances, lexicon, likeness).label),
                bare=str(compare_stances(*sides, *stances, lexicon).label),
                both=str(both.label),
                confidence=both.confidence,
                why=both.why,
            )
        )
    return told


def find_likeness(pairs: Sequence[Pair]) -> list[float]:
    """The cosine of each pair's sentence vectors."""
    sides = [
        np.frombuffer(b"".join(find_vectors([pair[side] for pair in pairs])), dtype="<f4").reshape(len(pairs), -1)
        for side in ("before", "after")
    ]
    return [float(value) for value in (sides[0] * sides[1]).sum(axis=1)]


def guess_by_neighbours(known: "np.ndarray", labels: Sequence[str], asked: "np.ndarray") -> list[str]:
    """For each row the label that is most frequent among the nearest known rows, each column scaled to the known ones' spread."""
    mean, spread = known.mean(axis=0), known.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    scaled = (known - mean) / spread
    found = []
    for row in (asked - mean) / spread:
        nearest = np.argsort(((scaled - row) ** 2).sum(axis=1), kind="stable")[:NEIGHBOURS]
        found.append(Counter(labels[i] for i in nearest).most_common(1)[0][0])
    return found


def load_own_pairs(each: int = EACH) -> list[Pair]:
    """Pairs of our own training sets, as many of every label, spread over all domains."""
    by_label: dict[str, list[Pair]] = {label: [] for label in LABELS}
    for row in load_pairs(*sorted(OWN.glob("*.jsonl"))):
        for label in LABELS:
            if row.get(label):
                by_label[label].append({"before": row["before"], "after": row[label], "label": label})
    return [pair for pairs in by_label.values() for pair in pairs[:: max(1, len(pairs) // each)][:each]]


def load_own_features(each: int = EACH) -> tuple["np.ndarray", list[str]]:
    """Features and labels of pairs of our own training sets."""
    pairs = load_own_pairs(each)
    lexicon = load_lexicon()
    rows = []
    for pair, likeness in zip(pairs, find_likeness(pairs), strict=True):
        stances = find_stance(pair["before"], None, lexicon), find_stance(pair["after"], None, lexicon)
        rows.append(find_features(pair["before"], pair["after"], *stances, lexicon, likeness))
    return np.array(rows, dtype=np.float64), [pair["label"] for pair in pairs]


def find_ablations(told: Sequence[Told], known: "np.ndarray", labels: Sequence[str]) -> dict[str, list[str]]:
    """The labels that parts of the comparison give alone, by name."""
    asked = np.array([one.features for one in told], dtype=np.float64)
    columns = [Features._fields.index(name) for name in _LIKENESS]
    rest = [i for i, name in enumerate(Features._fields) if name not in (*_LIKENESS, "likeness_known")]
    return {
        "likeness only": guess_by_neighbours(known[:, columns], labels, asked[:, columns]),
        "structure only, nearest own pairs": guess_by_neighbours(known[:, rest], labels, asked[:, rest]),
        "structure only, the rules": [one.bare for one in told],
        "likeness and structure, the rules": [one.ruled for one in told],
        "judge only": [one.judged for one in told],
        "both, as shipped": [one.both for one in told],
    }


def score(gold: Sequence[str], told: Sequence[str]) -> tuple[float, float, float, float]:
    """Accuracy, macro F1, wrong way round and the precision of `reversed`, in per cent."""
    hits = sum(g == t for g, t in zip(gold, told, strict=True))
    f1 = []
    for label in LABELS:
        right = sum(g == t == label for g, t in zip(gold, told, strict=True))
        f1.append(200 * right / max(1, gold.count(label) + sum(t == label for t in told)))
    wrong = sum(pair in WRONG_WAY for pair in zip(gold, told, strict=True))
    reversals = [g for g, t in zip(gold, told, strict=True) if t == "reversed"]
    precision = 100 * reversals.count("reversed") / max(1, len(reversals))
    return 100 * hits / len(gold), sum(f1) / len(f1), 100 * wrong / len(gold), precision


def render_confusion(gold: Sequence[str], told: Sequence[str]) -> list[str]:
    """A table in Markdown: rows are what is right, columns what was told; the last row is the precision."""
    counts = Counter(zip(gold, told, strict=True))
    lines = [f"| gold \\ told | {' | '.join(LABELS)} | recall |", "| --- " * (len(LABELS) + 2) + "|"]
    for label in LABELS:
        cells = [f"**{counts[label, other]}**" if label == other else str(counts[label, other]) for other in LABELS]
        lines.append(f"| {label} | {' | '.join(cells)} | {100 * counts[label, label] / max(1, gold.count(label)):.0f} |")
    columns = {label: sum(counts[other, label] for other in LABELS) for label in LABELS}
    precisions = [f"{100 * counts[label, label] / max(1, columns[label]):.0f}" for label in LABELS]
    return [*lines, f"| precision | {' | '.join(precisions)} | |"]


def find_worst(told: Sequence[Told], most: int = 20) -> list[Told]:
    """The errors that cost a reader most: the wrong way round first, then false reversals, then the surest ones."""
    wrong = [one for one in told if one.both != one.pair["label"]]

    def weight(one: Told) -> tuple[bool, bool, float]:
        return (one.pair["label"], one.both) not in WRONG_WAY, one.both != "reversed", -one.confidence

    return sorted(wrong, key=weight)[:most]


def describe(one: Told) -> str:
    """What the parts said about a pair, in a line; no word of its text."""
    f = one.features
    gold = one.pair["label"]
    signs = [
        name
        for name, holds in (
            ("few shared words", f.shared < 0.34),
            ("nearly the same words", f.word_set >= 0.8),
            ("opposed rungs", f.opposed),
            ("negation on one side", f.denied),
            ("antonyms", f.antonyms),
            ("order", f.order),
            ("step on the ladder", f.ladder_step),
            ("conditions differ", f.conditions_changed),
            ("figures differ", f.figures_changed),
            ("times differ", f.time_changed),
            ("scope differs", f.scope_step),
            ("names differ", f.names_changed),
        )
        if holds
    ]
    chance = one.chances[Label(gold)]
    return (
        f"{one.pair['id']}: {gold} told as {one.both} ({one.confidence:.2f}); judge {one.judged}, its chance for {gold} "
        f"{chance:.2f}; rules {one.ruled}; {', '.join(signs) or 'no sign of structure'}"
    )


def report(file: Path, texts: bool) -> str:
    """Everything about the pairs in `file`, as text; with `texts` the statements of the worst errors too."""
    told = tell_all(load_pairs(file))
    gold = [one.pair["label"] for one in told]
    lines = [f"{len(gold)} pairs of {file.name}, as shipped", "", *render_confusion(gold, [one.both for one in told]), ""]
    lines += ["| parts | accuracy | macro F1 | wrong way round | `reversed`: precision |", "| --- | --- | --- | --- | --- |"]
    for name, labels in find_ablations(told, *load_own_features()).items():
        lines.append(f"| {name} | {' | '.join(f'{value:.1f}' for value in score(gold, labels))} |")
    errors = sum(one.both != one.pair["label"] for one in told)
    lines += ["", f"The worst of {errors} errors:"]
    for number, one in enumerate(find_worst(told), 1):
        lines.append(f"{number:2}. {describe(one)}")
        if texts:
            lines += [f"      before  {one.pair['before']}", f"      after   {one.pair['after']}", f"      why     {one.why}"]
    return "\n".join(lines)
