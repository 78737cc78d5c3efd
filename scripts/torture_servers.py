"""A web server with feeds and a mail server on this machine, for scripts/torture.py: real ones, in a process of their own.

    .venv/bin/python scripts/torture_servers.py FOLDER

Prints the ports. FOLDER/round names the folder of the present round, in whose `mails` each message that the server has whole leaves
its recipient, Message-ID and hash. Needs aiosmtpd, of the extra `test`.
"""

import asyncio
import hashlib
import json
import random
import sys
import threading
import time
from contextlib import suppress
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP
from simulate_year import compose_article

PAGES, FULL = 6, 3
LATENCY = 0.01
"""Seconds that the servers take for an answer: on loopback nothing would be cut in the middle."""


def serve(work: Path) -> int:
    """Both servers, until this process is killed."""
    web = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    web.daemon_threads = True
    threading.Thread(target=web.serve_forever, daemon=True).start()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    post = loop.run_until_complete(loop.create_server(lambda: SMTP(Post(work), hostname="localhost", loop=loop), "127.0.0.1", 0))
    print(web.server_address[1], post.sockets[0].getsockname()[1], flush=True)
    loop.run_forever()
    return 0


class Pages(BaseHTTPRequestHandler):
    """A feed whose entries lead to pages, and one whose entries hold their texts. Answers do not depend on the time."""

    def do_GET(self) -> None:
        with suppress(ConnectionError):  # whoever asked was killed
            self.answer()

    def answer(self) -> None:
        time.sleep(LATENCY)
        body = self.compose(self.path)
        tag = f'"{hashlib.sha256(body or b"").hexdigest()[:16]}"'
        known = self.headers.get("If-None-Match") == tag
        self.send_response(404 if body is None else 304 if known else 200)
        if body is not None:
            self.send_header("ETag", tag)
        self.send_header("Content-Type", "text/html; charset=utf-8" if self.path.startswith("/a/") else "application/rss+xml")
        self.send_header("Content-Length", "0" if known or body is None else str(len(body)))
        self.end_headers()
        if body is not None and not known:
            middle = len(body) // 2
            self.wfile.write(body[:middle])
            self.wfile.flush()
            time.sleep(LATENCY)
            self.wfile.write(body[middle:])

    def compose(self, path: str) -> bytes | None:
        address = f"http://127.0.0.1:{self.server.server_address[1]}"
        number = path.removeprefix("/a/")
        if path in ("/pages.xml", "/full.xml"):
            count = FULL if path == "/full.xml" else PAGES + 1  # the last one's page is missing
            return compose_feed(address, path == "/full.xml", count).encode()
        if path.startswith("/a/") and number.isdigit() and int(number) < PAGES:
            paragraphs = "".join(f"<p>{part}</p>" for part in compose_text("/pages.xml", int(number)).split("\n\n"))
            title = f"<title>Report {number}</title>"
            return f"<html><head>{title}</head><body><article><h1>Report {number}</h1>{paragraphs}</article></body></html>".encode()
        return None

    def log_message(self, *words: object) -> None:
        pass


def compose_text(feed: str, number: int) -> str:
    text = compose_article(random.Random(f"{feed}{number}"))
    return text + "\n\n" + compose_article(random.Random(f"{feed}{number}, continued"))


def compose_feed(address: str, full: bool, count: int) -> str:
    name = "/full.xml" if full else "/pages.xml"
    items = []
    for k in range(count):
        link = f"{address}/{'full' if full else 'a'}/{k}"
        text = "".join(f"<p>{part}</p>" for part in compose_text(name, k).split("\n\n")) if full else "What they want."
        items.append(
            f"<item><title>{'Full' if full else 'Short'} report {k}</title><link>{link}</link><guid>{link}</guid>"
            f"<pubDate>Sat, 03 May 2031 {k + 10 * full:02}:00:00 GMT</pubDate><description><![CDATA[{text}]]></description></item>"
        )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Wire {name}</title>{"".join(items)}</channel></rss>'


class Post:
    """Keeps each message that it has whole, in the folder of the present round."""

    def __init__(self, work: Path) -> None:
        self._work = work

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: ARG002, N802
        await asyncio.sleep(LATENCY)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: ARG002, N802
        folder = Path((self._work / "round").read_text()) / "mails"
        content = envelope.original_content
        fields = [*envelope.rcpt_tos, message_from_bytes(content)["Message-ID"], hashlib.sha256(content).hexdigest()]
        kept = folder / f"{time.monotonic_ns()}.json"
        kept.with_suffix(".unfinished").write_text(json.dumps(fields))
        kept.with_suffix(".unfinished").rename(kept)
        await asyncio.sleep(LATENCY)
        return "250 OK"


if __name__ == "__main__":
    sys.exit(serve(Path(sys.argv[1])))
