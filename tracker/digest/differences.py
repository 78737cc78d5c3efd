"""Which words of two statements differ."""

from typing import Final, NamedTuple

from rapidfuzz.distance import Indel

_LIKENESS_FLOOR: Final = 0.45
"""Below this share of words in common the statements are put otherwise throughout, and marks would only be in the way."""
_SHORT_WORD: Final = 3
_PUNCTUATION: Final = ".,;:!?…\"'“”«»()[]—-\u2018\u2019\u2013"
_APOSTROPHE: Final = "\u2019"


class Piece(NamedTuple):
    """A run of words, with whether the other statement lacks them."""

    text: str
    changed: bool


def compare_words(before: str, after: str) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """For each word of `before` and of `after`, separated by blanks, whether the other statement lacks it at that place.

    Words count as the same whatever their case and the punctuation around them; the alignment is the longest common
    subsequence (rapidfuzz's Indel). A short word that stands alone between two changes goes with them: "will not have to"
    reads better as one change than as two. Statements with little in common come back without a mark.
    """
    left, right = before.split(), after.split()
    old, new = [_bare(word) for word in left], [_bare(word) for word in right]
    pairs = [
        (i, j)
        for block in Indel.opcodes(old, new).as_matching_blocks()
        for i, j in zip(range(block.a, block.a + block.size), range(block.b, block.b + block.size), strict=True)
    ]
    if len(pairs) < _LIKENESS_FLOOR * max(len(left), len(right)):
        return (False,) * len(left), (False,) * len(right)
    kept = [pair for place, pair in enumerate(pairs) if not _is_island(pairs, place, old)]
    same_old, same_new = {i for i, _ in kept}, {j for _, j in kept}
    return tuple(i not in same_old for i in range(len(left))), tuple(j not in same_new for j in range(len(right)))


def join_pieces(words: list[str], changed: tuple[bool, ...]) -> tuple[Piece, ...]:
    """Neighbouring words with the same mark as one piece each."""
    pieces: list[Piece] = []
    run: list[str] = []
    for place, word in enumerate(words):
        run.append(word)
        if place + 1 == len(words) or changed[place + 1] != changed[place]:
            pieces.append(Piece(" ".join(run), changed[place]))
            run = []
    return tuple(pieces)


def _bare(word: str) -> str:
    stripped = word.strip(_PUNCTUATION).casefold()
    return (stripped or word).replace(_APOSTROPHE, "'")


def _is_island(pairs: list[tuple[int, int]], place: int, old: list[str]) -> bool:
    """Whether a common word is short and has changes on both sides of it in both statements."""
    i, j = pairs[place]
    if place in (0, len(pairs) - 1) or len(old[i]) > _SHORT_WORD:
        return False
    (i_before, j_before), (i_after, j_after) = pairs[place - 1], pairs[place + 1]
    return i - i_before > 1 and j - j_before > 1 and i_after - i > 1 and j_after - j > 1
