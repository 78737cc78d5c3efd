"""Statements to unit vectors: the sum of what a table holds for their word pieces (weights/vectors.md). The cosine of two says "the
same matter?", never "the same stance?": restated statements lie farther apart than changed ones."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tracker.language.model import find_pieces, load_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST = 62
"""Pieces of a statement that count; what a statement is about stands at its beginning."""


def find_vectors(statements: Sequence[str]) -> list[bytes]:
    """One vector for each statement, whatever stands beside it: 384 little-endian float32 numbers of length 1, as bytes.

    They have the precision of float16, in which the store keeps them: a comparison that is done again comes out alike.
    """
    import numpy as np

    table = load_table("vectors")
    found = []
    for encoding in find_pieces(list(statements)):
        pieces = encoding.ids[:LONGEST]
        summed = (table.pieces[pieces] * table.scales[pieces, None]).sum(axis=0) + table.added
        found.append((summed / np.sqrt(np.square(summed).sum())).astype("<f2").astype("<f4").tobytes())
    return found


def find_likeness(vectors: Sequence[bytes], others: Sequence[bytes]) -> "NDArray[np.float32]":
    """The cosine of each of `vectors` with each of `others`, shape (vectors, others); both hold one vector or more."""
    import numpy as np

    one, other = (np.frombuffer(b"".join(side), dtype="<f4").reshape(len(side), -1) for side in (vectors, others))
    # Not the @ of BLAS: what that gives for a pair depends on how many cores there are and on what else is in the product.
    product: NDArray[np.float32] = np.einsum("ik,jk->ij", one, other)
    return product
