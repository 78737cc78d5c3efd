"""The history as it was before an article, however long ago that was: what an article that comes late is compared with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from tracker.model import Change, Held, Issue, Position
from tracker.store import history
from tracker.store.cells import compose_text, compose_time, parse_vectors
from tracker.store.connection import typed_errors

# Among the issues last spoken to those that had come up by then; the inner limit keeps this flat for articles years late. A merged
# one leads to the issue into which it went.
_RECENT = """
    SELECT coalesce(kept.id, recent.id) AS id, coalesce(kept.name, recent.name) AS name, recent.vector
    FROM (SELECT * FROM issues ORDER BY last_spoken DESC, id DESC LIMIT 2000) AS recent
    LEFT JOIN issues AS kept ON kept.id = recent.merged_into
    WHERE recent.vector IS NOT NULL AND EXISTS (
        SELECT 1 FROM positions WHERE issue = coalesce(recent.merged_into, recent.id) AND published <= :published
    ) LIMIT :limit
"""

_HELD = """
    SELECT position AS id, issue, published, vector FROM latest_positions
    WHERE party = :party AND published < :published AND vector IS NOT NULL ORDER BY published DESC LIMIT :limit
"""

# Issues to which the party has spoken since: as they were then.
_HELD_THEN = """
    SELECT positions.id, positions.issue, positions.published, vectors.vector
    FROM latest_positions AS later
    CROSS JOIN positions ON positions.sequence = (
        SELECT sequence FROM positions
        WHERE party = later.party AND issue = later.issue AND recalled = 0 AND copy_of IS NULL
            AND published <= :published AND (published, sequence) < (:published, :sequence)
        ORDER BY published DESC, carries DESC, sequence DESC LIMIT 1
    )
    CROSS JOIN vectors ON vectors.position = positions.sequence
    WHERE later.party = :party AND later.published >= :published
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article stands in the history: its date and, among those of one moment, the order of arrival.

    One that is not stored yet stands behind those of its moment.
    """

    article: str
    published: datetime
    sequence: int = 2**62


class Earlier:
    """The history as it was before an article, as `comparison.History` asks it.

    Every method raises StoreError or TemporaryError where SQLite fails.
    """

    def __init__(self, db: Database, path: Path, place: Place) -> None:
        self._db = db
        self._path = path
        self._place = place

    def load_held(self, party: str, before: datetime, limit: int = 400) -> tuple[Held, ...]:  # noqa: ARG002 - the place tells
        values = {
            "party": compose_text(party),
            "published": compose_time(self._place.published),
            "sequence": self._place.sequence,
            "limit": limit,
        }
        with typed_errors(self._path):
            found = [*self._db.execute(_HELD, values), *self._db.execute(_HELD_THEN, values)]
        found.sort(key=lambda row: row["published"], reverse=True)
        vectors = parse_vectors([row["vector"] for row in found])
        return tuple(Held(row["id"], row["issue"], vector) for row, vector in zip(found, vectors, strict=True))

    def load_positions(self, ids: Iterable[str]) -> dict[str, Position]:
        with typed_errors(self._path):
            return history.load_positions(self._db, ids)

    def load_course(self, position: str, limit: int = 12) -> tuple[Change, ...]:
        """The changes that led to that position, newest first."""
        with typed_errors(self._path):
            return history.load_course(self._db, position, limit)

    def load_recent_issues(self, limit: int = 200) -> tuple[tuple[Issue, bytes], ...]:
        with typed_errors(self._path):
            found = self._db.execute(_RECENT, {"published": compose_time(self._place.published), "limit": limit}).fetchall()
        vectors = parse_vectors([row["vector"] for row in found])
        return tuple((Issue(row["id"], row["name"]), vector) for row, vector in zip(found, vectors, strict=True))
