"""Pings against a real server on loopback."""

import logging
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tracker.ping import Ending, send_ping


class Monitor(HTTPServer):
    paths: list[str]
    status = 200


class Handler(BaseHTTPRequestHandler):
    server: Monitor

    def do_GET(self) -> None:
        self.server.paths.append(self.path)
        self.send_response(self.server.status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    with Monitor(("127.0.0.1", 0), Handler) as server:
        server.paths = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def address(monitor: Monitor) -> str:
    return f"http://127.0.0.1:{monitor.server_port}"


def test_each_ending_has_its_path(monitor: Monitor) -> None:
    for ending in Ending:
        assert send_ping(f"{address(monitor)}/secret-id", ending)
    assert send_ping(f"{address(monitor)}/a/?k=v", Ending.FAILED)
    assert send_ping(address(monitor), Ending.DONE)
    assert monitor.paths == ["/secret-id/start", "/secret-id", "/secret-id/fail", "/a/fail?k=v", "/"]


def test_redirects_are_not_followed(monitor: Monitor, caplog: pytest.LogCaptureFixture) -> None:
    monitor.status = 302
    assert not send_ping(f"{address(monitor)}/secret-id", Ending.DONE)
    assert monitor.paths == ["/secret-id"]
    assert "answered 302" in caplog.text


def test_an_unreachable_monitor_is_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        with caplog.at_level(logging.WARNING):
            assert not send_ping(f"http://127.0.0.1:{port}/secret-id", Ending.DONE)
    assert "was not reached" in caplog.text
    assert "secret-id" not in caplog.text


@pytest.mark.parametrize("url", ["", "http://", "http://[::1", "http://127.0.0.1:99999/x", "https://\n/x"])
def test_no_address_breaks_a_run(url: str) -> None:
    assert not send_ping(url, Ending.DONE)
