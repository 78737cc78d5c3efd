"""Distil the sentence encoder into fewer layers, and teach it which statements are about one matter.

    python scripts/train/encoder.py --sets scripts/train/stance-changes --data A.jsonl.gz [--data ...] --base FOLDER --out FOLDER

The student keeps the teacher's first layers. It learns the teacher's vectors of statements (contents of attributions, and
statements of the sets), and to put a set's statements nearer to each other than to its unrelated one and to other sets
(InfoNCE, van den Oord et al. 2018). Word embeddings stay as they are.
"""

import argparse
import json
import math
import random
import time
from pathlib import Path

import torch
from bert import Encoder, set_rounding
from data import load_tokenizer, read_articles
from tokenizers import Tokenizer
from torch import Tensor, nn
from training import make_batches

CLS, SEP, PAD = 101, 102, 0
LONGEST = 62
KINDS = ("before", "restated", "amended", "softened", "hardened", "reversed")


class Vectors(nn.Module):
    """Mean of the hidden states of the attended pieces, scaled to length 1."""

    def __init__(self, layers: int = 6, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = Encoder(dropout, layers)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        hidden = self.encoder(ids, mask)
        weights = mask.to(hidden.dtype)[:, :, None]
        mean = (hidden * weights).sum(1) / weights.sum(1).clamp(min=1.0)
        return nn.functional.normalize(mean, dim=-1)


def read_sets(folder: Path, held: set[str]) -> tuple[list[dict], list[dict]]:
    """Sets to learn from, and those of the held-out domains; further wordings join `before`'s."""
    again: dict[str, list[str]] = {}
    for path in sorted(folder.glob("again/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            again.setdefault(row["id"], []).extend(text for name, text in row.items() if name != "id" and text)
    train, check = [], []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            row["same"] = [row[k] for k in KINDS if row.get(k)] + again.get(row["id"], [])
            (check if path.stem in held else train).append(row)
    return train, check


def tensors(texts: list[str], tokenizer: Tokenizer) -> tuple[Tensor, Tensor]:
    rows = [[CLS, *e.ids[:LONGEST], SEP] for e in tokenizer.encode_batch(texts, add_special_tokens=False)]
    ids = torch.full((len(rows), max(map(len, rows))), PAD)
    for k, row in enumerate(rows):
        ids[k, : len(row)] = torch.tensor(row)
    return ids, (ids != PAD).long()


@torch.no_grad()
def embed(model: Vectors, texts: list[str], tokenizer: Tokenizer) -> Tensor:
    model.eval()
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    found = torch.zeros(len(texts), 384)
    for i in range(0, len(order), 64):
        batch = order[i : i + 64]
        found[batch] = model(*tensors([texts[k] for k in batch], tokenizer)).float()
    return found


def measure(model: Vectors, pairs: list[tuple[str, str, bool]], tokenizer: Tokenizer) -> float:
    """Area under the curve of the cosine, related pairs against unrelated ones."""
    a, b = (embed(model, [p[side] for p in pairs], tokenizer) for side in (0, 1))
    cosine = (a * b).sum(1)
    related = torch.tensor([p[2] for p in pairs])
    above = (cosine[related][:, None] > cosine[~related][None]).float().mean()
    return float(above)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=Path, required=True)
    parser.add_argument("--data", type=Path, action="append", default=[])
    parser.add_argument("--check", type=Path, action="append", default=[])
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--hold-out", default="")
    parser.add_argument("--layers", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--contrast", type=float, default=0.1, help="weight of the contrastive part")
    parser.add_argument("--temperature", type=float, default=0.07)
    parser.add_argument("--texts", type=int, default=0, help="learn the teacher's vectors of so many texts, 0 for all")
    parser.add_argument("--round-from", type=int, default=99)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer = load_tokenizer(args.base)
    sets, held = read_sets(args.sets, set(filter(None, args.hold_out.split(","))))
    texts = [t for row in sets for t in (*row["same"], *filter(None, [row.get("unrelated")]))]
    for path in args.data:
        for article in read_articles(path):
            for a in article["attributions"]:
                content = " ".join(" ".join(article["text"][s:e] for s, e in a["content"]).split())
                cue = " ".join(article["text"][s:e] for s, e in a["cue"])
                texts += [content, f"{cue} {content}"]
    texts = sorted({t for t in texts if len(t.split()) > 1})
    if args.texts:
        texts = random.Random(args.seed).sample(texts, min(args.texts, len(texts)))
    teacher = Vectors()
    teacher.encoder.load_base(args.base)
    student = Vectors(args.layers)
    student.encoder.load_base(args.base)
    student.encoder.words.weight.requires_grad_(False)
    checks: dict[str, list[tuple[str, str, bool]]] = {
        "held-out domains": [(r["before"], t, True) for r in held for t in r["same"][1:]]
        + [(r["before"], r["unrelated"], False) for r in held if r.get("unrelated")]
    }
    for path in args.check:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        checks[path.stem] = [(r["before"], r["after"], r["label"] != "unrelated") for r in rows]
    for name, pairs in checks.items():
        print(f"teacher, {name}: {measure(teacher, pairs, tokenizer):.3f}", flush=True)
    started = time.time()
    target = embed(teacher, texts, tokenizer)
    print(f"{len(texts)} texts embedded in {time.time() - started:.0f} s", flush=True)

    steps = args.epochs * math.ceil(len(texts) / args.batch)
    optimiser = torch.optim.AdamW([p for p in student.parameters() if p.requires_grad], lr=args.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda s: min((s + 1) / 100, max(0.0, 1 - s / steps)))
    rng = random.Random(args.seed)
    for epoch in range(args.epochs):
        order = list(range(len(texts)))
        rng.shuffle(order)
        made = make_batches(order, lambda k: len(texts[k]), args.batch, rng, 1600)
        student.train()
        set_rounding(student, epoch + 1 >= args.round_from)
        started, far, near = time.time(), 0.0, 0.0
        for batch in made:
            chosen = [r for r in rng.sample(sets, args.batch // 2) if r.get("unrelated")]
            ones, others = zip(*(rng.sample(r["same"], 2) for r in chosen), strict=True)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                found = student(*tensors([texts[k] for k in batch], tokenizer)).float()
                a, b, c = (student(*tensors(list(t), tokenizer)).float() for t in (ones, others, [r["unrelated"] for r in chosen]))
            distance = (1 - (found * target[batch]).sum(1)).mean()
            logits = torch.cat([a @ b.T, a @ c.T], dim=1) / args.temperature
            contrast = nn.functional.cross_entropy(logits, torch.arange(len(chosen)))
            loss = distance + args.contrast * contrast
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(student.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            far += distance.item()
            near += contrast.item()
        means = f"distance {far / len(made):.4f} contrast {near / len(made):.4f}"
        print(f"epoch {epoch + 1}: {means}, {time.time() - started:.0f} s", flush=True)
        torch.save(student.state_dict(), args.out / f"epoch-{epoch + 1}.pt")
        for name, pairs in checks.items():
            print(f"  {name}: {measure(student, pairs, tokenizer):.3f}", flush=True)


if __name__ == "__main__":
    main()
