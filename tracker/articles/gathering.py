"""The configured feeds as articles: which are due, what is new in them, and what is to be remembered once it has landed."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import PurePath

from tracker.articles.decoding import refuse
from tracker.articles.feed import Entry, ParsedFeed, parse_feed
from tracker.articles.fetch import Fetched, Kind, Outcome, Refused, Request, Unchanged
from tracker.articles.files import load_articles, parse_bounded_page
from tracker.articles.identity import find_article_id, find_believable, find_outlet, find_title, parse_title
from tracker.articles.visits import TOO_LATE, Visits
from tracker.bounds import ExceededError, bounded
from tracker.model import Article, DateSource, Failure, Feed, FeedState, Link, Manners

MOST_TRIES = 7
"""Runs in which an article's address may fail before it is given up."""
MOST_VISITS = 4
"""Visits to a page whose outlet says that it was edited, the first one included: some say so every hour."""
_SLACK = timedelta(hours=1)
"""A job that starts at the same hour every day starts some minutes earlier now and then."""
_SECONDS, _MEGABYTES = 20.0, 1024

FindLink = Callable[[str], Link | None]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the feeds brought. `states` and `links` are to be stored once `articles` are."""

    articles: tuple[Article, ...] = ()
    failures: tuple[Failure, ...] = ()
    states: tuple[FeedState, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class _Visit:
    """One feed's visit as far as it has come."""

    feed: Feed
    state: FeedState
    answer: Outcome
    listed: ParsedFeed | str | None = None


def gather_feeds(
    feeds: Sequence[Feed], states: Mapping[str, FeedState], find_link: FindLink, visits: Visits, now: datetime
) -> Gathered:
    """Everything new in the feeds that are due at `now`.

    A feed is read first, all feeds at the same time; then the pages of entries that do not hold their whole text, each address
    once, whatever number of feeds list it. A feed that fails is a failure when it begins to, and again only after it has been
    well. Its validators are kept only where every entry was taken or refused for good, so that the rest comes again.
    """
    due = [feed for feed in feeds if is_due(feed, states.get(feed.url), now)]
    answers = visits.fetch_all([_request(feed, states.get(feed.url)) for feed in due])
    found: list[_Visit] = []
    for feed, answer in zip(due, answers, strict=True):
        listed = _parse_bounded(answer, now) if isinstance(answer, Fetched) else None
        found.append(_Visit(feed, states.get(feed.url) or FeedState(feed.url), answer, listed))
    tasks = _find_tasks(found, find_link)
    pages = visits.fetch_all([Request(e.link or "", allow_private=v.feed.allow_private) for v, e, _ in tasks if not e.text])
    waiting = iter(pages)
    articles: list[Article] = []
    failures: list[Failure] = []
    links: list[Link] = []
    late: dict[str, list[str]] = {}
    for visit, entry, known in tasks:
        outcome = _read_entry(visit, entry, None if entry.text else next(waiting), now)
        tries = (known.tries if known else 0) + 1
        if isinstance(outcome, Article):
            articles.append(outcome)
        elif isinstance(outcome, Refused) and (outcome.message == TOO_LATE or tries < MOST_TRIES):
            late.setdefault(visit.feed.url, []).append(f"{entry.key}: {outcome.message}")
            if outcome.message != TOO_LATE:
                links.append(Link(entry.key, visit.feed.url, now, tries, done=False))
            continue
        else:
            failures.append(refuse(entry.key, outcome.message) if isinstance(outcome, Refused) else outcome)
        text = outcome.id if isinstance(outcome, Article) and entry.text else ""
        links.append(Link(entry.key, visit.feed.url, now, tries, text=text))
    kept = [_find_state(visit, late.get(visit.feed.url, []), now) for visit in found if not _is_late(visit)]
    missed = [visit.feed.url for visit in found if _is_late(visit)]
    if missed:
        failures.append(Failure("the feeds", "feed", f"{len(missed)} of {len(feeds)} feeds were not visited: {TOO_LATE}"))
    if barren := find_barren(kept):
        failures.append(Failure("the feeds", "feed", barren))
    sick = (state for state in kept if state.problem and _is_new(state, states))
    failures += [Failure(state.url, "feed", f"{state.url}: {state.problem}") for state in sick]
    return Gathered(tuple(articles), tuple(failures), tuple(kept), tuple(links))


def is_due(feed: Feed, state: FeedState | None, now: datetime) -> bool:
    """Whether the feed is to be visited at `now`: enabled, its `every` over, and any wait that its server asked for as well."""
    if not feed.enabled:
        return False
    if state is None or state.checked is None or state.checked > now:  # a clock that went back must not silence a feed
        return True
    if state.not_before and now < state.not_before:
        return False
    return now - state.checked >= feed.every - min(_SLACK, feed.every / 4)


def find_silent(feeds: Sequence[Feed], states: Mapping[str, FeedState]) -> bool:
    """Whether there are enabled feeds and all of them failed at their last visit."""
    enabled = [states.get(feed.url) for feed in feeds if feed.enabled]
    return bool(enabled) and all(state is not None and state.failures > 0 for state in enabled)


def put_off(gathered: Gathered, origins: Collection[str]) -> Gathered:
    """The same, but the articles at these origins, which could not be understood, come again: with `MOST_TRIES` runs in all."""
    undone = {
        link.address: replace(link, done=link.tries >= MOST_TRIES)
        for link in gathered.links
        if link.address in origins or f"{link.feed}#{link.address}" in origins
    }
    waiting = {link.feed for link in undone.values() if not link.done}
    return replace(
        gathered,
        states=tuple(replace(s, etag="", last_modified="") if s.url in waiting else s for s in gathered.states),
        links=tuple(undone.get(link.address, link) for link in gathered.links),
    )


def find_barren(visited: Sequence[FeedState]) -> str | None:
    """That half of the visited feeds or more have nothing to offer, with the remedy; None where they have, and where those that
    have not all fail, which each of them tells by itself. An empty feed looks like a quiet day.
    """
    empty = [state.url for state in visited if not state.failures and not state.entries]
    failing = sum(state.failures > 0 for state in visited)
    if not empty or 2 * (len(empty) + failing) < len(visited):
        return None
    return (
        f"{len(empty)} of {len(visited)} feeds have not one entry{f' and {failing} fail' if failing else ''} ({empty[0]} is one of "
        "them): look at them with `tracker feeds check`"
    )


def _parse_bounded(answer: Fetched, now: datetime) -> ParsedFeed | str:
    try:
        with bounded(_SECONDS, _MEGABYTES):
            return parse_feed(answer.data, answer.url, now)
    except ExceededError:
        return f"a feed that takes more than {_SECONDS:g} seconds or {_MEGABYTES} MB to read: take a shorter one of this outlet"


def _request(feed: Feed, state: FeedState | None) -> Request:
    if state is None:
        return Request(feed.url, Kind.FEED, allow_private=feed.allow_private)
    return Request(feed.url, Kind.FEED, state.etag, state.last_modified, feed.allow_private)


def _find_tasks(found: Iterable[_Visit], find_link: FindLink) -> list[tuple[_Visit, Entry, Link | None]]:
    """Every entry that is to be read, each address once, with what earlier runs know of it: those that are new, failed for
    now, or were edited since."""
    tasks: dict[str, tuple[_Visit, Entry, Link | None]] = {}
    for visit in found:
        for entry in visit.listed.entries if isinstance(visit.listed, ParsedFeed) else ():
            if entry.key in tasks and (tasks[entry.key][1].text or not entry.text):
                continue
            known = find_link(entry.key)
            if known is None or not known.done or _is_edited(entry, known, visit.feed):
                tasks[entry.key] = visit, entry, known
    return list(tasks.values())


def _is_edited(entry: Entry, known: Link, feed: Feed) -> bool:
    """Whether an entry that was read holds another text now, or names a page that its outlet says to have edited since.

    The text of another feed does not count, nor a page's against an entry's: the same story reads a little different there.
    """
    if entry.text:
        return known.feed == feed.url and known.text not in ("", find_article_id(_find_title(entry), entry.text))
    return bool(not known.text and known.tries < MOST_VISITS and entry.updated and entry.updated > known.seen)


def _find_title(entry: Entry) -> str:
    return entry.title or find_title(entry.text, "-")


def _read_entry(visit: _Visit, entry: Entry, page: Outcome | None, now: datetime) -> Article | Failure | Refused:
    feed = visit.feed
    listed = visit.listed.title if isinstance(visit.listed, ParsedFeed) else ""
    if page is None:
        title = _find_title(entry)
        return Article(
            id=find_article_id(title, entry.text),
            origin=entry.link or f"{feed.url}#{entry.key}",
            title=title,
            text=entry.text,
            outlet=parse_title(feed.outlet) or listed or find_outlet(entry.link or feed.url),
            url=entry.link,
            published=entry.published or now,
            date_source=DateSource.METADATA if entry.published else DateSource.FILE,
            author=entry.author,
            language=feed.language,
            beat=feed.beat,
        )
    if isinstance(page, Refused):
        return page if page.temporary else refuse(entry.key, page.message)
    if isinstance(page, Unchanged):
        return Refused("the server says that an article is unchanged which was never read: try again later", temporary=True)
    article = parse_bounded_page(page.data, entry.key, page.url, now, now)
    if isinstance(article, Failure):
        return article
    title = entry.title or article.title
    is_host = article.outlet.lower().removeprefix("www.").startswith(find_outlet(page.url))  # of a page that does not name itself
    # the feed's time of day goes before the page's, which is often the day alone or that of the last edit
    date = entry.published or (find_believable(article.published, now) if article.date_source is DateSource.METADATA else None)
    return replace(
        article,
        id=find_article_id(title, article.text),
        title=title,
        outlet=parse_title(feed.outlet) or (listed if is_host and listed else article.outlet),
        published=date or now,
        date_source=DateSource.METADATA if date else DateSource.FILE,
        author=article.author or entry.author,
        language=feed.language,
        beat=feed.beat,
    )


def _is_late(visit: _Visit) -> bool:
    """Whether the run's time was used up before the feed's turn: nothing is known of its health."""
    return isinstance(visit.answer, Refused) and visit.answer.message == TOO_LATE


def _is_new(state: FeedState, earlier: Mapping[str, FeedState]) -> bool:
    """Whether the feed was well at the visit before."""
    return not (known := earlier.get(state.url)) or not known.problem


def _find_state(visit: _Visit, late: Sequence[str], now: datetime) -> FeedState:
    """What to remember of a visit whose entries in `late` failed for now."""
    state, answer = replace(visit.state, checked=now, not_before=None), visit.answer
    if isinstance(answer, Refused) or isinstance(visit.listed, str):
        problem = answer.message if isinstance(answer, Refused) else str(visit.listed)
        wait = timedelta(seconds=answer.wait) if isinstance(answer, Refused) and answer.wait else None
        return replace(
            state,
            failures=state.failures + 1,
            failing_since=state.failing_since or now,
            problem=problem,
            not_before=now + wait if wait else None,
        )
    well = replace(state, failures=0, failing_since=None, problem="")
    if isinstance(answer, Unchanged):
        return well
    listed = len(visit.listed.entries) if isinstance(visit.listed, ParsedFeed) else 0
    well = replace(well, moved_to=answer.moved_to, entries=listed)
    if late:
        serious = [reason for reason in late if not reason.endswith(TOO_LATE)]
        text = f"{len(serious)} of its articles could not be read and are tried again ({serious[0]})" if serious else ""
        return replace(well, problem=text, failing_since=(state.failing_since or now) if text else None)
    return replace(well, etag=answer.etag, last_modified=answer.last_modified)


def load_news(
    inputs: Sequence[str],
    feeds: Sequence[Feed],
    states: Mapping[str, FeedState],
    find_link: FindLink,
    manners: Manners,
    now: datetime,
) -> Gathered:
    """The articles of `inputs` and what is new in `feeds`, oldest first and then by origin; each text of an outlet once."""
    visits = Visits(manners)
    articles, failures = load_articles(inputs, now=now, visits=visits) if inputs else ([], [])
    gathered = gather_feeds(feeds, states, find_link, visits, now)
    every = {(article.id, article.outlet.casefold()): article for article in (*gathered.articles, *articles)}
    order = sorted(every.values(), key=lambda article: (article.published, PurePath(article.origin).name, article.origin))
    return replace(gathered, articles=tuple(order), failures=(*failures, *gathered.failures))


def check_feeds(feeds: Sequence[Feed], manners: Manners, now: datetime) -> list[tuple[Feed, bool, str]]:
    """Each feed with whether it can be read and, in words, what it holds or what is wrong. No article is read."""
    answers = Visits(manners).fetch_all([_request(feed, None) for feed in feeds])
    checked = []
    for feed, answer in zip(feeds, answers, strict=True):
        if not isinstance(answer, Fetched):
            checked.append((feed, False, answer.message if isinstance(answer, Refused) else "no answer: try again later"))
            continue
        listed = _parse_bounded(answer, now)
        if isinstance(listed, str):
            checked.append((feed, False, listed))
            continue
        dates = [entry.published for entry in listed.entries if entry.published]
        full = sum(bool(entry.text) for entry in listed.entries)
        newest = f", the newest of {max(dates):%Y-%m-%d %H:%M} UTC" if dates else ", none with a date"
        moved = f"; moved for good to {answer.moved_to}: change its url" if answer.moved_to else ""
        texts = f"{full} with their whole text"
        checked.append((feed, True, f"{listed.title or 'no title'}: {len(listed.entries)} entries, {texts}{newest}{moved}"))
    return checked
