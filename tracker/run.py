"""The night, readable top to bottom: articles in, oldest first; each understood, compared, stored; a digest out."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from tracker.articles.duplicates import SHARED, find_shingles, find_sketch, is_copy
from tracker.articles.gathering import load_news, put_off
from tracker.bounds import MAX_CHARACTERS, ExceededError, bounded
from tracker.comparison import compare_with_history
from tracker.config import Config
from tracker.digest.compose import compose_digest, compose_subject, find_issues
from tracker.errors import TrackerError
from tracker.journal import Night, find_shortfall
from tracker.language.detection import compose_skip, find_language, find_languages
from tracker.model import Article, Digest, Failure, Feed, Position, Reading
from tracker.reading import Knowledge, load_knowledge, read_article
from tracker.store.store import RunHandle, Store

log = logging.getLogger(__name__)

QUIET_AFTER_DAYS = 14
"""For the printed digest; mailed ones have a setting of their own."""

Progress = Callable[[int, int, str], None]
"""Called before each article with its number, the count of all, and its origin."""


def run_night(
    inputs: Sequence[str],
    store: Store,
    config: Config,
    now: datetime,
    extractor: str,
    progress: Progress | None = None,
    earlier: Sequence[Night] = (),
    feeds: Sequence[Feed] = (),
) -> Digest:
    """Take in everything in the inputs and feeds that is not known yet, and return the digest of what this run found.

    A failing article is recorded and the night goes on. `earlier`: the nights before, so that one that did conspicuously less
    than they did says so. Raises TrackerError where the store or the models cannot be used.
    """
    news = load_news(inputs, feeds, store.feeds.load_states(), store.feeds.load_link, config.manners, now)
    articles, failures = news.articles, list(news.failures)
    run = store.begin_run(now, extractor)
    for failure in failures:
        log.warning("%s: %s", failure.origin, failure.message)
        store.save_failure(failure, run, now)
    knowledge: Knowledge | None = None
    baffling: set[str] = set()
    for number, article in enumerate(articles, 1):
        if progress:
            progress(number, len(articles), article.origin)
        if store.is_known(article.id):
            log.info("%s: known", article.origin)
            continue
        knowledge = knowledge or load_knowledge(config)
        outcome = take_in(article, store, knowledge, config, run, now)
        if isinstance(outcome, Failure):
            if store.save_failure(outcome, run, now) or not outcome.is_skip:
                failures.append(outcome)
            if not outcome.is_skip:
                baffling.add(outcome.origin)
            log.warning("%s: %s", outcome.origin, outcome.message)
        else:
            log.info("%s: %d positions, %d changes", article.origin, len(outcome.positions), len(outcome.changes))
    earlier_digest = store.outbox.load_printed_mark()
    material = store.load_run_material(run.id)
    read = len({change.after.id for change in material.changes})
    if shortfall := find_shortfall(earlier, seen=len(articles), new=len(material.articles), positions=read):
        failures.append(Failure("this run", "run", shortfall))
        log.warning("%s", shortfall)
        store.save_failure(failures[-1], run, now)
    digest = compose_digest(
        material.changes,
        material.articles,
        _together(material.failures, failures),
        since=None,
        until=now,
        articles_seen=len(articles) + len(failures),
    )
    if material.articles:
        digest = replace(
            digest,
            standings=store.load_standings(find_issues(digest)),
            silences=store.load_silences(earlier_digest.until, now, QUIET_AFTER_DAYS) if earlier_digest.until else (),
            corrections=store.outbox.load_corrections(earlier_digest),
        )
    store.finish_run(run, now, digest.articles_seen, digest, compose_subject(digest))
    # Last of all: what was visited is not looked at again, and a run that takes this one up must see all that this one saw.
    visited = put_off(news, baffling)
    store.feeds.save_visits(visited.states, visited.links)
    return digest


def take_in(
    article: Article, store: Store, knowledge: Knowledge, config: Config, run: RunHandle, now: datetime
) -> Reading | Failure:
    """What an article led to, stored in one transaction; or why it could not be understood, which is not stored."""
    outcome = _understand(article, store, knowledge, config)
    if isinstance(outcome, Reading):
        known = knowledge.catalogue.actors
        parties = dict.fromkeys(position.party for position in outcome.positions)
        store.save_reading(outcome, run, now, [known[party] for party in parties if party in known])
    return outcome


def _understand(article: Article, store: Store, knowledge: Knowledge, config: Config) -> Reading | Failure:
    try:
        if len(article.text) > MAX_CHARACTERS:
            raise ExceededError(f"more than {MAX_CHARACTERS:,} characters: split the text into articles")
        with bounded(config.article_seconds, config.article_megabytes):
            language = article.language or find_language(article.text)
            if language not in find_languages():
                return Failure(article.origin, "language", compose_skip(article.origin, language))
            article = replace(article, language=language)
            shingles = find_shingles(article.text)
            sketch = find_sketch(shingles)
            originals = _load_originals(shingles, sketch, store)
            reading = compare_with_history(read_article(article, knowledge, config), store, knowledge, originals)
            return replace(reading, sketch=sketch)
    except ExceededError as error:
        return Failure(article.origin, "understand", str(error))
    except TrackerError:
        raise
    except Exception as error:  # one article must not end the night, whatever it holds
        log.debug("traceback", exc_info=True)
        return Failure(
            article.origin,
            "understand",
            f"the article could not be understood ({type(error).__name__}: {error}): report it with its text",
        )


def _load_originals(shingles: frozenset[str], sketch: Sequence[int], store: Store) -> Sequence[Position]:
    """The positions of the stored report that a text is a copy of; none where it is no copy."""
    for known in store.load_similar(sketch, SHARED):
        if is_copy(shingles, find_shingles(store.load_text(known))):
            return store.load_article_positions(known)
    return ()


def _together(stored: Sequence[Failure], met: Sequence[Failure]) -> list[Failure]:
    """Failures that this run stored and those it met again, each once."""
    return list(dict.fromkeys((*stored, *met)))
