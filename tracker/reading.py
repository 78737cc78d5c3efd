"""One article understood on its own, without any history: sentences, attributions, voices, statements, summary.

Article ──▶ sentences ──▶ tagged spans ──▶ attributions ──▶ voices ──▶ positions without an issue
                └────────────────────── summary ◀─────────────────────────┘
"""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from operator import attrgetter

from tracker.advice import extraction
from tracker.advice.adviser import Adviser, Keeper, open_adviser
from tracker.config import Config
from tracker.language.lexicon import Lexicon, load_lexicon
from tracker.language.sentences import find_sentences
from tracker.language.tagger import find_spans
from tracker.language.vectors import find_vectors
from tracker.model import NO_ISSUE, Actor, Article, Attribution, Introduction, Position, Span, Summary, Voice
from tracker.positions.actors import find_about, resolve_article
from tracker.positions.attributions import find_attributions, find_kind, find_quotations
from tracker.positions.avowals import find_avowals
from tracker.positions.catalogue import Catalogue, load_catalogue
from tracker.positions.confidence import Calibration, load_calibration
from tracker.positions.continuations import find_continuations
from tracker.positions.stance import build_statement, find_recalled, find_stance
from tracker.positions.statements import split_content
from tracker.summary import find_summary

_WORD = re.compile(r"\w+")
_CAPITALISED = re.compile(r"\b[^\W\d_a-z][\w'’-]+")
_DATELINE = re.compile(
    r"[A-Z][A-Z.'’ -]{2,30}(?:, [A-Z][\w. ]{1,20})?(?:,? [A-Z][a-z]{2,8}\.? \d{1,2})?(?: \([^()]{2,30}\))? *[—–-]{1,2} +"
)
_THAT = re.compile(r"that\s+(?=\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known before the first article: the language and the world."""

    lexicon: Lexicon
    catalogue: Catalogue
    judge: Adviser | None = None
    """Asked in place of the shipped judge; None where there is none."""
    extractor: Adviser | None = None
    """Asked in place of the shipped tagger."""
    calibration: Calibration | None = None
    actors: tuple[Actor, ...] = ()
    """The reader's own; where some have dates, the catalogue holds for no day in particular."""

    def on(self, day: datetime) -> "Knowledge":
        """What holds on a day: actors of the reader's own that are in office then."""
        if not any(actor.since or actor.until for actor in self.actors):
            return self
        return replace(self, catalogue=_load_dated(tuple(actor for actor in self.actors if actor.holds(day.date()))))


@dataclass(frozen=True, slots=True)
class Understanding:
    """An article with what it says by itself. `voices` runs parallel to `attributions`; positions have no issue yet."""

    article: Article
    summary: Summary
    attributions: tuple[Attribution, ...]
    voices: tuple[tuple[Voice, ...], ...]
    positions: tuple[Position, ...]
    introductions: tuple[Introduction, ...] = ()


def find_names(text: str) -> frozenset[str]:
    """The capitalised words of a text in lower case: by these it may name somebody whom earlier articles introduced."""
    return frozenset(word.lower() for word in _CAPITALISED.findall(text))


def load_knowledge(config: Config, keeper: Keeper | None = None) -> Knowledge:
    """The lexicon and the catalogue of actors, the reader's own actors first.

    With a keeper for its answers also the language model that is configured, if one is. Raises ConfigurationError where it is
    not installed.
    """
    knowledge = Knowledge(
        load_lexicon(), load_catalogue(config.actors), calibration=load_calibration(), actors=config.actors
    )
    consultation = config.consultation
    if keeper is None or consultation is None:
        return knowledge
    adviser = open_adviser(consultation, keeper)
    return replace(
        knowledge,
        judge=adviser if consultation.judges else None,
        extractor=adviser if consultation.extracts else None,
    )


@lru_cache(maxsize=32)
def _load_dated(actors: tuple[Actor, ...]) -> Catalogue:
    """Kept, for articles of one time share their actors."""
    return load_catalogue(actors)


def read_article(article: Article, knowledge: Knowledge, config: Config, known: Iterable[Introduction] = ()) -> Understanding:
    """Everything that the article says by itself. Attributions below the configured confidence are left out.

    `known` are persons and bodies whom earlier articles introduced.
    """
    text = article.text
    knowledge = knowledge.on(article.published)
    sentences = find_sentences(text)
    found = _ask_attributions(article, knowledge.extractor) if knowledge.extractor else None
    if found is None:
        spans = find_spans(text)
        found = find_attributions(text, spans, sentences, calibration=knowledge.calibration)
        found += find_continuations(text, found, sentences, knowledge.lexicon, spans)
        found = sorted([*found, *find_avowals(text, found, sentences, knowledge.lexicon)], key=lambda a: a.content)
    attributions = tuple(a for a in found if a.confidence >= config.min_confidence)
    heard, introductions = resolve_article(text, attributions, knowledge.catalogue, article.outlet, known)
    voices = tuple(
        voice if _states(text, attribution, knowledge.lexicon) else tuple(Voice(None, v.speaker, "states nothing") for v in voice)
        for attribution, voice in zip(attributions, heard, strict=True)
    )
    drafts = [
        _draft(article, attribution, statement, one, sentences, knowledge)
        for attribution, voice in zip(attributions, voices, strict=True)
        for one in voice
        if one.party
        for statement in split_content(text, attribution.content, knowledge.lexicon)
    ]
    vectors = find_vectors([draft.statement for draft in drafts])
    positions = tuple(replace(draft, vector=vector) for draft, vector in zip(drafts, vectors, strict=True))
    statements = [(position.party, position.attribution.content) for position in positions if not position.recalled]
    summary = find_summary(article, sentences, statements, config.summary_method, config.summary_length)
    return Understanding(article, summary, attributions, voices, positions, introductions)


def _ask_attributions(article: Article, adviser: Adviser) -> list[Attribution] | None:
    """What a language model finds in the article; None where the tagger has to do it.

    That is where a part of the article brought no acceptable answer, and where nothing at all was found.
    """
    text = article.text
    if len(text) > extraction.LONGEST:
        return None
    findings: list[extraction.Finding] = []
    for piece in extraction.find_pieces(text):
        answer = adviser.ask(extraction.compose_question(text, piece, article.id))
        if answer is None:
            return None
        findings += answer
    if not findings:
        return None
    quotes = find_quotations(text)
    return [Attribution(f.source, f.cue, f.content, find_kind(text, f.content, quotes), extraction.CONFIDENCE) for f in findings]


def _states(text: str, attribution: Attribution, lexicon: Lexicon) -> bool:
    """Whether the content says anything: two words or more, not all of them function words ("which", "that they did")."""
    words = [w.lower() for span in attribution.content for w in _WORD.findall(text[span.start : span.end])]
    return len(words) > 1 and not all(w in lexicon.stop_words for w in words)


def _draft(
    article: Article,
    attribution: Attribution,
    part: tuple[Span, ...],
    voice: Voice,
    sentences: list[Span],
    knowledge: Knowledge,
) -> Position:
    """The position that a part of an attribution's content states, without its vector."""
    text, lexicon = article.text, knowledge.lexicon
    attribution = replace(attribution, content=trim_content(text, part))
    cue = " ".join(text[s.start : s.end] for s in attribution.cue)
    content = " ".join(text[s.start : s.end] for s in attribution.content)
    statement = build_statement(cue, content, lexicon)
    party = voice.party or ""
    spans = "|".join(f"{s.start}-{s.end}" for s in attribution.content)
    recalled = find_recalled(_surroundings(text, attribution, sentences), cue, lexicon)
    return Position(
        id=hashlib.sha256(f"{article.id}\0{party}\0{spans}".encode()).hexdigest()[:32],
        article_id=article.id,
        party=party,
        speaker=voice.speaker or party,
        issue=NO_ISSUE,
        attribution=attribution,
        statement=statement,
        content=content,
        stance=find_stance(statement, cue, lexicon),
        published=article.published,
        origin=article.origin,
        outlet=article.outlet,
        vector=b"",
        recalled=recalled is not None,
        recalled_time=recalled or "",
        about=voice.about or find_about(text, attribution.content, knowledge.catalogue, party),
        addressee=voice.addressee,
        rule=voice.rule,
        url=article.url,
    )


def trim_content(text: str, content: tuple[Span, ...]) -> tuple[Span, ...]:
    """The content without what is not the party's: a dateline, the conjunction before it, the comma behind it."""
    trimmed = []
    for k, (start, end) in enumerate(content):
        if k == 0:
            for pattern in (_DATELINE, _THAT):
                if m := pattern.match(text, start, end):
                    start = m.end()
        while end > start and text[end - 1] in " ,;:":
            end -= 1
        if end > start:
            trimmed.append(Span(start, end))
    return tuple(trimmed) or content


_get_start = attrgetter("start")


def _surroundings(text: str, attribution: Attribution, sentences: list[Span]) -> str:
    """The sentence of the cue up to the cue's end, without the content: where an adverb of the past would stand."""
    if not attribution.cue:
        return ""
    cue = attribution.cue[0]
    at = bisect_right(sentences, cue.start, key=_get_start)
    start = sentences[at - 1].start if at else 0
    parts, at = [], start
    for span in sorted(attribution.content):
        if at < span.start < cue.end:
            parts.append(text[at : span.start])
            at = span.end
    parts.append(text[at : cue.end] if at < cue.end else "")
    return " ".join(parts)
