"""Readings: an article and all that it led to, put into rows."""

from collections.abc import Iterable
from datetime import datetime

from sqlite_utils import Database

from tracker.model import Actor, ActorKind, Position, Reading, Version
from tracker.store import acquaintances, history, rows
from tracker.store.cells import compose_text, compose_vector
from tracker.store.connection import insert_row


def save_reading(
    db: Database, reading: Reading, run: int, now: datetime, extractor: str, actors: Iterable[Actor], version: Version | None
) -> None:
    """See Store; inside a transaction of the caller's, for an article that is not stored yet, with the actors to be stored."""
    article = reading.article
    if version is None:
        insert_row(db, "articles", rows.compose_article(article, run, reading.address))
        revision = rows.compose_revision(article, run, now, extractor)
    else:
        number = version.number + 1
        revision = rows.compose_revision(article, run, now, extractor, version.first, number)
        db.execute("UPDATE articles SET title = ? WHERE id = ?", [revision["title"], version.first])
    sequence = insert_row(db, "revisions", revision)
    sketch = [(value, sequence) for value in reading.sketch]
    db.conn.executemany("INSERT INTO sketches (hash, revision) VALUES (?, ?)", sketch)
    insert_row(db, "summaries", rows.compose_summary(reading.summary))
    _save_actors(db, actors, reading.positions, article.published)
    # Where a party speaks to an issue twice in one article, the statement that carries the change is stored last,
    # and of positions equally late the one stored last is the party's current one.
    changed = {change.after.id for change in reading.changes}
    for position in sorted(reading.positions, key=lambda position: position.id in changed):
        _save_position(db, position, carries=position.id in changed)
    for number, change in enumerate(reading.changes, history.find_next_change(db) if reading.changes else 0):
        insert_row(db, "changes", rows.compose_change(change, run, now) | {"sequence": number})
    acquaintances.save_introductions(db, reading.introductions, article.id, article.published)


def _save_actors(db: Database, actors: Iterable[Actor], positions: Iterable[Position], seen: datetime) -> None:
    known = tuple(actors)
    parties = {name: Actor(name, ActorKind.OTHER, name) for name in (*(a.party for a in known), *(p.party for p in positions))}
    for actor in (*known, *parties.values()):
        db.execute(
            """
            INSERT INTO actors (name, kind, party, first_seen) VALUES (:name, :kind, :party, :first_seen)
            ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, party = excluded.party
            WHERE kind = 'other' AND excluded.kind <> 'other'
            """,
            rows.compose_actor(actor, seen),
        )
        for alias in rows.compose_aliases(actor):
            insert_row(db, "aliases", alias)


def _save_position(db: Database, position: Position, *, carries: bool) -> None:
    row = rows.compose_position(position) | {"carries": int(carries)}
    issue = compose_text(position.issue.name)
    insert_row(
        db,
        "issues",
        {"id": row["issue"], "name": issue, "first_position": row["id"], "last_spoken": row["published"]},
    )
    sequence = insert_row(db, "positions", row)
    if sequence is not None and position.vector:
        insert_row(db, "vectors", {"position": sequence, "vector": compose_vector(position.vector)})
