"""Whether attributions are right as often as their confidence says, and how precise the surest ones are.

    scripts/measure_confidence.py [--data polnear-dev.jsonl.gz] [--scorer polnear.py]

An attribution is right where the scorer pairs its content with a gold one and the source is the same. Precision at recall 60:
of the surest attributions, as many as make up 60 % of the gold, the share that is right.
"""

import argparse
import os
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

TOP = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOP), str(TOP / "scripts" / "train")]

from calibrate import measure  # noqa: E402
from data import read_articles  # noqa: E402

from tracker.positions.confidence import load_calibration  # noqa: E402

EVAL = Path(os.environ.get("TRACKER_SHARED", TOP.parent / "shared")) / "eval"
RECALL = 0.6
BINS = 10


def find_precision(chances: NDArray[np.float64], right: NDArray[np.float64], golden: int) -> tuple[float, float]:
    """Precision, in per cent, of the surest attributions that reach RECALL of the gold, and the least chance among them."""
    order = np.argsort(-chances, kind="stable")
    hits = np.cumsum(right[order])
    at = int(np.argmax(hits >= RECALL * golden))
    return 100 * float(hits[at]) / (at + 1), float(chances[order][at])


def tabulate(chances: NDArray[np.float64], right: NDArray[np.float64]) -> tuple[list[str], float]:
    """A line for each tenth of confidence: how many, what it says, how many are right; and the mean gap between both, in points."""
    lines, gap = [], 0.0
    for number in range(BINS):
        inside = np.minimum((chances * BINS).astype(int), BINS - 1) == number
        if count := int(inside.sum()):
            said, true = 100 * float(chances[inside].mean()), 100 * float(right[inside].mean())
            gap += count * abs(said - true)
            lines.append(f"  {number / BINS:.1f} to {(number + 1) / BINS:.1f}  {count:6}  says {said:5.1f}  right {true:5.1f}")
    return lines, gap / len(chances)


def measure_confidence(data: Path, scorer: Path) -> tuple[dict[str, float], str]:
    """Figures by name, and the table."""
    rows, right, golden = measure(read_articles(data), scorer)
    calibration = load_calibration()
    chances = np.array([calibration.find_chance(row) for row in rows.tolist()])
    precision, floor = find_precision(chances, right, golden)
    lines, gap = tabulate(chances, right)
    figures = {"confidence precision at recall 60": round(precision, 1), "confidence gap": round(gap, 1)}
    return figures, "\n".join([f"confidence from which recall is 60: {floor:.2f}", *lines])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=EVAL / "polnear-dev.jsonl.gz")
    parser.add_argument("--scorer", type=Path, default=EVAL / "polnear.py")
    args = parser.parse_args()
    figures, printed = measure_confidence(args.data, args.scorer)
    print(printed)
    for name, value in figures.items():
        print(f"{name:36}{value:7.1f}")


if __name__ == "__main__":
    main()
