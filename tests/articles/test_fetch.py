"""Single requests against a real server on loopback that behaves badly in every way it can."""

import gzip
import time
from datetime import UTC, datetime
from typing import Any

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.articles.fetch import (
    Fetched,
    Kind,
    Refused,
    Request,
    Unchanged,
    fetch_once,
    is_public,
    parse_header,
    parse_retry_after,
)
from tracker.articles.visits import Visits
from tracker.model import Manners

BODY = b"<html><body><p>The union left.</p></body></html>"
MANNERS = Manners(delay=0, tries=1, back_off=0, timeout=5, robots=False)
NOW = datetime(2026, 5, 1, tzinfo=UTC)


def fetch(url: str, kind: Kind = Kind.PAGE, *, allow_private: bool = True, **options: Any) -> Any:
    return Visits(MANNERS).fetch(Request(url, kind, allow_private=allow_private, **options))


def refused(url: str, **options: Any) -> str:
    outcome = fetch(url, **options)
    assert isinstance(outcome, Refused)
    return outcome.message


@pytest.mark.parametrize("path", ["/page", "/gzip", "/brotli", "/to-to-page", "/page/with%20space?q=a b&c=é"])
def test_pages_arrive(site: Any, answer: Any, path: str) -> None:
    site.pages |= {
        "/page": answer(BODY),
        "/page/with%20space?q=a%20b&c=%C3%A9": answer(BODY),
        "/gzip": answer(gzip.compress(BODY), headers={"Content-Encoding": "gzip"}),
        "/brotli": answer(brotli.compress(BODY), headers={"Content-Encoding": "br"}),
        "/to-to-page": answer(status=302, headers={"Location": "/to-page"}),
        "/to-page": answer(status=302, headers={"Location": "page"}),
    }
    fetched = fetch(site.url(path))
    assert isinstance(fetched, Fetched)
    assert (fetched.data, fetched.media_type, fetched.moved_to) == (BODY, "text/html", "")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/404", "answered 404"),
        ("/410", "answered 410: remove it"),
        ("/503", "answered 503"),
        ("/loop", "more than 5 redirects"),
        ("/pdf", "application/pdf is no page"),
        ("/big", "more than 1000000 bytes"),
        ("/bomb", "more than 1000000 bytes"),
        ("/brotli-bomb", "more than 1000000 bytes"),
        ("/short", "cannot be fetched"),
        ("/cut-gzip", "cannot be fetched"),
        ("/cut-brotli", "cannot be fetched"),
        ("/broken-gzip", "cannot be fetched"),
        ("/broken-brotli", "cannot be fetched"),
        ("/zstd", "packed as 'zstd'"),
        ("/file", "no http or https address"),
        ("/ftp", "no http or https address"),
    ],
)
def test_refusals(site: Any, answer: Any, monkeypatch: pytest.MonkeyPatch, path: str, reason: str) -> None:
    monkeypatch.setattr("tracker.articles.visits.MAX_BYTES", 1_000_000)
    packed, brotlied = gzip.compress(BODY), brotli.compress(BODY)
    site.pages |= {
        **{f"/{status}": answer(status=status) for status in (404, 410, 503)},
        "/loop": answer(status=301, headers={"Location": "/loop"}),
        "/pdf": answer(BODY, kind="application/pdf"),
        "/big": answer(b" " * 2_000_000),
        "/bomb": answer(gzip.compress(b" " * 20_000_000), headers={"Content-Encoding": "gzip"}),
        "/brotli-bomb": answer(brotli.compress(b" " * 20_000_000), headers={"Content-Encoding": "br"}),
        "/short": answer(BODY, missing=100),
        "/cut-gzip": answer(packed[:-9], headers={"Content-Encoding": "gzip"}),
        "/cut-brotli": answer(brotlied[:-5], headers={"Content-Encoding": "br"}),
        "/broken-gzip": answer(b"no gzip", headers={"Content-Encoding": "gzip"}),
        "/broken-brotli": answer(b"\xff" * 50, headers={"Content-Encoding": "br"}),
        "/zstd": answer(BODY, headers={"Content-Encoding": "zstd"}),
        "/file": answer(status=302, headers={"Location": "file:///etc/passwd"}),
        "/ftp": answer(status=302, headers={"Location": "ftp://bay.example/"}),
    }
    assert reason in refused(site.url(path))


def test_conditional_requests(site: Any, answer: Any) -> None:
    site.pages["/feed"] = answer(BODY, etag='"v1"', headers={"Last-Modified": "Fri, 01 May 2026 00:00:00 GMT"})
    first = fetch(site.url("/feed"), Kind.FEED)
    assert (first.etag, first.last_modified) == ('"v1"', "Fri, 01 May 2026 00:00:00 GMT")
    again = fetch(site.url("/feed"), Kind.FEED, etag=first.etag, last_modified=first.last_modified)
    assert again == Unchanged(site.url("/feed"))
    assert site.log[-1][2]["If-Modified-Since"] == "Fri, 01 May 2026 00:00:00 GMT"


def test_304_to_an_unconditional_request_is_no_answer(site: Any, answer: Any) -> None:
    site.pages["/feed"] = answer(status=304)
    assert "answered 304" in refused(site.url("/feed"))


def test_a_permanent_redirect_is_noted_and_a_mixed_one_is_not(site: Any, answer: Any) -> None:
    site.pages |= {
        "/old": answer(status=301, headers={"Location": "/older"}),
        "/older": answer(status=308, headers={"Location": "/new"}),
        "/mixed": answer(status=301, headers={"Location": "/other"}),
        "/other": answer(status=302, headers={"Location": "/new"}),
        "/new": answer(BODY),
    }
    assert fetch(site.url("/old")).moved_to == site.url("/new")
    assert fetch(site.url("/mixed")).moved_to == ""


def test_a_dripping_server_is_cut_off(site: Any, answer: Any) -> None:
    site.pages["/drip"] = answer(BODY, drip=True, missing=40)
    began = time.monotonic()
    outcome = fetch_once(Request(site.url("/drip"), allow_private=True), began + 0.5)
    assert isinstance(outcome, Refused)
    assert "within 0.5 seconds" in outcome.message
    assert outcome.temporary
    assert time.monotonic() - began < 3


def test_private_addresses_are_refused_at_once_and_after_a_redirect(
    site: Any, answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages["/away"] = answer(status=302, headers={"Location": "http://10.0.0.1/"})
    assert "private address 127.0.0.1" in refused(site.url("/page"), allow_private=False)
    assert site.log == []
    monkeypatch.setattr("tracker.articles.fetch.is_public", lambda address: address == "127.0.0.1")
    assert "private address 10.0.0.1" in refused(site.url("/away"), allow_private=False)


def test_a_name_that_leads_to_a_private_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was answered is what is connected to: a name is not asked again, when it might have changed its mind."""
    answers = [["93.184.216.34", "10.0.0.1"], ["fe80::1"], ["::ffff:127.0.0.1"]]
    asked: list[str] = []

    def resolve(host: str, port: int, **_: Any) -> list[tuple[Any, ...]]:
        asked.append(host)
        return [(None, None, None, "", (address, port)) for address in answers[len(asked) - 1]]

    connected: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], **_: Any) -> None:
        connected.append(address)
        raise OSError("refused")

    monkeypatch.setattr("tracker.articles.fetch.socket.getaddrinfo", resolve)
    monkeypatch.setattr("tracker.articles.fetch.socket.create_connection", connect)
    for address in ("10.0.0.1", "fe80::1", "::ffff:127.0.0.1"):
        assert f"private address {address}" in refused("http://evil.example/a", allow_private=False)
    assert connected == []
    answers.append(["93.184.216.34"])
    refused("http://evil.example/a", allow_private=False)
    assert connected == [("93.184.216.34", 80)]
    assert len(asked) == 4


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
    assert "secret" not in refused(url)


def test_nobody_listens() -> None:
    outcome = fetch("http://127.0.0.1:1/")
    assert "cannot be fetched" in outcome.message
    assert (outcome.temporary, outcome.answered) == (True, False)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Fri, 01 May 2026 00:01:00 GMT", 60.0),
        ("Thu, 30 Apr 2026 00:00:00 GMT", 0.0),
        ("999999999", 604800.0),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        (None, None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, NOW) == seconds


@given(st.text(max_size=40))
def test_any_header(value: str) -> None:
    wait = parse_retry_after(value, NOW)
    assert wait is None or 0 <= wait <= 604800
    assert parse_header(value).isprintable()


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
