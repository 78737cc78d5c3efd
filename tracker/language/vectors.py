"""Statements to unit vectors: mean-pooled MiniLM (Reimers & Gurevych 2019), int8. The cosine of two says "the same matter?",
never "the same stance?": restated statements lie farther apart than changed ones."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tracker.language.model import CLS, SEP, find_pieces, load_model

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

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


def find_likeness(vectors: Sequence[bytes], others: Sequence[bytes]) -> "NDArray[np.float32]":
    """The cosine of each of `vectors` with each of `others`, shape (vectors, others); both hold one vector or more."""
    import numpy as np

    one, other = (np.frombuffer(b"".join(side), dtype="<f4").reshape(len(side), -1) for side in (vectors, others))
    # Not the @ of BLAS: what that gives for a pair depends on how many cores there are and on what else is in the product.
    product: NDArray[np.float32] = np.einsum("ik,jk->ij", one, other)
    return product
