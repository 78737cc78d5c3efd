"""Which earlier position must a new one be compared with? By meaning, among the party's current positions, not by shared words.

Sentence vectors propose, for unrelated statements share vocabulary and restated ones often share none; the judge, which
has `unrelated` among its labels, decides between the proposed.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.language.vectors import find_likeness
from tracker.model import Held, Label

FLOOR = 0.5
"""Cosine below which two statements of one party are taken to be about different matters without a closer look."""

RELATED = 0.75
"""Chance of not being unrelated from which the two are compared."""

# The judge was trained on as many pairs of each label; these turn its chances to what the news brings. Round figures: the two
# development timelines are too few to tell finer ones apart.
RESTATED_PRIOR = 2.7
STRANGER, SLOPE = 0.5, 6.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """An earlier position, and the cosine of its vector with that of the new one."""

    position_id: str
    likeness: float


def find_candidates(vectors: Sequence[bytes], held: Sequence[Held]) -> list[Candidate | None]:
    """For the vector of each new position of one party the likest of those that the party holds; None where none is like it.

    One is enough: on the development timelines a second and third candidate brought more wrong pairs than right ones.
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


def weigh_chances(chances: Mapping[Label, float], likeness: float) -> dict[Label, float]:
    """The judge's chances for a pair that was found by likeness: in the news most statements repeat the last or are on another
    matter, which is the likelier the less the two are alike. They add up to 1."""
    factors = {Label.RESTATED: RESTATED_PRIOR, Label.UNRELATED: math.exp(STRANGER - SLOPE * (likeness - 0.5))}
    weighed = {label: chance * factors.get(label, 1.0) for label, chance in chances.items()}
    total = sum(weighed.values())
    return {label: chance / total for label, chance in weighed.items()}
