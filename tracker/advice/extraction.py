"""Who says what, asked of a language model. Only places in the text are taken from the answer, where it quotes verbatim. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tracker.advice.questions import DATA, Question, RefusedError, check_object, compose_material
from tracker.model import Span

VERSION: Final = 1
CONFIDENCE: Final = 0.9
"""Of an attribution that a language model found: a round figure, for it gives no chance of its own."""
LONGEST: Final = 60_000
"""Characters of an article that is asked about; a longer one is left to the tagger."""
_PIECE: Final = 12_000
_MOST: Final = 400

INSTRUCTIONS: Final = f"""You find attributions in a part of a news article: every place where somebody is reported to say, want,
plan, demand, offer, refuse, support, oppose, expect or believe something. For each give
- source: who is said to say it, as the text names them there, with title and apposition; empty where nobody is named
- cue: the words that attribute, such as "said", "according to", "has ruled out", "demanded that"
- content: what is said; several pieces where other words, such as the cue, stand between
Copy letter for letter from the text; add, mend and leave out nothing. Keep quotation marks that belong to a content. The
reporter's own statements are no attributions. Give them in the order of the text.
{DATA}
Answer with one JSON object that follows the schema, and nothing else."""

SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["attributions"],
    "properties": {
        "attributions": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["source", "cue", "content"],
                "properties": {
                    "source": {"type": "string"},
                    "cue": {"type": "string"},
                    "content": {"type": "array", "items": {"type": "string"}},
                },
            },
        }
    },
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One attribution as places in the text. The source may be missing."""

    source: tuple[Span, ...]
    cue: tuple[Span, ...]
    content: tuple[Span, ...]


def find_pieces(text: str) -> list[Span]:
    """The text in stretches of at most some 12,000 characters, cut between lines where there are lines."""
    pieces, start = [], 0
    while start < len(text):
        end = min(start + _PIECE, len(text))
        if end < len(text) and (cut := max(text.rfind("\n", start + 1, end), text.rfind(". ", start + _PIECE // 2, end))) > start:
            end = cut + 1
        pieces.append(Span(start, end))
        start = end
    return pieces


def compose_question(text: str, piece: Span, subject: str = "") -> Question[tuple[Finding, ...]]:
    """The question for one piece of an article's text; what is found are places in the whole text."""
    part = text[piece.start : piece.end]
    return Question(
        task="extract",
        version=VERSION,
        subject=subject,
        instructions=INSTRUCTIONS,
        material=compose_material({"text": part}),
        schema=SCHEMA,
        parse=lambda value: _parse_some(value, part) if part == text else parse_findings(value, part, piece.start),
    )


def parse_findings(value: object, part: str, offset: int) -> tuple[tuple[Finding, ...], int]:
    """The attributions in a decoded answer as places in the text, in its order, and how many were dropped.

    An attribution is dropped where its content, its cue or the source that it names does not stand in the text, or where its
    content is that of one before it. Raises RefusedError where the schema is not followed.
    """
    answer = check_object(value, {"attributions": list})
    if len(answer["attributions"]) > _MOST:
        raise RefusedError("the answer is too long")
    found: dict[tuple[Span, ...], Finding] = {}
    place = 0
    for item in answer["attributions"]:
        row = check_object(item, {"source": str, "cue": str, "content": list})
        if not all(isinstance(words, str) for words in row["content"]):
            raise RefusedError("the answer does not follow the schema")
        if finding := _locate(row["source"], row["cue"], row["content"], part, place):
            place = finding.content[0].start
            moved = Finding(*(_move(spans, offset) for spans in (finding.source, finding.cue, finding.content)))
            found.setdefault(moved.content, moved)
    ordered = tuple(found[content] for content in sorted(found))
    return ordered, len(answer["attributions"]) - len(ordered)


def _parse_some(value: object, text: str) -> tuple[tuple[Finding, ...], int]:
    """As `parse_findings`, for a whole article. Raises RefusedError where nothing is found: an article could ask for just that."""
    found, dropped = parse_findings(value, text, 0)
    if not found:
        raise RefusedError("no attribution was found that stands in the text")
    return found, dropped


def _locate(source: str, cue: str, content: Sequence[str], part: str, place: int) -> Finding | None:
    """Where the words stand: the content at or behind `place` if it is there, source and cue as near to it as can be."""
    spans: list[Span] = []
    for words in content:
        if not words.strip():
            continue
        at = spans[-1].end if spans else place
        known = list(_find(words, part))
        span = next((s for s in known if s.start >= at), None) or next(iter(known), None)
        if span is None or any(span.start < s.end and s.start < span.end for s in spans):
            return None
        spans.append(span)
    if not spans or not (cues := _nearest(cue, part, spans)):
        return None
    sources = _nearest(source, part, [*cues, spans[0]]) if source.strip() else ()
    if source.strip() and not sources:
        return None
    return Finding(sources, cues, tuple(sorted(spans)))


def _nearest(words: str, part: str, anchors: Sequence[Span]) -> tuple[Span, ...]:
    """The place of the words that is nearest to one of the anchors and overlaps none of them; nothing where there is none."""
    free = [s for s in _find(words, part) if not any(s.start < a.end and a.start < s.end for a in anchors)]
    distance = min(free, key=lambda s: min(max(a.start - s.end, s.start - a.end) for a in anchors), default=None)
    return (distance,) if distance else ()


def _find(words: str, part: str) -> Iterator[Span]:
    """Every place where the words stand letter for letter; only blanks and line breaks may differ."""
    pieces = [re.escape(word) for word in words.split()]
    if not pieces:
        return
    for match in re.finditer(r"(?<!\w)" * words.split()[0][0].isalnum() + r"\s+".join(pieces), part):
        if not (match[0][-1].isalnum() and part[match.end() : match.end() + 1].isalnum()):
            yield Span(match.start(), match.end())


def _move(spans: Sequence[Span], offset: int) -> tuple[Span, ...]:
    return tuple(Span(s.start + offset, s.end + offset) for s in spans)
