"""Hostile input: no text breaks the extraction, its time grows with the length of the text and no faster, and its bounds hold."""

import gzip
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.articles.feed import parse_feed
from tracker.articles.files import load_articles
from tracker.articles.identity import find_article_id
from tracker.articles.messages import parse_mail
from tracker.articles.opml import parse_opml
from tracker.articles.page import parse_page
from tracker.articles.records import parse_record
from tracker.articles.robots import parse_robots
from tracker.articles.text import parse_text
from tracker.bounds import MAX_CHARACTERS, ExceededError, bounded
from tracker.comparison import NO_HISTORY, compare_with_history
from tracker.config import Config
from tracker.errors import TrackerError
from tracker.extract import Extracted, extract_articles
from tracker.model import Article, DateSource, Failure, Reading
from tracker.reading import Knowledge, Understanding, load_knowledge, read_article

SEEDS = Path(__file__).parents[1] / "seeds"


@cache
def knowledge() -> Knowledge:
    return load_knowledge(Config())


def read(text: str) -> Understanding:
    return read_article(compose_article(text), knowledge(), Config())


def compose_article(text: str) -> Article:
    moment = datetime(2031, 5, 4, tzinfo=UTC)
    return Article(find_article_id("t", text), "a.txt", "t", text, "The Post", None, moment, DateSource.HEADER)


def check(understanding: Understanding) -> None:
    """Evidence is verbatim and where it is said to be, whatever the text."""
    check_reading(compare_with_history(understanding, NO_HISTORY, knowledge()))


def check_reading(reading: Reading) -> None:
    text = reading.article.text
    for attribution in reading.attributions:
        for span in (*attribution.source, *attribution.cue, *attribution.content):
            assert 0 <= span.start < span.end <= len(text)
    for position in reading.positions:
        assert position.content == " ".join(text[s.start : s.end] for s in position.attribution.content)
    for sentence in reading.summary.sentences:
        assert 0 <= sentence.start < sentence.end <= len(text)


PIECES = (
    "Norway", "Kyiv", "the ministry", "he", "they", "its foreign minister", " said", " told", " according to", " that",
    " will not", " is ready to", " unless", " only if", " rules out", " 40 million euros", " by June", "“", "”", '"', "'",
    "«", "»", "(", ")", "[", ",", ", ", ".", ". ", "...", ":", ";", "—", "\n", "\n\n", "\t", " ", "\u00a0", "\u200b",
    "\u202e", "e\u0301", "ﬁ", "İ", "ß", "𝔘", "😀", "\0", "- ", "• ", "QUESTION: ", "MR. SMITH: ", "<b>", "&amp;", "%s", "{}",
    "\\", "1,000.5", "Mr.", "U.S.", "no", "not",
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_mixture_of_news_and_noise(text: str) -> None:
    check(read(text))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_text(text: str) -> None:
    check(read(text))


def cut(data: bytes, at: int, put: bytes) -> bytes:
    at %= len(data) + 1
    return data[:at] + put + data[at + len(put) :]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.integers(0, 10_000), st.binary(max_size=20), st.sampled_from([".txt", ".html", ".md", ".htm"]))
def test_any_damage_to_a_file(tmp_path: Path, at: int, put: bytes, suffix: str) -> None:
    page = b"<html><head><title>Spain</title></head><body><article><p>Spain will not sign, its minister said.</p></article>"
    data = cut(page if "htm" in suffix else (SEEDS / "01-spain-will-not-release-more.txt").read_bytes()[:2000], at, put)
    path = tmp_path / f"a{suffix}"
    path.write_bytes(data)
    articles, failures = load_articles([str(path)])
    assert len(articles) + len(failures) == 1


GROWING: dict[str, Callable[[int], str]] = {
    "unclosed quotes": lambda n: "“Norway said " * (n // 13),
    "quotation marks": lambda n: '"' * n,
    "commas": lambda n: "Norway said a" + "," * n,
    "a list without end": lambda n: "Norway said " + "a, " * (n // 3),
    "one sentence": lambda n: "Norway said that " + "it will sign and " * (n // 17),
    "one paragraph": lambda n: "The minister of Norway said that it would not sign the treaty. " * (n // 63),
    "many paragraphs": lambda n: "\n\n".join(f"Kyiv said it will close port {k} and sign treaty {k}." for k in range(n // 52)),
    "names": lambda n: "Norway Sweden Spain said " * (n // 25),
    "one word": lambda n: "a" * n,
    "brackets": lambda n: "(" * n,
    "pronouns": lambda n: "He said she said they will go. " * (n // 31),
    "conditions": lambda n: "Norway said it will not go unless " * (n // 34),
    "amounts": lambda n: "Norway offered 1,000 million euros " * (n // 35),
}


@pytest.mark.parametrize("name", GROWING)
def test_the_time_grows_with_the_length_and_no_faster(name: str) -> None:
    read("Norway said that it will sign.")  # the models are loaded with the first text
    lengths: list[float] = []
    for size in (3_000, 12_000):
        understanding = read(GROWING[name](size))
        begun = time.process_time()
        compare_with_history(read(understanding.article.text), NO_HISTORY, knowledge())
        lengths.append(time.process_time() - begun)
    # Four times the text: a square would be sixteen times.
    assert lengths[1] <= 9 * lengths[0] + 0.1


MONSTERS: dict[str, Callable[[], str]] = {
    "100,000 commas": lambda: "Norway said that it wants" + "," * 100_000,
    "100,000 items": lambda: "Norway said that it wants " + "a, " * 100_000,
    "a sentence of 3,000 words": lambda: "Norway said that " + "it will sign or not and " * 500 + "leave.",
    "unclosed quotes": lambda: "“Norway said it will go. " * 4_000,
    "nested brackets": lambda: "Norway said (" * 8_000,
    "one word of 100,000 letters": lambda: "Norway said that it will " + "a" * 100_000 + ".",
    "10,000 paragraphs": lambda: "Norway said no.\n\n" * 10_000,
}


@pytest.mark.parametrize("name", MONSTERS)
# the alarm may fall into a callback of the garbage collector, where python can but warn
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_monsters_are_read_or_given_up_within_the_bounds(name: str) -> None:
    text, seconds = MONSTERS[name](), 5.0
    read("Norway said that it will sign.")
    begun = time.monotonic()
    try:
        with bounded(seconds, Config().article_megabytes):
            check(read(text))
    except ExceededError:
        assert len(text) > 20_000, "an article of that length is read in time"
    assert time.monotonic() - begun < seconds + 2


def page(paragraphs: str) -> bytes:
    return f"<html><head><title>x</title></head><body><article>{paragraphs}</article></body></html>".encode()


def mail(part: str) -> bytes:
    return f"From: a@b.example\nSubject: x\nContent-Type: text/plain\n\n{part}".encode()


def feed(items: str) -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>'.encode()


ITEM = "<item><title>x {k}</title><link>https://a.example/{k}</link><description>Norway said no.</description></item>"
MOMENT = datetime(2031, 5, 4, tzinfo=UTC)
URL = "https://a.example/"


def read_robots(text: str, target: str) -> bool:
    return parse_robots("User-agent: *\n" + text, "tracker").allows(URL + target)


READERS: dict[str, Callable[[int], object]] = {
    "deep pages": lambda n: parse_page(page("<div>" * (n // 11) + "Norway will go." + "</div>" * (n // 11)), "a", None, MOMENT),
    "pages of unclosed tags": lambda n: parse_page(page("<b><i>Norway " * (n // 13)), "a", None, MOMENT),
    "pages of paragraphs": lambda n: parse_page(page("<p>Norway said it will go.</p>" * (n // 30)), "a", None, MOMENT),
    "pages of comments": lambda n: parse_page(page("<!-- a --" * (n // 9)), "a", None, MOMENT),
    "pages of entities": lambda n: parse_page(page("&amp;lt;" * (n // 8)), "a", None, MOMENT),
    "feeds of entries": lambda n: parse_feed(feed("".join(ITEM.format(k=k) for k in range(n // 100))), URL, MOMENT),
    "feeds of depth": lambda n: parse_feed(feed("<item>" * (n // 6)), URL, MOMENT),
    "feeds of markup": lambda n: parse_feed(feed(ITEM.format(k=1).replace("Norway", "&lt;b&gt;" * (n // 9))), URL, MOMENT),
    "mails of quotes": lambda n: parse_mail(mail("> " * (n // 2)), "a", MOMENT, MOMENT),
    "mails of headers": lambda n: parse_mail(b"X-A: =?utf-8?q?a?=\n" * (n // 20) + mail("a"), "a", MOMENT, MOMENT),
    "mails in mails": lambda n: parse_mail(b"Content-Type: message/rfc822\n\n" * (n // 31) + mail("a"), "a", MOMENT, MOMENT),
    "records of brackets": lambda n: parse_record(b'{"text": ' + b"[" * n, "a", MOMENT),
    "records of escapes": lambda n: parse_record(b'{"text": "' + b"\\u0000" * (n // 6) + b'"}', "a", MOMENT),
    "robots of stars": lambda n: read_robots("Disallow: /" + "*a" * (n // 2), "a" * n),
    "robots of rules": lambda n: read_robots("Disallow: /a*b$\n" * (n // 16), "ab"),
    "robots of groups": lambda n: read_robots("User-agent: a\nDisallow: /\n" * (n // 26), "a"),
    "outlines of depth": lambda n: read_outlines("<outline text='a'>" * (n // 18)),
    "outlines of feeds": lambda n: read_outlines("<outline text='a' xmlUrl='https://a.example/'/>" * (n // 47)),
    "texts of headers": lambda n: parse_text(b"Title: x\n" * (n // 9), "a", MOMENT),
    "texts of controls": lambda n: parse_text(b"\xe2\x80\xae\x0b\x1b[" * (n // 6), "a", MOMENT),
}


def read_outlines(outlines: str) -> None:
    with suppress(TrackerError):
        parse_opml(f"<opml version='2.0'><body>{outlines}</body></opml>".encode(), "a")


@pytest.mark.parametrize("name", READERS)
def test_no_readers_time_grows_faster_than_its_input(name: str) -> None:
    READERS[name](3_000)
    lengths = []
    for size in (50_000, 200_000):
        runs = []
        for _ in range(3):
            begun = time.process_time()
            READERS[name](size)
            runs.append(time.process_time() - begun)
        lengths.append(min(runs))
    # Four times the input: a square would be sixteen times.
    assert lengths[1] <= 8 * lengths[0] + 0.05


def test_ten_megabytes_of_hostile_input(tmp_path: Path) -> None:
    """Each input is read within its bounds or is a recorded failure, and the night ends in time and within its memory."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("Norway said a," * 750_000, encoding="utf-8")  # 10.5 MB each
    (folder / "b.html").write_text("<html><body>" + "<p>Norway said no." * 620_000, encoding="utf-8")
    (folder / "c.eml").write_bytes(mail("> Norway said no.\n" * 620_000))
    (folder / "d.jsonl").write_text('{"text": "' + "Norway said no. " * 660_000 + '"}', encoding="utf-8")
    (folder / "e.txt.gz").write_bytes(gzip.compress(b"Norway said no. " * 2_000_000))
    for number, name in enumerate(("unclosed quotes", "commas", "one sentence", "many paragraphs", "names", "conditions")):
        text = f"Date: 2031-01-01\n\nReport {number}. " + GROWING[name](950_000)
        (folder / f"f{number}.txt").write_text(text, encoding="utf-8")
    assert sum(path.stat().st_size for path in folder.glob("*.*")) > 10_000_000
    (tmp_path / "tracker.toml").write_text('[limits]\nseconds = 2\n[run]\ndatabase = "tracker.db"\ninputs = ["in"]\n')
    begun = time.monotonic()
    pid = os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "tracker.cli", "run", "--config", str(tmp_path / "tracker.toml"), "-q"],
        {**os.environ, "PYTHONPATH": str(SEEDS.parent)},
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, str(tmp_path / "out.txt"), os.O_WRONLY | os.O_CREAT, 0o600)],
    )
    _, status, used = os.wait4(pid, 0)
    assert status == 0
    assert time.monotonic() - begun < 120
    assert used.ru_maxrss < 1_500_000  # kilobytes: what the process holds, and a gigabyte
    with closing(sqlite3.connect(tmp_path / "tracker.db")) as db:
        stored, failed = (db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("articles", "failures"))
        assert stored + failed == 11
        assert db.execute("SELECT count(*) FROM failures WHERE message LIKE '%more than 2 seconds%'").fetchone()[0] >= 1


def test_deep_and_wide_pages(tmp_path: Path) -> None:
    pages = {
        "deep.html": "<html><body>" + "<div>" * 100_000 + "Norway said it will go.",
        "wide.html": "<html><body><article>" + "<p>Norway said it will go." * 100_000,
        "attributes.html": "<html><body " + "a='b' " * 100_000 + "><p>Norway said it will go.",
        "entities.html": "<!DOCTYPE x [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]><html><p>&b;&b;&b;</p></html>",
        "comment.html": "<html><!--" + "-" * 500_000,
    }
    begun = time.process_time()
    for name, page in pages.items():
        (tmp_path / name).write_text(page, encoding="utf-8")
    articles, failures = load_articles([str(tmp_path)])
    assert len(articles) + len(failures) == len(pages)
    assert time.process_time() - begun < 60


# ---- the bounds are held by every command -----------------------------------------------------------------------------------


def test_an_article_that_takes_too_long_is_a_failure_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Date: 2031-01-01\n\n" + "Norway said it will go. " * 30_000, encoding="utf-8")
    (tmp_path / "in" / "b.txt").write_text("Date: 2031-01-02\n\nNorway will not go, its minister said.\n", encoding="utf-8")
    settings = '[limits]\nseconds = 3\n[run]\ndatabase = "tracker.db"\ninputs = ["in"]\n'
    (tmp_path / "tracker.toml").write_text(settings, encoding="utf-8")
    command = [sys.executable, "-m", "tracker.cli", "run", "--config", str(tmp_path / "tracker.toml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "more than 3 seconds" in done.stdout
    assert "1 input failed" in done.stdout
    assert "1 new position" in done.stdout


def test_an_article_that_takes_too_much_memory_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def devour(*_: object) -> None:
        bytearray(2_000_000_000)

    monkeypatch.setattr("tracker.extract.read_article", devour)
    (tmp_path / "a.txt").write_text("Norway will not go, its minister said.\n", encoding="utf-8")
    (found,) = extract_articles([str(tmp_path / "a.txt")], Config())
    assert isinstance(found, Failure)
    assert "more than 1024 MB of memory" in found.message


def test_a_book_is_no_article(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("word " * (MAX_CHARACTERS // 5 + 1), encoding="utf-8")
    (tmp_path / "b.txt").write_text("Norway will not go, its minister said.\n", encoding="utf-8")
    found = list(extract_articles([str(tmp_path)], Config()))
    assert {type(one) for one in found} == {Failure, Extracted}
    assert any(isinstance(one, Failure) and "1,000,000 characters" in one.message for one in found)
