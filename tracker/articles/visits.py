"""When and how often a host is asked: hosts at the same time, each in turn, as its robots.txt and its answers wish."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from tracker.articles.decoding import MAX_BYTES
from tracker.articles.fetch import Fetched, Kind, Outcome, Redirect, Refused, Request, Unchanged, fetch_once, find_host
from tracker.articles.robots import MAX_BYTES as MAX_ROBOTS
from tracker.articles.robots import Robots, parse_robots
from tracker.model import Manners

MAX_REDIRECTS = 5
AGENT = "tracker"
_LONGEST_DELAY = 60.0
"""Seconds that a host's Crawl-delay or Retry-After is waited for within a run; a longer one ends the visits to it."""
TOO_LATE = "the time for fetching is used up: it comes with the next run, or raise deadline under [fetch]"
_NO_ROBOTS = Robots()


@dataclass(slots=True)
class _Host:
    """What this run knows of a host; `turn` is held while it is asked."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    ready: float = 0.0
    robots: dict[str, Robots | Refused] = field(default_factory=dict)
    closed: Refused | None = None
    """Set once the host does not answer or wants to be left alone: it is not asked again in this run."""


class Visits:
    """The visits of one run. The time for all of them counts from the making of this object."""

    def __init__(self, manners: Manners) -> None:
        self._manners = manners
        self._stop = time.monotonic() + manners.deadline
        self._hosts: dict[str, _Host] = {}
        self._guard = threading.Lock()
        self._agent = f"{AGENT} (reads news once a night{'; ' + manners.contact if manners.contact else ''})"

    @property
    def is_over(self) -> bool:
        """Whether the time for fetching is used up."""
        return time.monotonic() >= self._stop

    def fetch_all(self, requests: Sequence[Request]) -> list[Outcome]:
        """The outcomes in the order of `requests`; different hosts are asked at the same time, each address once."""
        by_host: dict[str, dict[Request, Outcome | None]] = {}
        for request in requests:
            by_host.setdefault(find_host(request.url), {})[request] = None

        def visit(queue: dict[Request, Outcome | None]) -> None:
            for request in queue:
                queue[request] = self.fetch(request)

        with ThreadPoolExecutor(max_workers=max(1, min(self._manners.hosts, len(by_host)))) as pool:
            list(pool.map(visit, by_host.values()))
        done = {request: outcome for queue in by_host.values() for request, outcome in queue.items() if outcome}
        return [done[request] for request in requests]

    def fetch(self, request: Request) -> Outcome:
        """The outcome of one request: redirects followed, robots.txt obeyed, temporary failures tried again with back-off."""
        wait = self._manners.back_off
        for tries in range(1, self._manners.tries + 1):
            outcome, at = self._follow(request)
            if not isinstance(outcome, Refused) or not outcome.temporary or tries == self._manners.tries:
                break
            pause = max(wait, outcome.wait or 0.0)
            if pause > _LONGEST_DELAY or time.monotonic() + pause >= self._stop or self._host(at).closed:
                break
            time.sleep(pause)
            wait *= 2
        if isinstance(outcome, Refused) and outcome.temporary and (outcome.wait is not None or not outcome.answered):
            # that host is down or has had enough: the rest of its addresses would only wait in vain
            host = self._host(at)
            host.closed = host.closed or outcome
        return outcome

    def _follow(self, request: Request) -> tuple[Outcome, str]:
        """The outcome and the address that it came from."""
        at, permanent = request, True
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._ask(at)
            if isinstance(answer, Unchanged):
                return Unchanged(request.url), at.url
            if isinstance(answer, Fetched):
                return replace(answer, moved_to=at.url if permanent and at.url != request.url else ""), at.url
            if isinstance(answer, Refused):
                return answer, at.url
            permanent = permanent and answer.permanent
            at = replace(at, url=answer.url)
        return Refused(f"more than {MAX_REDIRECTS} redirects: give the address that they lead to"), at.url

    def _ask(self, request: Request) -> Outcome | Redirect:
        """One request in its host's turn."""
        if not find_host(request.url):
            return Refused("no http or https address: give one that begins with https://")
        host = self._host(request.url)
        with host.turn:
            if host.closed:
                return host.closed
            robots = self._robots(host, request) if self._manners.robots and request.url.startswith("http") else _NO_ROBOTS
            if isinstance(robots, Refused):
                return robots
            if not robots.allows(request.url):
                return Refused("its robots.txt asks programs to stay away: take another address of this outlet")
            return self._send(host, request, MAX_BYTES, min(robots.delay, _LONGEST_DELAY))

    def _send(self, host: _Host, request: Request, max_bytes: int, delay: float = 0.0) -> Outcome | Redirect:
        pause = host.ready - time.monotonic()
        if time.monotonic() + max(pause, 0.0) >= self._stop:
            return Refused(TOO_LATE, temporary=True)
        if pause > 0:
            time.sleep(pause)
        answer = fetch_once(request, min(time.monotonic() + self._manners.timeout, self._stop), max_bytes, self._agent)
        host.ready = time.monotonic() + max(self._manners.delay, delay)
        return answer

    def _robots(self, host: _Host, request: Request) -> Robots | Refused:
        """The rules of the host, asked for once a run. None there (4xx): all is allowed; a server in
        trouble (5xx): nothing is (RFC 9309, 2.3.1)."""
        scheme, _, rest = request.url.partition("://")
        place = f"{scheme}://{rest.split('/', 1)[0].split('?', 1)[0]}/robots.txt"
        if place not in host.robots:
            host.robots[place] = self._fetch_robots(host, Request(place, Kind.ROBOTS, allow_private=request.allow_private))
        return host.robots[place]

    def _fetch_robots(self, host: _Host, request: Request) -> Robots | Refused:
        for _ in range(MAX_REDIRECTS + 1):
            answer = self._send(host, request, MAX_ROBOTS)
            if isinstance(answer, Fetched):
                found = parse_robots(answer.data.decode("utf-8", "replace"), AGENT)
                host.ready = max(host.ready, time.monotonic() + min(found.delay, _LONGEST_DELAY))
                return found
            if isinstance(answer, Refused):
                return answer if answer.temporary or not answer.answered or answer.message == TOO_LATE else _NO_ROBOTS
            if isinstance(answer, Unchanged) or find_host(answer.url) != find_host(request.url):
                return _NO_ROBOTS  # another host's rules are not this one's
            request = replace(request, url=answer.url)
        return _NO_ROBOTS

    def _host(self, url: str) -> _Host:
        with self._guard:
            return self._hosts.setdefault(find_host(url), _Host())
