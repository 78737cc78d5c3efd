"""How likely each label of change is for two statements of one party: MiniLM reading both at once (weights/judge.md).

Pairs are read in both directions and averaged with `hardened` and `softened` exchanged, so that swapping the statements
swaps just these two labels.
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from tracker.language.model import CLS, SEP, find_pieces, load_model
from tracker.model import Label

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LABELS = (Label.RESTATED, Label.AMENDED, Label.SOFTENED, Label.HARDENED, Label.REVERSED, Label.UNRELATED)
"""In the order of the model's outputs."""
LONGEST = 64
"""Pieces of a statement that are read."""

_UNRELATED = LABELS.index(Label.UNRELATED)
STRANGERS = 0.95
"""Chance of `unrelated` in one direction from which the other one has nothing to say any more."""


def find_label_chances(pairs: Sequence[tuple[str, str]]) -> list[dict[Label, float]]:
    """For each (before, after) the chance of every label; they add up to 1.

    Where one direction says that the two are strangers the other one is not asked: most pairs are, and it costs as much again.
    """
    import numpy as np

    model = load_model("judge")
    heat = np.float32(model.card.get("temperature", 1.0))
    texts = list(dict.fromkeys(text for pair in pairs for text in pair))
    pieces = {text: encoding.ids[:LONGEST] for text, encoding in zip(texts, find_pieces(texts), strict=True)}

    def read(one: str, other: str) -> "NDArray[np.float32]":
        # One pair a call: int8 results depend on what else is in a batch.
        a, b = pieces[one], pieces[other]
        ids = np.array([[CLS, *a, SEP, *b, SEP]], dtype=np.int64)
        types = np.array([[0] * (len(a) + 2) + [1] * (len(b) + 1)], dtype=np.int64)
        scores: NDArray[np.float32] = model.run(ids, np.ones_like(ids), types)[0] / heat
        return scores

    found = []
    for before, after in pairs:
        # The same direction first, whichever of the two came before.
        first, second = sorted((before, after))
        scores = read(first, second)
        if _chances(scores)[_UNRELATED] < STRANGERS:
            scores = (scores + read(second, first)[_backwards()]) / np.float32(2)
        if first != before:
            scores = scores[_backwards()]
        found.append(dict(zip(LABELS, map(float, _chances(scores)), strict=True)))
    return found


def _chances(scores: "NDArray[np.float32]") -> "NDArray[np.float32]":
    import numpy as np

    found: NDArray[np.float32] = np.exp(scores - scores.max())
    found /= found.sum()
    return found


@cache
def _backwards() -> list[int]:
    """Where each output stands when the pair is read backwards."""
    swap = {Label.HARDENED: Label.SOFTENED, Label.SOFTENED: Label.HARDENED}
    return [LABELS.index(swap.get(label, label)) for label in LABELS]
