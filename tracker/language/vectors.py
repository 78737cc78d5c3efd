"""Statements to unit vectors: mean-pooled MiniLM (Reimers & Gurevych 2019), int8. The cosine of two says "the same matter?",
never "the same stance?": restated statements lie farther apart than changed ones."""

from collections.abc import Sequence

from tracker.language.model import CLS, PAD, SEP, find_pieces, load_model

LONGEST = 64
"""Pieces of a statement that count; what a statement is about stands at its beginning."""
BATCH = 16


def find_vectors(statements: Sequence[str]) -> list[bytes]:
    """One vector for each statement: 384 little-endian float32 numbers of length 1, as bytes."""
    import numpy as np

    model = load_model("encoder")
    rows = [[CLS, *encoding.ids[: LONGEST - 2], SEP] for encoding in find_pieces(list(statements))]
    found = [b""] * len(rows)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    for first in range(0, len(order), BATCH):
        batch = order[first : first + BATCH]
        ids = np.full((len(batch), len(rows[batch[-1]])), PAD, dtype=np.int64)
        for k, i in enumerate(batch):
            ids[k, : len(rows[i])] = rows[i]
        for i, vector in zip(batch, model.run(ids, (ids != PAD).astype(np.int64)), strict=True):
            found[i] = vector.astype("<f4").tobytes()
    return found
