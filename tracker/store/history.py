"""Looking back: positions, changes, a digest's material and traces, by queries whose cost does not grow with the history."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlite_utils import Database

from tracker.errors import UsageError
from tracker.model import Article, ArticleSummary, Change, Failure, Held, Issue, Position, Trace, Version
from tracker.store import corrections, rows
from tracker.store.cells import compose_text, compose_time, parse_vectors
from tracker.store.revision_tables import WITNESSES

# CROSS JOIN keeps SQLite to this order whatever statistics it has (sqlite.org/optoverview.html, section 8).
_POSITIONS = """
    SELECT positions.*, issues.name AS issue_name, articles.origin, articles.outlet, articles.url, vectors.vector
    FROM {source}
    CROSS JOIN issues ON issues.id = positions.issue
    CROSS JOIN revisions ON revisions.id = positions.revision
    CROSS JOIN articles ON articles.id = revisions.article
    LEFT JOIN vectors ON vectors.position = positions.sequence
"""

# The second half serves articles that arrive late: issues to which the party has spoken since, looked up as of then.
_HELD = """
    SELECT position AS id, issue, published, vector FROM latest_positions
    WHERE party = :party AND published <= :before AND vector IS NOT NULL ORDER BY published DESC LIMIT :limit
"""

# For articles that arrive late: issues to which the party has spoken since, looked up as of then.
_HELD_THEN = """
    SELECT positions.id, positions.issue, positions.published, vectors.vector
    FROM latest_positions AS later
    CROSS JOIN positions ON positions.id = (
        SELECT id FROM positions
        WHERE party = later.party AND issue = later.issue AND recalled = 0 AND copy_of IS NULL AND published <= :before
        ORDER BY published DESC, carries DESC, sequence DESC LIMIT 1
    )
    CROSS JOIN vectors ON vectors.position = positions.sequence
    WHERE later.party = :party AND later.published > :before
"""

_EARLIER = f"""
    {_POSITIONS.format(source="positions")}
    WHERE positions.party = :party AND positions.issue = :issue AND positions.recalled = 0 AND positions.copy_of IS NULL
        AND (positions.published, positions.sequence) < (:published, (SELECT sequence FROM positions WHERE id = :id))
    ORDER BY positions.published DESC, positions.sequence DESC LIMIT 1
"""

_RECENT = "SELECT id FROM issues ORDER BY last_spoken DESC, id DESC LIMIT ?"

# A merged issue's vector leads to the issue into which it went.
_ISSUES = """
    SELECT issues.id AS born, coalesce(kept.id, issues.id) AS id, coalesce(kept.name, issues.name) AS name, issues.vector
    FROM issues LEFT JOIN issues AS kept ON kept.id = issues.merged_into
    WHERE issues.id IN ({marks}) AND issues.vector IS NOT NULL
"""

_SUMMARIES = """
    SELECT revisions.title, revisions.text, articles.origin, articles.outlet, articles.published, articles.date_source,
        articles.beat, articles.url, summaries.sentences
    FROM revisions
    CROSS JOIN articles ON articles.id = revisions.article
    LEFT JOIN summaries ON summaries.revision = revisions.id
    WHERE {condition} AND revisions.number = 1 ORDER BY revisions.sequence
"""

_ARTICLE = """
    SELECT revisions.id, revisions.title, revisions.text, origin, url, outlet, published, date_source,
        author, language, beat
    FROM revisions CROSS JOIN articles ON articles.id = revisions.article WHERE revisions.id = ?
"""

VERSIONS = """
    SELECT revisions.id, revisions.title, revisions.text, revisions.number, revisions.seen, articles.id AS first, articles.origin,
        articles.url, articles.outlet, articles.published, articles.date_source, articles.author, articles.language, articles.beat
    FROM articles CROSS JOIN revisions ON revisions.article = articles.id
"""

_WITNESSES = f"SELECT id, {WITNESSES} AS witnesses FROM positions WHERE id IN ({{marks}})"

_ADVISER = "SELECT model, result FROM inquiries WHERE subject = ? AND task = ? ORDER BY id DESC LIMIT 1"

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Material:
    """What a digest is composed of: everything that became known in a window or in a run, in the order of storing."""

    changes: tuple[Change, ...]
    articles: tuple[ArticleSummary, ...]
    failures: tuple[Failure, ...]
    articles_seen: int
    """By the runs that finished in the window, or by the run; 0 for one that has not finished."""
    revised: int = 0
    """Texts that came again with edits."""


def load_held(db: Database, party: str, before: datetime, limit: int) -> tuple[Held, ...]:
    """See Store."""
    values = {"party": compose_text(party), "before": compose_time(before), "limit": limit}
    found = [*db.execute(_HELD, values), *db.execute(_HELD_THEN, values)]
    found.sort(key=lambda row: row["published"], reverse=True)
    vectors = parse_vectors([row["vector"] for row in found])
    return tuple(Held(row["id"], row["issue"], vector) for row, vector in zip(found, vectors, strict=True))


def load_similar(db: Database, sketch: Sequence[int], shared: int, article: str) -> tuple[str, ...]:
    """See Store."""
    if not sketch:
        return ()
    # A hash that very many texts share says nothing; the limit inside keeps such a one from costing anything.
    one = "SELECT revision FROM (SELECT revision FROM sketches WHERE hash = ? ORDER BY revision DESC LIMIT 50)"
    counted = " UNION ALL ".join([one] * len(sketch))
    sql = f"""
        SELECT revisions.id FROM (SELECT revision, count(*) AS hits FROM ({counted}) GROUP BY revision HAVING hits >= ?) AS near
        CROSS JOIN revisions ON revisions.sequence = near.revision WHERE revisions.article <> ?
        ORDER BY near.hits DESC, near.revision LIMIT 5
    """
    return tuple(row["id"] for row in db.execute(sql, [*sketch, shared, compose_text(article)]))


def load_recent_issues(db: Database, limit: int, known: Mapping[str, tuple[Issue, bytes]]) -> dict[str, tuple[Issue, bytes]]:
    """See Store; by id. `known` are issues that were looked up before: a night asks for nearly the same ones again and again."""
    recent = [row["id"] for row in db.execute(_RECENT, [limit])]
    found = dict(known)
    for batch in _batches([issue for issue in recent if issue not in known]):
        rows_ = db.execute(_ISSUES.format(marks=", ".join("?" * len(batch))), batch).fetchall()
        vectors = parse_vectors([row["vector"] for row in rows_])
        found |= {row["born"]: (Issue(row["id"], row["name"]), vector) for row, vector in zip(rows_, vectors, strict=True)}
    return {issue: found[issue] for issue in recent if issue in found}


def load_run_material(db: Database, run: int) -> Material:
    """See Store."""
    seen = "SELECT coalesce(sum(articles_seen), 0) FROM runs WHERE id = :run"
    return _load_material(db, "revisions.run = :run", "run = :run", seen, {"run": run})


def load_material(db: Database, since: datetime | None, until: datetime) -> Material:
    """See Store."""
    # Every time sorts behind the empty string.
    window = {"since": compose_time(since) if since else "", "until": compose_time(until)}
    seen = "SELECT coalesce(sum(articles_seen), 0) FROM runs WHERE finished > :since AND finished <= :until"
    stored = "stored > :since AND stored <= :until"
    return _load_material(db, "revisions.seen > :since AND revisions.seen <= :until", stored, seen, window)


def load_numbered_material(
    db: Database, changes: tuple[int, int], revisions: tuple[int, int], failures: tuple[int, int]
) -> Material:
    """What was stored under numbers behind the first up to and including the second of each pair; no count of inputs seen."""
    between = "{column} > :{name}_after AND {column} <= :{name}_through"
    values = {
        f"{name}_{end}": value
        for name, pair in (("changes", changes), ("revisions", revisions), ("failures", failures))
        for end, value in zip(("after", "through"), pair, strict=True)
    }
    conditions = [
        between.format(column=column, name=name)
        for column, name in (("revisions.sequence", "revisions"), ("sequence", "changes"), ("id", "failures"))
    ]
    return _load_material(db, conditions[0], conditions[1], "SELECT 0", values, failed=conditions[2])


def find_next_change(db: Database) -> int:
    """The number for the next change. None is given twice, even where the last one was taken out: digests' windows go by them."""
    sql = """
        SELECT 1 + max(
            (SELECT coalesce(max(sequence), 0) FROM changes), (SELECT coalesce(max(through_change), 0) FROM digests)
        )
    """
    found: int = db.execute(sql).fetchone()[0]
    return found


def load_article(db: Database, revision: str) -> Article:
    """The text with that id, which must be there."""
    return rows.parse_article(db.execute(_ARTICLE, [revision]).fetchone())


def load_trace(db: Database, prefix: str) -> Trace:
    """See Store."""
    table, found = _find_id(db, prefix)
    where = "id = ?" if table == "changes" else "after = ? ORDER BY sequence DESC LIMIT 1"
    changes = _parse_changes(db, db.execute(f"SELECT * FROM changes WHERE {where}", [found]).fetchall())
    if changes:
        change, position, earlier = changes[0], changes[0].after, changes[0].before
    else:
        change, position = None, load_positions(db, [found])[found]
        key = {"party": position.party, "issue": position.issue.id, "id": position.id}
        row = db.execute(_EARLIER, {**key, "published": compose_time(position.published)}).fetchone()
        earlier = rows.parse_position(row) if row else None
    article = load_article(db, position.article_id)
    spans = (*position.attribution.source, *position.attribution.cue, *position.attribution.content)
    return Trace(
        position,
        change,
        earlier,
        article,
        rows.find_context(article.text, spans),
        corrections.find_corrections_of(db, position.id, change.id if change else None),
        load_versions(db, article.id),
        extractor=_find_adviser(db, "extract", article.id),
        judge=_find_adviser(db, "judge", position.id) if change and change.before else "",
    )


def load_versions(db: Database, prefix: str) -> tuple[Version, ...]:
    """See Store."""
    text = compose_text(prefix)
    found = """
        SELECT article FROM revisions WHERE id >= :text AND id < :text || char(1114111)
        UNION SELECT id FROM articles WHERE url IS NOT NULL AND url = :text LIMIT 2
    """
    articles = [row["article"] for row in db.execute(found, {"text": text})] if text else []
    if len(articles) != 1:
        return ()
    sql = f"{VERSIONS} WHERE articles.id = ? ORDER BY revisions.number"
    return tuple(map(rows.parse_version, db.execute(sql, articles).fetchall()))


def _find_adviser(db: Database, task: str, subject: str) -> str:
    """The language model whose answer about that article or position was taken; empty where there was none."""
    row = db.execute(_ADVISER, [subject, task]).fetchone()
    return str(row["model"]) if row and row["result"] != "left" else ""


def _load_material(
    db: Database, condition: str, stored: str, seen: str, values: dict[str, Any], failed: str | None = None
) -> Material:
    changes = db.execute(f"SELECT * FROM changes WHERE {stored} AND quiet = 0 ORDER BY sequence", values).fetchall()
    failures = db.execute(f"SELECT * FROM failures WHERE {failed or stored} ORDER BY id", values)
    summaries = db.execute(_SUMMARIES.format(condition=condition), values)
    return Material(
        changes=_parse_changes(db, changes),
        articles=tuple(map(rows.parse_article_summary, summaries)),
        failures=tuple(map(rows.parse_failure, failures)),
        articles_seen=db.execute(seen, values).fetchone()[0],
        revised=db.execute(f"SELECT count(*) FROM revisions WHERE {condition} AND number > 1", values).fetchone()[0],
    )


def load_changes_of(db: Database, positions: Iterable[str]) -> tuple[Change, ...]:
    """The changes that these positions made."""
    found: list[rows.Row] = []
    for batch in _batches(list(positions)):
        marks = ", ".join("?" * len(batch))
        found += db.execute(f"SELECT * FROM changes WHERE after IN ({marks}) ORDER BY sequence", batch).fetchall()
    return _parse_changes(db, found)


def load_course(db: Database, position: str, limit: int) -> tuple[Change, ...]:
    """See Store."""
    found: list[rows.Row] = []
    wanted: str | None = position
    while wanted is not None and len(found) < limit:
        row = db.execute("SELECT * FROM changes WHERE after = ? ORDER BY sequence DESC LIMIT 1", [wanted]).fetchone()
        if row is None:
            break
        found.append(row)
        wanted = row["before"]
    return _parse_changes(db, found)


def _parse_changes(db: Database, found: Sequence[rows.Row]) -> tuple[Change, ...]:
    positions = load_positions(db, [row[side] for row in found for side in ("before", "after") if row[side] is not None])
    witnesses = {
        row["id"]: row["witnesses"]
        for batch in _batches([row["after"] for row in found])
        for row in db.execute(_WITNESSES.format(marks=", ".join("?" * len(batch))), batch)
    }
    return tuple(replace(rows.parse_change(row, positions), witnesses=witnesses.get(row["after"], 1)) for row in found)


def load_positions(db: Database, ids: Iterable[str]) -> dict[str, Position]:
    """See Store."""
    wanted = list(dict.fromkeys(ids))
    found: dict[str, Position] = {}
    for batch in _batches(wanted):
        marks = ", ".join("?" * len(batch))
        sql = f"{_POSITIONS.format(source='positions')} WHERE positions.id IN ({marks})"
        found.update((row["id"], rows.parse_position(row)) for row in db.execute(sql, batch))
    return found


def _batches(values: list[str]) -> Iterator[list[str]]:
    """So many at a time as a statement may have parameters in every SQLite."""
    return (values[start : start + _BATCH] for start in range(0, len(values), _BATCH))


def _find_id(db: Database, prefix: str) -> tuple[str, str]:
    """Table and full id. Raises UsageError unless it is just one."""
    prefix = compose_text(prefix)
    if not prefix:
        raise UsageError("an id is missing: give the first characters of a position's or a change's id")
    bounds = {"prefix": prefix, "end": prefix + "\U0010ffff"}
    found = [
        (table, row["id"])
        for table in ("changes", "positions")
        for row in db.execute(f"SELECT id FROM {table} WHERE id >= :prefix AND id < :end ORDER BY id LIMIT 2", bounds)
    ]
    found = [pair for pair in found if pair[1] == prefix] or found or _find_present(db, bounds)
    if not found:
        raise UsageError(f"no position or change has an id that begins with {prefix[:80]}: copy one from a digest")
    if len(found) > 1:
        raise UsageError(f"{prefix} begins more than one id, such as {found[0][1]} and {found[1][1]}: give more of it")
    return found[0]


def _find_present(db: Database, bounds: dict[str, str]) -> list[tuple[str, str]]:
    """What stands in the place of a change that was told and is another one now: a change, or its position alone."""
    sql = """
        SELECT DISTINCT current, json_extract(row, '$[0].after') AS after FROM corrections
        WHERE "by" <> 'reader' AND subject >= :prefix AND subject < :end AND row IS NOT NULL ORDER BY sequence DESC LIMIT 2
    """
    found = [("changes", row["current"]) if row["current"] else ("positions", row["after"]) for row in db.execute(sql, bounds)]
    tables = {"changes": "SELECT 1 FROM changes WHERE id = ?", "positions": "SELECT 1 FROM positions WHERE id = ?"}
    return [pair for pair in dict.fromkeys(found) if db.execute(tables[pair[0]], [pair[1]]).fetchone()]
