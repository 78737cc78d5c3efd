"""Which earlier position must a new one be compared with? By meaning, among the party's current positions, not by shared words.

Sentence vectors propose, for unrelated statements share vocabulary and restated ones often share none; the judge, which
has `unrelated` among its labels, decides between the proposed.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.language.vectors import find_likeness
from tracker.model import Held, Label

FLOOR = 0.4
"""Cosine below which two statements of one party are taken to be about different matters without a closer look."""

RELATED = 0.75
"""Chance of being about one matter from which the two are compared."""

# Round figures, fitted to five timelines of our own that no model was trained on, and checked on the two development ones.
_LIKENESS, _DOUBT, _BASE = 3.0, 0.7, -2.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """An earlier position, and the cosine of its vector with that of the new one."""

    position_id: str
    likeness: float


def find_candidates(vectors: Sequence[bytes], held: Sequence[Held]) -> list[Candidate | None]:
    """For the vector of each new position of one party the likest of those that the party holds; None where none is like it.

    One is enough: a second and third candidate brought as many wrong pairs as right ones, for twice the time.
    """
    if not vectors or not held:
        return [None for _ in vectors]
    likeness = find_likeness(vectors, [h.vector for h in held])
    best = [(float(row[j]), j) for row in likeness for j in [int(row.argmax())]]
    return [Candidate(held[j].position_id, like) if like >= FLOOR else None for like, j in best]


def find_nearest(vectors: Sequence[bytes], others: Sequence[bytes]) -> list[float]:
    """For each vector the highest cosine with one of the others; 0 without others."""
    if not vectors or not others:
        return [0.0 for _ in vectors]
    return [float(row.max()) for row in find_likeness(vectors, others)]


def find_relatedness(chances: Mapping[Label, float], likeness: float) -> float:
    """The chance that two statements of one party are about one matter, by the judge's doubt and the cosine of their vectors."""
    unrelated = min(max(chances[Label.UNRELATED], 0.001), 0.999)
    score = _LIKENESS * likeness + _DOUBT * math.log((1 - unrelated) / unrelated) + _BASE
    return 1 / (1 + math.exp(-score))
