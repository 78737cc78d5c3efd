"""Reports that go on without a cue of their own: "The union said it would strike. Ports would be closed for a week." Pure.

Free indirect speech: a sentence that nobody tagged goes on with the report before it where it keeps to the report's backshifted
tense: the reporter's own voice has little use for "would" (Banfield 1982; on news, Redeker 1996). It inherits source and cue.
Only a cue in the past tense shifts tenses back: behind "has proposed" or "expects", "would" is as a rule the reporter's forecast.

Loose contents: what the tagger took for a content and no cue was left for ("He brought up a second wish: the port should stay
open.") belongs to whom its sentence lets speak before the colon, else to the report before it.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace

from tracker.language.lexicon import Lexicon
from tracker.model import Attribution, AttributionKind, Role, Span, TaggedSpan
from tracker.positions.attributions import find_kind, find_quotations, find_touched

_BACKSHIFTED = re.compile(r"\bwould\b(?!-)|\bwouldn[’']t\b", re.IGNORECASE)
_MODAL = re.compile(r"\b(?:would|could|should|must|will)\b|n[’']t\b", re.IGNORECASE)
_QUOTED = re.compile('["“”„«»]')
_MEMORY = re.compile(r"\bused to\b|\b(?:if|unless)\b[^.]*\bhad\b|\bwould have\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_END = " \t\r\n.!?…"
_EDGES = _END + "\"“”„«»'‘’"
_DISCOUNT = 0.9
"""What a continuation keeps of the confidence of the report before it: on the annotated articles all 16 were right."""
_TAIL = 6
"""Words that may follow the report in its sentence: "..., the minister said on Monday"."""
_LEAST = 0.55
"""How sure the tagger has to be of a loose content."""


def find_continuations(
    text: str,
    attributions: Sequence[Attribution],
    sentences: Sequence[Span],
    lexicon: Lexicon,
    spans: Sequence[TaggedSpan] = (),
) -> list[Attribution]:
    """Attributions for what goes on with a report: sentences without any span, and contents of `spans` that no cue was left for.

    A sentence without any span must follow, in the same paragraph, a report that reaches the end of its sentence and has one
    source; it must hold no quotation mark.
    """
    starts = [sentence.start for sentence in sentences]
    busy = find_touched(attributions, starts)
    held: dict[int, list[Attribution]] = {}
    for a in attributions:
        for number in {bisect_right(starts, span.start) - 1 for span in a.content}:
            held.setdefault(number, []).append(a)
    loose = _find_loose(attributions, spans, starts)
    sources: dict[int, list[TaggedSpan]] = {}
    for tagged in spans:
        if tagged.role is Role.SOURCE:
            sources.setdefault(bisect_right(starts, tagged.span.start) - 1, []).append(tagged)
    quotations = find_quotations(text) if loose else []
    found: list[Attribution] = []
    before: Attribution | None = None
    for i, sentence in enumerate(sentences):
        if i and "\n" in text[sentences[i - 1].end : sentence.start]:
            before = None
        words = text[sentence.start : sentence.end]
        made = None
        for part in loose.get(i, []):
            made = _find_loose_report(text, part, sentence, held.get(i, []), sources.get(i, []), before) or made
            if made:
                found.append(replace(made, kind=find_kind(text, made.content, quotations)))
                break
        if i in busy:
            before = _find_report(text, held.get(i, []), sentence, lexicon)
        elif made:
            before = made
        elif before and _BACKSHIFTED.search(words) and not _QUOTED.search(words) and not _MEMORY.search(words):
            content = Span(sentence.start, sentence.start + len(words.rstrip(_END)))
            confidence = round(before.confidence * _DISCOUNT, 4)
            before = replace(before, content=(content,), kind=AttributionKind.INDIRECT, confidence=confidence)
            found.append(before)
        else:
            before = None
    return found


def _find_loose(
    attributions: Sequence[Attribution], spans: Sequence[TaggedSpan], starts: Sequence[int]
) -> dict[int, list[TaggedSpan]]:
    """By sentence: contents that belong to no attribution."""
    taken = {span for a in attributions for span in (*a.content, *a.source)}
    loose: dict[int, list[TaggedSpan]] = {}
    for part in spans:
        if part.role is Role.CONTENT and part.span not in taken and part.confidence >= _LEAST:
            loose.setdefault(bisect_right(starts, part.span.start) - 1, []).append(part)
    return loose


def _find_loose_report(
    text: str,
    part: TaggedSpan,
    sentence: Span,
    inside: Sequence[Attribution],
    sources: Sequence[TaggedSpan],
    before: Attribution | None,
) -> Attribution | None:
    """Whose a loose content is: of whom its sentence lets speak before the colon, or of the report before it."""
    lead = text[sentence.start : part.span.start].rstrip(_EDGES)
    confidence = round(part.confidence * _DISCOUNT, 4)
    content = (part.span,)
    if lead.endswith(":"):
        at = sentence.start + len(lead) - 1
        colon = (Span(at, at + 1),)
        reports = [a for a in inside if a.source and a.cue and a.cue[-1].end <= at and a.content[-1].end <= at]
        if reports:
            return replace(reports[-1], cue=colon, content=content, confidence=confidence)
        ahead = [s for s in sources if s.span.end <= at]
        if ahead:
            return Attribution((ahead[-1].span,), colon, content, AttributionKind.INDIRECT, confidence)
        return replace(before, cue=colon, content=content, confidence=confidence) if before else None
    whole = not lead and not text[part.span.end : sentence.end].strip(_EDGES)
    if not whole or before is None or inside:
        return None
    quoted = text[sentence.start : sentence.start + 1] in ('"', "“", "„", "«")
    if not quoted and not _MODAL.search(text, part.span.start, part.span.end):
        return None
    return replace(before, content=content, confidence=min(confidence, round(before.confidence * _DISCOUNT, 4)))


def _find_report(text: str, inside: Sequence[Attribution], sentence: Span, lexicon: Lexicon) -> Attribution | None:
    """The report with which a sentence ends; None where it ends otherwise or several speak in it."""
    sources = {a.source for a in inside}
    if len(sources) != 1 or not inside[0].source:
        return None
    last = max(inside, key=lambda a: a.content[-1].end)
    end = max(span.end for span in (*last.source, *last.cue, *last.content))
    if len(text[end : sentence.end].strip(_EDGES).split()) > _TAIL:
        return None
    return last if any(_is_past(text[s.start : s.end], lexicon) for s in last.cue) else None


def _is_past(cue: str, lexicon: Lexicon) -> bool:
    """Whether its verb stands in the simple past: inflected, no third person, no participle in -ing, behind no auxiliary."""
    words = [word.lower() for word in _WORD.findall(cue)]
    if not words or any(lexicon.lemmas.get(word, word) in ("be", "have", "do") for word in words):
        return False
    return lexicon.lemmas.get(words[0], words[0]) != words[0] and not words[0].endswith(("s", "ing"))
