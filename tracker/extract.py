"""`tracker extract`: articles understood without a history, in the contract's JSON form or as lines for a person."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tracker.advice.adviser import Memory
from tracker.articles.files import load_articles
from tracker.bounds import MAX_CHARACTERS, ExceededError, bounded
from tracker.comparison import NO_HISTORY, compare_with_history
from tracker.config import Config
from tracker.language.detection import compose_skip, find_language, find_languages
from tracker.model import Article, Failure, Reading, Span, Voice
from tracker.reading import Knowledge, load_knowledge, read_article, trim_content


@dataclass(frozen=True, slots=True)
class Extracted:
    """An article's reading with the voices of all its attributions, tracked or not."""

    reading: Reading
    voices: tuple[tuple[Voice, ...], ...]

    def to_json(self) -> str:
        """One line of JSON; offsets are characters into `text`."""
        article = self.reading.article
        return json.dumps(
            {
                "origin": article.origin,
                "title": article.title,
                "outlet": article.outlet,
                "published": article.published.isoformat(),
                "date_source": article.date_source,
                "text": article.text,
                "summary": [article.text[s.start : s.end] for s in self.reading.summary.sentences],
                "attributions": list(self._attributions()),
            },
            ensure_ascii=False,
        )

    def _attributions(self) -> Iterator[dict[str, object]]:
        """One object for each attribution and voice: a source of two parties gives two."""
        # Of an attribution that states several things the first one stands for all.
        held = {(p.party, p.attribution.content[0]): p for p in reversed(self.reading.positions)}
        for attribution, heard in zip(self.reading.attributions, self.voices, strict=True):
            content = trim_content(self.reading.article.text, attribution.content)
            for voice in heard or (Voice(None, None, ""),):
                position = held.get((voice.party or "", content[0])) if content else None
                yield {
                    "source": _pairs(attribution.source),
                    "cue": _pairs(attribution.cue),
                    "content": _pairs(attribution.content),
                    "kind": attribution.kind,
                    "confidence": attribution.confidence,
                    "party": voice.party,
                    "speaker": voice.speaker,
                    "rule": voice.rule,
                    "issue": position.issue.name if position else None,
                    "polarity": position.stance.polarity if position else None,
                    "commitment": position.stance.commitment if position else None,
                    "about": position.about if position else None,
                    "addressee": position.addressee if position else None,
                    "recalled": position.recalled if position else False,
                    "recalled_time": position.recalled_time if position else "",
                }


def _pairs(spans: Sequence[Span]) -> list[list[int]]:
    return [[s.start, s.end] for s in spans]


def extract_articles(inputs: Sequence[str], config: Config) -> Iterator[Extracted | Failure]:
    """Every readable article of the inputs, oldest first, behind the failures of those that are not."""
    articles, failures = load_articles(inputs, manners=config.manners)
    yield from failures
    knowledge = load_knowledge(config, Memory())
    for article in articles:
        yield _extract(article, knowledge, config)


def _extract(article: Article, knowledge: Knowledge, config: Config) -> Extracted | Failure:
    try:
        if len(article.text) > MAX_CHARACTERS:
            raise ExceededError(f"more than {MAX_CHARACTERS:,} characters: split the text into articles")
        with bounded(config.article_seconds, config.article_megabytes):
            if (language := article.language or find_language(article.text)) not in find_languages():
                return Failure(article.origin, "language", compose_skip(article.origin, language))
            understanding = read_article(article, knowledge, config)
            reading = compare_with_history(understanding, NO_HISTORY, knowledge)
    except ExceededError as error:
        return Failure(article.origin, "understand", str(error))
    return Extracted(reading, understanding.voices)


def render_lines(extracted: Extracted) -> str:
    """An article for a person: its title, then one line for each position."""
    article = extracted.reading.article
    lines = [f"{article.title} ({article.published:%Y-%m-%d}, {article.origin})"]
    for position in extracted.reading.positions:
        content = " ".join(position.content.split())
        lines.append(f"  {position.party} [{position.speaker}] {position.issue.name}: {content}")
    if not extracted.reading.positions:
        lines.append("  no positions of tracked parties")
    return "\n".join(lines)
