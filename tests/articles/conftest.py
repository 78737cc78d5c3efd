"""A real web server on loopback. Every address 127.0.0.N is a host of its own."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class Answer:
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "text/html; charset=utf-8"
    etag: str = ""
    slow: float = 0.0
    missing: int = 0
    """Bytes that the header promises and the body lacks."""
    drip: bool = False


Reply = Answer | Callable[[int], Answer]
"""An answer, or what makes one from the number of requests for that path so far."""


class Site(ThreadingHTTPServer):
    """Pages by path, or by host and path; `log` holds (host, path, headers, time) of every request."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("0.0.0.0", 0), _Handler)  # loopback has many addresses
        self.pages: dict[str, Reply] = {}
        self.log: list[tuple[str, str, dict[str, str], float]] = []

    def url(self, path: str, host: int = 1) -> str:
        return f"http://127.0.0.{host}:{self.server_port}{path}"

    def paths(self) -> list[str]:
        return [path for _, path, _, _ in self.log]

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        return  # clients that hang up are what these tests are about


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").split(":")[0]
        self.server.log.append((host, self.path, dict(self.headers), time.monotonic()))
        reply = self.server.pages.get(f"{host}{self.path}", self.server.pages.get(self.path))
        answer = (
            Answer(b"nothing here", 404)
            if reply is None
            else reply
            if isinstance(reply, Answer)
            else reply(self.server.paths().count(self.path))
        )
        if answer.slow:
            time.sleep(answer.slow)
        if answer.etag and self.headers.get("If-None-Match") == answer.etag:
            answer = Answer(status=304)
        headers = {"Content-Type": answer.kind, "Content-Length": str(len(answer.body) + answer.missing)}
        headers |= {"ETag": answer.etag} if answer.etag else {}
        self.send_response(answer.status)
        for name, value in (headers | answer.headers).items():
            self.send_header(name, value)
        self.end_headers()
        for _ in range(40 if answer.drip else 0):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.1)
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: ARG002
        return


@pytest.fixture(scope="session")
def server() -> Iterator[Site]:
    with Site() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def site(server: Site) -> Site:
    server.pages.clear()
    server.log.clear()
    return server


@pytest.fixture(scope="session")
def answer() -> type[Answer]:
    return Answer
