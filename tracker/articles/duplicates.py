"""Copies: the same report in another place, with light edits, another headline, paragraphs cut, added or put in another order.

An article's sketch is the `SKETCH` smallest hashes of its three-word shingles (bottom-k sketch, Broder 1997). Articles that share
some hashes are looked at closely: a copy has most of the shorter text's shingles in common with the other.
"""

import re
from collections.abc import Set
from hashlib import blake2b
from struct import unpack

SKETCH = 16
"""Hashes kept of an article: two texts with half of their shingles in common share about eight."""
SHARED = 2
"""Hashes in common from which two texts are compared."""
COPIED = 0.45
"""Share of the shorter text's shingles in the other from which it is a copy. Different reports of one event stay below 0.2."""
OTHER = 0.1
"""Share below which two texts at one address have nothing to do with each other."""
SHORTEST = 40
"""Words below which a text is too short to tell: a two-line notice repeats phrases that everybody uses."""

_WORD = re.compile(r"[^\W_]+")
_LONGEST = 200_000
_DROPPED = frozenset(
    ("a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "it", "its", "of", "on", "or", "that", "the", "their", "to")
)


def find_shingles(text: str) -> frozenset[str]:
    """The runs of three words that carry meaning, lower case, without marks; of a long text those of its first part."""
    words = [w for w in _WORD.findall(text[:_LONGEST].lower()) if w not in _DROPPED]
    return frozenset(map(" ".join, zip(words, words[1:], words[2:], strict=False)))


def find_sketch(shingles: Set[str]) -> tuple[int, ...]:
    """The smallest hashes, signed 64-bit numbers in rising order; empty for a text that is too short to tell."""
    if len(shingles) < SHORTEST:
        return ()
    digests = b"".join([blake2b(shingle.encode(), digest_size=8).digest() for shingle in shingles])
    return tuple(sorted(unpack(f">{len(shingles)}q", digests))[:SKETCH])


def is_copy(one: Set[str], other: Set[str]) -> bool:
    """Whether two texts, by their shingles, are one report."""
    shorter = min(len(one), len(other))
    return shorter >= SHORTEST and len(one & other) >= COPIED * shorter


def is_other(one: Set[str], other: Set[str]) -> bool:
    """Whether two texts, by their shingles, are long enough to tell and have next to nothing in common."""
    shorter = min(len(one), len(other))
    return shorter >= SHORTEST and len(one & other) < OTHER * shorter
