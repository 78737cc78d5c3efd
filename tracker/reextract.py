"""`tracker reextract`: the kept texts read again by the present rules and models, as a night would have read them.

They go in the order of storing into a replay, a database of its own beside the history, one transaction a text; what was cut
short is taken up. Once all are read, the replay takes the place of what was made of them before, in one transaction: a reader
sees either all of the old or all of the new.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tracker.config import Config
from tracker.errors import StoreError
from tracker.intake import Intake, take_again
from tracker.model import Failure
from tracker.reading import load_knowledge
from tracker.store.replays import KeptText
from tracker.store.store import RunHandle, Store, open_store
from tracker.store.takeover import Effects

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
    now: datetime,
    *,
    everything: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Reextraction:
    """Read every kept text again where any was read by another `extractor`, or where `everything` is asked for.

    A language model that is configured is asked as in a night; what it answers is kept with the history at once. With `dry_run`
    nothing else there is touched, and the replay is left for the real one to take up. Raises TrackerError where the store or
    the models cannot be used.
    """
    path = find_replay_path(database)
    with open_store(database) as store:
        texts = store.replays.load_texts()
        kept = sum(not text.forgotten for text in texts)
        outdated = sum(text.extractor != extractor for text in texts if not text.forgotten)
        if not kept or not (outdated or everything):
            delete_replay(path)
            return Reextraction(kept, outdated)
        with _open_replay(path, database, texts, extractor) as replay:
            # Answers are counted with the last run: they were asked for on top of what it asked.
            keeper = store.answers(RunHandle(texts[-1].run, texts[-1].seen, extractor))
            run = replay.begin_run(texts[0].seen, extractor)
            intake = Intake(replay, load_knowledge(config, keeper), config, run, now)
            failures = _replay(texts, store, intake, database, progress)
        if dry_run:
            return Reextraction(kept, outdated, failures, store.replays.find_effects(path))
        effects = store.replays.take_over(path, extractor, now)
    delete_replay(path)
    return Reextraction(kept, outdated, failures, effects)


def _replay(texts: tuple[KeptText, ...], store: Store, intake: Intake, database: Path, progress: Progress | None) -> int:
    """How many texts could not be read again."""
    replay, extractor = intake.store, intake.run.extractor
    subjects = store.replays.has_subjects()
    failures = 0
    for number, text in enumerate(texts, 1):
        if progress:
            progress(number, len(texts), text.id)
        if text.forgotten:
            replay.replays.copy_edits(text.id, database)
        if replay.is_known(text.id):
            continue
        if text.bare:
            replay.replays.copy_text(text.id, database, extractor)
            continue
        if text.partial:
            replay.replays.keep_as_it_is(text.id, database, extractor)
        else:
            version = replay.revisions.load_version(text.article, text.number)
            outcome = take_again(store.replays.load_article(text.id), version, replace(intake, now=text.seen))
            if isinstance(outcome, Failure) and outcome.is_skip:
                replay.replays.copy_text(text.id, database, extractor)
            elif isinstance(outcome, Failure):
                failures += 1
                log.warning("%s: %s; what was made of it is kept", outcome.origin, outcome.message)
                replay.replays.keep_as_it_is(text.id, database, extractor)
        if subjects:
            replay.copy_subjects(database)
    return failures


def _open_replay(path: Path, database: Path, texts: tuple[KeptText, ...], extractor: str) -> Store:
    """The replay at `path`, as far as it has come; begun anew where it was of something else."""
    try:
        replay = open_store(path)
    except StoreError:
        delete_replay(path)
        replay = open_store(path)
    ids = {(text.id, text.forgotten) for text in texts}
    done = replay.replays.load_texts()
    same = all((text.id, text.forgotten) in ids and (text.forgotten or text.extractor == extractor) for text in done)
    same = same and {text.id for text in done} >= {text.id for text in texts if text.forgotten}
    if done and same and replay.replays.begin(database, begun=True):
        return replay
    replay.close()
    delete_replay(path)
    replay = open_store(path)
    replay.replays.begin(database, begun=False)
    return replay


def delete_replay(path: Path) -> None:
    """Remove a replay; one that is not there is removed already."""
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)
