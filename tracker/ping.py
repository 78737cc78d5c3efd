"""Telling a monitor how a run went: a GET each at the start, after success and after trouble (the scheme of healthchecks).

The address is the owner's, so a private one is fine. Nothing but the request itself leaves the machine, redirects are not
followed, and a monitor that cannot be reached is a line in the log, never a failed run.
"""

import logging
from enum import StrEnum
from urllib.parse import urlsplit

log = logging.getLogger(__name__)

TIMEOUT = 10.0
"""Seconds for each of connecting and answering."""


class Ending(StrEnum):
    """What is added to the address's path."""

    START = "/start"
    DONE = ""
    FAILED = "/fail"


def send_ping(url: str, ending: Ending) -> bool:
    """Whether the monitor took it; False also without a `url`."""
    if not url:
        return False
    from http.client import HTTPConnection, HTTPException, HTTPSConnection

    host = None
    try:
        parts = urlsplit(url)
        host = parts.hostname
        path = (parts.path.rstrip("/") + ending or "/") + (f"?{parts.query}" if parts.query else "")
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = kind(host or "", parts.port, timeout=TIMEOUT)
        try:
            connection.request("GET", path, headers={"User-Agent": "tracker", "Connection": "close"})
            status = connection.getresponse().status
        finally:
            connection.close()
    except (OSError, HTTPException, ValueError) as error:
        # The host alone: the path of such an address is its secret.
        log.warning("the monitor at %s was not reached (%s): check ping_url", host, type(error).__name__)
        return False
    if status >= 300:
        log.warning("the monitor at %s answered %d: check ping_url", host, status)
    return status < 300
