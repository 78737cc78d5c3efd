"""Articles that come again with another text, and comparisons that are done again because the past is known otherwise by now."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from tracker.errors import StoreError
from tracker.model import Change, Corrector, Edits, Issue, Label, Position, Version
from tracker.store import history, rows
from tracker.store.cells import compose_json, compose_text, compose_time, parse_time, parse_vectors
from tracker.store.connection import immediate, typed_errors
from tracker.store.earlier import Earlier, Place

MOST_FOLLOWERS = 400
"""Later positions of a party that are looked at when an older one comes in; the nearest in time."""
_MOVED = (Label.REVERSED, Label.HARDENED, Label.SOFTENED, Label.AMENDED)

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


@dataclass(frozen=True, slots=True)
class Cause:
    """Why comparisons are done again, in words. `run` and `moment` are those of the present run."""

    note: str
    run: int
    moment: datetime


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
                self._save_edit(old, new, outlet, bool(heir), cause)
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
            known = self._load_known(article, party)
            other: set[str] = set()
            for position in positions:
                if (issue := known[position.id]["issue"]) != position.issue.id:
                    self._move(position, issue)
                    other |= {issue, position.issue.id}
            slots = {row["after"]: row for row in self._load_changes(list(known))}
            wanted = {change.after.id for change in changes}
            for change in changes:
                slot = _find_slot(change, slots, known, wanted)
                if slot and slot["id"] == change.id and slot["after"] == change.after.id:
                    continue
                self._replace(slot, change, known, cause)
            for row in slots.values():
                self._replace(row, None, known, cause)
            for position in positions:
                if known[position.id]["carries"] != (carries := int(position.id in wanted)):
                    self._db.execute("UPDATE positions SET carries = ? WHERE id = ?", [carries, position.id])
                    other.add(position.issue.id)
        return other

    # ---- inside ---------------------------------------------------------------------------------------------------------

    def _load_known(self, article: str, party: str) -> dict[str, rows.Row]:
        sql = """
            SELECT positions.id, positions.issue, positions.revision, positions.edit_of, positions.edited_by, positions.party,
                positions.statement, positions.carries, revisions.run,
                EXISTS (SELECT 1 FROM positions AS copies WHERE copies.copy_of = positions.id
                    AND copies.sequence < positions.sequence) AS taken_over
            FROM revisions CROSS JOIN positions ON positions.revision = revisions.id
            WHERE revisions.article = ? AND positions.party = ?
        """
        return {row["id"]: row for row in self._db.execute(sql, [article, party]).fetchall()}

    def _load_changes(self, positions: Sequence[str]) -> Iterator[rows.Row]:
        for start in range(0, len(positions), 500):
            batch = positions[start : start + 500]
            marks = ", ".join("?" * len(batch))
            yield from self._db.execute(f"SELECT * FROM changes WHERE after IN ({marks}) ORDER BY sequence", batch).fetchall()

    def _move(self, position: Position, issue: str) -> None:
        self._db.execute(
            "UPDATE positions SET issue = :issue WHERE id = :id OR copy_of = :id", {"issue": position.issue.id, "id": position.id}
        )
        self._db.execute(
            """
            DELETE FROM issues WHERE id = :issue AND NOT EXISTS (SELECT 1 FROM positions WHERE issue = :issue)
                AND NOT EXISTS (SELECT 1 FROM issues AS merged WHERE merged_into = :issue)
            """,
            {"issue": issue},
        )

    def _replace(self, row: rows.Row | None, change: Change | None, known: Mapping[str, rows.Row], cause: Cause) -> None:
        """Put a change in the place of a stored one; either may be missing."""
        if row is not None:
            self._db.execute("DELETE FROM changes WHERE sequence = ?", [row["sequence"]])
        if change is not None:
            new = rows.compose_change(change, cause.run, cause.moment)
            if row is not None:
                new |= {name: row[name] for name in ("sequence", "run", "stored", "quiet")}
            else:
                after = known[change.after.id]
                fresh = after["run"] == cause.run and after["edit_of"] is None and not after["taken_over"]
                new |= {"quiet": int(not fresh), "sequence": history.find_next_change(self._db)}
            columns, places = ", ".join(new), ", ".join(f":{column}" for column in new)
            self._db.execute(f"INSERT INTO changes ({columns}) VALUES ({places})", new)
        if row is not None and row["run"] != cause.run:
            self._save_history(row, change, known[row["after"]], cause)

    def _save_history(self, row: rows.Row, change: Change | None, after: rows.Row, cause: Cause) -> None:
        """Record that a change which was stored in an earlier run, on the position `after`, is another one now."""
        was, label = Label(row["label"]), change.judgement.label if change else None
        issue = self._db.execute("SELECT name FROM issues WHERE id = ?", [after["issue"]]).fetchone()
        edited = after["edited_by"] is not None or (change is not None and change.after.edit_of is not None)
        if change:
            self._db.execute("UPDATE corrections SET current = ? WHERE current = ?", [change.id, row["id"]])
        self._insert_correction(
            subject=row["id"],
            label=label,
            was=was,
            note=cause.note,
            recorded=compose_time(cause.moment),
            party=after["party"],
            issue=issue["name"] if issue else "",
            before=change.before.statement if change and change.before else "",
            after=after["statement"],
            position=row["after"],
            row=compose_json([dict(zip(row.keys(), row, strict=True))]),
            by=Corrector.HISTORY,
            outlet="",
            current=change.id if change else None,
            # An edit is told as such; of the rest only what a reader took for a move, or would have.
            told=int(not edited and not row["quiet"] and was is not label and (was in _MOVED or label in _MOVED)),
        )

    def _save_edit(self, old: Position, new: Position | None, outlet: str, carried: bool, cause: Cause) -> None:
        change = self._db.execute("SELECT label FROM changes WHERE after = ?", [old.id]).fetchone()
        self._insert_correction(
            subject=old.id,
            label=None,
            was=change["label"] if change else None,
            note="other outlets still carry it" if carried else "",
            recorded=compose_time(cause.moment),
            party=old.party,
            issue=old.issue.name,
            before=old.statement,
            after=new.statement if new else "",
            position=old.id,
            row=None,
            by=Corrector.OUTLET,
            outlet=outlet,
            current=None,
            told=1,
        )

    def _insert_correction(self, **columns: Any) -> None:
        row = {name: compose_text(value) if isinstance(value, str) else value for name, value in columns.items()}
        names, places = ", ".join(f'"{name}"' for name in row), ", ".join(f":{name}" for name in row)
        self._db.execute(f"INSERT INTO corrections ({names}) VALUES ({places})", row)

    @contextmanager
    def _read(self) -> Iterator[None]:
        with typed_errors(self._path):
            try:
                yield
            except ValueError as error:
                raise StoreError(f"{self._path} holds a value that cannot be read ({error}): restore a backup") from error

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


def _find_slot(
    change: Change, slots: dict[str, rows.Row], known: Mapping[str, rows.Row], wanted: Collection[str]
) -> rows.Row | None:
    """The stored change in whose place a new one comes, taken out of `slots`: that of its position, of the one that the outlet
    changed into it, or of another one of the same text on the same issue."""
    after = known[change.after.id]
    for key in (change.after.id, after["edit_of"]):
        if key in slots:
            return slots.pop(key)
    for key in slots:
        other, issues = known[key], (after["issue"], change.after.issue.id)
        if key not in wanted and other["revision"] == after["revision"] and other["issue"] in issues:
            return slots.pop(key)
    return None
