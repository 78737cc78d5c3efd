"""What positions are about: an issue is born with the first position on it, named by a phrase of it, and joined by others."""

import hashlib
import re
from collections.abc import Sequence
from itertools import pairwise

from tracker.language.lexicon import Lexicon
from tracker.language.vectors import find_likeness
from tracker.model import NO_ISSUE, Issue, Position

SAME = 0.72
"""Cosine from which the statements of different parties are taken to be about one issue."""
SAME_SPEAKER = 0.66
"""The same for two statements of one party in one article, where a repetition is likelier."""
LONGEST_NAME = 6
"""Words in a name."""

_MOST_WORDS = 60
_BEFORE_VERBS = frozenset(
    {"to", "not", "will", "would", "shall", "should", "must", "can", "could", "may", "might", "cannot", "never"}
)
_TOKEN = re.compile(r"[\w%$€£][\w.,'’%-]*")


def find_issue_name(content: str, lexicon: Lexicon) -> str:
    """A readable phrase of `content`: its weightiest run of words that carry meaning, without verbs."""
    words = [m[0].rstrip(".,'’-") for m in _TOKEN.finditer(content)][:_MOST_WORDS]
    best: list[str] = []
    run: list[str] = []
    most = 0.0
    for before, word in pairwise(["", *words, ""]):
        low = word.lower()
        if word and (low in lexicon.link_words if low in lexicon.stop_words else not _is_verb(before, low, lexicon)):
            if run or low not in lexicon.link_words:
                run.append(word)
        elif run:
            name = _trim(run, lexicon)
            if (weight := _weigh(name, lexicon)) > most:
                best, most = name, weight
            run = []
    return " ".join(best) or " ".join(words[:LONGEST_NAME]) or "unnamed"


def _is_verb(before: str, word: str, lexicon: Lexicon) -> bool:
    """A past or participle, or a base form behind "to" or an auxiliary. Forms in -s and -ing may as well be nouns."""
    base = lexicon.lemmas.get(word, word)
    if base not in lexicon.verbs:
        return False
    if word == base:
        return before.lower() in _BEFORE_VERBS
    return not word.endswith("ing") and word not in (f"{base}s", f"{base}es")


def _trim(run: list[str], lexicon: Lexicon) -> list[str]:
    """The first words of a run, without links and quantifiers at its edges, and without a possessive at its end."""
    cut = run
    while cut and cut[0].lower() in lexicon.edge_words:
        cut = cut[1:]
    cut = cut[:LONGEST_NAME]
    while cut and (cut[-1].lower() in lexicon.edge_words or cut[-1].endswith(("'s", "’s"))):
        cut = cut[:-1]
    return cut


def _weigh(words: Sequence[str], lexicon: Lexicon) -> float:
    return sum(1.0 + min(len(w), 10) / 20 for w in words if w.lower() not in lexicon.link_words and w.isalpha())


def resolve_issues(
    positions: Sequence[Position],
    continued: Sequence[Issue | None],
    recent: Sequence[tuple[Issue, bytes]],
    lexicon: Lexicon,
) -> list[Issue]:
    """The issue of each position of one article: the one it continues, else one that another position speaks to, else a new one.

    `continued` runs parallel to `positions`; `recent` holds the issues last spoken to with the vector of their first position.
    """
    import numpy as np

    known = [issue for issue, vector in recent if vector]
    parties: list[str] = []  # of the statements of this article that are known, behind the `told` ones of the past
    told = len(known)
    own = [position.vector for position in positions if position.vector]
    # Each statement with all that may be known by then, in one product.
    likeness = find_likeness([*(vector for _, vector in recent if vector), *own], own) if own else None
    issues: list[Issue] = []
    for position, issue in zip(positions, continued, strict=True):
        found = issue
        if found is None and likeness is not None and position.vector and known:
            bars = np.full(len(known), SAME)
            bars[told:] = [SAME_SPEAKER if party == position.party else SAME for party in parties]
            above = likeness[: len(known), len(parties)] - bars
            best = int(np.argmax(above))
            if above[best] >= 0:
                found = known[best]
        if found is None or found == NO_ISSUE:
            name = find_issue_name(position.content, lexicon)
            found = Issue(hashlib.sha256(f"{position.id}\0{name}".encode()).hexdigest()[:32], name)
        if position.vector:
            known.append(found)
            parties.append(position.party)
        issues.append(found)
    return issues
