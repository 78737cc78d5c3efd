"""Plain-text articles: bytes beside the article or the refusal that they give."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.articles.decoding import MAX_BYTES
from tracker.articles.text import parse_text
from tracker.model import Article, DateSource, Failure

FILE_TIME = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)


def read(data: bytes | str, origin: str = "folder/port-strike_2.txt") -> Article:
    article = parse_text(data if isinstance(data, bytes) else data.encode(), origin, FILE_TIME)
    assert isinstance(article, Article)
    return article


def refused(data: bytes) -> str:
    failure = parse_text(data, "x.txt", FILE_TIME)
    assert isinstance(failure, Failure)
    assert failure.stage == "read"
    assert failure.message.startswith("x.txt: ")
    return failure.message


def test_headers_in_any_order() -> None:
    article = read(
        "URL: https://www.bay.example/a\nSource: The Bay\nDate: 2026-02-03\nTitle: Dockers walk out\n\nThe union left.\n\nMore.\n"
    )
    assert article.title == "Dockers walk out"
    assert article.text == "The union left.\n\nMore.\n"
    assert article.outlet == "The Bay"
    assert article.url == "https://www.bay.example/a"
    assert article.published == datetime(2026, 2, 3, tzinfo=UTC)
    assert article.date_source is DateSource.HEADER


def test_without_headers_everything_is_text() -> None:
    raw = "\n  The union: it left.\r\nDate: 2026-02-03\r\n"
    article = read(raw)
    assert article.text == "\n  The union: it left.\nDate: 2026-02-03\n"
    assert article.date_source is DateSource.FILE
    assert article.published == FILE_TIME


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Title: A\nBy Nobody at all\nThe union left.", "By Nobody at all\nThe union left."),  # no blank line
        ("Title: A\nAuthor: B. Writer\n\nThe union left.", "The union left."),  # unknown header
        ("title: A\nTITLE: B\n \t\nThe union left.", "The union left."),
        ("Title: A\n\n\nThe union left.", "\nThe union left."),  # one blank line belongs to the headers
    ],
)
def test_odd_headers(raw: str, text: str) -> None:
    article = read(raw)
    assert article.title == "A"
    assert article.text == text


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("2026-02-03T10:00:00+03:00", datetime(2026, 2, 3, 7, tzinfo=UTC)),
        ("2026-02-03T10:00Z", datetime(2026, 2, 3, 10, tzinfo=UTC)),
        ("2026-02-03 10:00", datetime(2026, 2, 3, 10, tzinfo=UTC)),
        ("yesterday", None),
        ("2026-13-40", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("", None),
    ],
)
def test_dates(date: str, published: datetime | None) -> None:
    article = read(f"Date: {date}\n\nThe union left.")
    assert article.published == (published or FILE_TIME)
    assert article.date_source is (DateSource.HEADER if published else DateSource.FILE)


@pytest.mark.parametrize(
    ("text", "origin", "title"),
    [
        ("Dockers walk out\n\nThe union left the talks.", "a.txt", "Dockers walk out"),
        ("# Dockers walk out\n\nThe union left the talks.", "a.md", "Dockers walk out"),
        ("Dockers walk out\nThe union left the talks.", "a.txt", "Dockers walk out"),
        ("The union left the talks.\nIt is over.", "in/port-strike_2.txt", "port strike 2"),
        ("The union left the talks.", "-", "The union left the talks."),
        ("word " * 60, "-", "word " * 15 + "word…"),
    ],
)
def test_title_without_header(text: str, origin: str, title: str) -> None:
    assert read(text, origin).title == title


def test_a_long_title_is_one_line_of_bounded_length() -> None:
    title = read("Title: " + "a\x1b[31m\tb " * 10_000 + "\n\nThe union left.").title
    assert 290 < len(title) <= 300
    assert title.startswith("a [31m b a")


@pytest.mark.parametrize(
    "data",
    [
        "\ufeffThe union – left.".encode(),
        "\ufeffThe union – left.".encode("utf-16-le"),
        "\ufeffThe union – left.".encode("utf-32-be"),
        "The union – left.".encode(),
        ("The union – left." + " It did." * 9).encode("cp1252"),
    ],
)
def test_encodings(data: bytes) -> None:
    assert read(data).text.startswith("The union – left.")


def test_control_characters_become_spaces_and_keep_offsets() -> None:
    assert read("The\x07 union\u2028left\x85it.").text == "The  union\nleft\nit."


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\x00\x01\x02text", "binary"),
        ("Договор не подписан".encode("cp1251"), "neither UTF-8"),
        (b"\xff\xfeo", "neither UTF-8"),
        (b"Title: A\nDate: 2026-01-01\n\n  \n", "without a text"),
        (b"Title: A", "without a text"),
        (b"a" * (MAX_BYTES + 1), "more than 5 MB"),
    ],
)
def test_refusals_name_reason_and_remedy(data: bytes, reason: str) -> None:
    message = refused(data)
    assert reason in message
    assert ": " in message.removeprefix("x.txt: ")


def test_identity_is_title_and_text() -> None:
    one = read("Title: A\nDate: 2026-01-01\n\nThe union left.\n", "one.txt")
    same = read("Date: 2026-01-02\nTitle:  A \n\nThe union left.", "two.txt")
    other = read("Title: A\n\nThe union stayed.", "one.txt")
    assert one.id == same.id
    assert one.id != other.id
    assert len(one.id) == 32


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://", "https://a b.example", "file:///etc/passwd", "x" * 3000])
def test_other_addresses_are_dropped(url: str) -> None:
    assert read(f"Title: A\nURL: {url}\n\nThe union left.").url is None


def test_outlet_falls_back_to_the_host() -> None:
    assert read("URL: https://www.bay.example:8080/a\n\nThe union left.").outlet == "bay.example"


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300) | st.text(max_size=200).map(lambda text: f"Title: {text}\nDate: {text}\nURL: {text}\n\n{text}".encode())
)
def test_any_bytes(data: bytes) -> None:
    outcome = parse_text(data, "x.txt", FILE_TIME)
    if isinstance(outcome, Article):
        assert outcome.text.strip()
        assert outcome.title.isprintable() or "\n" not in outcome.title
        assert not any(ord(c) < 32 and c not in "\n\t" for c in outcome.text)
        assert outcome.published.tzinfo is UTC
