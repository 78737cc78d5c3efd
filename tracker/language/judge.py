"""How likely each label of change is for two statements of one party: MiniLM reading both at once (weights/judge.md).

Every pair is read in both directions and averaged with `hardened` and `softened` exchanged, so that swapping the statements
swaps just these two labels.
"""

from collections.abc import Sequence
from functools import cache

from tracker.language.model import CLS, SEP, find_pieces, load_model
from tracker.model import Label

LABELS = (Label.RESTATED, Label.AMENDED, Label.SOFTENED, Label.HARDENED, Label.REVERSED, Label.UNRELATED)
"""In the order of the model's outputs."""
LONGEST = 64
"""Pieces of a statement that are read."""


def find_label_chances(pairs: Sequence[tuple[str, str]]) -> list[dict[Label, float]]:
    """For each (before, after) the chance of every label; they add up to 1."""
    import numpy as np

    model = load_model("judge")
    heat = float(model.card.get("temperature", 1.0))
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    pieces = {text: encoding.ids[:LONGEST] for text, encoding in zip(texts, find_pieces(texts), strict=True)}
    found = []
    for before, after in pairs:
        # One pair a call, its two directions being of one length: int8 results depend on what else is in a batch.
        rows = [(pieces[before], pieces[after]), (pieces[after], pieces[before])]
        ids = np.array([[CLS, *a, SEP, *b, SEP] for a, b in rows], dtype=np.int64)
        types = np.array([[0] * (len(a) + 2) + [1] * (len(b) + 1) for a, b in rows], dtype=np.int64)
        there, back = model.run(ids, np.ones_like(ids), types)
        both = (there + back[_backwards()]) / (2 * heat)
        chances = np.exp(both - both.max())
        found.append(dict(zip(LABELS, map(float, chances / chances.sum()), strict=True)))
    return found


@cache
def _backwards() -> list[int]:
    """Where each output stands when the pair is read backwards."""
    swap = {Label.HARDENED: Label.SOFTENED, Label.SOFTENED: Label.HARDENED}
    return [LABELS.index(swap.get(label, label)) for label in LABELS]
