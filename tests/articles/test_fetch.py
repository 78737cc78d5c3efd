"""Fetching from a real server on loopback that behaves badly in every way it can."""

import gzip
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tracker.articles.fetch import Fetched, fetch_page, is_public
from tracker.model import Failure

BODY = b"<html><body><p>The union left.</p></body></html>"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        kind, _, rest = self.path.lstrip("/").partition("/")
        headers = {"Content-Type": "text/html; charset=utf-8"}
        status, body = 200, BODY
        if kind == "redirect":
            status, headers["Location"] = 302, rest if "://" in rest else f"/{rest}"
        elif kind == "loop":
            status, headers["Location"] = 301, "/loop"
        elif kind == "status":
            status = int(rest)
        elif kind == "gzip":
            body, headers["Content-Encoding"] = gzip.compress(BODY), "gzip"
        elif kind == "bomb":
            body, headers["Content-Encoding"] = gzip.compress(b" " * 20_000_000), "gzip"
        elif kind == "big":
            body = b" " * 2_000_000
        elif kind == "pdf":
            headers["Content-Type"] = "application/pdf"
        self.send_response(status)
        headers["Content-Length"] = str(len(body) + (100 if kind == "short" else 0))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if kind == "drip":
            for _ in range(40):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.1)
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: ARG002
        return


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        return  # clients that hang up are what these tests are about


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def refused(url: str, **options: Any) -> str:
    failure = fetch_page(url, **{"timeout": 5, **options})
    assert isinstance(failure, Failure)
    assert failure.origin == url
    return failure.message


@pytest.mark.parametrize("path", ["/page", "/gzip", "/redirect/redirect/page", "/page/with%20space?q=a b&c=é"])
def test_pages_arrive(site: str, path: str) -> None:
    fetched = fetch_page(site + path, allow_private=True)
    assert isinstance(fetched, Fetched)
    assert (fetched.data, fetched.media_type) == (BODY, "text/html")
    assert fetched.url.startswith(site)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/status/404", "answered 404"),
        ("/status/503", "answered 503"),
        ("/loop", "more than 5 redirects"),
        ("/pdf", "application/pdf is no page"),
        ("/big", "more than 1000000 bytes"),
        ("/bomb", "more than 1000000 bytes"),
        ("/short", "breaks off"),
        ("/redirect/file:///etc/passwd", "no http or https address"),
        ("/redirect/ftp://bay.example/", "no http or https address"),
    ],
)
def test_refusals(site: str, path: str, reason: str) -> None:
    assert reason in refused(site + path, allow_private=True, max_bytes=1_000_000)


def test_a_dripping_server_is_cut_off(site: str) -> None:
    began = time.monotonic()
    assert "within 0.5 seconds" in refused(site + "/drip", allow_private=True, timeout=0.5)
    assert time.monotonic() - began < 3


def test_private_addresses_are_refused_at_once_and_after_a_redirect(site: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "private address 127.0.0.1" in refused(site + "/page")
    monkeypatch.setattr("tracker.articles.fetch.is_public", lambda address: address == "127.0.0.1")
    assert "private address 10.0.0.1" in refused(site + "/redirect/http://10.0.0.1/")


@pytest.mark.parametrize(
    "url",
    [
        "ftp://bay.example/a",
        "http://",
        "http:///a",
        "http://user:secret@bay.example/",
        "http://bay.example:99999/",
        "http://[::1",
        "x",
    ],
)
def test_bad_addresses(url: str) -> None:
    message = refused(url)
    assert message.startswith(url)
    assert "secret@" not in message.removeprefix(url)


def test_nobody_listens() -> None:
    assert "cannot be fetched" in refused("http://127.0.0.1:1/", allow_private=True)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "::",
        "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "255.255.255.255", "ff02::1",
    ],
)  # fmt: skip
def test_special_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)
