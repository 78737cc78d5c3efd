"""Let a large judge say how sure it is of each label for many pairs, so that a small one can learn from it (distil.py).

    python scripts/train/teach.py --checkpoint FILE --trunk mpnet --base FOLDER [sources as of judge.py] --share 4000 \
        --out FILE.jsonl

The pairs are drawn as in training. `--further` adds pairs whose label nobody wrote: statements of one chain that are more than
one step apart. One line a pair: {"before", "after", "label", "chances"}; `label` is null where nobody wrote one, `chances` are the
teacher's probabilities in the order of `judge.LABELS`, the mean of both reading directions with `--both`.
"""

import argparse
import json
import random
import time
from itertools import combinations
from pathlib import Path

import torch
from chains import read_chains
from data import load_tokenizer
from judge import (
    BACKWARDS,
    LABELS,
    TRUNKS,
    Judge,
    Pair,
    add_sources,
    backwards,
    choose_pairs,
    encode,
    read_material,
    tensors,
)

BATCH = 32


def find_further(folders: list[Path], held: set[str]) -> list[tuple[str, str]]:
    """Statements of one chain with a turn or more between them."""
    pairs = []
    for folder in folders:
        for path in sorted(folder.glob("*.txt")):
            if path.stem not in held:
                for _, runs in read_chains(path):
                    for one, other in combinations(range(len(runs)), 2):
                        if other - one > 1:
                            pairs += [(a, b) for _, a in runs[one] for _, b in runs[other]]
    return pairs


@torch.no_grad()
def find_chances(model: Judge, pairs: list[Pair], tokenizer, both: bool) -> torch.Tensor:
    """Probabilities, shape (pairs, labels)."""
    model.eval()
    swap = [LABELS.index(BACKWARDS.get(name, name)) for name in LABELS]
    total = torch.zeros(len(pairs), len(LABELS))
    directions = [(pairs, list(range(len(LABELS)))), *([([backwards(p) for p in pairs], swap)] if both else [])]
    for read, order in directions:
        rows = encode(read, tokenizer, model.trunk)
        by_length = sorted(range(len(rows)), key=lambda i: len(rows[i][0]))
        started = time.time()
        for i in range(0, len(rows), BATCH):
            batch = by_length[i : i + BATCH]
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(*tensors([rows[k] for k in batch], model.trunk.pad)[:3])
            total[batch] += logits.float().log_softmax(-1)[:, order]
            if i // BATCH % 100 == 0:
                print(f"{i} of {len(rows)}, {time.time() - started:.0f} s", flush=True)
    return (total / len(directions)).softmax(-1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_sources(parser)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--trunk", choices=tuple(TRUNKS), default="mpnet")
    parser.add_argument("--share", type=int, default=4000)
    parser.add_argument("--further", type=int, default=0)
    parser.add_argument("--edit", type=float, default=0.2)
    parser.add_argument("--both", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    rng = random.Random(args.seed)
    material = read_material(args)
    pairs = choose_pairs(material, args.share, args.edit, rng)
    known = len(pairs)
    further = find_further(args.chains, set(args.hold_out.split(",")))
    pairs += [(*(pair if rng.random() < 0.5 else pair[::-1]), 0) for pair in rng.sample(further, min(args.further, len(further)))]
    model = Judge(trunk=TRUNKS[args.trunk])
    model.load_state_dict(torch.load(args.checkpoint, weights_only=True))
    chances = find_chances(model, pairs, load_tokenizer(args.base), args.both)
    with args.out.open("w", encoding="utf-8") as file:
        for k, ((before, after, label), row) in enumerate(zip(pairs, chances.tolist(), strict=True)):
            name = LABELS[label] if k < known else None
            line = {"before": before, "after": after, "label": name, "chances": [round(c, 5) for c in row]}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
