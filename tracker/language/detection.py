"""The language of a text. English is told by its own function words; a detector is loaded only for what is not plainly English."""

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from tracker.language.lexicon import load_lexicon

ENGLISH = "en"
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_HEAD = 4000
"""Characters that are looked at: a language shows in the first paragraphs."""
_FEWEST = 25
"""Bytes of letters; shorter texts are given the benefit of the doubt."""
_PLAIN = 0.25
"""Share of function words that settles a language; English prose has 0.35 to 0.5, other languages' below 0.15 of English ones."""
_UNLIKELY = 0.05
"""Probability of the expected language below which another one is believed."""


def find_language(text: str, expected: str = ENGLISH) -> str:
    """ISO 639-1 code of the language that `text` is written in; `expected` where it is too short or too mixed to tell.

    A quarter of function words of `expected` settles it at once. Otherwise py3langid decides (byte n-grams with naive Bayes,
    Lui and Baldwin 2012), and is believed only where it all but excludes `expected`: names of people and places look like the
    language that they come from.
    """
    joined = " ".join(_WORD.findall(text[:_HEAD])).lower().replace("’", "'")
    if len(joined.encode()) < _FEWEST:
        return expected
    functional = load_lexicon(expected).stop_words
    words = joined.split(" ")
    share = sum(word in functional for word in words) / len(words)
    if share >= _PLAIN:
        return expected
    ranking = _rank(joined)
    return expected if dict(ranking).get(expected, 0.0) >= _UNLIKELY else ranking[0][0]


@cache
def find_languages() -> tuple[str, ...]:
    """Codes of the languages that can be read: each is a folder under `lexicon/`."""
    return tuple(sorted(folder.name for folder in (files("tracker.language") / "lexicon").iterdir() if folder.is_dir()))


def compose_skip(origin: str, language: str) -> str:
    """Why an article in `language` is passed over, in words."""
    return f"{origin}: written in {language!r}, passed over: {', '.join(find_languages())} can be read so far"


def _rank(text: str) -> list[tuple[str, float]]:
    """Languages with their probabilities, the likeliest first."""
    return [(str(code), float(probability)) for code, probability in _load_identifier().rank(text)]


@lru_cache(maxsize=1)
def _load_identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
