"""Statements to unit vectors: mean-pooled MiniLM (Reimers & Gurevych 2019), int8. The cosine of two says "the same matter?",
never "the same stance?": restated statements lie farther apart than changed ones."""

from collections.abc import Sequence

from tracker.language.model import CLS, SEP, find_pieces, load_model

LONGEST = 64
"""Pieces of a statement that count; what a statement is about stands at its beginning."""


def find_vectors(statements: Sequence[str]) -> list[bytes]:
    """One vector for each statement, whatever stands beside it: 384 little-endian float32 numbers of length 1, as bytes.

    They have the precision of float16, in which the store keeps them: a comparison that is done again comes out alike.
    """
    import numpy as np

    model = load_model("encoder")
    found = []
    # One at a time: padding costs as much as text, and int8 scales by all that is in a batch, so that neighbours would count.
    for encoding in find_pieces(list(statements)):
        ids = np.array([[CLS, *encoding.ids[: LONGEST - 2], SEP]], dtype=np.int64)
        found.append(model.run(ids, np.ones_like(ids))[0].astype("<f2").astype("<f4").tobytes())
    return found
