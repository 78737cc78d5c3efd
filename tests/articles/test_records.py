import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.articles.decoding import MAX_BYTES
from tracker.articles.records import is_record, parse_record, split_lines
from tracker.model import Article, DateSource, Failure

FILE_TIME = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "record",
    [
        {"title": "Ferry", "text": "The union left.", "published": "2026-04-01T10:00:00+02:00", "outlet": "Bay Post", "url": "https://bay.example/a"},
        {
            "headline": "Ferry", "articleBody": "The union left.", "datePublished": "2026-04-01T08:00:00Z",
            "publisher": {"name": "Bay Post"}, "link": "https://bay.example/a", "other": [1],
        },
    ],
)  # fmt: skip
def test_records(record: dict[str, Any]) -> None:
    article = parse_record(json.dumps(record).encode(), "a.jsonl#1", FILE_TIME)
    assert isinstance(article, Article)
    assert (article.title, article.text, article.outlet, article.url) == (
        "Ferry",
        "The union left.",
        "Bay Post",
        "https://bay.example/a",
    )
    assert (article.published, article.date_source) == (datetime(2026, 4, 1, 8, tzinfo=UTC), DateSource.HEADER)


def test_a_text_alone() -> None:
    article = parse_record(b'{"text": "The union left."}', "a.jsonl#1", FILE_TIME)
    assert isinstance(article, Article)
    assert (article.published, article.date_source) == (FILE_TIME, DateSource.FILE)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"words", "no JSON object"),
        (b"[1]", "no JSON object"),
        (b"[" * 100_000, "no JSON object"),
        (b"{}", "without an article"),
        (b'{"text": 7}', "without an article"),
        (b'{"text": "a\\u0000b"}', "NUL"),
        (b'{"text": "' + b"a" * MAX_BYTES + b'"}', "in one line"),
    ],
)
def test_refusals(line: bytes, reason: str) -> None:
    failure = parse_record(line, "a.jsonl#1", FILE_TIME)
    assert isinstance(failure, Failure)
    assert reason in failure.message


def test_lines() -> None:
    long = b"a" * (MAX_BYTES + 50)
    lines = list(split_lines(io.BytesIO(b"one\n\n  \ntwo\n" + long + b"\nthree")))
    assert [line[:5] for line in lines] == [b"one\n", b"two\n", b"aaaaa", b"three"]
    assert len(lines[2]) == MAX_BYTES + 1
    assert is_record(b'\n{"text": "a"}\n{}')
    assert not is_record(b'{"words": "a"}')


@settings(max_examples=50, deadline=None)
@given(
    st.binary(max_size=200)
    | st.dictionaries(st.sampled_from(["text", "title", "date", "url", "publisher"]), st.text() | st.none()).map(
        lambda record: json.dumps(record).encode()
    )
)
def test_any_bytes(line: bytes) -> None:
    assert isinstance(parse_record(line, "a.jsonl#1", FILE_TIME), Article | Failure)
    assert isinstance(is_record(line), bool)
