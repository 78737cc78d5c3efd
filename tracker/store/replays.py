"""The kept texts and their replay: a database of its own beside this one, into which the texts are read again in the order of
storing. What a text cannot be read again for is copied there as it is."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlite_utils import Database

from tracker.model import Article
from tracker.store import history, subjects
from tracker.store.cells import parse_time
from tracker.store.connection import immediate, save_copy, typed_errors
from tracker.store.revisions import pass_on
from tracker.store.takeover import Effects, find_columns, find_effects, quote, replace_understanding

_TEXTS = """
    SELECT id, article, number, run, seen, extractor, text = '' AS forgotten,
        EXISTS (SELECT 1 FROM revisions AS others WHERE others.article = revisions.article AND others.text = '') AS partial,
        EXISTS (SELECT 1 FROM summaries WHERE revision = revisions.id AND method = 'none') AS bare
    FROM revisions ORDER BY sequence
"""

_EDITED = """
    SELECT id, copy_of IS NULL AND recalled = 0 AS told FROM main.positions
    WHERE edited_by IS NULL AND id IN (SELECT id FROM other.positions WHERE edited_by = :revision)
"""

# What a later text edits is found anew when that one's turn comes; what a position was an edit of may be gone.
_KEPT_AS: Mapping[str, str] = {
    "copy_of": "iif(copy_of IN (SELECT id FROM main.positions), copy_of, NULL)",
    "edit_of": "iif(edit_of IN (SELECT id FROM main.positions), edit_of, NULL)",
    "edited_by": "NULL",
    "recalled": "iif(edited_by IS NULL, recalled, 0)",
}
_KEPT_MERGED: Mapping[str, str] = {"merged_into": "iif(merged_into IN (SELECT id FROM main.issues), merged_into, NULL)"}
# A copy goes with its original, unless that came in later and took over.
_KEPT_POSITIONS = """
    revision = :revision AND (copy_of IS NULL OR copy_of IN (SELECT id FROM main.positions)
        OR sequence < (SELECT sequence FROM other.positions AS originals WHERE originals.id = theirs.copy_of))
"""
_KEPT_CHANGES = """
    after IN (SELECT id FROM main.positions WHERE revision = :revision)
        AND (before IS NULL OR before IN (SELECT id FROM main.positions))
"""
_KEPT_INTRODUCTIONS = """
    revision = :revision
        AND NOT EXISTS (SELECT 1 FROM main.introductions AS mine WHERE mine.name = theirs.name AND mine.party = theirs.party)
"""

_KEEP_VECTORS = """
    INSERT OR IGNORE INTO vectors (position, vector) SELECT mine.sequence, vectors.vector FROM main.positions AS mine
    JOIN other.positions AS theirs ON theirs.id = mine.id
    JOIN other.vectors AS vectors ON vectors.position = theirs.sequence WHERE mine.revision = :revision
"""
_KEEP_SKETCH = """
    INSERT OR IGNORE INTO sketches (hash, revision) SELECT sketches.hash, mine.sequence FROM other.sketches AS sketches
    JOIN other.revisions AS theirs ON theirs.sequence = sketches.revision
    JOIN main.revisions AS mine ON mine.id = theirs.id WHERE mine.id = :revision
"""
# The position that gave an issue its name may not be there any more: the first that is takes its place.
_KEEP_ISSUES = """
    UPDATE issues SET (first_position, vector) = (
        SELECT positions.id, vectors.vector FROM positions LEFT JOIN vectors ON vectors.position = positions.sequence
        WHERE positions.issue = issues.id ORDER BY positions.sequence LIMIT 1
    )
    WHERE id IN (SELECT issue FROM main.positions WHERE revision = :revision)
        AND first_position NOT IN (SELECT id FROM main.positions)
"""
_MERGED = """
    SELECT mine.id, kept.id AS into_ FROM other.issues AS theirs
    JOIN main.issues AS mine ON mine.id = theirs.id AND mine.merged_into IS NULL
    JOIN main.issues AS kept ON kept.id = theirs.merged_into
"""
_RENAMED = """
    SELECT theirs.id, theirs.name FROM other.issues AS theirs JOIN main.issues AS mine ON mine.id = theirs.id
    WHERE theirs.born_as IS NOT NULL AND theirs.name <> mine.name
"""


class KeptText(NamedTuple):
    """A text of an article: which one, when and by which run it was stored, and what read it."""

    id: str
    article: str
    number: int
    run: int
    seen: datetime
    extractor: str
    forgotten: bool
    """Its words are gone; the row alone is there."""
    partial: bool
    """A text of its article is forgotten, so that what outlets edited cannot be found again."""
    bare: bool
    """Nothing followed from it: it is older than one that came in before it."""


class Replays:
    """A view of an open store. Every method raises StoreError or TemporaryError where SQLite fails."""

    def __init__(self, db: Database, path: Path) -> None:
        self._db = db
        self._path = path

    def load_texts(self) -> tuple[KeptText, ...]:
        """Every text, forgotten ones as well, in the order of storing."""
        with typed_errors(self._path):
            return tuple(
                KeptText(
                    row["id"], row["article"], row["number"], row["run"], parse_time(row["seen"]), row["extractor"],
                    bool(row["forgotten"]), bool(row["partial"]), bool(row["bare"]),
                )
                for row in self._db.execute(_TEXTS)
            )  # fmt: skip

    def load_article(self, revision: str) -> Article:
        """The kept text with that id as an article; it must be there."""
        with typed_errors(self._path):
            return history.load_article(self._db, revision)

    def has_subjects(self) -> bool:
        """Whether the reader merged or renamed issues."""
        sql = "SELECT EXISTS (SELECT 1 FROM issues WHERE merged_into IS NOT NULL OR born_as IS NOT NULL)"
        with typed_errors(self._path):
            return bool(self._db.execute(sql).fetchone()[0])

    # ---- filling a replay -----------------------------------------------------------------------------------------------

    def begin(self, original: Path, *, begun: bool) -> bool:
        """Take over what readers corrected, and whom forgotten texts introduced, from the database at `original`.

        False where the replay has `begun` with other corrections.
        """
        with self._attached(original):
            columns = quote(find_columns(self._db, "corrections"))
            own = "corrections WHERE \"by\" = 'reader'"
            theirs, mine = (
                [tuple(row) for row in self._db.execute(f"SELECT {columns} FROM {name}.{own} ORDER BY sequence")]
                for name in ("other", "main")
            )
            if begun:
                return theirs == mine
            with immediate(self._db):
                self._db.execute("PRAGMA defer_foreign_keys = ON")
                self._db.execute(f"INSERT INTO main.corrections ({columns}) SELECT {columns} FROM other.{own}")
                forgotten = "(SELECT id FROM other.revisions WHERE text = '')"
                for row in self._db.execute(f"SELECT id FROM other.revisions WHERE id IN {forgotten} ORDER BY sequence").fetchall():
                    self._copy_text(row["id"])
                self._copy("introductions", f"revision IN {forgotten}", "", but=("sequence",))
            return True

    def copy_text(self, revision: str, original: Path, extractor: str) -> None:
        """Take over a text from which nothing follows now from the database at `original`. It counts as read by `extractor`."""
        with self._attached(original), immediate(self._db):
            self._db.execute("PRAGMA defer_foreign_keys = ON")
            self._copy_text(revision, extractor)

    def copy_edits(self, revision: str, original: Path) -> None:
        """Mark as edited what that text, which is there but cannot be read any more, edited in the database at `original`."""
        with self._attached(original), immediate(self._db):
            self._copy_edits(revision)

    def keep_as_it_is(self, revision: str, original: Path, extractor: str) -> None:
        """Take over a text with its positions and changes from the database at `original`, for one that cannot be read anew.

        It counts as read by `extractor`: what failed once is not tried for ever.
        """
        with self._attached(original), immediate(self._db):
            self._db.execute("PRAGMA defer_foreign_keys = ON")
            of_it = "revision = :revision"
            self._copy_text(revision, extractor)
            self._copy("actors", f"name IN (SELECT party FROM other.positions WHERE {of_it})", revision)
            self._copy("issues", f"id IN (SELECT issue FROM other.positions WHERE {of_it})", revision)
            # An issue that was born here and merged since has no position, and leads what is said on it later.
            born = f"merged_into IS NOT NULL AND first_position IN (SELECT id FROM other.positions WHERE {of_it})"
            self._copy("issues", born, revision, other=_KEPT_MERGED)
            self._copy("positions", _KEPT_POSITIONS, revision, but=("sequence",), other=_KEPT_AS)
            self._db.execute(_KEEP_VECTORS, {"revision": revision})
            self._db.execute(_KEEP_ISSUES, {"revision": revision})
            self._copy_edits(revision)
            self._copy("changes", _KEPT_CHANGES, revision, but=("sequence",))
            # Whoever said the same in later texts is counted when their turn comes.
            alone = {"articles": "1", "weight": "weight / articles", "last_seen": "first_seen"}
            self._copy("introductions", _KEPT_INTRODUCTIONS, revision, but=("sequence",), other=alone)

    def copy_subjects(self, original: Path) -> bool:
        """Merge and rename issues as the reader did in the database at `original`, where both are there; whether any were."""
        with self._attached(original), immediate(self._db):
            merged, renamed = (self._db.execute(sql).fetchall() for sql in (_MERGED, _RENAMED))
            for row in merged:
                subjects.join_issues(self._db, row["id"], row["into_"])
            for row in renamed:
                subjects.rename(self._db, row["id"], row["name"])
            return bool(merged or renamed)

    # ---- taking a replay over -------------------------------------------------------------------------------------------

    def find_effects(self, replay: Path) -> Effects:
        """What taking over the database at `replay` would alter."""
        with self._attached(replay):
            return find_effects(self._db)

    def take_over(self, replay: Path, extractor: str, now: datetime) -> Effects:
        """Put what the database at `replay` holds in the place of what is held here, in one transaction; what that alters.

        A copy of the database as it was is kept beside it. Changes that were told stay told, those that only the replay found
        are quiet, runs and digests stay as they were.
        """
        with typed_errors(self._path):
            save_copy(self._db, self._path, self._path.with_name(f"{self._path.name}.before-reextraction"))
        with self._attached(replay), immediate(self._db):
            effects = find_effects(self._db)
            replace_understanding(self._db, now)
            self._db.execute("UPDATE revisions SET extractor = ? WHERE text <> ''", [extractor])
        return effects

    # ---- inside ---------------------------------------------------------------------------------------------------------

    def _copy_text(self, revision: str, extractor: str | None = None) -> None:
        self._copy("runs", "id = (SELECT run FROM other.revisions WHERE id = :revision)", revision)
        article = "(SELECT article FROM other.revisions WHERE id = :revision)"
        self._copy("runs", f"id = (SELECT run FROM other.articles WHERE id = {article})", revision)
        self._copy("articles", f"id = {article}", revision)
        self._copy("revisions", "id = :revision", revision, but=("sequence",))
        self._copy("summaries", "revision = :revision", revision)
        self._db.execute(_KEEP_SKETCH, {"revision": revision})
        if extractor is not None:
            self._db.execute("UPDATE revisions SET extractor = ? WHERE id = ?", [extractor, revision])

    def _copy_edits(self, revision: str) -> None:
        for row in self._db.execute(_EDITED, {"revision": revision}).fetchall():
            self._db.execute("UPDATE positions SET edited_by = ?, recalled = 1 WHERE id = ?", [revision, row["id"]])
            if row["told"]:
                pass_on(self._db, row["id"])
            self._db.execute("DELETE FROM changes WHERE after = ?", [row["id"]])

    def _copy(
        self, table: str, condition: str, revision: str, but: Sequence[str] = (), other: Mapping[str, str] | None = None
    ) -> None:
        columns = [column for column in find_columns(self._db, table) if column not in but]
        values = ", ".join((other or {}).get(column, quote([column])) for column in columns)
        order = "" if table == "summaries" else " ORDER BY rowid"  # that one has no row numbers
        sql = f"INSERT OR IGNORE INTO main.{table} ({quote(columns)}) SELECT {values} FROM other.{table} AS theirs"
        self._db.execute(f"{sql} WHERE {condition}{order}", {"revision": revision} if ":revision" in condition else {})

    @contextmanager
    def _attached(self, path: Path) -> Iterator[None]:
        """Another database as `other`, for reading."""
        with typed_errors(self._path):
            self._db.execute("ATTACH ? AS other", [path.resolve().as_uri() + "?mode=rw"])
            try:
                yield
            finally:
                self._db.execute("DETACH other")
