"""The outbox: digests composed for readers, and each one's deliveries. Composing and sending meet here and nowhere else."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from tracker.errors import StoreError
from tracker.model import Correction, Delivery, Digest
from tracker.store import corrections, history, rows, snapshot
from tracker.store.cells import compose_json, compose_text, compose_time, parse_json, parse_time
from tracker.store.connection import immediate, typed_errors, typed_values
from tracker.store.history import Material

_LATEST = """
    SELECT * FROM digests WHERE profile = ? AND run IS NULL
        AND EXISTS (SELECT 1 FROM deliveries WHERE digest = digests.id AND state IN ('pending', 'sent'))
    ORDER BY id DESC LIMIT 1
"""

_BEFORE_LAST_RUN = """
    SELECT * FROM digests WHERE run < (SELECT max(id) FROM runs WHERE finished IS NOT NULL) ORDER BY run DESC LIMIT 1
"""

# Only digests that cover the row in which the change was stored; one or two, however many there are.
_THREAD = """
    SELECT deliveries.message_id
    FROM (
        SELECT id FROM positions WHERE party = :party AND issue = :issue AND recalled = 0 ORDER BY published DESC LIMIT 20
    ) AS said
    CROSS JOIN changes ON changes.after = said.id AND changes.label <> 'restated' AND changes.sequence <= :through
    CROSS JOIN digests ON digests.profile = :profile AND digests.run IS NULL
        AND changes.sequence > json_extract(digests.begins, '$[0]') AND changes.sequence <= digests.through_change
        AND EXISTS (SELECT 1 FROM json_each(digests.changes) WHERE value = changes.id)
    CROSS JOIN deliveries ON deliveries.digest = digests.id AND deliveries.recipient = :recipient AND deliveries.state <> 'failed'
    ORDER BY digests.id DESC LIMIT 1
"""

_DELIVERIES = """
    SELECT deliveries.*, digests.profile, digests.subject, digests.composed
    FROM deliveries JOIN digests ON digests.id = deliveries.digest
    WHERE {condition} ORDER BY deliveries.id
"""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a profile's readers have been told: the last rows that a digest of theirs covers."""

    until: datetime | None = None
    """The end of that digest's window; None where there was none."""
    change: int = 0
    revision: int = 0
    failure: int = 0
    correction: int = 0


class Outbox:
    """A view of an open store. Every method raises StoreError or TemporaryError where SQLite fails."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db = db
        self._path = path

    # ---- composing ------------------------------------------------------------------------------------------------------

    def load_mark(self, profile: str) -> Mark:
        """How far this profile's readers have been told. A digest that nobody got, and nobody will get, does not count.

        For a new profile that is where the last run began, so that it gets last night's news and not the whole history.
        """
        name = compose_text(profile)
        first = "SELECT begins FROM digests WHERE profile = ? AND run IS NULL ORDER BY id LIMIT 1"
        with self._read():
            if (row := self._db.execute(_LATEST, [name]).fetchone()) is not None:
                return _parse_mark(row)
            if (row := self._db.execute(first, [name]).fetchone()) is not None:
                return Mark(None, *parse_json(row["begins"]))
            return _parse_mark(self._db.execute(_BEFORE_LAST_RUN).fetchone())

    def load_printed_mark(self) -> Mark:
        """How far the last printed digest went."""
        with self._read():
            row = self._db.execute("SELECT * FROM digests WHERE run IS NOT NULL ORDER BY id DESC LIMIT 1").fetchone()
        return _parse_mark(row)

    def load_last_start(self) -> Mark:
        """Where the last run began."""
        with self._read():
            return _parse_mark(self._db.execute(_BEFORE_LAST_RUN).fetchone())

    def load_end(self, until: datetime) -> Mark:
        """The last rows that are stored now."""
        with self._read():
            last = self._db.execute(
                """
                SELECT (SELECT coalesce(max(sequence), 0) FROM changes), (SELECT coalesce(max(sequence), 0) FROM revisions),
                    (SELECT coalesce(max(id), 0) FROM failures), (SELECT coalesce(max(sequence), 0) FROM corrections)
                """
            ).fetchone()
        return Mark(until, *last)

    def load_corrections(self, start: Mark) -> tuple[Correction, ...]:
        """What readers corrected behind `start` of what they had been told by then, in order."""
        with self._read():
            return corrections.load_corrections(self._db, start.correction, told=start.change)

    def load_material(self, start: Mark, end: Mark) -> tuple[Material, tuple[Correction, ...]]:
        """What became known behind `start` up to and including `end`, and what readers corrected, in the order of storing."""
        with self._read():
            return (
                history.load_numbered_material(
                    self._db, (start.change, end.change), (start.revision, end.revision), (start.failure, end.failure)
                ),
                corrections.load_corrections(self._db, start.correction, end.correction, start.change),
            )

    def count_digests(self, profile: str, day: datetime) -> int:
        """Digests of the profile composed on the UTC day of `day` that somebody got or will get."""
        with self._read():
            sql = """
                SELECT count(*) FROM digests WHERE profile = ? AND run IS NULL AND substr(composed, 1, 10) = ?
                    AND EXISTS (SELECT 1 FROM deliveries WHERE digest = digests.id AND state IN ('pending', 'sent'))
            """
            found: int = self._db.execute(sql, [compose_text(profile), compose_time(day)[:10]]).fetchone()[0]
            return found

    def save_digest(
        self,
        profile: str,
        digest: Digest,
        subject: str,
        window: tuple[Mark, Mark],
        now: datetime,
        channel: str,
        addressed: Sequence[tuple[str, str, str]],
    ) -> int:
        """Number of the digest, stored together with one pending delivery for each (recipient, Message-ID, In-Reply-To or "")."""
        row = rows.compose_digest(digest, None, now, subject) | compose_through(window[1])
        start = window[0]
        row["begins"] = compose_json((start.change, start.revision, start.failure, start.correction))
        row["profile"], row["document"] = compose_text(profile), snapshot.compose_document(digest)
        columns, places = ", ".join(row), ", ".join(f":{column}" for column in row)
        with self._write():
            number = self._db.execute(f"INSERT INTO digests ({columns}) VALUES ({places})", row).lastrowid or 0
            for recipient, message_id, in_reply_to in addressed:
                self._db.execute(
                    "INSERT INTO deliveries (digest, channel, recipient, message_id, state, due, in_reply_to)"
                    " VALUES (?, ?, ?, ?, 'pending', ?, ?)",
                    [number, channel, recipient, message_id, compose_time(now), in_reply_to or None],
                )
        return number

    def find_thread(self, profile: str, recipient: str, matter: tuple[str, str], start: Mark) -> str:
        """Message-ID of the last mail up to `start` that told this recipient what the party said on the issue; empty if none did.

        `matter` is a party and the id of an issue.
        """
        values = {
            "profile": compose_text(profile),
            "recipient": recipient,
            "party": compose_text(matter[0]),
            "issue": matter[1],
            "through": start.change,
        }
        with self._read():
            row = self._db.execute(_THREAD, values).fetchone()
        return str(row["message_id"]) if row else ""

    # ---- sending --------------------------------------------------------------------------------------------------------

    def load_deliveries(self, due: datetime | None = None) -> tuple[Delivery, ...]:
        """Those still pending, oldest first; only those to be tried by `due` where it is given."""
        with self._read():
            condition = "state = 'pending'" + (" AND due <= :due" if due else "")
            values = {"due": compose_time(due)} if due else {}
            return tuple(map(_parse_delivery, self._db.execute(_DELIVERIES.format(condition=condition), values).fetchall()))

    def load_failed(self, limit: int = 100) -> tuple[Delivery, ...]:
        """The last ones given up, oldest first."""
        with self._read():
            condition = (
                "deliveries.id IN (SELECT id FROM deliveries WHERE state = 'failed' ORDER BY id DESC LIMIT :limit)"
            )
            found = self._db.execute(_DELIVERIES.format(condition=condition), {"limit": limit}).fetchall()
            return tuple(map(_parse_delivery, found))

    def is_failing(self, delivery: Delivery) -> bool:
        """Whether the delivery before this one to the same recipient failed as well: that has been reported."""
        with self._read():
            row = self._db.execute(
                "SELECT state FROM deliveries WHERE recipient = ? AND id < ? ORDER BY id DESC LIMIT 1",
                [delivery.recipient, delivery.id],
            ).fetchone()
            return row is not None and row["state"] == "failed"

    def save_sent(self, delivery: Delivery, now: datetime) -> None:
        """Record that the server took the message."""
        self._update(delivery, "state = 'sent', sent = :now, error = NULL", now=compose_time(now))

    def save_deferred(self, delivery: Delivery, error: str, due: datetime) -> None:
        """Record a temporary failure and when to try again."""
        self._update(delivery, "due = :due, error = :error", due=compose_time(due), error=compose_text(error))

    def save_failed(self, delivery: Delivery, error: str) -> None:
        """Record a permanent failure: it is not tried again unless it is asked for."""
        self._update(delivery, "state = 'failed', error = :error", error=compose_text(error))

    def save_retry(self, now: datetime, *, failed: bool) -> int:
        """Make every pending delivery due at once, the failed ones too where asked for; how many."""
        with self._write():
            states = "('pending', 'failed')" if failed else "('pending')"
            sql = f"UPDATE deliveries SET state = 'pending', due = ? WHERE state IN {states}"
            count: int = self._db.execute(sql, [compose_time(now)]).rowcount
            return count

    # ---- looking back ---------------------------------------------------------------------------------------------------

    def load_digest(self, number: int) -> Digest:
        """The digest of that number as it was composed."""
        return self._load_document("id = ?", [number]) or self._missing(str(number))

    def load_last_digest(self, until: datetime, *, profile: str | None = None) -> Digest | None:
        """The last digest composed by `until` as it was composed, None where none was kept.

        The one mailed to a profile where that is named; else of mailed and printed ones, the mailed one where a night did both.
        """
        moment = compose_time(until)
        if profile:
            return self._load_document("profile = ? AND run IS NULL AND composed <= ?", [compose_text(profile), moment])
        return self._load_document("composed <= ?", [moment])

    def load_last_delivery(self, until: datetime, profile: str, recipient: str | None = None) -> Delivery | None:
        """The delivery, to the recipient or else to the first one, of the last digest of a profile composed by `until`."""
        condition = """
            digests.id = (
                SELECT id FROM digests WHERE profile = :profile AND run IS NULL AND composed <= :until
                ORDER BY composed DESC, id DESC LIMIT 1
            ) AND (:recipient IS NULL OR deliveries.recipient = :recipient)
        """
        values = {"profile": compose_text(profile), "until": compose_time(until), "recipient": recipient}
        with self._read():
            found = self._db.execute(_DELIVERIES.format(condition=condition), values).fetchone()
        return _parse_delivery(found) if found else None

    def _load_document(self, condition: str, values: Sequence[object]) -> Digest | None:
        with self._read():
            sql = f"SELECT document FROM digests WHERE document IS NOT NULL AND {condition} ORDER BY composed DESC, id DESC LIMIT 1"
            row = self._db.execute(sql, list(values)).fetchone()
            return snapshot.parse_document(row["document"]) if row else None

    def _missing(self, number: str) -> Digest:
        raise StoreError(f"{self._path} has no digest {number}: restore a backup")

    def _update(self, delivery: Delivery, assignment: str, **values: object) -> None:
        with self._write():
            self._db.execute(
                f"UPDATE deliveries SET attempts = attempts + 1, {assignment} WHERE id = :id", {"id": delivery.id, **values}
            )

    def _read(self) -> AbstractContextManager[None]:
        return typed_values(self._path)

    @contextmanager
    def _write(self) -> Iterator[None]:
        with typed_errors(self._path), immediate(self._db):
            yield


def compose_through(end: Mark) -> dict[str, int]:
    """The columns of `digests` that tell which rows it covers."""
    return {
        "through_change": end.change,
        "through_revision": end.revision,
        "through_failure": end.failure,
        "through_correction": end.correction,
    }


def _parse_mark(row: rows.Row | None) -> Mark:
    if row is None:
        return Mark()
    through = (row[f"through_{name}"] for name in ("change", "revision", "failure", "correction"))
    return Mark(parse_time(row["until"]), *through)


def _parse_delivery(row: rows.Row) -> Delivery:
    return Delivery(
        id=row["id"],
        digest=row["digest"],
        profile=row["profile"],
        channel=row["channel"],
        recipient=row["recipient"],
        message_id=row["message_id"],
        state=row["state"],
        attempts=row["attempts"],
        due=parse_time(row["due"]),
        composed=parse_time(row["composed"]),
        subject=row["subject"],
        error=row["error"] or "",
        in_reply_to=row["in_reply_to"] or "",
    )
