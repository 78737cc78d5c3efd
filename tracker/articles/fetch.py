"""The only reader of the network: one request, over http or https, never to a private address unless that is allowed.

`visits.py` decides when a host is asked, how often, and what its robots.txt allows.
"""

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from tracker.articles.decoding import MAX_BYTES

_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_TEMPORARY = (408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524)
_KEPT = "/?%:@!$&'()*+,;=~"
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_LONGEST_WAIT = 7 * 86_400
_CHUNK = 65_536


class Kind(Enum):
    """What is asked for: the media types that are taken, and those that are merely preferred."""

    PAGE = ("text/html, application/xhtml+xml, text/plain;q=0.8", r"text/html|application/xhtml\+xml|text/plain")
    FEED = (
        "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
        "application/xml;q=0.9, application/json;q=0.8, text/xml;q=0.9, */*;q=0.1",
        r"(?!image/|audio/|video/|font/|application/pdf|application/zip).*",
    )
    ROBOTS = ("text/plain, */*;q=0.1", ".*")


@dataclass(frozen=True, slots=True)
class Request:
    """One address to read; `etag` and `last_modified` are those of the answer that is known already."""

    url: str
    kind: Kind = Kind.PAGE
    etag: str = ""
    last_modified: str = ""
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server answered: the body, the address that it came from in the end, its media type and its validators."""

    data: bytes
    url: str
    media_type: str
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""
    """Where the address has moved for good; empty unless every redirect on the way was permanent."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server says that the answer which is known already still holds (304)."""

    url: str


@dataclass(frozen=True, slots=True)
class Redirect:
    url: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Why there is nothing to read, in words with a remedy. A temporary refusal is worth another try."""

    message: str
    temporary: bool = False
    wait: float | None = None
    """Seconds that the server asks to be left alone (Retry-After)."""
    answered: bool = True
    """False where the host could not be reached or did not answer in time."""


Outcome = Fetched | Unchanged | Refused


class _RefusedError(Exception):
    """Why a page is not fetched, in words; never leaves this module."""


def fetch_once(request: Request, deadline: float, max_bytes: int = MAX_BYTES, agent: str = "tracker") -> Outcome | Redirect:
    """The answer to one request by `deadline` (of `time.monotonic`), of at most `max_bytes` bytes, before and after unpacking.

    The host is resolved once, its addresses are checked and the checked one is connected to, so that no later DNS answer can
    lead inside. Private, loopback, link-local, carrier-grade NAT and other special addresses (IANA registries of RFC 6890) are
    refused unless the request allows them. Proxies of the environment are not used. Conditional requests as in RFC 9110, 13.
    """
    began = time.monotonic()
    try:
        return _exchange(request, deadline, max_bytes, agent)
    except _RefusedError as refused:
        return Refused(str(refused))
    except ssl.SSLCertVerificationError as error:
        reason = error.verify_message or "unknown reason"
        return Refused(f"its certificate cannot be trusted ({reason}): check the address", answered=False)
    except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
        if time.monotonic() >= deadline:
            return Refused(f"no full answer within {deadline - began:.2g} seconds: try again later", temporary=True, answered=False)
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        message = f"cannot be fetched ({reason}): check the address or try again later"
        return Refused(message, temporary=not isinstance(error, ValueError), answered=False)


def parse_retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds to wait by a Retry-After header, a number or a date (RFC 9110, 10.2.3), at most a week; None where it is unusable."""
    text = (header or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return min(float(text), _LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(text)
        return min(max((until - now).total_seconds(), 0.0), _LONGEST_WAIT)
    except (TypeError, ValueError, OverflowError):
        return None


def parse_header(value: str | None) -> str:
    """A header's value that can be sent back: at most 500 printable ASCII characters, else nothing."""
    text = (value or "").strip()
    return text if len(text) <= 500 and text.isascii() and text.isprintable() else ""


def find_host(url: str) -> str:
    """The host of an address with its port, in lower case; empty where it has none."""
    try:
        parts = urlsplit(url)
        return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""
    except ValueError:
        return ""


def _exchange(request: Request, deadline: float, max_bytes: int, agent: str) -> Outcome | Redirect:
    parts = urlsplit(request.url)
    connection = _connect(parts, deadline, request.allow_private)
    # socket timeouts are per packet: only closing the socket ends a server that sends a byte now and then
    watch = threading.Timer(max(deadline - time.monotonic(), 0), _shut, [connection.sock])
    watch.daemon = True
    watch.start()
    try:
        target = quote(parts.path or "/", safe=_KEPT) + (f"?{quote(parts.query, safe=_KEPT)}" if parts.query else "")
        headers = {"User-Agent": agent, "Accept": request.kind.value[0], "Accept-Encoding": "gzip, br", "Connection": "close"}
        headers |= {"If-None-Match": request.etag} if request.etag else {}
        headers |= {"If-Modified-Since": request.last_modified} if request.last_modified else {}
        connection.request("GET", target, headers=headers)
        response = connection.getresponse()
        if response.status == 304 and (request.etag or request.last_modified):
            return Unchanged(request.url)
        if response.status in _REDIRECTS and (location := response.getheader("Location")):
            return Redirect(urljoin(request.url, location.strip()), response.status in _PERMANENT)
        if response.status != 200:
            wait = parse_retry_after(response.getheader("Retry-After"), datetime.now(UTC))
            remedy = "remove it" if response.status == 410 else "check the address or try again later"
            return Refused(f"the server answered {response.status}: {remedy}", response.status in _TEMPORARY, wait)
        media_type = (response.getheader("Content-Type") or "text/html").split(";")[0].strip().lower()
        if not re.fullmatch(request.kind.value[1], media_type):
            raise _RefusedError(f"{media_type[:60]} is no {request.kind.name.lower()}: give an address that serves one")
        data = _read(response, max_bytes)
        if time.monotonic() >= deadline:
            raise TimeoutError
        etag, modified = (parse_header(response.getheader(name)) for name in ("ETag", "Last-Modified"))
        return Fetched(data, request.url, media_type, etag, modified)
    finally:
        watch.cancel()
        connection.close()


def _read(response: http.client.HTTPResponse, max_bytes: int) -> bytes:
    """The body, unpacked; neither the packed nor the unpacked form ever takes more than `max_bytes`."""
    data = response.read(max_bytes + 1)
    too_long = f"more than {max_bytes} bytes: give the address of one article"
    if len(data) > max_bytes:
        raise _RefusedError(too_long)
    whole = not response.length
    coding = (response.getheader("Content-Encoding") or "").strip().lower()
    if coding in ("gzip", "x-gzip"):
        unpacker = zlib.decompressobj(wbits=31)
        data = unpacker.decompress(data, max_bytes + 1)
        whole = whole and (len(data) > max_bytes or unpacker.eof)
    elif coding == "br":
        data, finished = _unpack_brotli(data, max_bytes)
        whole = whole and finished
    elif coding not in ("", "identity"):
        raise _RefusedError(f"it is packed as {coding[:20]!r}, which was not asked for: try again later")
    if len(data) > max_bytes:
        raise _RefusedError(too_long)
    if not whole:
        raise http.client.IncompleteRead(b"")
    return data


def _unpack_brotli(data: bytes, max_bytes: int) -> tuple[bytes, bool]:
    """The unpacked bytes, at most a chunk more than `max_bytes`, and whether the end was reached or is known to be too far."""
    import brotli

    unpacker, pieces, size = brotli.Decompressor(), [], 0
    try:
        piece = unpacker.process(data, output_buffer_limit=_CHUNK)
        while True:
            pieces.append(piece)
            size += len(piece)
            if size > max_bytes or unpacker.is_finished():
                return b"".join(pieces), True
            if not piece:
                return b"".join(pieces), False
            piece = unpacker.process(b"", output_buffer_limit=_CHUNK)
    except brotli.error as error:
        raise zlib.error(str(error)) from error


def _connect(parts: SplitResult, deadline: float, allow_private: bool) -> http.client.HTTPConnection:
    """A connection to an address that was checked; the host's name still serves for the certificate and the Host header."""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _RefusedError("no http or https address: give one that begins with https://")
    if parts.username or parts.password:
        raise _RefusedError("an address with a password in it: leave the password out")
    host = parts.hostname if ":" in parts.hostname else parts.hostname.encode("idna").decode("ascii")
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    address = _resolve(host, port, allow_private)
    left = max(deadline - time.monotonic(), 0.1)
    connection = (http.client.HTTPSConnection if secure else http.client.HTTPConnection)(host, port, timeout=left)
    plain = socket.create_connection((address, port), timeout=left)
    try:
        connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if secure else plain
    except (OSError, ValueError):
        plain.close()
        raise
    return connection


def _resolve(host: str, port: int, allow_private: bool) -> str:
    """The first address of `host`; refused where any of its addresses is not public."""
    addresses = [str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not allow_private:
        for address in addresses:
            if not is_public(address):
                raise _RefusedError(f"{host} is at the private address {address}: allow private addresses if it is meant")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an IP address is reachable by anyone; addresses that carry an IPv4 address inside are judged by that one."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


def _shut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # already closed
