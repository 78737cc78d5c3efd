"""Articles that come again with another text, and comparisons that are done again because the past is known otherwise by now."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from tracker.errors import StoreError
from tracker.model import Change, Edits, Issue, Position, Version
from tracker.store import history, replacements, rows
from tracker.store.cells import compose_text, compose_time, parse_time, parse_vectors
from tracker.store.connection import immediate, typed_errors, typed_values
from tracker.store.earlier import Earlier, Place
from tracker.store.replacements import Cause

MOST_FOLLOWERS = 400
"""Later positions of a party that are looked at when an older one comes in; the nearest in time."""

_LIVE = """
    SELECT positions.id FROM revisions CROSS JOIN positions ON positions.revision = revisions.id
    WHERE revisions.article = ? AND positions.edited_by IS NULL ORDER BY positions.sequence
"""

_PLACE = """
    SELECT articles.published, (
        SELECT min(positions.sequence) FROM revisions CROSS JOIN positions ON positions.revision = revisions.id
        WHERE revisions.article = articles.id
    ) AS sequence FROM articles WHERE id = ?
"""

_FOLLOWERS = """
    SELECT revisions.article, positions.issue, vectors.vector
    FROM positions INDEXED BY positions_party
    CROSS JOIN revisions ON revisions.id = positions.revision
    CROSS JOIN vectors ON vectors.position = positions.sequence
    WHERE positions.party = :party AND positions.recalled = 0 AND positions.copy_of IS NULL
        AND positions.published >= :published AND (positions.published, positions.sequence) > (:published, :sequence)
        AND revisions.article <> :article
    ORDER BY positions.published, positions.sequence LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class Follower:
    """A position that a party took later: the id of its article, its issue and its vector."""

    article: str
    issue: str
    vector: bytes


class Revisions:
    """A view of an open store. Every method raises StoreError or TemporaryError where SQLite fails.

    `forget` is told of issues that are other ones now, for whoever keeps them.
    """

    def __init__(self, db: Database, path: Path, forget: Callable[[str], object]) -> None:
        self._db = db
        self._path = path
        self._forget = forget

    # ---- asking ---------------------------------------------------------------------------------------------------------

    def load_latest(self, address: str) -> Version | None:
        """The latest text of the article that is found at `address`; of several articles, of the one stored last."""
        with self._read():
            sql = f"{history.VERSIONS} WHERE articles.address = ? ORDER BY articles.rowid DESC, revisions.number DESC LIMIT 1"
            row = self._db.execute(sql, [compose_text(address)]).fetchone()
            return rows.parse_version(row) if row else None

    def load_version(self, article: str, before: int) -> Version | None:
        """The latest text of the article with that id among those numbered below `before`; None where there is none."""
        with self._read():
            sql = f"{history.VERSIONS} WHERE articles.id = ? AND revisions.number < ? ORDER BY revisions.number DESC LIMIT 1"
            row = self._db.execute(sql, [article, before]).fetchone()
            return rows.parse_version(row) if row else None

    def is_late(self, published: datetime) -> bool:
        """Whether anything that is stored was said after that moment."""
        with self._read():
            row = self._db.execute("SELECT max(last_spoken) AS last FROM issues").fetchone()
            return row["last"] is not None and row["last"] > compose_time(published)

    def load_live(self, article: str) -> tuple[Position, ...]:
        """The positions of all the article's texts that its outlet has not edited away, in the order of storing."""
        with self._read():
            return load_live(self._db, article)

    def load_outlet(self, revision: str) -> str:
        """The outlet of the article with this text; empty where it names none or is unknown."""
        sql = "SELECT outlet FROM revisions CROSS JOIN articles ON articles.id = revisions.article WHERE revisions.id = ?"
        with self._read():
            row = self._db.execute(sql, [revision]).fetchone()
            return str(row["outlet"]) if row else ""

    def is_born(self, issue: str, place: Place) -> bool:
        """Whether the issue came up with that article."""
        sql = """
            SELECT 1 FROM issues CROSS JOIN positions ON positions.id = issues.first_position
            CROSS JOIN revisions ON revisions.id = positions.revision WHERE issues.id = ? AND revisions.article = ?
        """
        with self._read():
            return self._db.execute(sql, [issue, place.article]).fetchone() is not None

    def load_carried(self, revision: str) -> tuple[Position, ...]:
        """What the article with this text carries, each position dated when it was first carried, in this article or another."""
        with self._read():
            row = self._db.execute("SELECT article FROM revisions WHERE id = ?", [revision]).fetchone()
            live = load_live(self._db, row["article"]) if row else ()
            first = history.load_positions(self._db, [p.copy_of for p in live if p.copy_of])
            return tuple(replace(p, published=first[p.copy_of].published) if p.copy_of in first else p for p in live)

    def load_place(self, article: str) -> Place:
        """Where the article stands in the history. Raises StoreError where it has no position."""
        with self._read():
            row = self._db.execute(_PLACE, [article]).fetchone()
            if row is None or row["sequence"] is None:
                raise StoreError(f"{self._path} has no position of article {article}: restore a backup")
            return Place(article, parse_time(row["published"]), row["sequence"])

    def load_before(self, place: Place) -> Earlier:
        """The history as it was before an article."""
        return Earlier(self._db, self._path, place)

    def load_followers(self, party: str, place: Place) -> tuple[Follower, ...]:
        """What the party said after an article, nearest first, copies and background left out; at most `MOST_FOLLOWERS`."""
        values = {
            "party": compose_text(party),
            "published": compose_time(place.published),
            "sequence": place.sequence,
            "article": place.article,
            "limit": MOST_FOLLOWERS,
        }
        with self._read():
            found = self._db.execute(_FOLLOWERS, values).fetchall()
            vectors = parse_vectors([row["vector"] for row in found])
            return tuple(Follower(r["article"], r["issue"], vector) for r, vector in zip(found, vectors, strict=True))

    def load_measured(self, positions: Collection[str]) -> tuple[str, ...]:
        """Ids of the articles with changes that are measured against these positions, in order of date."""
        marks = ", ".join("?" * len(positions))
        sql = f"""
            SELECT DISTINCT revisions.article, after.published FROM changes
            CROSS JOIN positions AS after ON after.id = changes.after
            CROSS JOIN revisions ON revisions.id = after.revision
            WHERE changes.before IN ({marks}) ORDER BY after.published
        """
        with self._read():
            return tuple(dict.fromkeys(row["article"] for row in self._db.execute(sql, list(positions)))) if positions else ()

    # ---- changing -------------------------------------------------------------------------------------------------------

    def save_edits(self, edits: Edits, revision: str, outlet: str, cause: Cause) -> tuple[str, ...]:
        """Mark what the outlet took out or changed with the revision that did it; its positions are stored already.

        A position that other outlets still carry passes to the earliest of them. Returns the ids of the articles to which
        positions passed.
        """
        passed = []
        gone = [*((p, q) for p, q in edits.changed), *((p, None) for p in edits.dropped)]
        with self._write():
            for old, new in gone:
                self._db.execute("UPDATE positions SET edited_by = ?, recalled = 1 WHERE id = ?", [revision, old.id])
                if old.copy_of or old.recalled:
                    continue  # a witness less, or background: nobody was told of it
                heir = pass_on(self._db, old.id)
                if heir:
                    passed.append(heir)
                replacements.save_edit(self._db, old, new, outlet, bool(heir), cause)
        return tuple(passed)

    def save_takeover(self, position: str, original: str) -> None:
        """Make `original`, which came in first but is dated later, a copy of `position`; its change passes on as well."""
        with self._write():
            self._db.execute("UPDATE positions SET copy_of = ? WHERE id = ? OR copy_of = ?", [position, original, original])
            self._db.execute("UPDATE changes SET after = ? WHERE after = ?", [position, original])

    def save_issue(self, born: Issue, into: Issue, late: Place, follower: Place) -> bool:
        """Give the positions on an issue that was born with a late article to the one of an article that follows it.

        False where one of their parties has spoken to that one before, or another article to the born one: nothing is written.
        """
        values = {
            "born": born.id,
            "into": into.id,
            "article": late.article,
            "published": compose_time(follower.published),
            "sequence": follower.sequence,
        }
        sql = """
            SELECT 1 FROM positions AS late WHERE issue = :born AND (
                EXISTS (SELECT 1 FROM positions WHERE party = late.party AND issue = :into AND recalled = 0
                    AND published <= :published AND (published, sequence) < (:published, :sequence))
                OR (SELECT article FROM revisions WHERE id = late.revision) <> :article
            )
        """
        with self._write():
            if self._db.execute(sql, values).fetchone():
                return False
            self._db.execute("UPDATE positions SET issue = :into WHERE issue = :born", values)
            # The name stays, for readers know it; what stands for the issue from now on is the first position by date.
            sql = """
                UPDATE issues SET (first_position, vector) = (SELECT first_position, vector FROM issues WHERE id = :born)
                WHERE id = :into
            """
            self._db.execute(sql, values)
            self._db.execute("DELETE FROM issues WHERE id = :born", values)
        for issue in (born.id, into.id):
            self._forget(issue)
        return True

    def save_redone(
        self, article: str, party: str, positions: Sequence[Position], changes: Sequence[Change], cause: Cause
    ) -> set[str]:
        """Put what a comparison came to when it was done again in the place of what is stored of the party in the article.

        A change keeps its place in the order of storing, so that it is not news again; one that was not there before is kept
        quiet, unless its position came in with the present run. What was told is recorded as a correction. Returns the ids of the
        issues on which the party holds another position after the article than it did.
        """
        with self._write():
            return replacements.save_redone(self._db, article, party, positions, changes, cause)

    # ---- inside ---------------------------------------------------------------------------------------------------------

    def _read(self) -> AbstractContextManager[None]:
        return typed_values(self._path)

    @contextmanager
    def _write(self) -> Iterator[None]:
        with typed_errors(self._path), immediate(self._db):
            yield


def load_live(db: Database, article: str) -> tuple[Position, ...]:
    """See Revisions."""
    ids = [row["id"] for row in db.execute(_LIVE, [article])]
    found = history.load_positions(db, ids)
    return tuple(found[i] for i in ids)


def pass_on(db: Database, position: str) -> str | None:
    """Make the earliest copy that still stands the original; id of its article, None where there is none."""
    sql = """
        SELECT positions.id, revisions.article FROM positions CROSS JOIN revisions ON revisions.id = positions.revision
        WHERE positions.copy_of = ? AND positions.edited_by IS NULL ORDER BY positions.published, positions.sequence LIMIT 1
    """
    heir = db.execute(sql, [position]).fetchone()
    if heir is None:
        return None
    db.execute("UPDATE positions SET copy_of = NULL, recalled = 0 WHERE id = ?", [heir["id"]])
    db.execute("UPDATE positions SET copy_of = ? WHERE copy_of = ?", [heir["id"], position])
    db.execute("UPDATE changes SET after = ? WHERE after = ?", [heir["id"], position])
    return str(heir["article"])
