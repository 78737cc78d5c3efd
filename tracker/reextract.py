"""`tracker reextract`: the kept texts read again by the present rules and models, as a night would have read them.

They go in the order of storing into a replay, a database of its own beside the history, one transaction a text; what was cut
short is taken up. Once all are read, the replay takes the place of what was made of them before, in one transaction: a reader
sees either all of the old or all of the new.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tracker.config import Config
from tracker.errors import StoreError
from tracker.model import Failure
from tracker.reading import load_knowledge
from tracker.run import take_in
from tracker.store.replays import Effects, KeptText
from tracker.store.store import Store, open_store

log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]
"""Called before each text with its number, the count of all, and its id."""


@dataclass(frozen=True, slots=True)
class Reextraction:
    """What became of it. `effects` is None where nothing was out of date."""

    texts: int
    outdated: int
    """Texts that other rules, models or settings had read."""
    failures: int = 0
    """Texts that could not be read again; what was made of them before is kept."""
    effects: Effects | None = None


def find_replay_path(database: Path) -> Path:
    """The replay of a database, beside it."""
    real = database.resolve()
    return real.with_name(f"{real.name}.replay")


def reextract_texts(
    database: Path,
    config: Config,
    extractor: str,
    *,
    everything: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Reextraction:
    """Read every kept text again where any was read by another `extractor`, or where `everything` is asked for.

    With `dry_run` the history stays as it is, and the replay is left for the real one to take up. Raises TrackerError where the
    store or the models cannot be used.
    """
    path = find_replay_path(database)
    with open_store(database) as store:
        texts = store.replays.load_texts()
        outdated = sum(text.extractor != extractor for text in texts)
        if not texts or not (outdated or everything):
            delete_replay(path)
            return Reextraction(len(texts), outdated)
        with _open_replay(path, database, texts, extractor) as replay:
            failures = _replay(texts, store, replay, database, config, extractor, progress)
        if dry_run:
            return Reextraction(len(texts), outdated, failures, store.replays.find_effects(path))
        effects = store.replays.take_over(path, extractor)
    delete_replay(path)
    return Reextraction(len(texts), outdated, failures, effects)


def _replay(
    texts: tuple[KeptText, ...],
    store: Store,
    replay: Store,
    database: Path,
    config: Config,
    extractor: str,
    progress: Progress | None,
) -> int:
    """How many texts could not be read again."""
    knowledge = load_knowledge(config)
    run = replay.begin_run(texts[0].seen, extractor)
    failures = 0
    for number, text in enumerate(texts, 1):
        if progress:
            progress(number, len(texts), text.id)
        if replay.is_known(text.id):
            continue
        article = store.replays.load_article(text.id)
        outcome = take_in(article, replay, knowledge, config, run, text.seen)
        if isinstance(outcome, Failure) and not outcome.is_skip:
            failures += 1
            log.warning("%s: %s; what was made of it is kept", outcome.origin, outcome.message)
            replay.replays.keep_as_it_is(text.id, database, extractor)
    return failures


def _open_replay(path: Path, database: Path, texts: tuple[KeptText, ...], extractor: str) -> Store:
    """The replay at `path`, as far as it has come; begun anew where it was of something else."""
    try:
        replay = open_store(path)
    except StoreError:
        delete_replay(path)
        replay = open_store(path)
    ids = {text.id for text in texts}
    done = replay.replays.load_texts()
    same = all(text.id in ids and text.extractor == extractor for text in done)
    if same and replay.replays.copy_corrections(database, begun=bool(done)):
        return replay
    replay.close()
    delete_replay(path)
    replay = open_store(path)
    replay.replays.copy_corrections(database, begun=False)
    return replay


def delete_replay(path: Path) -> None:
    """Remove a replay; one that is not there is removed already."""
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
