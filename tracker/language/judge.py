"""How likely each label of change is for two statements of one party: MiniLM reading both at once (weights/judge.md).

Every pair is read in both directions and averaged with `hardened` and `softened` exchanged, so that swapping the statements
swaps just these two labels.
"""

from collections.abc import Sequence
from functools import cache

from tracker.language.model import CLS, PAD, SEP, find_pieces, load_model
from tracker.model import Label

LABELS = (Label.RESTATED, Label.AMENDED, Label.SOFTENED, Label.HARDENED, Label.REVERSED, Label.UNRELATED)
"""In the order of the model's outputs."""
LONGEST = 64
"""Pieces of a statement that are read."""
BATCH = 16


def find_label_chances(pairs: Sequence[tuple[str, str]]) -> list[dict[Label, float]]:
    """For each (before, after) the chance of every label; they add up to 1."""
    import numpy as np

    model = load_model("judge")
    heat = float(model.card.get("temperature", 1.0))
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    pieces = {text: encoding.ids[:LONGEST] for text, encoding in zip(texts, find_pieces(texts), strict=True)}
    rows = [(pieces[a], pieces[b]) for before, after in pairs for a, b in ((before, after), (after, before))]
    logits = np.zeros((len(rows), len(LABELS)), dtype=np.float32)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]) + len(rows[i][1]))
    for first in range(0, len(order), BATCH):
        batch = order[first : first + BATCH]
        longest = max(len(rows[i][0]) + len(rows[i][1]) for i in batch) + 3
        ids = np.full((len(batch), longest), PAD, dtype=np.int64)
        types = np.zeros_like(ids)
        for k, i in enumerate(batch):
            before, after = rows[i]
            ids[k, : len(before) + len(after) + 3] = [CLS, *before, SEP, *after, SEP]
            types[k, len(before) + 2 : len(before) + len(after) + 3] = 1
        logits[batch] = model.run(ids, (ids != PAD).astype(np.int64), types)
    both = (logits[0::2] + logits[1::2][:, _backwards()]) / (2 * heat)
    chances = np.exp(both - both.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    return [dict(zip(LABELS, map(float, row), strict=True)) for row in chances]


@cache
def _backwards() -> list[int]:
    """Where each output stands when the pair is read backwards."""
    swap = {Label.HARDENED: Label.SOFTENED, Label.SOFTENED: Label.HARDENED}
    return [LABELS.index(swap.get(label, label)) for label in LABELS]
