"""`tracker feeds` as its users call it, and a night over feeds from a server on loopback."""

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

PAGES: dict[str, tuple[str, str]] = {}
REQUESTS: list[str] = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        REQUESTS.append(self.path)
        kind, body = PAGES.get(self.path, ("text/html", ""))
        data = body.encode()
        etag = f'"{abs(hash(body))}"'
        same = bool(body) and self.headers.get("If-None-Match") == etag
        self.send_response(304 if same else 200 if body else 404)
        self.send_header("Content-Type", kind)
        self.send_header("ETag", etag)
        self.send_header("Content-Length", "0" if same else str(len(data)))
        self.end_headers()
        self.wfile.write(b"" if same else data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: ARG002
        return


@pytest.fixture
def site() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
    PAGES.clear()
    REQUESTS.clear()


def call(folder: Path, *words: object) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TRACKER_")}
    command = [sys.executable, "-m", "tracker.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, check=False)


def test_add_list_remove(tmp_path: Path) -> None:
    added = call(tmp_path, "feeds", "add", "https://bay.example/feed", "--outlet", "Bay Post", "--beat", "ferries", "--every", "6h")
    assert added.returncode == 0, added.stderr
    listed = call(tmp_path, "feeds", "list").stdout
    assert "https://bay.example/feed" in listed
    assert "Bay Post; beat ferries; every 6h; never visited" in listed
    twice = call(tmp_path, "feeds", "add", "https://bay.example/feed")
    assert (twice.returncode, twice.stdout) == (2, "")
    assert "already" in twice.stderr
    assert call(tmp_path, "feeds", "remove", "https://bay.example/feed").returncode == 0
    assert "no feeds" in call(tmp_path, "feeds", "list").stdout


@pytest.mark.parametrize(
    ("words", "code", "complaint"),
    [
        (("list",), 78, "there is no configuration at 'tracker.toml'"),
        (("add", "bay.example"), 78, "give an address that begins with https://"),
        (("add", "https://a.example", "--every", "daily"), 2, "no span of time"),
        (("import", "none.opml"), 2, "cannot read 'none.opml'"),
        (("remove", "https://a.example"), 78, "there is no configuration"),
    ],
)
def test_wrong_calls(tmp_path: Path, words: tuple[str, ...], code: int, complaint: str) -> None:
    done = call(tmp_path, "feeds", *words)
    assert (done.returncode, done.stdout) == (code, "")
    assert complaint in done.stderr
    assert not (tmp_path / "tracker.toml").exists()


def test_import_and_export(tmp_path: Path) -> None:
    opml = '<opml version="2.0"><body><outline text="Ferries"><outline text="Bay" xmlUrl="https://bay.example/f"/></outline></body></opml>'
    (tmp_path / "a.opml").write_text(opml, encoding="utf-8")
    assert "added 1 of 1" in call(tmp_path, "feeds", "import", "a.opml").stdout
    assert "added 0 of 1" in call(tmp_path, "feeds", "import", "a.opml").stdout
    exported = call(tmp_path, "feeds", "export").stdout
    assert 'xmlUrl="https://bay.example/f"' in exported
    assert '<outline text="Ferries">' in exported


def test_a_night_over_feeds(tmp_path: Path, site: str) -> None:
    said = "Norway will not attend the ferry summit, its foreign minister said on Friday, because the agenda was not agreed. "
    page = f"<html><head><title>Norway stays away</title></head><body><article>{f'<p>{said}</p>' * 4}</article></body></html>"
    item = f"<item><title>Norway stays away</title><link>{site}/a</link><pubDate>Fri, 01 May 2026 09:00:00 GMT</pubDate></item>"
    german = "<p>Die Gewerkschaft will am Montag nicht streiken, sagte ihre Sprecherin in Hamburg am Abend.</p>" * 12
    item += f"<item><title>Kein Streik</title><link>{site}/b</link><description><![CDATA[{german}]]></description></item>"
    PAGES["/feed"] = "application/rss+xml", f'<rss version="2.0"><channel><title>Bay Post</title>{item}</channel></rss>'
    PAGES["/a"] = "text/html", page
    feeds = "".join(f'[[feed]]\nurl = "{site}/{name}"\nbeat = "ferries"\nallow_private = true\n' for name in ("feed", "none"))
    (tmp_path / "tracker.toml").write_text(f"[fetch]\ndelay = 0\ntries = 1\n{feeds}", encoding="utf-8")
    run = "run", "--config", "tracker.toml", "--db", "t.db", "--now"
    first = call(tmp_path, *run, "2026-05-02T05:00:00+00:00")
    assert first.returncode == 0, first.stderr
    assert "Norway" in first.stdout
    assert "written in 'de'" in first.stdout
    assert f"{site}/none" in first.stdout
    with sqlite3.connect(tmp_path / "t.db") as db:
        assert db.execute("SELECT title, outlet, beat, language FROM articles").fetchall() == [
            ("Norway stays away", "Bay Post", "ferries", "en")
        ]
        assert db.execute("SELECT url, problem = '' FROM feeds ORDER BY url").fetchall() == [
            (f"{site}/feed", 1),
            (f"{site}/none", 0),
        ]
        assert sorted(db.execute("SELECT stage FROM failures")) == [("feed",), ("language",)]
    second = call(tmp_path, *run, "2026-05-03T05:00:00+00:00")
    assert second.returncode == 0
    assert f"{site}/none" not in second.stdout
    assert REQUESTS.count("/a") == 1
    listed = call(tmp_path, "feeds", "list", "--config", "tracker.toml", "--db", "t.db").stdout
    assert "2 entries on 2026-05-03 05:00 UTC" in listed
    assert "sick since 2026-05-02" in listed
    checked = call(tmp_path, "feeds", "check", "--config", "tracker.toml")
    assert checked.returncode == 75
    assert "Bay Post: 2 entries, 1 with their whole text" in checked.stdout


def test_every_feed_down_is_temporary(tmp_path: Path) -> None:
    feed = '[[feed]]\nurl = "http://127.0.0.1:1/feed"\nallow_private = true\n'
    (tmp_path / "tracker.toml").write_text(f"[fetch]\ndelay = 0\ntries = 1\nrobots = false\n{feed}", encoding="utf-8")
    done = call(tmp_path, "run", "--config", "tracker.toml", "--db", "t.db")
    assert done.returncode == 75, done.stderr
    assert "Traceback" not in done.stderr
