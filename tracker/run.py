"""The night, readable top to bottom: articles in, oldest first; each understood, compared, stored; a digest out."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from tracker.articles.files import load_articles
from tracker.comparison import compare_with_history
from tracker.config import Config
from tracker.digest.compose import compose_digest, compose_subject
from tracker.errors import TrackerError
from tracker.model import Article, Digest, Failure, Reading
from tracker.reading import Knowledge, load_knowledge, read_article
from tracker.store.store import Store

log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]
"""Called before each article with its number, the count of all, and its origin."""


def run_night(
    inputs: Sequence[str], store: Store, config: Config, now: datetime, extractor: str, progress: Progress | None = None
) -> Digest:
    """Take in every input that is not known yet, and return the digest of what this run found.

    A failing article is recorded and the night goes on. Raises TrackerError where the store or the models cannot be used.
    """
    articles, failures = load_articles(inputs)
    run = store.begin_run(now, extractor)
    for failure in failures:
        log.warning("%s: %s", failure.origin, failure.message)
        store.save_failure(failure, run, now)
    knowledge: Knowledge | None = None
    for number, article in enumerate(articles, 1):
        if progress:
            progress(number, len(articles), article.origin)
        if store.is_known(article.id):
            log.info("%s: known", article.origin)
            continue
        knowledge = knowledge or load_knowledge(config)
        outcome = _take_in(article, store, knowledge, config)
        if isinstance(outcome, Failure):
            failures.append(outcome)
            log.warning("%s: %s", outcome.origin, outcome.message)
            store.save_failure(outcome, run, now)
        else:
            store.save_reading(outcome, run, now)
            log.info("%s: %d positions, %d changes", article.origin, len(outcome.positions), len(outcome.changes))
    material = store.load_run_material(run.id)
    digest = compose_digest(
        material.changes,
        material.articles,
        _together(material.failures, failures),
        since=None,
        until=now,
        articles_seen=len(articles) + len(failures),
    )
    store.finish_run(run, now, digest.articles_seen, digest, compose_subject(digest))
    return digest


def _take_in(article: Article, store: Store, knowledge: Knowledge, config: Config) -> Reading | Failure:
    try:
        return compare_with_history(read_article(article, knowledge, config), store, knowledge)
    except TrackerError:
        raise
    except Exception as error:  # one article must not end the night, whatever it holds
        log.debug("traceback", exc_info=True)
        return Failure(
            article.origin,
            "understand",
            f"the article could not be understood ({type(error).__name__}: {error}): report it with its text",
        )


def _together(stored: Sequence[Failure], met: Sequence[Failure]) -> list[Failure]:
    """Failures that this run stored and those it met again, each once."""
    return list(dict.fromkeys((*stored, *met)))
