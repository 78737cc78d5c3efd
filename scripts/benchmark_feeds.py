"""A night over many feeds, a fifth of them in trouble, from a web server on loopback where every address is a host of its own.

    .venv/bin/python scripts/benchmark_feeds.py [--feeds 200] [--entries 20] [--deadline 300] [--delay 0.05] [--check]

Four nights are run: the first two with hosts that are slow, broken, redirecting, rate-limiting or silent, the last two with all of
them well again. Told are the time of each, and whether every article arrived, none was fetched twice, and each sick feed was
reported once. Articles are read from their pages and not understood: that is measured by scripts/benchmark. `--check` ends with 1
where a bound does not hold.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tracker.articles.gathering import gather_feeds
from tracker.articles.visits import Visits
from tracker.model import Feed, Manners
from tracker.store.store import open_store

NOW = datetime(2026, 11, 24, 5, tzinfo=UTC)
TROUBLES = ("slow", "broken", "redirecting", "limiting", "silent")
SICK = ("broken", "limiting", "silent")
SLOW = 0.5
SILENT = 6.0
TIMEOUT = 2.0
CONTROL = "127.0.0.1"


def find_host(number: int) -> str:
    """127.1.0.1 and up, one for each feed."""
    return f"127.1.{number // 200}.{number % 200 + 1}"


def find_trouble(number: int) -> str:
    """What ails the feed's host; empty for four in five."""
    return TROUBLES[number // 5 % len(TROUBLES)] if number % 5 == 0 else ""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, feeds: int, entries: int) -> None:
        super().__init__(("0.0.0.0", 0), Handler)
        self.entries = entries
        self.troubles = {find_host(number): find_trouble(number) for number in range(feeds)}
        self.served: Counter[str] = Counter()
        self.guard = threading.Lock()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - silent hosts are hung up on
        return


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").split(":")[0]
        if host == CONTROL:
            self.control()
            return
        trouble = self.server.troubles.get(host, "")
        if trouble == "slow":
            time.sleep(SLOW)
        elif trouble == "silent":
            time.sleep(SILENT)
        elif trouble == "broken":
            self.answer(500, b"")
            return
        elif trouble == "limiting":
            self.answer(429, b"", {"Retry-After": "3600"})
            return
        elif trouble == "redirecting" and not self.path.startswith(("/moved", "/robots")):
            self.answer(301, b"", {"Location": f"/moved{self.path}"})
            return
        path = self.path.removeprefix("/moved")
        if path == "/robots.txt":
            self.answer(200, b"User-agent: *\nDisallow: /admin\n", {"Content-Type": "text/plain"})
        elif path == "/feed":
            if self.headers.get("If-None-Match") == '"1"':
                self.answer(304, b"")
            else:
                self.answer(200, self.feed(host), {"Content-Type": "application/rss+xml", "ETag": '"1"'})
        else:
            with self.server.guard:
                self.server.served[f"{host}{path}"] += 1
            self.answer(200, self.page(host, path), {"Content-Type": "text/html; charset=utf-8"})

    def control(self) -> None:
        if self.path == "/heal":
            self.server.troubles.clear()
        self.answer(200, json.dumps(self.server.served).encode())

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def feed(self, host: str) -> bytes:
        base = f"http://{host}:{self.server.server_port}"
        items = "".join(
            f"<item><title>Report {n} of {host}</title><link>{base}/news/{n}</link><guid>{base}/news/{n}</guid>"
            f"<pubDate>Mon, 23 Nov 2026 {n % 24:02}:00:00 GMT</pubDate><description>In short: {n}.</description></item>"
            for n in range(self.server.entries)
        )
        return f'<rss version="2.0"><channel><title>{host}</title><link>{base}</link>{items}</channel></rss>'.encode()

    def page(self, host: str, path: str) -> bytes:
        said = "The harbour board of {} said on Monday, in report {}, that the ferry would not sail before the pier is mended."
        text = "".join(f"<p>{said.format(host, path)} It named {n} reasons.</p>" for n in range(12))
        body = f"<body><article><h1>{path}</h1>{text}</article></body>"
        return f"<!DOCTYPE html><html><head><title>{path}</title></head>{body}</html>".encode()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: ARG002
        return


def serve(feeds: int, entries: int, pipe: Connection) -> None:
    """Run the server in a process of its own, and say at which port."""
    with Server(feeds, entries) as server:
        pipe.send(server.server_port)
        server.serve_forever()


def ask(port: int, path: str) -> dict[str, int]:
    """What the server has served so far, by host and path."""
    with urllib.request.urlopen(f"http://{CONTROL}:{port}{path}", timeout=10) as reply:
        served: dict[str, int] = json.load(reply)
    return served


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--entries", type=int, default=20)
    parser.add_argument("--deadline", type=float, default=300.0)
    parser.add_argument("--delay", type=float, default=0.05)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=serve, args=(options.feeds, options.entries, theirs), daemon=True)
    process.start()
    try:
        return measure(options, ours.recv())
    finally:
        process.kill()
        process.join()


def measure(options: argparse.Namespace, port: int) -> int:
    """Run the nights and print what they came to; 1 where a bound does not hold and that was asked for."""
    feeds = [Feed(f"http://{find_host(n)}:{port}/feed", allow_private=True) for n in range(options.feeds)]
    manners = Manners(deadline=options.deadline, delay=options.delay, timeout=TIMEOUT, tries=2, back_off=0.2)
    titles: list[str] = []
    told: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "feeds.db") as store:
        for night in range(4):
            if night == 2:
                ask(port, "/heal")
            began, worked = time.monotonic(), time.process_time()
            gathered = gather_feeds(
                feeds, store.feeds.load_states(), store.feeds.load_link, Visits(manners), NOW + timedelta(night)
            )
            store.feeds.save_visits(gathered.states, gathered.links)
            took = time.monotonic() - began
            slowest = max(slowest, took)
            titles += [article.title for article in gathered.articles]
            told.update(failure.origin for failure in gathered.failures)
            sick = sum(bool(state.problem) for state in store.feeds.load_states().values())
            print(
                f"night {night + 1}: {took:6.1f} s ({time.process_time() - worked:.1f} s of work),"
                f" {len(gathered.articles)} articles, {len(gathered.failures)} failures told, {sick} feeds sick"
            )
    served = ask(port, "/")
    expected = options.feeds * options.entries
    troubled = {f"http://{find_host(n)}:{port}/feed" for n in range(options.feeds) if find_trouble(n) in SICK}
    verdicts = {
        f"every night within the deadline ({slowest:.0f} of {options.deadline:.0f} s)": slowest <= options.deadline,
        f"nothing lost ({len(set(titles))} of {expected} articles)": len(set(titles)) == expected == len(titles),
        f"nothing fetched twice (at most {max(served.values(), default=0)} times)": max(served.values(), default=0) <= 1,
        f"each sick feed told once ({len(told)} of {len(troubled)})": told == Counter(dict.fromkeys(troubled, 1)),
    }
    for text, good in verdicts.items():
        print(f"{'ok  ' if good else 'MISS'} {text}")
    return int(options.check and not all(verdicts.values()))


if __name__ == "__main__":
    sys.exit(main())
