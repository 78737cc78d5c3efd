"""The only reader of the network: one page, over http or https, never from a private address unless that is allowed."""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from tracker.articles.decoding import MAX_BYTES, refuse
from tracker.model import Failure

MAX_REDIRECTS = 5
USER_AGENT = "tracker (reads news articles once a night)"
_REDIRECTS = (301, 302, 303, 307, 308)
_READABLE = ("text/html", "application/xhtml+xml", "text/plain")
_KEPT = "/?%:@!$&'()*+,;=~"
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server answered: the body, the address that it came from in the end, and its media type."""

    data: bytes
    url: str
    media_type: str


class _RefusedError(Exception):
    """Why a page is not fetched, in words; never leaves this module."""


def fetch_page(url: str, *, timeout: float = 30.0, max_bytes: int = MAX_BYTES, allow_private: bool = False) -> Fetched | Failure:
    """The page at `url`, redirects followed, within `timeout` seconds for all of it and `max_bytes` bytes.

    Every host on the way is resolved once, its address is checked and that very address is connected to, so that no later DNS
    answer can lead inside. Private, loopback, link-local, carrier-grade NAT and other special addresses (IANA registries of
    RFC 6890) are refused unless `allow_private`. Proxies of the environment are not used.
    """
    deadline = time.monotonic() + timeout
    at = url
    try:
        for _ in range(MAX_REDIRECTS + 1):
            answer = _fetch_once(at, deadline, max_bytes, allow_private)
            if isinstance(answer, Fetched):
                return answer
            at = urljoin(at, answer)
        raise _RefusedError(f"more than {MAX_REDIRECTS} redirects: give the address that they lead to")
    except _RefusedError as refused:
        return refuse(url, str(refused))
    except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
        if time.monotonic() >= deadline:
            return refuse(url, f"no full answer within {timeout:g} seconds: try again later")
        return refuse(url, f"cannot be fetched ({str(error) or type(error).__name__}): check the address or try again later")


def _fetch_once(url: str, deadline: float, max_bytes: int, allow_private: bool) -> Fetched | str:
    """The answer to one request: the page, or the address that it redirects to."""
    parts = urlsplit(url)
    connection = _connect(parts, deadline, allow_private)
    # socket timeouts are per packet: only closing the socket ends a server that sends a byte now and then
    watch = threading.Timer(max(deadline - time.monotonic(), 0), _shut, [connection.sock])
    watch.daemon = True
    watch.start()
    try:
        target = quote(parts.path or "/", safe=_KEPT) + (f"?{quote(parts.query, safe=_KEPT)}" if parts.query else "")
        headers = {"User-Agent": USER_AGENT, "Accept": ", ".join(_READABLE), "Accept-Encoding": "gzip", "Connection": "close"}
        connection.request("GET", target, headers=headers)
        response = connection.getresponse()
        if response.status in _REDIRECTS and (location := response.getheader("Location")):
            return location
        if response.status != 200:
            raise _RefusedError(f"the server answered {response.status}: check the address or try again later")
        media_type = (response.getheader("Content-Type") or "text/html").split(";")[0].strip().lower()
        if media_type not in _READABLE:
            raise _RefusedError(f"{media_type[:60]} is no page: give an address that serves HTML or plain text")
        data = response.read(max_bytes + 1)
        whole = len(data) > max_bytes or not response.length
        if (response.getheader("Content-Encoding") or "").lower() in ("gzip", "x-gzip"):
            unpacker = zlib.decompressobj(wbits=31)
            data = unpacker.decompress(data, max_bytes + 1)
            whole = whole and (len(data) > max_bytes or unpacker.eof)
        if len(data) > max_bytes:
            raise _RefusedError(f"more than {max_bytes} bytes: save the article alone and give its file")
        if time.monotonic() >= deadline:
            raise TimeoutError
        if not whole:
            raise _RefusedError("the answer breaks off in the middle: try again later")
        return Fetched(data, url, media_type)
    finally:
        watch.cancel()
        connection.close()


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
