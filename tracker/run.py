"""The night, readable top to bottom: articles in, oldest first; each understood, compared, stored; a digest out."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from tracker.articles.gathering import load_news, put_off
from tracker.config import Config
from tracker.digest.compose import compose_digest, compose_subject, find_issues
from tracker.intake import Intake, find_witness, take_in
from tracker.journal import Night, find_shortfall
from tracker.model import Digest, Failure, Feed
from tracker.reading import load_knowledge
from tracker.store.store import Store

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
    intake: Intake | None = None
    baffling: set[str] = set()
    for number, found in enumerate(articles, 1):
        if progress:
            progress(number, len(articles), found.origin)
        article = find_witness(found, store)
        if article is None:
            log.info("%s: known", found.origin)
            continue
        intake = intake or Intake(store, load_knowledge(config, store.answers(run)), config, run, now)
        outcome = take_in(article, intake)
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
    if material.articles or material.revised:
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


def _together(stored: Sequence[Failure], met: Sequence[Failure]) -> list[Failure]:
    """Failures that this run stored and those it met again, each once."""
    return list(dict.fromkeys((*stored, *met)))
