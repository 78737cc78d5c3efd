"""One attribution, several statements: "X will stay, he said, and Y will go" states two things. Pure."""

import re
from collections.abc import Sequence

from tracker.language.lexicon import Lexicon
from tracker.model import Span

_JOINED = re.compile(r"[\s,;]*(?:and|but)\s+(?:that\s+)?", re.IGNORECASE)
_WORD = re.compile(r"[\w'’-]+")
_REACH = 12
"""Words of a clause within which its finite verb is looked for."""
_CONTRACTED = ("n't", "n’t", "'ll", "’ll", "'re", "’re", "'ve", "’ve")


def split_content(text: str, content: Sequence[Span], lexicon: Lexicon) -> list[tuple[Span, ...]]:
    """The statements of a content: one as a rule, another for each part that goes on behind the source as a clause of its own.

    The conjunction before it belongs to neither. Parts that go on without one, as a quotation does, stay together.
    """
    statements: list[list[Span]] = []
    for span in content:
        joined = _JOINED.match(text, span.start, span.end) if statements else None
        if joined and _is_clause(text[joined.end() : span.end], lexicon):
            statements.append([Span(joined.end(), span.end)])
        elif statements:
            statements[-1].append(span)
        else:
            statements.append([span])
    return [tuple(spans) for spans in statements]


def _is_clause(text: str, lexicon: Lexicon) -> bool:
    """Whether it has a subject of its own, and behind it a modal or a form of be, have or do."""
    words = [m[0] for m in _WORD.finditer(text)][:_REACH]
    if len(words) < 3 or _is_finite(words[0], lexicon) or words[0].lower() in lexicon.grammar.prepositions:
        return False
    return any(_is_finite(word, lexicon) for word in words[1:])


def _is_finite(word: str, lexicon: Lexicon) -> bool:
    low = word.lower()
    if low.endswith(_CONTRACTED):
        return True
    base = lexicon.lemmas.get(low, low)
    if base in ("be", "have", "do"):
        return low not in ("be", "been", "being", "having", "doing")
    return base in lexicon.grammar.modals and word != "May"
