"""Train the judge that is shipped on what a larger one says of many pairs (Hinton et al. 2015). Resumable by epoch.

    python scripts/train/distil.py --taught FILE.jsonl [--taught ...] [--check FILE.jsonl ...] --start FILE.pt --base FOLDER \
        --out FOLDER

Pairs come from teach.py, with the teacher's chances and, where somebody wrote one, a label. Either reading direction is drawn, as
in judge.py. The loss is the cross-entropy to the teacher's chances at `--heat`, and for `--written` of it to the written label.
"""

import argparse
import json
import math
import random
import time
from pathlib import Path

import torch
from bert import set_rounding
from data import load_tokenizer
from judge import (
    BACKWARDS,
    LABELS,
    Judge,
    Pair,
    add_sources,
    backwards,
    encode,
    read_material,
    save_epoch,
    tensors,
)
from torch import nn
from training import Training, make_batches


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_sources(parser)
    parser.add_argument("--taught", type=Path, action="append", required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--heat", type=float, default=1.5)
    parser.add_argument("--written", type=float, default=0.1)
    parser.add_argument("--average", type=float, default=0.998)
    parser.add_argument("--round-from", type=int, default=99)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer = load_tokenizer(args.base)
    check = read_material(args).check
    pairs: list[Pair] = []
    chances: list[list[float]] = []
    written: list[bool] = []
    for path in args.taught:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            pairs.append((row["before"], row["after"], LABELS.index(row["label"] or "restated")))
            chances.append(row["chances"])
            written.append(row["label"] is not None)
    targets, known = torch.tensor(chances).clamp(min=1e-5).log(), torch.tensor(written).float()
    swap = torch.tensor([LABELS.index(BACKWARDS.get(name, name)) for name in LABELS])

    model = Judge()
    model.load_state_dict(torch.load(args.start, weights_only=True))
    heads = [*model.inner.parameters(), *model.head.parameters()]
    steps = args.epochs * math.ceil(len(pairs) / args.batch)
    training = Training(model, heads, steps, args.out, args.rate, head_rate=5e-4, average=args.average)
    print(f"{len(pairs)} pairs, {sum(written)} with a label, {steps} steps", flush=True)
    for epoch in range(training.epoch, args.epochs):
        rng = random.Random(args.seed * 1000 + epoch)
        torch.manual_seed(args.seed * 1000 + epoch)
        turned = [rng.random() < 0.5 for _ in pairs]
        rows = encode([backwards(p) if turn else p for p, turn in zip(pairs, turned, strict=True)], tokenizer)
        order = list(range(len(rows)))
        rng.shuffle(order)
        lengths = [len(row[0]) for row in rows]
        made = make_batches(order, lengths.__getitem__, args.batch, rng)
        model.train()
        set_rounding(model, epoch + 1 >= args.round_from)
        started, lost = time.time(), 0.0
        for seen, batch in enumerate(made, 1):
            ids, mask, types, gold = tensors([rows[k] for k in batch])
            there = torch.tensor([turned[k] for k in batch])[:, None]
            told = torch.where(there, targets[batch][:, swap], targets[batch]) / args.heat
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(ids, mask, types)
            logits = logits.float()
            soft = -(told.softmax(-1) * (logits / args.heat).log_softmax(-1)).sum(-1) * args.heat**2
            hard = nn.functional.cross_entropy(logits, gold, reduction="none") * known[batch]
            lost += training.learn(((1 - args.written) * soft + args.written * hard).mean())
            if seen % 200 == 0:
                pace = f"{(time.time() - started) / seen:.2f} s a step"
                print(f"epoch {epoch + 1} step {training.step}/{steps} loss {lost / seen:.4f} {pace}", flush=True)
        save_epoch(training, check, tokenizer, rounded=epoch + 1 >= args.round_from)


if __name__ == "__main__":
    main()
