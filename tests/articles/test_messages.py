"""Mails of our own writing, one by one and in mailboxes."""

import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.articles.messages import is_mail, parse_mail, split_mbox
from tracker.model import Article, DateSource, Failure

FILE_TIME = datetime(2026, 5, 1, tzinfo=UTC)
NOW = datetime(2026, 5, 2, tzinfo=UTC)
PLAIN = b"""From: =?utf-8?q?Bay_Post_=C3=9Cbersicht?= <news@bay.example>
To: desk@hill.example
Subject: =?utf-8?q?Ferry_stays_=E2=80=9Cin_harbour=E2=80=9D?=
Date: Fri, 01 May 2026 08:30:00 +0200
Message-ID: <1@bay.example>
Archived-At: <https://bay.example/letters/1>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

The harbour board said on Friday that the ferry would not sail before the=20
pier is mended.

Nobody asked why =E2=80=93 and nobody told.
--=20
Bay Post, Quay 1
"""
HTML = b"""From: news@bay.example
Subject: Ferry
Date: Fri, 01 May 2026 08:30:00 -0000
Message-ID: <2@bay.example>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=b

--b
Content-Type: text/plain

View this mail in your browser.
--b
Content-Type: text/html; charset=iso-8859-1

<html><head><style>p {color: red}</style></head><body><table><tr><td><p>The caf\xe9 owners said that they would stay.</p>
<p>The board said that it would not pay.</p></td></tr></table></body></html>
--b--
"""


def read(data: bytes) -> Article:
    article = parse_mail(data, "a.eml", FILE_TIME, NOW)
    assert isinstance(article, Article), article
    return article


def test_a_plain_mail() -> None:
    article = read(PLAIN)
    assert article.title == "Ferry stays “in harbour”"
    assert article.text.split("\n\n") == [
        "The harbour board said on Friday that the ferry would not sail before the pier is mended.",
        "Nobody asked why – and nobody told.",
    ]
    assert (article.outlet, article.url) == ("Bay Post Übersicht", "https://bay.example/letters/1")
    assert (article.published, article.date_source) == (datetime(2026, 5, 1, 6, 30, tzinfo=UTC), DateSource.METADATA)


def test_the_html_part_where_the_plain_one_says_nothing() -> None:
    article = read(HTML)
    assert article.text == "The café owners said that they would stay.\n\nThe board said that it would not pay."
    assert article.outlet == "bay.example"


@pytest.mark.parametrize("date", [b"Sat, 01 May 2027 08:30:00 +0200", b"Thu, 01 Jan 1970 00:00:00 +0000", b"soon", b""])
def test_missing_and_absurd_dates(date: bytes) -> None:
    article = read(PLAIN.replace(b"Fri, 01 May 2026 08:30:00 +0200", date))
    assert (article.published, article.date_source) == (FILE_TIME, DateSource.FILE)


def test_line_breaks_in_a_subject_stay_out_of_the_title() -> None:
    article = read(
        PLAIN.replace(b"=?utf-8?q?Ferry_stays_=E2=80=9Cin_harbour=E2=80=9D?=", b"=?utf-8?q?Ferry=0D=0ABcc:_all@bay.example?=")
    )
    assert article.title == "Ferry Bcc: all@bay.example"


def test_attachments_are_left_out() -> None:
    data = HTML.replace(
        b"text/html; charset=iso-8859-1", b"text/html; charset=iso-8859-1\nContent-Disposition: attachment; filename=a.html"
    )
    assert read(data).text == "View this mail in your browser."


def test_a_mail_without_a_text() -> None:
    failure = parse_mail(PLAIN.split(b"\n\n")[0] + b"\n\n", "a.eml", FILE_TIME, NOW)
    assert isinstance(failure, Failure)
    assert "without a text" in failure.message


def test_a_mailbox() -> None:
    box = (
        b"From a@b Fri May  1 08:30:00 2026\n"
        + PLAIN
        + b"\n>From the quay nobody left.\n\nFrom a@b Fri May  1 09:30:00 2026\n"
        + HTML
    )
    first, second = split_mbox(io.BytesIO(box))
    assert b"\nFrom the quay nobody left.\n" in first
    assert second == HTML
    assert list(split_mbox(io.BytesIO(b""))) == []


def test_what_a_mail_is() -> None:
    assert is_mail(PLAIN)
    assert is_mail(PLAIN.replace(b"\n", b"\r\n"))
    assert not is_mail(b"From: the ministry\n\nDate: Message-ID:")


@pytest.mark.parametrize(
    "header",
    [
        b"Subject: " + b"=?utf-8?q?a?= " * 50_000,
        b"From: " + b"(" * 100_000,
        b"Date: " + b"(" * 100_000,
        b"Content-Type: multipart/mixed; boundary=b; " + b"a=b; " * 20_000,
    ],
)
def test_hostile_headers(header: bytes) -> None:
    outcome = parse_mail(header + b"\n\n--b\n" * 200 + b"words", "a.eml", FILE_TIME, NOW)
    assert isinstance(outcome, Article | Failure)


def test_nested_parts() -> None:
    data = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2000)) + b"\nwords"
    assert isinstance(parse_mail(data, "a.eml", FILE_TIME, NOW), Article | Failure)


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=300) | st.text(alphabet="Fromate:Subjc-Ty=?q/ \n;<>é", max_size=300).map(str.encode))
def test_any_bytes(data: bytes) -> None:
    assert isinstance(parse_mail(data, "a.eml", FILE_TIME, NOW), Article | Failure)
    assert len(b"".join(split_mbox(io.BytesIO(data)))) <= len(data)
