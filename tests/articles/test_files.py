"""Inputs on a disk of our own making."""

import gzip
import io
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tracker.articles.fetch import Fetched, Refused
from tracker.articles.files import load_articles
from tracker.model import Failure, Manners

NOW = datetime(2026, 5, 1, tzinfo=UTC)
HTML = (
    b"<!DOCTYPE html><html><body><article><p>"
    + b"The ministry said that it would not sign the accord. " * 4
    + b"</p></article></body></html>"
)


def write(path: Path, text: str = "The union left.", date: str | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"Title: {path.name}\nDate: {date}\n\n{text}" if date else text, encoding="utf-8")
    return path


def names(folder: Path, *inputs: str) -> list[str]:
    articles, failures = load_articles(inputs or [str(folder)], now=NOW)
    assert failures == []
    return [os.path.relpath(article.origin, folder) for article in articles]


def test_oldest_first_then_by_name(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", date="2026-03-01")
    write(tmp_path / "z" / "b.txt", date="2026-02-01")
    write(tmp_path / "c.md", date="2026-02-01")
    write(tmp_path / "d", date="2026-02-01T10:00:00+12:00")
    assert names(tmp_path) == ["d", "z/b.txt", "c.md", "a.txt"]


def test_folders_pass_over_what_is_no_article(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    for name in (".hidden.txt", ".git/b.txt", "tracker.toml", "gold.json", "picture.png", "README.md", "LICENSE"):
        write(tmp_path / name)
    assert names(tmp_path) == ["a.txt"]
    assert names(tmp_path, str(tmp_path / "README.md")) == ["README.md"]


def test_loops_and_repeats(tmp_path: Path) -> None:
    write(tmp_path / "in" / "a.txt")
    (tmp_path / "in" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "in" / "again.txt").symlink_to(tmp_path / "in" / "a.txt")
    (tmp_path / "in" / "broken.txt").symlink_to(tmp_path / "nowhere")
    folder = str(tmp_path / "in")
    assert names(tmp_path, folder, folder, f"{folder}/a.txt") == ["in/a.txt"]


def test_suffixes_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a.HTML").write_bytes(HTML)
    (tmp_path / "b.aspx").write_bytes(HTML)
    write(tmp_path / "c.news", "The union left.")
    articles, failures = load_articles([str(tmp_path / name) for name in ("a.HTML", "b.aspx", "c.news")])
    assert failures == []
    assert [article.text.split()[1] for article in articles] == ["ministry", "ministry", "union"]


def test_file_time_where_there_is_no_date(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    os.utime(path, (0, 86_400))
    assert load_articles([str(path)])[0][0].published == datetime(1970, 1, 2, tzinfo=UTC)


def test_standard_input() -> None:
    articles, _ = load_articles(["-", "-"], stdin=io.BytesIO(b"Title: A\n\nThe union left."), now=NOW)
    assert [(a.origin, a.title, a.published) for a in articles] == [("-", "A", NOW)]
    pages, _ = load_articles(["-"], stdin=io.BytesIO(HTML), now=NOW)
    assert pages[0].text.startswith("The ministry")


def test_failures_are_values_and_the_rest_goes_on(tmp_path: Path) -> None:
    good = write(tmp_path / "good.txt")
    empty = tmp_path / "empty"
    empty.mkdir()
    (tmp_path / "binary.txt").write_bytes(b"\0\1")
    inputs = [str(tmp_path / "missing.txt"), str(empty), str(tmp_path / "binary.txt"), "a\0b", str(good)]
    articles, failures = load_articles(inputs)
    assert [a.title for a in articles] == ["good"]
    reasons = ["no such file or folder", "no articles in this folder", "binary file", "no such file or folder"]
    assert len(failures) == len(reasons)
    for failure, reason in zip(failures, reasons, strict=True):
        assert failure.stage == "read"
        assert reason in failure.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_unreadable(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt")
    path.chmod(0)
    _, failures = load_articles([str(path)])
    assert "Permission denied" in failures[0].message


def test_addresses_are_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {
        "https://bay.example/a": Fetched(HTML, "https://bay.example/b", "text/html"),
        "https://bay.example/c": Fetched(b"The union left.", "https://bay.example/c", "text/plain"),
        "https://bay.example/d": Refused("down: try again later"),
    }
    monkeypatch.setattr("tracker.articles.visits.Visits.fetch", lambda _, request: answers[request.url])
    articles, failures = load_articles(list(answers), now=NOW)
    assert [(a.origin, a.url) for a in articles] == [
        (f"https://bay.example/{name}", f"https://bay.example/{url}") for name, url in ("ab", "cc")
    ]
    assert failures == [Failure("https://bay.example/d", "read", "https://bay.example/d: down: try again later")]


MAIL = b"""From: news@bay.example
Date: Wed, 01 Apr 2026 10:00:00 +0000
Message-ID: <1@bay.example>
Subject: Ferry

The union left.
"""
RECORDS = (
    b'{"title": "One", "text": "The union left.", "date": "2026-02-01"}\n{"text": ""}\n{"title": "Two", "text": "It came back."}\n'
)


def test_mails_mailboxes_and_json_lines_packed_or_not(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL)
    (tmp_path / "b.mbox").write_bytes(b"From a\n" + MAIL + b"\nFrom b\n" + MAIL.replace(b"Ferry", b"Pier"))
    (tmp_path / "c.jsonl.gz").write_bytes(gzip.compress(RECORDS))
    (tmp_path / "d.txt.gz").write_bytes(gzip.compress(b"Title: Packed\n\nThe union left."))
    articles, failures = load_articles([str(tmp_path)], now=NOW)
    assert {(Path(article.origin).name, article.title) for article in articles} == {
        ("a.eml", "Ferry"), ("b.mbox#1", "Ferry"), ("b.mbox#2", "Pier"),
        ("c.jsonl.gz#1", "One"), ("c.jsonl.gz#3", "Two"),
        ("d.txt.gz", "Packed"),
    }  # fmt: skip
    assert [failure.origin for failure in failures] == [str(tmp_path / "c.jsonl.gz#2")]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt.gz", b"no gzip", "damaged or cut short"),
        ("a.txt.gz", gzip.compress(b"The union left.")[:-6], "damaged or cut short"),
        ("a.txt.gz", gzip.compress(b" " * 200_000_000), "more than 5 MB"),
        ("a.jsonl.gz", gzip.compress(b" " * 200_000_000), "more than 100 MB"),
        ("a.jsonl", b'{"party": "A"}\n' * 1000, "no JSON lines with articles"),
        ("a.jsonl", b"", "an empty file"),
        ("a.mbox", b"", "an empty file"),
    ],
)
def test_bad_archives_are_one_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes, reason: str) -> None:
    monkeypatch.setattr("tracker.articles.files.MAX_ARCHIVE", 100_000_000)
    (tmp_path / name).write_bytes(data)
    articles, failures = load_articles([str(tmp_path / name)])
    assert articles == []
    assert len(failures) == 1
    assert reason in failures[0].message


@pytest.mark.parametrize(
    ("data", "titles"),
    [
        (MAIL, ["Ferry"]),
        (b"From a\n" + MAIL + b"\nFrom b\n" + MAIL.replace(b"Ferry", b"Pier"), ["Ferry", "Pier"]),
        (RECORDS, ["One", "Two"]),
        (gzip.compress(RECORDS), ["One", "Two"]),
        (gzip.compress(b"Title: Packed\n\nThe union left."), ["Packed"]),
    ],
)
def test_standard_input_by_its_content(data: bytes, titles: list[str]) -> None:
    articles, _ = load_articles(["-"], stdin=io.BytesIO(data), now=NOW)
    assert sorted(article.title for article in articles) == titles


def test_a_list_of_addresses(tmp_path: Path, site: Any, answer: Any) -> None:
    site.pages |= {"/a": answer(HTML), "/b": answer(HTML)}
    path = tmp_path / "pages.txt"
    path.write_text(f"# the ferry beat\n{site.url('/a')}\n\n{site.url('/b')}\n{site.url('/a')}\n", encoding="utf-8")
    manners = Manners(delay=0, tries=1, robots=False)
    articles, failures = load_articles([str(path)], now=NOW, manners=manners, allow_private=True)
    assert failures == []
    assert [article.origin for article in articles] == [site.url("/a"), site.url("/b")]
    assert sorted(site.paths()) == ["/a", "/b"]
    # in a folder it is a text like any other: nobody but the reader decides what is fetched
    assert [article.origin for article in load_articles([str(tmp_path)], now=NOW)[0]] == [str(path)]


def test_a_page_from_the_future_is_dated_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(HTML.replace(b"<body>", b'<head><meta name="date" content="2090-01-01"></head><body>'))
    (article,) = load_articles([str(tmp_path / "a.html")])[0]
    assert article.published.year < 2090


def test_ten_thousand_files(tmp_path: Path) -> None:
    for number in range(10_000):
        (tmp_path / f"{number}.txt").write_text(f"Title: {number}\nDate: 2026-01-01\n\nThe union left.", encoding="utf-8")
    assert len(load_articles([str(tmp_path)])[0]) == 10_000
