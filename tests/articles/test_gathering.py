"""Feeds gathered night after night from a server on loopback: nothing twice, nothing lost, each sick feed told once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import tracker.intake
from tracker.articles.gathering import (
    MOST_TRIES,
    MOST_VISITS,
    Gathered,
    check_feeds,
    find_barren,
    find_silent,
    gather_feeds,
    is_due,
    load_news,
    put_off,
)
from tracker.articles.visits import Visits
from tracker.bounds import ExceededError
from tracker.config import Config
from tracker.model import DateSource, Feed, FeedState, Link, Manners
from tracker.run import run_night
from tracker.store import open_store

NOW = datetime(2026, 5, 2, 5, tzinfo=UTC)
QUICK = Manners(delay=0, tries=1, back_off=0, timeout=3, deadline=20, robots=False)
SENTENCE = "The harbour board of Valdoria said on day {} that the ferry to {} would not sail before the pier is mended. "


def page(name: str, date: str = "2026-05-01T10:00:00+02:00") -> bytes:
    text = "".join(f"<p>{SENTENCE.format(n, name) * 2}</p>" for n in range(5))
    meta = f'<meta property="article:published_time" content="{date}"><meta name="author" content="Ana Brandt">' if date else ""
    body = f"<body><article><h1>{name}</h1>{text}</article></body>"
    return f"<!DOCTYPE html><html><head><title>{name}</title>{meta}</head>{body}</html>".encode()


def rss(*items: str, title: str = "The Bay Post") -> bytes:
    return f'<rss version="2.0"><channel><title>{title}</title>{"".join(items)}</channel></rss>'.encode()


def item(link: str, title: str = "", more: str = "") -> str:
    return f"<item><title>{title or link.rsplit('/', 1)[-1]}</title><link>{link}</link>{more}</item>"


@dataclass
class Nights:
    """The store's part: what is remembered between two runs."""

    feeds: list[Feed]
    states: dict[str, FeedState] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    now: datetime = NOW

    def run(self, manners: Manners = QUICK, *, landed: bool = True) -> Gathered:
        gathered = gather_feeds(self.feeds, self.states, self.links.get, Visits(manners), self.now)
        if landed:
            self.states |= {state.url: state for state in gathered.states}
            self.links |= {link.address: link for link in gathered.links}
        self.now += timedelta(days=1)
        return gathered


@pytest.fixture
def nights(site: Any) -> Nights:
    return Nights([Feed(site.url("/feed"), outlet="Bay Post", beat="ferries", allow_private=True)])


def serve(site: Any, answer: Any, *names: str, etag: str = '"1"') -> None:
    items = [item(site.url(f"/{name}"), more="<pubDate>Fri, 01 May 2026 09:00:00 GMT</pubDate>") for name in names]
    site.pages["/feed"] = answer(rss(*items), kind="application/rss+xml", etag=etag)
    site.pages |= {f"/{name}": answer(page(name)) for name in names}


def test_what_a_feed_brings(site: Any, answer: Any, nights: Nights) -> None:
    serve(site, answer, "ferry", "pier")
    gathered = nights.run()
    assert gathered.failures == ()
    article = gathered.articles[0]
    assert (article.title, article.outlet, article.beat, article.author) == ("ferry", "Bay Post", "ferries", "Ana Brandt")
    assert (article.origin, article.url) == (site.url("/ferry"), site.url("/ferry"))
    assert (article.published, article.date_source) == (datetime(2026, 5, 1, 9, tzinfo=UTC), DateSource.METADATA)
    assert article.text.startswith("The harbour board")


def test_nothing_is_fetched_twice(site: Any, answer: Any, nights: Nights) -> None:
    serve(site, answer, "ferry", "pier")
    nights.run()
    assert nights.run().articles == ()
    assert sorted(site.paths()) == ["/feed", "/feed", "/ferry", "/pier"]
    serve(site, answer, "ferry", "pier", "quay", etag='"2"')
    assert [article.title for article in nights.run().articles] == ["quay"]
    assert site.paths()[-2:] == ["/feed", "/quay"]


def test_a_run_that_dies_before_its_articles_land_loses_nothing(site: Any, answer: Any, nights: Nights) -> None:
    serve(site, answer, "ferry")
    assert len(nights.run(landed=False).articles) == 1
    assert len(nights.run().articles) == 1


def test_entries_with_their_whole_text_need_no_page(site: Any, answer: Any, nights: Nights) -> None:
    text = "".join(f"&lt;p&gt;{SENTENCE.format(n, 'x')}&lt;/p&gt;" for n in range(12))
    site.pages["/feed"] = answer(rss(item(site.url("/ferry"), more=f"<description>{text}</description>")), kind="text/xml")
    (article,) = nights.run().articles
    assert article.text.count("\n\n") == 11
    assert (article.published, article.date_source) == (NOW, DateSource.FILE)
    assert site.paths() == ["/feed"]


def test_an_article_that_fails_for_now_comes_later(site: Any, answer: Any, nights: Nights) -> None:
    serve(site, answer, "ferry", "pier")
    site.pages["/pier"] = answer(status=503)
    first = nights.run()
    assert [article.title for article in first.articles] == ["ferry"]
    assert len(first.failures) == 1
    assert "1 of its articles could not be read and are tried again" in first.failures[0].message
    assert nights.states[site.url("/feed")].etag == ""
    assert nights.run().failures == ()
    site.pages["/pier"] = answer(page("pier"))
    third = nights.run()
    assert ([article.title for article in third.articles], third.failures) == (["pier"], ())
    assert nights.states[site.url("/feed")].etag == '"1"'
    assert nights.states[site.url("/feed")].problem == ""


def test_an_article_that_always_fails_is_given_up_and_told(site: Any, answer: Any, nights: Nights) -> None:
    serve(site, answer, "pier")
    site.pages["/pier"] = answer(status=503)
    told = [failure.origin for _ in range(MOST_TRIES + 2) for failure in nights.run().failures]
    assert told == [site.url("/feed"), site.url("/pier")]


def test_a_page_that_is_no_article_is_told_once(site: Any, answer: Any, nights: Nights) -> None:
    serve(site, answer, "ferry")
    site.pages["/ferry"] = answer(b"<html><head><title>404 Page not found</title></head><body><p>Page not found.</p></body></html>")
    (failure,) = nights.run().failures
    assert "an error page" in failure.message
    assert nights.run().failures == ()
    assert site.paths().count("/ferry") == 1


@pytest.mark.parametrize(
    ("answered", "reason"),
    [
        ({"status": 404}, "answered 404"),
        ({"status": 500}, "answered 500"),
        ({"body": b"<!DOCTYPE html><html></html>"}, "a web page, no feed"),
        ({"body": b"\x00\xff" * 100}, "no feed"),
        ({"body": b"", "kind": "image/png"}, "image/png is no feed"),
    ],
)
def test_a_sick_feed_is_told_once_and_again_after_it_was_well(
    site: Any, answer: Any, nights: Nights, answered: Mapping[str, Any], reason: str
) -> None:
    site.pages["/feed"] = answer(**answered)
    (failure,) = nights.run().failures
    assert (failure.stage, failure.origin) == ("feed", site.url("/feed"))
    assert reason in failure.message
    assert nights.run().failures == ()
    state = nights.states[site.url("/feed")]
    assert (state.failures, state.failing_since) == (2, NOW)
    assert find_silent(nights.feeds, nights.states)
    serve(site, answer, "ferry")
    assert nights.run().failures == ()
    assert not find_silent(nights.feeds, nights.states)
    site.pages["/feed"] = answer(**answered)
    assert len(nights.run().failures) == 1


def test_a_feed_that_asks_for_a_pause_gets_it(site: Any, answer: Any, nights: Nights) -> None:
    site.pages["/feed"] = answer(status=429, headers={"Retry-After": "200000"})
    nights.run()
    nights.run()
    assert len(site.log) == 1
    serve(site, answer, "ferry")
    nights.now += timedelta(days=2)
    assert len(nights.run().articles) == 1


def test_a_permanent_move_is_noted(site: Any, answer: Any, nights: Nights) -> None:
    serve(site, answer, "ferry")
    site.pages["/new"] = site.pages["/feed"]
    site.pages["/feed"] = answer(status=301, headers={"Location": "/new"})
    assert len(nights.run().articles) == 1
    assert nights.states[site.url("/feed")].moved_to == site.url("/new")


def test_two_feeds_that_list_the_same_article_give_it_once(site: Any, answer: Any, nights: Nights) -> None:
    serve(site, answer, "ferry")
    site.pages["/world"] = site.pages["/feed"]
    nights.feeds.append(Feed(site.url("/world"), allow_private=True))
    assert len(nights.run().articles) == 1
    assert site.paths().count("/ferry") == 1


def test_private_addresses_need_to_be_allowed(site: Any, answer: Any, nights: Nights) -> None:
    serve(site, answer, "ferry")
    nights.feeds = [replace(nights.feeds[0], allow_private=False)]
    assert "private address" in nights.run().failures[0].message
    assert site.log == []


def test_what_the_time_does_not_suffice_for_comes_with_the_next_run(site: Any, answer: Any, nights: Nights) -> None:
    serve(site, answer, *(f"a{n}" for n in range(12)))
    for n in range(12):
        site.pages[f"/a{n}"] = answer(page(f"a{n}"), slow=0.15)
    first = nights.run(replace(QUICK, deadline=1))
    assert 0 < len(first.articles) < 12
    assert nights.states[site.url("/feed")].etag == ""
    titles = [article.title for article in (*first.articles, *nights.run().articles)]
    assert sorted(titles) == sorted(f"a{n}" for n in range(12))


@pytest.mark.parametrize(
    ("feed", "state", "due"),
    [
        (Feed("u"), None, True),
        (Feed("u", enabled=False), None, False),
        (Feed("u"), FeedState("u", checked=NOW), True),
        (Feed("u", every=timedelta(days=1)), FeedState("u", checked=NOW - timedelta(hours=23, minutes=30)), True),
        (Feed("u", every=timedelta(days=1)), FeedState("u", checked=NOW - timedelta(hours=22)), False),
        (Feed("u", every=timedelta(days=1)), FeedState("u", checked=NOW + timedelta(days=3)), True),
        (Feed("u"), FeedState("u", checked=NOW - timedelta(days=1), not_before=NOW + timedelta(hours=1)), False),
    ],
)
def test_when_a_feed_is_due(feed: Feed, state: FeedState | None, due: bool) -> None:
    assert is_due(feed, state, NOW) is due


def test_news_from_files_and_feeds_oldest_first(site: Any, answer: Any, nights: Nights, tmp_path: Any) -> None:
    serve(site, answer, "ferry")
    (tmp_path / "old.txt").write_text("Title: Old\nDate: 2026-01-01\n\nThe union left.", encoding="utf-8")
    news = load_news([str(tmp_path)], nights.feeds, {}, lambda _: None, QUICK, NOW)
    assert [article.title for article in news.articles] == ["Old", "ferry"]


def test_checking_tells_what_a_feed_holds(site: Any, answer: Any, nights: Nights) -> None:
    serve(site, answer, "ferry", "pier")
    nights.feeds.append(Feed(site.url("/none"), allow_private=True))
    (_, good, verdict), (_, bad, reason) = check_feeds(nights.feeds, QUICK, NOW)
    assert good
    assert verdict == "The Bay Post: 2 entries, 0 with their whole text, the newest of 2026-05-01 09:00 UTC"
    assert not bad
    assert "answered 404" in reason
    assert site.paths().count("/ferry") == 0


# ---- edits ------------------------------------------------------------------------------------------------------------------


def whole(site: Any, words: str, title: str = "ferry") -> str:
    text = "".join(f"&lt;p&gt;{SENTENCE.format(n, words)}&lt;/p&gt;" for n in range(12))
    return item(site.url("/ferry"), title, f"<description>{text}</description>")


def test_an_entry_that_holds_its_text_comes_again_when_it_is_edited(site: Any, answer: Any, nights: Nights) -> None:
    site.pages["/feed"] = answer(rss(whole(site, "Oddvik")), kind="text/xml")
    assert len(nights.run().articles) == 1
    assert nights.run().articles == ()
    site.pages["/feed"] = answer(rss(whole(site, "Bodø")), kind="text/xml")
    (article,) = nights.run().articles
    assert "Bodø" in article.text
    assert nights.run().articles == ()
    assert set(site.paths()) == {"/feed"}


def test_another_feeds_text_of_a_known_story_is_no_edit(site: Any, answer: Any, nights: Nights) -> None:
    serve(site, answer, "ferry")
    nights.run()
    nights.feeds.append(Feed(site.url("/other"), allow_private=True))
    site.pages["/other"] = answer(rss(whole(site, "Oddvik")), kind="text/xml")
    assert nights.run().articles == ()


def test_a_page_is_fetched_again_when_its_outlet_says_that_it_was_edited(site: Any, answer: Any, nights: Nights) -> None:
    def list_ferry(updated: datetime) -> None:
        more = "<pubDate>Fri, 01 May 2026 09:00:00 GMT</pubDate>"
        more += f'<atom:updated xmlns:atom="http://www.w3.org/2005/Atom">{updated.isoformat()}</atom:updated>'
        site.pages["/feed"] = answer(rss(item(site.url("/ferry"), more=more)), kind="application/rss+xml")

    list_ferry(NOW - timedelta(hours=5))
    site.pages["/ferry"] = answer(page("ferry"))
    assert len(nights.run().articles) == 1
    assert nights.run().articles == ()
    site.pages["/ferry"] = answer(page("Ferry, edited"))
    list_ferry(nights.now - timedelta(hours=1))
    (article,) = nights.run().articles
    assert "Ferry, edited" in article.text
    for _ in range(MOST_VISITS + 2):
        list_ferry(nights.now - timedelta(hours=1))
        nights.run()
    assert site.paths().count("/ferry") == MOST_VISITS  # some outlets edit every hour, or say so


# ---- what falls empty, what is not understood -------------------------------------------------------------------------------


def test_a_feed_that_becomes_empty_is_told(site: Any, answer: Any, nights: Nights) -> None:
    serve(site, answer, "a")
    assert nights.run().failures == ()
    serve(site, answer, etag='"2"')
    (failure,) = nights.run().failures
    assert failure.message.startswith("1 of 1 feeds have not one entry (")
    assert "tracker feeds check" in failure.message
    assert [f.message for f in nights.run().failures] == [failure.message]
    serve(site, answer, "a", etag='"3"')
    assert nights.run().failures == ()


@pytest.mark.parametrize(
    ("entries", "failing", "found"),
    [
        ((), 0, None),
        ((5, 5, 5, 0), 0, None),
        ((5, 5, 0, 0), 0, "2 of 4 feeds have not one entry ("),
        ((5, 5, 0), 1, "1 of 4 feeds have not one entry and 1 fail ("),
        ((5, 5), 2, None),
    ],
)
def test_half_of_the_feeds_empty_is_told(entries: tuple[int, ...], failing: int, found: str | None) -> None:
    states = [FeedState(f"https://{number}.example", NOW, entries=count) for number, count in enumerate(entries)]
    states += [FeedState(f"https://f{number}.example", NOW, failures=1, problem="down") for number in range(failing)]
    told = find_barren(states)
    assert told is None if found is None else (told or "").startswith(found)


def test_what_could_not_be_understood_comes_again(site: Any, answer: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole night over a feed: an article that took too long, say because the machine was busy, is not lost."""
    serve(site, answer, "a", "b")
    feeds = (Feed(site.url("/feed"), allow_private=True),)
    read_article = tracker.intake.read_article

    def fail(article: Any, *rest: Any) -> Any:
        if article.origin.endswith("/b"):
            raise ExceededError("more than 20 seconds")
        return read_article(article, *rest)

    stored = []
    with open_store(tmp_path / "tracker.db") as store:
        for night, broken in enumerate((True, True, False, False)):
            with monkeypatch.context() as patch:
                if broken:
                    patch.setattr("tracker.intake.read_article", fail)
                digest = run_night((), store, Config(manners=QUICK), NOW + timedelta(days=night), "1.0", feeds=feeds)
            stored.append([Path(article.origin).name for article in digest.articles])
    assert stored == [["a"], [], ["b"], []]
    asked = [path for _, path, *_ in site.log]
    assert (asked.count("/a"), asked.count("/b")) == (1, 3)


def test_what_is_never_understood_is_given_up() -> None:
    url = "https://a.example/feed"
    gathered = Gathered(states=(FeedState(url, NOW, etag='"1"'),), links=(Link("https://a.example/1", url, NOW, MOST_TRIES - 1),))
    again = put_off(gathered, {"https://a.example/1"})
    assert (again.links[0].done, again.states[0].etag) == (False, "")
    last = replace(gathered, links=(Link("https://a.example/1", url, NOW, MOST_TRIES),))
    assert put_off(last, {"https://a.example/1"}) == last
    assert put_off(gathered, {"https://a.example/2"}) == gathered
    guid = replace(gathered, links=(Link("tag:1", url, NOW),))
    assert put_off(guid, {f"{url}#tag:1"}).links[0].done is False
