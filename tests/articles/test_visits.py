"""Manners towards hosts: turns, delays, robots.txt, tries, and the time for all."""

import time
from itertools import pairwise
from typing import Any

from tracker.articles.fetch import Fetched, Refused, Request
from tracker.articles.visits import TOO_LATE, Visits
from tracker.model import Manners

QUICK = Manners(delay=0, tries=3, back_off=0.01, timeout=2, deadline=20, robots=False)
BODY = b"<p>The union left.</p>"


def ask(site: Any, *paths: str, manners: Manners = QUICK, host: int = 1) -> list[Any]:
    return Visits(manners).fetch_all([Request(site.url(path, host), allow_private=True) for path in paths])


def test_temporary_failures_are_tried_again(site: Any, answer: Any) -> None:
    site.pages["/a"] = lambda number: answer(BODY) if number == 3 else answer(status=503)
    (outcome,) = ask(site, "/a")
    assert isinstance(outcome, Fetched)
    assert site.paths() == ["/a"] * 3


def test_permanent_ones_are_not(site: Any, answer: Any) -> None:
    site.pages["/a"] = answer(status=403)
    (outcome,) = ask(site, "/a")
    assert "answered 403" in outcome.message
    assert len(site.log) == 1


def test_retry_after_is_obeyed(site: Any, answer: Any) -> None:
    site.pages["/a"] = lambda number: answer(BODY) if number == 2 else answer(status=429, headers={"Retry-After": "1"})
    began = time.monotonic()
    (outcome,) = ask(site, "/a")
    assert isinstance(outcome, Fetched)
    assert time.monotonic() - began >= 1


def test_a_host_that_wants_to_be_left_alone_is(site: Any, answer: Any) -> None:
    site.pages |= {"/a": answer(status=429, headers={"Retry-After": "3600"}), "/b": answer(BODY)}
    first, second = ask(site, "/a", "/b")
    assert (first.wait, second.wait) == (3600.0, 3600.0)
    assert site.paths() == ["/a"]


def test_a_host_that_does_not_answer_is_given_up(site: Any, answer: Any) -> None:
    site.pages |= {"/a": answer(BODY, slow=1.0), "/b": answer(BODY)}
    manners = Manners(delay=0, tries=2, back_off=0.01, timeout=0.3, robots=False)
    first, second = ask(site, "/a", "/b", manners=manners)
    assert not first.answered
    assert second == first
    assert site.paths() == ["/a", "/a"]


def test_one_broken_page_does_not_close_its_host(site: Any, answer: Any) -> None:
    site.pages |= {"/a": answer(status=500), "/b": answer(BODY)}
    first, second = ask(site, "/a", "/b")
    assert isinstance(first, Refused)
    assert isinstance(second, Fetched)


def test_one_host_in_turn_and_with_a_delay(site: Any, answer: Any) -> None:
    site.pages |= {f"/{n}": answer(BODY) for n in range(4)}
    manners = Manners(delay=0.15, tries=1, robots=False)
    ask(site, *[f"/{n}" for n in range(4)], manners=manners)
    times = [at for *_, at in site.log]
    assert site.paths() == ["/0", "/1", "/2", "/3"]
    assert all(later - earlier >= 0.14 for earlier, later in pairwise(times))


def test_different_hosts_at_the_same_time(site: Any, answer: Any) -> None:
    site.pages["/a"] = answer(BODY, slow=0.5)
    began = time.monotonic()
    outcomes = Visits(QUICK).fetch_all([Request(site.url("/a", host), allow_private=True) for host in range(1, 9)])
    assert all(isinstance(outcome, Fetched) for outcome in outcomes)
    assert time.monotonic() - began < 2.5


def test_the_same_address_is_asked_once(site: Any, answer: Any) -> None:
    site.pages["/a"] = answer(BODY)
    first, second = ask(site, "/a", "/a")
    assert first == second
    assert len(site.log) == 1


def test_robots_are_asked_once_and_obeyed(site: Any, answer: Any) -> None:
    site.pages |= {
        "/robots.txt": answer(b"User-agent: *\nDisallow: /private\n", kind="text/plain"),
        "/private/a": answer(BODY),
        "/b": answer(BODY),
        "/hop": answer(status=302, headers={"Location": "/private/a"}),
    }
    manners = Manners(delay=0, tries=1)
    refused, taken, hopped = ask(site, "/private/a", "/b", "/hop", manners=manners)
    assert "robots.txt asks programs to stay away" in refused.message
    assert "robots.txt asks programs to stay away" in hopped.message
    assert isinstance(taken, Fetched)
    assert site.paths() == ["/robots.txt", "/b", "/hop"]
    agent = site.log[0][2]["User-Agent"]
    assert agent == "tracker (reads news once a night)"


def test_robots_in_trouble_keep_the_host_closed_and_missing_ones_open_it(site: Any, answer: Any) -> None:
    site.pages |= {"/a": answer(BODY), "127.0.0.2/robots.txt": answer(status=503)}
    manners = Manners(delay=0, tries=1)
    assert isinstance(ask(site, "/a", manners=manners)[0], Fetched)
    (outcome,) = ask(site, "/a", manners=manners, host=2)
    assert isinstance(outcome, Refused)
    assert outcome.temporary


def test_the_crawl_delay_is_kept(site: Any, answer: Any) -> None:
    site.pages |= {
        "/robots.txt": answer(b"User-agent: *\nCrawl-delay: 0.3", kind="text/plain"),
        "/a": answer(BODY),
        "/b": answer(BODY),
    }
    ask(site, "/a", "/b", manners=Manners(delay=0, tries=1))
    times = [at for *_, at in site.log]
    assert all(later - earlier >= 0.28 for earlier, later in pairwise(times))


def test_the_time_for_all_is_bounded(site: Any, answer: Any) -> None:
    site.pages |= {f"/{n}": answer(BODY, slow=0.2) for n in range(30)}
    began = time.monotonic()
    outcomes = ask(site, *[f"/{n}" for n in range(30)], manners=Manners(delay=0, tries=3, deadline=1, robots=False))
    assert time.monotonic() - began < 3
    assert isinstance(outcomes[0], Fetched)
    assert outcomes[-1].message == TOO_LATE or not outcomes[-1].answered


def test_the_contact_stands_in_the_user_agent(site: Any, answer: Any) -> None:
    site.pages["/a"] = answer(BODY)
    ask(site, "/a", manners=Manners(contact="desk@bay.example", robots=False))
    assert "desk@bay.example" in site.log[0][2]["User-Agent"]
