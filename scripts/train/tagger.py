"""Fine-tune MiniLM to tag source, cue and content of attributions. Resumable: the state is saved after every epoch.

    python scripts/train/tagger.py --data A.jsonl.gz [--data B.jsonl ...] --base FOLDER --out FOLDER [--seed 1] [--epochs 5]

`--data` files hold one article a line: {"id", "text", "attributions": [{"source": [[start, end]...], "cue", "content"}]}.
`--teacher FILE` adds soft targets from `teach.py`.
"""

import argparse
import math
import random
import sys
import time
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bert import HIDDEN, Encoder, Linear, set_rounding
from data import load_tokenizer, read_articles
from training import Training, make_batches

from tracker.language.windows import Word, find_paragraphs, find_windows, find_words

TAGS = ("O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content", "J-content")
NUMBER = {tag: i for i, tag in enumerate(TAGS)}
INSIDE = [0, 2, 2, 4, 4, 6, 6, 6]
CLS, SEP, PAD, IGNORED = 101, 102, 0, -100
QUOTES = ("“”", '""', "«»", "„“")


class Tagger(nn.Module):
    """The encoder with one linear head over every piece."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = Encoder(dropout)
        self.head = Linear(HIDDEN, len(TAGS))
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return self.head(self.dropout(self.encoder(ids, mask)))


@dataclass(slots=True)
class Window:
    ids: list[int]
    tags: list[int]
    """One for each piece: the word's tag on its first piece, the inside tag on the others, IGNORED on special pieces."""


def tag_words(words: list[Word], attributions: list[dict]) -> list[int]:
    """The gold tag of each word. Contents are laid first and longest first, so that nested ones show inside their hosts."""
    tags = [0] * len(words)
    starts = np.array([w.start for w in words])
    ends = np.array([w.end for w in words])

    def lay(start: int, end: int, first: str, rest: str) -> None:
        inside = np.flatnonzero((starts < end) & (ends > start))
        for k, i in enumerate(inside):
            tags[i] = NUMBER[first if k == 0 else rest]

    for a in sorted(attributions, key=lambda a: -sum(e - s for s, e in a["content"])):
        for k, (start, end) in enumerate(sorted(a["content"])):
            lay(start, end, "B-content" if k == 0 else "J-content", "I-content")
    for a in attributions:
        for role in ("source", "cue"):
            for start, end in sorted(a[role]):
                lay(start, end, f"B-{role}", f"I-{role}")
    return tags


def make_windows(article: dict, tokenizer: Tokenizer, size: int = 126) -> list[Window]:
    text = article["text"]
    paragraphs = find_paragraphs(text)
    encoded = tokenizer.encode_batch([text[p.start : p.end] for p in paragraphs], add_special_tokens=False)
    words = find_words(paragraphs, encoded)
    tags = tag_words(words, article["attributions"])
    made = []
    for window in find_windows(text, words, size):
        ids, gold = [CLS], [IGNORED]
        for k, i in enumerate(window):
            if k and words[i].paragraph != words[window[k - 1]].paragraph:
                ids.append(SEP)
                gold.append(IGNORED)
            pieces = words[i].pieces[:126]
            ids += pieces
            gold += [tags[i]] + [INSIDE[tags[i]]] * (len(pieces) - 1)
        made.append(Window([*ids, SEP], [*gold, IGNORED]))
    return made


def restyle(text: str, rng: random.Random) -> str:
    """Other quotation marks, same length: outlets differ in them and the offsets must stay."""
    style = rng.choice(QUOTES)
    out, opened = [], False
    for c in text:
        if c in "“”„«»":
            out.append(style[0] if c in "“„«" else style[1])
        elif c == '"':
            opened = not opened
            out.append(style[0] if opened else style[1])
        elif c == "\n":
            opened = False
            out.append(c)
        elif c == "’" and style == '""':
            out.append("'")
        else:
            out.append(c)
    return "".join(out)


def tensors(batch: list[Window], rng: random.Random | None, hide: float) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    longest = max(len(w.ids) for w in batch)
    ids = torch.full((len(batch), longest), PAD)
    gold = torch.full((len(batch), longest), IGNORED)
    for k, w in enumerate(batch):
        ids[k, : len(w.ids)] = torch.tensor(w.ids)
        gold[k, : len(w.ids)] = torch.tensor(w.tags)
    mask = (ids != PAD).long()
    if rng and hide:  # hidden words make the tagger lean on the construction, not on the names of one beat
        noise = torch.rand(ids.shape) < hide
        ids = torch.where(noise & (gold != IGNORED), torch.tensor(103), ids)
    return ids, mask, gold


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, action="append", required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--hide", type=float, default=0.0, help="share of words hidden in training")
    parser.add_argument("--restyle", type=float, default=0.0, help="share of articles with other quotation marks")
    parser.add_argument("--repack", type=int, default=0, help="window size drawn anew for each article and epoch, from this to 126")
    parser.add_argument("--start", type=Path, help="a checkpoint to start from instead of the base model")
    parser.add_argument("--average", type=float, default=0.0, help="decay of the running average of weights, 0 for none")
    parser.add_argument("--hold-out", type=int, default=0, help="keep every Nth article out, for tuning the decoder")
    parser.add_argument("--clip", type=float, default=5.0, help="longest gradient")
    parser.add_argument("--round-from", type=int, default=99, help="epoch from which weights and activations are rounded to int8")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--limit", type=int, default=0, help="stop after so many steps (to time a trial)")
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    rng = random.Random(args.seed)
    args.out.mkdir(parents=True, exist_ok=True)
    tokenizer = load_tokenizer(args.base)
    articles = [a for path in args.data for a in read_articles(path)]
    if args.hold_out:
        articles = [a for a in articles if zlib.crc32(a["id"].encode()) % args.hold_out]
    plain = [make_windows(a, tokenizer) for a in articles]

    model = Tagger(args.dropout)
    model.encoder.load_base(args.base)
    if args.start:
        model.load_state_dict(torch.load(args.start, weights_only=True))
    steps = args.epochs * math.ceil(sum(map(len, plain)) / args.batch)
    training = Training(model, model.head.parameters(), steps, args.out, args.rate, average=args.average, clip=args.clip)
    loss_of = nn.CrossEntropyLoss(ignore_index=IGNORED)
    print(f"{len(articles)} articles, {sum(map(len, plain))} windows, {steps} steps, from epoch {training.epoch}", flush=True)

    for epoch in range(training.epoch, args.epochs):
        rng = random.Random(args.seed * 1000 + epoch)
        torch.manual_seed(args.seed * 1000 + epoch)
        windows = []
        for article, made in zip(articles, plain, strict=True):
            styled = rng.random() < args.restyle
            if styled or args.repack:
                text = restyle(article["text"], rng) if styled else article["text"]
                size = rng.randint(args.repack, 126) if args.repack else 126
                made = make_windows({**article, "text": text}, tokenizer, size)
            windows += made
        model.train()
        set_rounding(model, epoch + 1 >= args.round_from)
        started, seen, lost = time.time(), 0, 0.0
        order = windows[:]
        rng.shuffle(order)
        for batch in make_batches(order, lambda window: len(window.ids), args.batch, rng, 50 * args.batch):
            ids, mask, gold = tensors(batch, rng, args.hide)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                logits = model(ids, mask)
            lost += training.learn(loss_of(logits.float().view(-1, len(TAGS)), gold.view(-1)))
            seen += 1
            if seen % 50 == 0:
                pace = f"{(time.time() - started) / seen:.2f} s a step"
                print(f"epoch {epoch + 1} step {training.step}/{steps} loss {lost / seen:.4f} {pace}", flush=True)
            if args.limit and seen >= args.limit:
                return
        training.save()
        torch.save(model.state_dict(), args.out / f"epoch-{epoch + 1}.pt")
        if training.averaged is not None:
            torch.save(training.averaged, args.out / f"average-{epoch + 1}.pt")
        print(f"epoch {epoch + 1} done: loss {lost / seen:.4f}, {time.time() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main()
