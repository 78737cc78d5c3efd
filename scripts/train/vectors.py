"""Distil the sentence vectors into one vector a word piece: what a statement is about is the sum of its pieces' vectors.

    python scripts/train/vectors.py --sets scripts/train/stance-changes --chains scripts/train/stance-chains --data A.jsonl.gz \
        [--data ...] --teacher FILE.pt --base FOLDER --out FILE.npz

The table starts from the base model's piece embeddings, weighted by rarity (Arora et al. 2017). It learns the vectors of the
teacher (encoder.py) for statements and contents of attributions, and to put the statements of one set or chain nearer to each
other than to the unrelated ones of the same party (InfoNCE, van den Oord et al. 2018). Pieces that no text has move by the common
projection alone.
"""

import argparse
import json
import random
import time
from itertools import combinations
from pathlib import Path

import numpy as np
import torch
from chains import read_chains, unfold_timeline
from data import load_tokenizer, read_articles
from encoder import Vectors, embed, read_sets
from torch import Tensor, nn

LONGEST = 62
WIDTH, OUT = 256, 384
PACE = 0.1
"""Scale of the sum: it keeps the projection's inputs near one."""

Group = tuple[list[int], list[int]]


class Table(nn.Module):
    """Texts as lists of piece numbers to unit vectors, (texts, 384): a weighted sum of piece vectors, projected."""

    def __init__(self, words: Tensor, counts: Tensor, texts: int) -> None:
        super().__init__()
        centred = words - words.mean(0)
        _, _, axes = torch.linalg.svd(centred[counts.argsort(descending=True)[:8000]], full_matrices=False)
        self.pieces = nn.Parameter(centred @ axes[:WIDTH].T * 3)
        self.weights = nn.Parameter(0.5 * torch.log(1 / (counts / texts + 0.005)).clamp(-4, 4))
        self.out = nn.Linear(WIDTH, OUT)

    def forward(self, rows: list[list[int]]) -> Tensor:
        flat = torch.tensor([piece for row in rows for piece in row])
        place = torch.tensor([k for k, row in enumerate(rows) for _ in row])
        weighted = self.pieces[flat] * self.weights[flat].exp()[:, None]
        summed = torch.zeros(len(rows), WIDTH).index_add(0, place, weighted)
        return nn.functional.normalize(self.out(summed * PACE), dim=-1)

    @torch.no_grad()
    def fold(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The same without its projection: int8 rows, a scale for each row, and what is added to the sum once."""
        rows = (self.pieces * self.weights.exp()[:, None]) @ self.out.weight.T * PACE
        scales = rows.abs().amax(1).clamp(min=1e-6) / 127
        whole = (rows / scales[:, None]).round().clamp(-127, 127)
        return whole.numpy().astype(np.int8), scales.numpy().astype(np.float32), self.out.bias.numpy().astype(np.float32)


def find_groups(sets: list[dict], chains: dict[str, list], number: dict[str, int], times: int) -> list[Group]:
    """What is about one matter, with what the same party says about others."""
    groups = [([number[t] for t in r["same"]], [number[r["unrelated"]]] if r.get("unrelated") else []) for r in sets]
    for blocks in chains.values():
        spoken = [(party, [number[s] for run in runs for _, s in run]) for party, runs in blocks]
        for i, (party, same) in enumerate(spoken):
            others = [s for j, (other, found) in enumerate(spoken) if j != i and other == party for s in found]
            groups += [(same, others)] * times
    return [group for group in groups if len(group[0]) > 1]


def measure(vectors: Tensor, pairs: list[tuple[int, int, bool]]) -> float:
    """Area under the curve of the cosine, related pairs against unrelated ones."""
    one, other, related = (torch.tensor([p[k] for p in pairs]) for k in range(3))
    cosine = (vectors[one] * vectors[other]).sum(1)
    return float((cosine[related][:, None] > cosine[~related][None]).float().mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--chains", type=Path, required=True)
    parser.add_argument("--data", type=Path, action="append", default=[])
    parser.add_argument("--check", type=Path, action="append", default=[])
    parser.add_argument("--timeline", type=Path, action="append", default=[], help="folders with a gold.json to check with")
    parser.add_argument("--teacher", type=Path, required=True, help="a checkpoint of encoder.py")
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--hold-out", default="")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--near", type=float, default=10.0, help="weight of the distance to the teacher")
    parser.add_argument("--temperature", type=float, default=0.07)
    parser.add_argument("--times", type=int, default=3, help="weight of a chain where a set has 1")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    tokenizer = load_tokenizer(args.base)

    held = set(filter(None, args.hold_out.split(",")))
    sets, held_sets = read_sets(args.sets, held)
    chains = {path.stem: read_chains(path) for path in sorted(args.chains.glob("*.txt"))}
    learnt = {t for r in sets for t in (*r["same"], *filter(None, [r.get("unrelated")]))}
    learnt |= {s for name, blocks in chains.items() if name not in held for _, runs in blocks for run in runs for _, s in run}
    for path in args.data:
        for article in read_articles(path):
            for a in article["attributions"]:
                content = " ".join(" ".join(article["text"][s:e] for s, e in a["content"]).split())
                if len(content.split()) > 1:
                    learnt.add(content)
    texts = sorted(learnt)
    checks: dict[str, list[tuple[str, str, bool]]] = {"held-out sets": [], "held-out chains": []}
    for r in held_sets:
        checks["held-out sets"] += [(r["before"], t, True) for t in r["same"][1:]]
        checks["held-out sets"] += [(r["before"], r["unrelated"], False)] if r.get("unrelated") else []
    for name in sorted(held & set(chains)):
        spoken = [(party, [s for run in runs for _, s in run]) for party, runs in chains[name]]
        for _, same in spoken:
            checks["held-out chains"] += [(a, b, True) for a, b in combinations(same, 2)]
        for (one, mine), (other, theirs) in combinations(spoken, 2):
            checks["held-out chains"] += [(a, b, False) for a in mine for b in theirs if one == other]
    for path in args.check:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        checks[path.stem] = [(r["before"], r["after"], r["label"] != "unrelated") for r in lines]
    for folder in args.timeline:
        pairs = unfold_timeline(folder, random.Random(2))
        checks.setdefault("timelines", []).extend((a, b, label != "unrelated") for a, b, label in pairs)
    shown = sorted({t for pairs in checks.values() for a, b, _ in pairs for t in (a, b)} - learnt)
    number = {text: k for k, text in enumerate(texts + shown)}
    encodings = tokenizer.encode_batch(texts + shown, add_special_tokens=False)
    rows = [e.ids[:LONGEST] or [0] for e in encodings]
    scored = {name: [(number[a], number[b], related) for a, b, related in pairs] for name, pairs in checks.items() if pairs}

    state = torch.load(args.teacher, weights_only=True)
    teacher = Vectors(layers=1 + max(int(name.split(".")[2]) for name in state if name.startswith("encoder.layers.")))
    teacher.load_state_dict(state)
    started = time.time()
    kept = args.out.with_suffix(".target.pt")
    if kept.exists() and len(target := torch.load(kept, weights_only=True)) == len(rows):
        print("targets read", flush=True)
    else:
        target = embed(teacher, texts + shown, tokenizer)
        torch.save(target, kept)
    print(f"{len(texts)} texts of the teacher in {time.time() - started:.0f} s", flush=True)
    print("teacher  " + ", ".join(f"{name} {measure(target, pairs):.3f}" for name, pairs in scored.items()), flush=True)

    counts = torch.zeros(state["encoder.words.weight"].shape[0])
    for row in rows[: len(texts)]:
        counts[list(set(row))] += 1
    model = Table(state["encoder.words.weight"].float(), counts, len(texts))
    groups = find_groups(sets, {k: v for k, v in chains.items() if k not in held}, number, args.times)
    rest = [model.weights, *model.out.parameters()]
    paces = [{"params": [model.pieces], "lr": args.rate / 3}, {"params": rest, "lr": args.rate * 3}]
    optimiser = torch.optim.Adam(paces, fused=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, args.steps)
    n = args.batch
    for step in range(1, args.steps + 1):
        chosen = rng.sample(groups, n)
        ones, others = zip(*(rng.sample(same, 2) for same, _ in chosen), strict=True)
        strangers = [rng.choice(away) for _, away in chosen if away]
        taught = [rng.randrange(len(texts)) for _ in range(2 * n)]
        found = model([rows[k] for k in (*ones, *others, *strangers, *taught)])
        a, b, c, d = found.split([n, n, len(strangers), len(taught)])
        contrast = nn.functional.cross_entropy(torch.cat([a @ b.T, a @ c.T], dim=1) / args.temperature, torch.arange(n))
        distance = (1 - (d * target[taught]).sum(1)).mean()
        loss = contrast + args.near * distance
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 1000 == 0 or step == args.steps:
            whole, scales, added = (torch.from_numpy(x).float() for x in model.fold())
            sums = [(whole[row] * scales[row][:, None]).sum(0) + added for row in rows]
            vectors = nn.functional.normalize(torch.stack(sums), dim=-1)
            figures = ", ".join(f"{name} {measure(vectors, pairs):.3f}" for name, pairs in scored.items())
            means = f"contrast {contrast.item():.3f} distance {distance.item():.3f}"
            print(f"{step}: {means}, {time.time() - started:.0f} s: {figures}", flush=True)
    pieces, scales, added = model.fold()
    np.savez(args.out, pieces=pieces, scales=scales, added=added)


if __name__ == "__main__":
    main()
