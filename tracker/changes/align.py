"""Which earlier position must a new one be compared with? By meaning, among the party's current positions, not by shared words.

Sentence vectors propose, for unrelated statements share vocabulary and restated ones often share none; the judge, which
has `unrelated` among its labels, decides between the proposed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.model import Held

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CANDIDATES = 3
"""Earlier positions that are looked at closely."""
FLOOR = 0.35
"""Cosine below which two statements of one party are taken to be about different matters without a closer look."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An earlier position, and the cosine of its vector with that of the new one."""

    position_id: str
    likeness: float


def find_candidates(vectors: Sequence[bytes], held: Sequence[Held], count: int = CANDIDATES) -> list[list[Candidate]]:
    """For the vector of each new position of one party the likest of those that the party holds, likest first."""
    if not vectors or not held:
        return [[] for _ in vectors]
    likeness = _matrix(vectors) @ _matrix([h.vector for h in held]).T
    found = []
    for row in likeness:
        best = sorted(range(len(held)), key=lambda j: (-float(row[j]), j))[:count]
        found.append([Candidate(held[j].position_id, float(row[j])) for j in best if row[j] >= FLOOR])
    return found


def _matrix(vectors: Sequence[bytes]) -> "NDArray[np.float32]":
    import numpy as np

    return np.frombuffer(b"".join(vectors), dtype="<f4").reshape(len(vectors), -1)
