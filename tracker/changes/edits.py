"""What an outlet did to the statements in its report, from one revision to the next: kept, changed, dropped, added. Pure.

Two readings of nearly the same text differ by more than the outlet's edits: the tagger may see a statement in one and not in the
other. So a statement counts as dropped or added only where its words are not in the other text.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rapidfuzz.fuzz import ratio, token_set_ratio

from tracker.changes.classify import compare_stances
from tracker.language.judge import find_label_chances
from tracker.language.lexicon import Lexicon
from tracker.model import Edits, Label, Position

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

REPEATED = 75.0
"""Likeness (rapidfuzz, 0 to 100) from which a statement is another one, copied or lightly edited."""
SAME_MATTER = 0.6
"""Cosine from which a statement that was put otherwise may be what became of another."""


def find_repetition(original: str, copied: str) -> float:
    """Likeness in letters, or in words where one holds the other's (a shorter or longer stretch of the same sentence)."""
    return max(ratio(original, copied), 0.8 * token_set_ratio(original, copied))


def find_edits(before: Sequence[Position], after: Sequence[Position], old: str, new: str, lexicon: Lexicon) -> Edits:
    """The edits that lead from the positions of an article's text `old` to those of its text `new`.

    A statement that only says the same in other words is kept. One that is given to another party is changed.
    """
    earlier, later = list(before), list(after)
    words = [f" {_plain(text)} " for text in (old, new)]
    pairs = _match(earlier, later, lambda p, q: 100.0 * (p.party == q.party and _plain(p.statement) == _plain(q.statement)), 100.0)
    kept = [p for p, _ in pairs]
    likely = _match(earlier, later, lambda p, q: find_repetition(p.statement, q.statement) if p.party == q.party else 0, REPEATED)
    likely += _match(earlier, later, lambda p, q: _cosine(p, q) if p.party == q.party else 0, SAME_MATTER)
    changed = []
    for p, q in likely:
        label = _compare(p, q, lexicon)
        if label is Label.UNRELATED and find_repetition(p.statement, q.statement) < REPEATED:
            earlier.append(p)
            later.append(q)
        elif label is Label.RESTATED:
            kept.append(p)
        else:
            changed.append((p, q))
    changed += _match(earlier, later, lambda p, q: find_repetition(p.content, q.content), REPEATED)
    kept += [p for p in earlier if f" {_plain(_stretch(p, old))} " in words[1]]
    standing = {p.id for p in kept}
    return Edits(
        kept=tuple(p for p in before if p.id in standing),
        changed=tuple(changed),
        dropped=tuple(p for p in earlier if p.id not in standing),
        added=tuple(q for q in later if f" {_plain(_stretch(q, new))} " not in words[0]),
    )


def _match(
    earlier: list[Position], later: list[Position], weigh: Callable[[Position, Position], float], least: float
) -> list[tuple[Position, Position]]:
    """Pairs of at least that weight, the heaviest first; they are taken out of both lists."""
    weighed = sorted(((weigh(p, q), -i, -j) for i, p in enumerate(earlier) for j, q in enumerate(later)), reverse=True)
    pairs: list[tuple[int, int]] = []
    for weight, i, j in weighed:
        if weight >= least and all(-i != k and -j != m for k, m in pairs):
            pairs.append((-i, -j))
    found = [(earlier[i], later[j]) for i, j in pairs]
    gone = ({i for i, _ in pairs}, {j for _, j in pairs})
    earlier[:] = [p for i, p in enumerate(earlier) if i not in gone[0]]
    later[:] = [q for j, q in enumerate(later) if j not in gone[1]]
    return found


def _compare(before: Position, after: Position, lexicon: Lexicon) -> Label:
    (chances,) = find_label_chances([(before.statement, after.statement)])
    likeness = _cosine(before, after)
    return compare_stances(before.statement, after.statement, before.stance, after.stance, lexicon, likeness, chances).label


def _cosine(one: Position, other: Position) -> float:
    if not (one.vector and other.vector):
        return 0.0
    return float(_vector(one) @ _vector(other))


def _vector(position: Position) -> "NDArray[np.float32]":
    import numpy as np

    return np.frombuffer(position.vector, dtype="<f4")


def _stretch(position: Position, text: str) -> str:
    """The text from the first of the position's words to the last, source and cue included."""
    attribution = position.attribution
    spans = (*attribution.source, *attribution.cue, *attribution.content)
    return text[min(s.start for s in spans) : max(s.end for s in spans)] if spans else position.content


def _plain(text: str) -> str:
    """The words alone: outlets set marks and blanks differently."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())
