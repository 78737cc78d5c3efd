"""The ledger of feeds: how each was at its last visit, and which entries' addresses are settled."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from tracker.model import FeedState, Link
from tracker.store.cells import compose_cells, compose_text, compose_time, parse_time
from tracker.store.connection import immediate, typed_errors, typed_values

_FEED = """
    INSERT INTO feeds (url, checked, etag, last_modified, moved_to, not_before, failing_since, failures, problem, entries)
    VALUES (:url, :checked, :etag, :last_modified, :moved_to, :not_before, :failing_since, :failures, :problem, :entries)
    ON CONFLICT (url) DO UPDATE SET checked = excluded.checked, etag = excluded.etag, last_modified = excluded.last_modified,
        moved_to = excluded.moved_to, not_before = excluded.not_before, failing_since = excluded.failing_since,
        failures = excluded.failures, problem = excluded.problem, entries = excluded.entries
"""
_LINK = """
    INSERT INTO links (address, feed, seen, tries, done, text) VALUES (:address, :feed, :seen, :tries, :done, :text)
    ON CONFLICT (address) DO UPDATE SET seen = excluded.seen, tries = excluded.tries, done = excluded.done, text = excluded.text
"""


class Ledger:
    """A view of an open store. Every method raises StoreError or TemporaryError where SQLite fails."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db = db
        self._path = path

    def load_states(self) -> dict[str, FeedState]:
        """What is remembered of every feed, by its address."""
        with self._read():
            return {row["url"]: _parse_state(row) for row in self._db.execute("SELECT * FROM feeds ORDER BY url")}

    def load_link(self, address: str) -> Link | None:
        """What became of an entry's address; None where it is new."""
        with self._read():
            row = self._db.execute("SELECT * FROM links WHERE address = ?", [compose_text(address)]).fetchone()
        return _parse_link(row) if row else None

    def save_visits(self, states: Iterable[FeedState], links: Iterable[Link]) -> None:
        """Keep what a run's visits came to, in one transaction. Only to be called once their articles are stored."""
        feeds, entries = [_compose_state(state) for state in states], [_compose_link(link) for link in links]
        if not feeds and not entries:
            return
        with typed_errors(self._path), immediate(self._db):
            self._db.conn.executemany(_FEED, feeds)
            self._db.conn.executemany(_LINK, entries)

    def _read(self) -> AbstractContextManager[None]:
        return typed_values(self._path)


def _compose_state(state: FeedState) -> dict[str, Any]:
    return compose_cells(
        url=state.url,
        checked=_time(state.checked),
        etag=state.etag,
        last_modified=state.last_modified,
        moved_to=state.moved_to,
        not_before=_time(state.not_before),
        failing_since=_time(state.failing_since),
        failures=state.failures,
        problem=state.problem,
        entries=state.entries,
    )


def _parse_state(row: Any) -> FeedState:
    return FeedState(
        url=row["url"],
        checked=_parse(row["checked"]),
        etag=row["etag"],
        last_modified=row["last_modified"],
        moved_to=row["moved_to"],
        not_before=_parse(row["not_before"]),
        failing_since=_parse(row["failing_since"]),
        failures=row["failures"],
        problem=row["problem"],
        entries=row["entries"],
    )


def _compose_link(link: Link) -> dict[str, Any]:
    return compose_cells(
        address=link.address,
        feed=link.feed,
        seen=compose_time(link.seen),
        tries=link.tries,
        done=int(link.done),
        text=link.text,
    )


def _parse_link(row: Any) -> Link:
    return Link(row["address"], row["feed"], parse_time(row["seen"]), row["tries"], bool(row["done"]), row["text"])


def _time(moment: datetime | None) -> str | None:
    return compose_time(moment) if moment else None


def _parse(text: str | None) -> datetime | None:
    return parse_time(text) if text else None
