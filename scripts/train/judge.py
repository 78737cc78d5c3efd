"""Fine-tune MiniLM to tell how a stance changed between two statements of one party (six labels). Resumable by epoch.

    python scripts/train/judge.py --sets scripts/train/stance-changes [--pairs FILE.jsonl ...] [--chains FOLDER]
        [--timeline FOLDER ...] [--taught FILE.jsonl] [--trunk mpnet] --base FOLDER --out FOLDER

Sets (stance-changes/FORMAT.md) are unfolded into pairs; every pair is also read backwards with `hardened` and `softened`
exchanged. Chains (stance-chains/README.md) and the gold of annotated timelines give further pairs. `--hold-out` names domains
and chains that are kept for choosing; `--check FILE` prints accuracy on pairs never trained on. `--trunk mpnet` trains a larger
judge, the teacher; `--taught` names pairs that it has judged (teach.py), and its student learns its chances (Hinton et al. 2015).
"""

import argparse
import json
import math
import random
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from bert import HIDDEN, Encoder, Linear, set_rounding
from chains import unfold_chains, unfold_timeline
from data import load_tokenizer
from mpnet import MPNet
from tokenizers import Tokenizer
from torch import Tensor, nn
from training import Training, make_batches

LABELS = ("restated", "amended", "softened", "hardened", "reversed", "unrelated")
BACKWARDS = {"hardened": "softened", "softened": "hardened"}
LONGEST = 64
DRAWN = 2
"""Seed of the unrelated pairs of timelines: the same ones in every training that names the same timelines in the same order."""

Pair = tuple[str, str, int]


class Trunk(NamedTuple):
    """An encoder with the width of its states and the numbers of its special pieces."""

    encoder: type[nn.Module]
    hidden: int
    begin: int
    end: int
    pad: int


TRUNKS = {"minilm": Trunk(Encoder, HIDDEN, 101, 102, 0), "mpnet": Trunk(MPNet, 768, 0, 2, 1)}


class Judge(nn.Module):
    """Both statements in one window. The means of either statement's pieces go into the head side by side, with their difference
    and product: which of the two is the firmer one is a matter of their difference."""

    def __init__(self, dropout: float = 0.1, trunk: Trunk = TRUNKS["minilm"]) -> None:
        super().__init__()
        self.trunk = trunk
        self.encoder = trunk.encoder(dropout)
        self.inner = Linear(6 * trunk.hidden, trunk.hidden)
        self.head = Linear(trunk.hidden, len(LABELS))
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        hidden = self.encoder(ids, mask, types)
        after = types.to(hidden.dtype)[:, :, None]
        before = mask.to(hidden.dtype)[:, :, None] - after
        a, b = ((hidden * part).sum(1) / part.sum(1).clamp(min=1.0) for part in (before, after))
        features = torch.cat([hidden[:, 0], a, b, b - a, (b - a).abs(), a * b], dim=-1)
        return self.head(self.dropout(torch.tanh(self.inner(self.dropout(features)))))


def read_lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def unfold(row: dict) -> list[Pair]:
    """Every pair whose label follows from a set: from `before` and its restatements to each later statement and its own ones.

    `again` holds further wordings of statements of the set, by label, those of `before` under "before".
    """
    number = {name: i for i, name in enumerate(LABELS)}
    again: dict[str, list[str]] = row.get("again", {})
    same = [row["before"], *([row["restated"]] if row.get("restated") else []), *again.get("before", [])]
    pairs: list[Pair] = list(combine(same, number["restated"]))
    for name in LABELS[1:]:
        wordings = [*([row[name]] if row.get(name) else []), *again.get(name, [])]
        pairs += combine(wordings, number["restated"])
        # A restatement may leave out the very fact that `amended` changes.
        starts = [row["before"], *again.get("before", [])] if name == "amended" else same
        pairs += [(start, after, number[name]) for start in starts for after in wordings]
    if row.get("hardened") and row.get("reversed"):
        pairs.append((row["hardened"], row["reversed"], number["reversed"]))
    if stranger := row.get("unrelated"):
        pairs += [(row[name], stranger, number["unrelated"]) for name in ("amended", "softened", "hardened") if row.get(name)]
    return pairs


def combine(wordings: list[str], label: int) -> list[Pair]:
    """Every two of the wordings."""
    return [(a, b, label) for i, a in enumerate(wordings) for b in wordings[i + 1 :]]


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
SPELLINGS = (
    ("license", "licence"), ("defense", "defence"), ("labor", "labour"), ("program", "programme"), ("percent", "per cent"),
    ("percent", "%"), ("traveling", "travelling"), ("toward", "towards"), ("favor", "favour"), ("organization", "organisation"),
    ("cannot", "can't"), ("will not", "won't"), ("would not", "wouldn't"), ("do not", "don't"), ("is not", "isn't"),
    ("it is", "it's"), ("we are", "we're"), ("we will", "we'll"), ("United States", "US"), ("United States", "U.S."),
    ("European Union", "EU"), ("said on Monday", "said"), ("the government", "the cabinet"), ("said", "told reporters"),
    (" euros", " euro"), ("spokesman", "spokesperson"), ("at present", "for now"), ("announced", "said"),
)  # fmt: skip
MARKS = "“”\"' ,."
HOW_MANY_EDITS = 3


def edit(text: str, rng: random.Random) -> str:
    """The same statement as another outlet prints it: marks, spelling, dates, a word that reports. The stance stays."""
    edits = [
        lambda t: t.strip(MARKS),
        lambda t: "“" + t.strip(MARKS) + ",”",
        lambda t: '"' + t.strip(MARKS) + '."',
        lambda t: t if t.lower().startswith(("that ", "to ", "will ", "would ")) or t[:1] in MARKS else f"that {t}",
        lambda t: t.rstrip(".,") + rng.choice(["", ".", ","]),
        lambda t: re.sub(rf"\b({'|'.join(MONTHS)}) (\d{{1,2}})\b", r"\2 \1", t),
        lambda t: re.sub(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)})\b", r"\2 \1", t),
        lambda t: re.sub(r"(\d+(?:\.\d+)?) (million|billion) euros", r"€\1 \2", t),
        lambda t: re.sub(r"(\d+(?:\.\d+)?) (million|billion) dollars", r"$\1 \2", t),
        lambda t: t.translate(str.maketrans("“”’", "\"\"'")),
        lambda t: re.sub(r'"([^"]*)"', r"“\1”", t).replace("'", "’"),
        lambda t: re.sub(r", (?:the|a|an|its|their|his|her) [^,“”\"]{3,60} said(?: on \w+day)?\.?$", "", t),
        lambda t: re.sub(r"^(?:The|A|An|Its) [^,“”\"]{3,60}? (?:said|says|announced)(?: on \w+day)? (?:that )?", "", t),
    ]
    spelling = rng.choice(SPELLINGS)
    edits += [lambda t: t.replace(*spelling), lambda t: t.replace(*spelling[::-1])]
    for change in rng.sample(edits, HOW_MANY_EDITS):
        changed = change(text)
        if len(changed.split()) >= 3:
            text = changed
    return text


def backwards(pair: Pair) -> Pair:
    return pair[1], pair[0], LABELS.index(BACKWARDS.get(LABELS[pair[2]], LABELS[pair[2]]))


def encode(pairs: list[Pair], tokenizer: Tokenizer, trunk: Trunk = TRUNKS["minilm"]) -> list[tuple[list[int], list[int], int]]:
    rows = []
    for before, after, label in pairs:
        a, b = (tokenizer.encode(t, add_special_tokens=False).ids[:LONGEST] for t in (before, after))
        rows.append(([trunk.begin, *a, trunk.end, *b, trunk.end], [0] * (len(a) + 2) + [1] * (len(b) + 1), label))
    return rows


def tensors(rows: list[tuple[list[int], list[int], int]], pad: int = 0) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Piece numbers, mask and sides, each (rows, longest), and labels."""
    longest = max(len(r[0]) for r in rows)
    ids, types = torch.full((len(rows), longest), pad), torch.zeros((len(rows), longest), dtype=torch.int64)
    for k, (row, kinds, _) in enumerate(rows):
        ids[k, : len(row)] = torch.tensor(row)
        types[k, : len(kinds)] = torch.tensor(kinds)
    return ids, (ids != pad).long(), types, torch.tensor([r[2] for r in rows])


def draw(pairs: list[Pair], count: int, rng: random.Random) -> list[Pair]:
    """`count` of the pairs: each as often as the others, but for one."""
    whole, rest = divmod(count, max(1, len(pairs)))
    return pairs * whole + rng.sample(pairs, rest) if pairs else []


@torch.no_grad()
def predict(model: Judge, pairs: list[Pair], tokenizer: Tokenizer) -> np.ndarray:
    """Log probabilities, shape (pairs, 6), the mean of both reading directions."""
    model.eval()
    swap = [LABELS.index(BACKWARDS.get(name, name)) for name in LABELS]
    found = []
    for direction in (pairs, [backwards(p) for p in pairs]):
        rows = encode(direction, tokenizer, model.trunk)
        out = [model(*tensors(rows[i : i + 32], model.trunk.pad)[:3]).log_softmax(-1).numpy() for i in range(0, len(rows), 32)]
        found.append(np.concatenate(out))
    return (found[0] + found[1][:, swap]) / 2


def report(name: str, scores: np.ndarray, pairs: list[Pair]) -> str:
    gold, guess = np.array([p[2] for p in pairs]), scores.argmax(1)
    f1s = []
    for k in range(len(LABELS)):
        hits = ((gold == k) & (guess == k)).sum()
        f1s.append(2 * hits / max(1, (gold == k).sum() + (guess == k).sum()))
    r = LABELS.index("reversed")
    precision = ((gold == r) & (guess == r)).sum() / max(1, (guess == r).sum())
    opposite = {frozenset((2, 3)), frozenset((0, 4))}
    wrong = sum(frozenset((int(g), int(p))) in opposite for g, p in zip(gold, guess, strict=True)) / len(gold)
    by_label = " ".join(f"{n[:4]} {f:.2f}" for n, f in zip(LABELS, f1s, strict=True))
    overall = f"accuracy {(gold == guess).mean():.3f} macro F1 {np.mean(f1s):.3f}"
    return f"{name}: {overall} reversed P {precision:.2f} wrong way {wrong:.3f} | {by_label}"


@dataclass
class Material:
    """What a judge learns from: sets and the pairs unfolded from them and from files, pairs of chains, and pairs to check with."""

    sets: list[dict] = field(default_factory=list)
    train: list[Pair] = field(default_factory=list)
    news: list[Pair] = field(default_factory=list)
    check: dict[str, list[Pair]] = field(default_factory=dict)


def add_sources(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sets", type=Path, action="append", default=[])
    parser.add_argument("--pairs", type=Path, action="append", default=[])
    parser.add_argument("--chains", type=Path, action="append", default=[], help="folder of chains, half of each label's pairs")
    parser.add_argument("--timeline", type=Path, action="append", default=[], help="folder with a gold.json, whose pairs are added")
    parser.add_argument("--check", type=Path, action="append", default=[])
    parser.add_argument("--hold-out", default="", help="domains kept for choosing, separated by commas")


def read_material(args: argparse.Namespace) -> Material:
    """What the options of `add_sources` name."""
    held = set(filter(None, args.hold_out.split(",")))
    found = Material()
    number = {name: i for i, name in enumerate(LABELS)}
    for folder in args.sets:
        for path in sorted(folder.glob("*.jsonl")):
            rows = read_lines(path)
            if path.stem in held:
                pairs = [(r["before"], r[n], number[n]) for r in rows for n in LABELS if r.get(n)]
                found.check.setdefault("held-out domains", []).extend(pairs)
            else:
                found.sets += rows
    for path in args.pairs:
        found.train += [(r["before"], r["after"], number[r["label"]]) for r in read_lines(path)]
    rng = random.Random(DRAWN)
    for folder in args.timeline:
        found.train += [(a, b, number[label]) for a, b, label in unfold_timeline(folder, rng)]
    for path in args.check:
        found.check[path.stem] = [(r["before"], r["after"], number[r["label"]]) for r in read_lines(path)]
    known = {row["id"]: row for row in found.sets}
    for folder in args.sets:
        for path in sorted(folder.glob("again/*.jsonl")):
            for row in read_lines(path):
                if row["id"] in known:
                    again = known[row["id"]].setdefault("again", {})
                    for name, text in row.items():
                        if name != "id" and text:
                            again.setdefault(name, []).append(text)
    for row in found.sets:
        found.train += unfold(row)
    for folder in args.chains:
        for path in sorted(folder.glob("*.txt")):
            pairs = [(a, b, number[label]) for a, b, label in unfold_chains(path)]
            if path.stem in held:
                found.check.setdefault("held-out chains", []).extend(pairs)
            else:
                found.news += pairs
    return found


def choose_pairs(material: Material, share: int, edited: float, rng: random.Random) -> list[Pair]:
    """As many pairs of each label, half of them from chains, read forwards or backwards, some of them lightly edited."""
    half = share // 2 if material.news else 0
    chosen: list[Pair] = []
    for source, count in ((material.train, share - half), (material.news, half)):
        for k in range(len(LABELS)):
            chosen += draw([p for p in source if p[2] == k], count, rng)
    pairs = [p if rng.random() < 0.5 else backwards(p) for p in chosen]
    return [(edit(a, rng), edit(b, rng), k) if rng.random() < edited else (a, b, k) for a, b, k in pairs]


def save_epoch(training: Training, check: dict[str, list[Pair]], tokenizer: Tokenizer, *, rounded: bool) -> None:
    """Keep the running average as a checkpoint of its own, and print what it makes of the pairs to check."""
    training.save()
    torch.save(training.averaged, training.path.with_name(f"epoch-{training.epoch}.pt"))
    shown = Judge(trunk=training.model.trunk)
    shown.load_state_dict(training.averaged)
    set_rounding(shown, rounded)
    for name, gold_pairs in check.items():
        print("  " + report(name, predict(shown, gold_pairs, tokenizer), gold_pairs), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_sources(parser)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="a checkpoint to start from instead of the base model")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=8e-5)
    parser.add_argument("--average", type=float, default=0.998)
    parser.add_argument("--smooth", type=float, default=0.05)
    parser.add_argument("--share", type=int, default=0, help="pairs of each label an epoch; the median of all labels by default")
    parser.add_argument("--edit", type=float, default=0.25, help="share of pairs whose statements are lightly edited")
    parser.add_argument("--round-from", type=int, default=99, help="epoch from which weights and activations are rounded to int8")
    parser.add_argument("--trunk", choices=tuple(TRUNKS), default="minilm")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    trunk = TRUNKS[args.trunk]
    tokenizer = load_tokenizer(args.base)
    material = read_material(args)
    statements = [s for row in material.sets for n in ("before", *LABELS) if (s := row.get(n))]

    model = Judge(trunk=trunk)
    model.encoder.load_base(args.base)
    if args.start:
        model.load_state_dict(torch.load(args.start, weights_only=True))
    by_label = [sum(p[2] == k for p in material.train) for k in range(len(LABELS))]
    share = args.share or sorted(by_label)[len(LABELS) // 2]
    strangers = copies = share // 5
    per_epoch = math.ceil((share * len(LABELS) + strangers + copies) / args.batch)
    steps = per_epoch * args.epochs
    heads = [*model.inner.parameters(), *model.head.parameters()]
    training = Training(model, heads, steps, args.out, args.rate, average=args.average)
    loss_of = nn.CrossEntropyLoss(label_smoothing=args.smooth)
    files = len(args.pairs) + len(args.timeline)
    counts = f"{len(material.train)} pairs of {len(material.sets)} sets and {files} files, {len(material.news)} of chains"
    print(f"{counts}, {steps} steps", flush=True)

    for epoch in range(training.epoch, args.epochs):
        rng = random.Random(args.seed * 1000 + epoch)
        torch.manual_seed(args.seed * 1000 + epoch)
        pairs = choose_pairs(material, share, args.edit, rng)
        if statements:
            pairs += [(rng.choice(statements), rng.choice(statements), LABELS.index("unrelated")) for _ in range(strangers)]
            texts = rng.sample(statements, min(copies, len(statements)))
            pairs += [(text, edit(text, rng), LABELS.index("restated")) for text in texts]
        rng.shuffle(pairs)
        made = make_batches(encode(pairs, tokenizer, trunk), lambda row: len(row[0]), args.batch, rng)
        model.train()
        set_rounding(model, epoch + 1 >= args.round_from)
        started, lost = time.time(), 0.0
        for seen, batch in enumerate(made, 1):
            ids, mask, types, gold = tensors(batch, trunk.pad)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(ids, mask, types)
            lost += training.learn(loss_of(logits.float(), gold))
            if seen % 100 == 0:
                pace = f"{(time.time() - started) / seen:.2f} s a step"
                print(f"epoch {epoch + 1} step {training.step}/{steps} loss {lost / seen:.4f} {pace}", flush=True)
        print(f"epoch {epoch + 1} done: loss {lost / len(made):.4f}, {time.time() - started:.0f} s", flush=True)
        save_epoch(training, material.check, tokenizer, rounded=epoch + 1 >= args.round_from)


if __name__ == "__main__":
    main()
