"""Inputs on a disk of our own making."""

import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.articles.fetch import Fetched
from tracker.articles.files import load_articles
from tracker.model import Failure

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
        "https://bay.example/d": Failure("https://bay.example/d", "read", "down: try again later"),
    }
    monkeypatch.setattr("tracker.articles.fetch.fetch_page", lambda url, **_: answers[url])
    articles, failures = load_articles(list(answers), now=NOW)
    assert [(a.origin, a.url) for a in articles] == [
        (f"https://bay.example/{name}", f"https://bay.example/{url}") for name, url in ("ab", "cc")
    ]
    assert failures == [answers["https://bay.example/d"]]
