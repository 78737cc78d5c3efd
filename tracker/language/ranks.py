"""Whose words weigh less: nameless officials, aides and sources (lexicon/en/ranks.toml)."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_WORD = re.compile(r"[^\W\d_][\w'’.-]*")
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class _Ranks:
    nameless: frozenset[str]
    tails: frozenset[str]
    counts: frozenset[str]
    marks: tuple[str, ...]


def is_nameless(speaker: str) -> bool:
    """Whether the speaker, as the text names them, is an official or a source without a name ("senior officials in Oslo").

    A person with a name is none, nor is a spokesperson, an office of which there is one, or a body.
    """
    ranks = _load()
    lower = " ".join(speaker[:_LONGEST].lower().split())
    if any(mark in lower for mark in ranks.marks):
        return True
    words: list[str] = []
    for word in _WORD.findall(lower.partition(",")[0]):
        if words and word in ranks.tails and words[-1] not in ranks.counts:
            break
        words.append(word)
    return bool(words) and words[-1] in ranks.nameless


@cache
def _load() -> _Ranks:
    data = tomllib.loads(files("tracker.language").joinpath("lexicon", "en", "ranks.toml").read_text("utf-8"))
    return _Ranks(
        nameless=frozenset(data["nameless"].split()),
        tails=frozenset(data["tails"].split()),
        counts=frozenset(data["counts"].split()),
        marks=tuple(mark.strip() for mark in data["marks"].split(";") if mark.strip()),
    )
