"""One article into the history: new, a copy, or another text of one that is there; stored; and what follows it compared again."""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracker.articles.duplicates import SHARED, find_shingles, find_sketch, is_copy, is_other
from tracker.articles.identity import find_address, find_article_id, find_copy_id
from tracker.bounds import MAX_CHARACTERS, ExceededError, bounded
from tracker.changes.align import FLOOR, find_nearest
from tracker.changes.edits import find_edits
from tracker.comparison import compare_with_held, compare_with_history, part_copies
from tracker.config import Config
from tracker.errors import TrackerError
from tracker.language.detection import compose_skip, find_language, find_languages
from tracker.model import Actor, Article, Failure, Position, Reading, Summary, Version
from tracker.reading import Knowledge, Understanding, find_names, read_article
from tracker.store.earlier import Place
from tracker.store.replacements import Cause
from tracker.store.revisions import Follower
from tracker.store.store import RunHandle, Store

log = logging.getLogger(__name__)

MOST_REVISIONS = 20
"""Texts of one article that are kept; a page that is another one every night is no article."""
MOST_REDONE = 50
"""Later articles of a party that are compared again for one that comes in late."""
_ANOTHER_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Intake:
    """Where articles go: the store, what is known of language and world, the run and its time."""

    store: Store
    knowledge: Knowledge
    config: Config
    run: RunHandle
    now: datetime


def take_in(article: Article, to: Intake) -> Reading | Failure:
    """What the article led to, stored in one transaction together with all comparisons that it makes worth doing again.

    A text that cannot be understood is a failure, and nothing is stored. Raises TrackerError where the store or the models
    cannot be used.
    """
    return _guard(article, _take_in, to)


def take_again(article: Article, version: Version | None, to: Intake) -> Reading | Failure:
    """The same for a kept text of which it is settled whose text it is: a later one than `version`, or an article's first."""

    def take(article: Article, to: Intake) -> Reading:
        return _save(article, version, find_shingles(article.text), to)

    return _guard(article, take, to)


def _guard(article: Article, take: Callable[[Article, Intake], Reading], to: Intake) -> Reading | Failure:
    try:
        if len(article.text) > MAX_CHARACTERS:
            raise ExceededError(f"more than {MAX_CHARACTERS:,} characters: split the text into articles")
        with bounded(to.config.article_seconds, to.config.article_megabytes):
            language = article.language or find_language(article.text)
            if language not in find_languages():
                return Failure(article.origin, "language", compose_skip(article.origin, language))
            return take(replace(article, language=language), to)
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


def find_witness(article: Article, store: Store) -> Article | None:
    """The article as it is to be taken in; None where it is known: this text is stored, of this outlet or of none.

    The same text in another outlet is a copy, so it gets an id of its own.
    """
    if not store.is_known(article.id):
        return article
    outlet = store.revisions.load_outlet(article.id)
    if not article.outlet or not outlet or outlet.casefold() == article.outlet.casefold():
        return None
    other = replace(article, id=find_copy_id(article.id, article.outlet))
    return None if store.is_known(other.id) else other


def _take_in(article: Article, to: Intake) -> Reading:
    shingles = find_shingles(article.text)
    address = find_address(article)
    version = to.store.revisions.load_latest(address) if address else None
    if version and not _is_revision(article, shingles, version):
        version = None
    return _save(article, version, shingles, to)


def _save(article: Article, version: Version | None, shingles: frozenset[str], to: Intake) -> Reading:
    """Understand and store an article, or a later text of it than `version`."""
    sketch = find_sketch(shingles)
    originals = _load_originals(article, shingles, sketch, version.first if version else "", to.store)
    if version is None:
        understanding = _read(article, to)
        late = to.store.revisions.is_late(article.published)
        history = to.store.revisions.load_before(Place(article.id, article.published)) if late else to.store
        reading = compare_with_history(understanding, history, to.knowledge, originals)
        reading = replace(reading, sketch=sketch, address=find_address(article))
        with to.store.together():
            _save_new(reading, to)
        return reading
    late = article.published < version.article.published
    if late or not version.article.text or version.number >= MOST_REVISIONS:
        # An older text that came in after a newer one is kept, and nothing follows from it; one whose article was forgotten, or
        # which is another one every night, is left alone.
        reading = Reading(article, Summary(article.id, "none", ()), (), (), ())
        if version.number < MOST_REVISIONS:
            to.store.save_reading(reading, to.run, to.now, (), version)
        return reading
    article = replace(article, published=version.article.published, date_source=version.article.date_source)
    understanding = _read(article, to)
    with to.store.together():
        return _revise(understanding, version, originals, sketch, to)


def _read(article: Article, to: Intake) -> Understanding:
    known = to.store.load_introductions(find_names(article.text), article.published)
    return read_article(article, to.knowledge, to.config, known)


def _is_revision(article: Article, shingles: frozenset[str], version: Version) -> bool:
    """Whether an article at the address of another one is another text of it.

    At one URL it is, unless the page was given to another story: few words in common and another day. A file's name tells less:
    there the title must be the same, or most of the text.
    """
    known = find_shingles(version.article.text)
    if article.url or article.origin.startswith(("http://", "https://")):
        return not (is_other(shingles, known) and abs(article.published - version.article.published) >= _ANOTHER_DAY)
    return article.title == version.article.title or is_copy(shingles, known)


def _load_originals(
    article: Article, shingles: frozenset[str], sketch: Sequence[int], own: str, store: Store
) -> tuple[Position, ...]:
    """What the stored report that a text is a copy of carries; nothing where it is no copy. `own` is the article's id."""
    same = find_article_id(article.title, article.text)
    if same != article.id and store.is_known(same):
        return store.revisions.load_carried(same)
    for known in store.load_similar(sketch, SHARED, own):
        if is_copy(shingles, find_shingles(store.load_text(known))):
            return store.revisions.load_carried(known)
    return ()


def _save_new(reading: Reading, to: Intake) -> None:
    store, article = to.store, reading.article
    takes = dict(reading.takes_over)
    store.save_reading(replace(reading, changes=()) if takes else reading, to.run, to.now, _find_actors(reading, to))
    for position, original in takes.items():
        store.revisions.save_takeover(position, original)
    if not reading.positions:
        return
    cause = Cause(f"{_name(article)} came in later", to.run.id, to.now)
    place = store.revisions.load_place(article.id)
    if takes:
        for party, own in _by_party(reading.positions).items():
            changes = [change for change in reading.changes if change.after.party == party]
            store.revisions.save_redone(article.id, party, own, changes, cause)
    told = [position for position in reading.positions if not position.recalled and position.copy_of is None]
    _redo(told, place, store.revisions.load_measured(takes), cause, to)


def _revise(
    understanding: Understanding, version: Version, originals: Sequence[Position], sketch: tuple[int, ...], to: Intake
) -> Reading:
    """Store another text of an article: its positions against those of the texts before it, and against what was held then."""
    store, article = to.store, understanding.article
    live = store.revisions.load_live(version.first)
    edits = find_edits(live, understanding.positions, version.article.text, article.text, to.knowledge.lexicon)
    changed = [replace(new, issue=old.issue, edit_of=old.id, recalled=new.recalled or old.recalled) for old, new in edits.changed]
    edits = replace(edits, changed=tuple(zip((old for old, _ in edits.changed), changed, strict=True)))
    # Whoever carried it before this article did is its original, whatever the dates say.
    copies, fresh, _ = part_copies(edits.added, [replace(p, published=article.published) for p in originals])
    standing = [position for position in edits.kept if not position.recalled and position.copy_of is None]
    touched = {p.party for p in (*changed, *fresh, *edits.dropped, *(old for old, _ in edits.changed))}
    compared = [p for p in (*standing, *changed, *fresh) if p.party in touched]
    place = store.revisions.load_place(version.first) if live else None
    history = store.revisions.load_before(place) if place else store
    placed, changes = compare_with_held(compared, article.published, history, to.knowledge)
    stored = {position.id for position in standing}
    new = tuple(position for position in placed if position.id not in stored)
    reading = Reading(article, understanding.summary, understanding.attributions, (*copies, *new), (), sketch)
    store.save_reading(reading, to.run, to.now, _find_actors(reading, to), version)
    cause = Cause(f"{_name(article)} was edited", to.run.id, to.now)
    passed = store.revisions.save_edits(edits, article.id, article.outlet, cause)
    for party in sorted(touched):
        own = [position for position in placed if position.party == party and not position.recalled]
        store.revisions.save_redone(version.first, party, own, [c for c in changes if c.after.party == party], cause)
    gone = [*edits.dropped, *(old for old, _ in edits.changed)]
    if touched:
        measured = store.revisions.load_measured([position.id for position in gone])
        place = store.revisions.load_place(version.first)
        told = [p for p in (*gone, *new) if not p.recalled and p.copy_of is None]
        _redo(told, place, (*passed, *measured), cause, to)
    return replace(reading, changes=changes)


def _redo(positions: Sequence[Position], place: Place, forced: Collection[str], cause: Cause, to: Intake) -> None:
    """Compare again what the parties said after an article, as far as its `positions` may have to do with it.

    A position counts until its party speaks to the same issue again. Until then those of the party's articles are compared
    again that speak to the issue or are near the position in meaning; and those in `forced` whenever they come. Where what is held
    afterwards is another position, it goes on from there.
    """
    joined: dict[str, str] = {}
    for party, own in _by_party(positions).items():
        followers = to.store.revisions.load_followers(party, place)
        if not followers and not forced:
            continue
        said: dict[str, list[Follower]] = {}
        for follower in followers:
            said.setdefault(follower.article, []).append(follower)
        held: dict[str, list[bytes]] = {}
        for position in own:
            held.setdefault(joined.get(position.issue.id, position.issue.id), []).append(position.vector)
        born = {issue for issue in held if to.store.revisions.is_born(issue, place)}
        left = MOST_REDONE
        for article in dict.fromkeys((*said, *forced)):
            found = said.get(article, [])
            spoken, vectors = {follower.issue for follower in found}, [follower.vector for follower in found]
            near = find_nearest(vectors, [vector for those in held.values() for vector in those if vector])
            if article not in forced and not spoken & held.keys() and max(near, default=0.0) < FLOOR:
                continue
            other = _redo_article(article, party, place, born - joined.keys(), joined, cause, to)
            held = {issue: those for issue, those in held.items() if issue not in spoken and issue not in joined}
            held |= dict.fromkeys(other, vectors)
            left -= 1
            if not left:
                break


def _redo_article(
    article: str, party: str, place: Place, born: set[str], joined: dict[str, str], cause: Cause, to: Intake
) -> set[str]:
    """Compare what a party says in an article again; ids of the issues on which it holds another position afterwards.

    An issue in `born`, which came up with the late article, goes into `joined` where it became a part of another one: rather than
    follow the late article to an issue of its own, let that join the one that others speak to as well.
    """
    revisions = to.store.revisions
    own = [p for p in revisions.load_live(article) if p.party == party and not p.recalled and p.copy_of is None]
    there = revisions.load_place(article)
    placed, changes = compare_with_held(own, there.published, revisions.load_before(there), to.knowledge)
    for old, new in zip(own, placed, strict=True):
        if old.issue != new.issue and new.issue.id in born and revisions.save_issue(new.issue, old.issue, place, there):
            joined[new.issue.id] = old.issue.id
            return _redo_article(article, party, place, born - joined.keys(), joined, cause, to)
    return revisions.save_redone(article, party, placed, changes, cause)


def _by_party(positions: Iterable[Position]) -> dict[str, list[Position]]:
    found: dict[str, list[Position]] = {}
    for position in positions:
        found.setdefault(position.party, []).append(position)
    return found


def _name(article: Article) -> str:
    return f"a report of {article.published:%Y-%m-%d}" + (f" in {article.outlet}" if article.outlet else "")


def _find_actors(reading: Reading, to: Intake) -> list[Actor]:
    known = to.knowledge.catalogue.actors
    parties = dict.fromkeys(position.party for position in reading.positions)
    return [known[party] for party in parties if party in known]
