"""Free indirect speech: "The union said it would strike. Ports would be closed for a week." states two things. Pure.

A sentence that nobody tagged goes on with the report before it where it keeps to the report's backshifted tense: the reporter's own
voice has little use for "would" (Banfield 1982; on news, Redeker 1996). It inherits source and cue.
Only a cue in the past tense shifts tenses back: behind "has proposed" or "expects", "would" is as a rule the reporter's forecast.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from tracker.language.lexicon import Lexicon
from tracker.model import Attribution, AttributionKind, Span

_BACKSHIFTED = re.compile(r"\bwould\b(?!-)|\bwouldn[’']t\b", re.IGNORECASE)
_QUOTED = re.compile('["“”„«»]')
_MEMORY = re.compile(r"\bused to\b|\b(?:if|unless)\b[^.]*\bhad\b|\bwould have\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_END = " \t\r\n.!?…"
_DISCOUNT = 0.9
"""What a continuation keeps of the confidence of the report before it: on the annotated articles all 16 were right."""
_TAIL = 6
"""Words that may follow the content in its sentence: "..., the minister said on Monday"."""


def find_continuations(
    text: str, attributions: Sequence[Attribution], sentences: Sequence[Span], lexicon: Lexicon
) -> list[Attribution]:
    """One attribution for each sentence that goes on with the report of the sentence before it in the same paragraph.

    The report has to reach the end of its sentence in the reporter's words and to have one source; the sentence must hold no span
    of any attribution and no quotation mark.
    """
    starts = [sentence.start for sentence in sentences]
    busy: set[int] = set()
    held: dict[int, list[Attribution]] = {}
    for a in attributions:
        for span in (*a.source, *a.cue, *a.content):
            busy.update(range(max(0, bisect_right(starts, span.start) - 1), bisect_left(starts, span.end)))
        for number in {bisect_right(starts, span.start) - 1 for span in a.content}:
            held.setdefault(number, []).append(a)
    found: list[Attribution] = []
    before: Attribution | None = None
    for i, sentence in enumerate(sentences):
        if i and "\n" in text[sentences[i - 1].end : sentence.start]:
            before = None
        words = text[sentence.start : sentence.end]
        if i in busy:
            before = _find_report(text, held.get(i, []), sentence, lexicon)
        elif before and _BACKSHIFTED.search(words) and not _QUOTED.search(words) and not _MEMORY.search(words):
            content = Span(sentence.start, sentence.start + len(words.rstrip(_END)))
            confidence = round(before.confidence * _DISCOUNT, 4)
            before = replace(before, content=(content,), kind=AttributionKind.INDIRECT, confidence=confidence)
            found.append(before)
        else:
            before = None
    return found


def _find_report(text: str, inside: Sequence[Attribution], sentence: Span, lexicon: Lexicon) -> Attribution | None:
    """The report with which a sentence ends; None where it ends otherwise or several speak in it."""
    sources = {a.source for a in inside}
    if len(sources) != 1 or not inside[0].source:
        return None
    last = max(inside, key=lambda a: a.content[-1].end)
    rest = text[last.content[-1].end : sentence.end]
    if last.kind is AttributionKind.DIRECT or len(rest.strip(_END).split()) > _TAIL:
        return None
    return last if any(_is_past(text[s.start : s.end], lexicon) for s in last.cue) else None


def _is_past(cue: str, lexicon: Lexicon) -> bool:
    """Whether its verb stands in the simple past: inflected, no third person, no participle in -ing, behind no auxiliary."""
    words = [word.lower() for word in _WORD.findall(cue)]
    if not words or any(lexicon.lemmas.get(word, word) in ("be", "have", "do") for word in words):
        return False
    return lexicon.lemmas.get(words[0], words[0]) != words[0] and not words[0].endswith(("s", "ing"))
