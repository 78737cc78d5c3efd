"""One attribution, several statements: "X will stay, he said, and Y will go" states two things. Pure.

Inside an unbroken content only what is told apart by its form counts as two: a second "that" clause ("that X, and that Y"), a
second infinitive ("to X and to Y"). Two main clauses joined by a bare "and" are as often one statement as two.
"""

import re
from collections.abc import Sequence

from tracker.language.lexicon import Lexicon
from tracker.model import Span

_JOINED = re.compile(r"[\s,;]*(?:and|but)\s+(?:that\s+)?", re.IGNORECASE)
_ENDED = re.compile(r"(?:;|[.!?][\"”’]?)\s+[\"“„«]?\Z")
_QUOTES = "\"“”„«»'‘’"
_GAP = 5
"""Characters before a part in which the sentence before it may end."""
_SECOND_THAT = re.compile(r",?\s+(?:and|but)\s+that\s+(?=\w)")
_SECOND_INFINITIVE = re.compile(r",?\s+and\s+(?=to\s)")
_WORD = re.compile(r"[\w'’-]+")
_SHORTEST = 3
_REACH = 12
"""Words of a clause within which its finite verb is looked for."""
_NEAR = 200
"""Characters of a second clause that are looked at: many of them in one content must not cost the square of their number."""
_CONTRACTED = ("n't", "n’t", "'ll", "’ll", "'re", "’re", "'ve", "’ve")


def split_content(text: str, content: Sequence[Span], lexicon: Lexicon) -> list[tuple[Span, ...]]:
    """The statements of a content: one as a rule, another for each part that goes on behind the source as a clause of its own.

    That is behind a conjunction, which belongs to neither, behind a semicolon, or in a sentence of its own. A circumstance that
    trails behind the source ("..., she said, down from nine") is left out. Other parts, as those of a broken quotation, stay
    together.
    """
    statements: list[list[Span]] = []
    for span in content:
        first, *others = _split_span(text, span, lexicon)
        _append(text, statements, first, lexicon)
        statements += [[other] for other in others]
    return [tuple(spans) for spans in statements]


def _append(text: str, statements: list[list[Span]], span: Span, lexicon: Lexicon) -> None:
    """Add a part of a content as a statement of its own or as the rest of the last one."""
    if not statements:
        statements.append([span])
        return
    joined = _JOINED.match(text, span.start, span.end)
    start = joined.end() if joined else span.start
    apart = joined or _ENDED.search(text, max(0, span.start - _GAP), span.start)
    if apart and _is_clause(text[start : min(span.end, start + _NEAR)], lexicon):
        statements.append([Span(start, span.end)])
    elif joined or not _is_aside(text, statements[-1], span, lexicon):
        statements[-1].append(span)


def _is_aside(text: str, statement: Sequence[Span], span: Span, lexicon: Lexicon) -> bool:
    """Whether a part only adds a circumstance, in the reporter's words, to what is a clause without it."""
    before = statement[-1]
    if text[span.start] in _QUOTES or text[before.end - 1] in _QUOTES or not text[before.end : span.start].strip().startswith(","):
        return False
    first = _WORD.match(text, span.start, span.end)
    if first is None or first[0].lower() in lexicon.conditions.by_first:
        return False
    return _is_clause(text[statement[0].start : min(before.end, statement[0].start + _NEAR)], lexicon)


def _split_span(text: str, span: Span, lexicon: Lexicon) -> list[Span]:
    """A part of a content at its second "that" and, where it begins with "to", at its second infinitive."""
    cuts = [
        m.span()
        for m in _SECOND_THAT.finditer(text, span.start, span.end)
        if m.start() > span.start and _is_clause(text[m.end() : min(span.end, m.end() + _NEAR)], lexicon)
    ]
    if text.startswith("to ", span.start) and (m := _SECOND_INFINITIVE.search(text, span.start + 3, span.end)):
        cuts = sorted([*cuts, m.span()])
    edges = [span.start, *(edge for cut in cuts for edge in cut), span.end]
    return [Span(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _is_clause(text: str, lexicon: Lexicon) -> bool:
    """Whether it has a subject of its own, and behind it a modal or a form of be, have or do."""
    words = [m[0] for m in _WORD.finditer(text)][:_REACH]
    if len(words) < _SHORTEST or _is_finite(words[0], lexicon) or words[0].lower() in lexicon.grammar.prepositions:
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
