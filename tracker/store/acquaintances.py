"""Persons and bodies whom articles introduced: who spoke for whom, from when to when, and which article said so first."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import groupby

from sqlite_utils import Database

from tracker.model import ActorKind, Introduction
from tracker.store import rows
from tracker.store.cells import compose_cells, compose_json, compose_text, compose_time, parse_time

_FRESH = timedelta(days=2 * 365)
"""Whoever was not introduced for so long is not taken for granted."""

_KNOWN = """
    SELECT introductions.* FROM json_each(:keys) AS asked
    CROSS JOIN introductions ON introductions.key = asked.value
    WHERE first_seen <= :before ORDER BY name, first_seen, sequence
"""

_LATEST = "SELECT * FROM introductions WHERE name = ? AND first_seen <= ? ORDER BY first_seen DESC, sequence DESC LIMIT 1"


def load_introductions(db: Database, keys: Collection[str], before: datetime) -> tuple[Introduction, ...]:
    """Who goes by these last names and abbreviations as of `before`, by name; who went back and forth between sides is left out."""
    values = {"keys": compose_json(sorted(compose_text(key) for key in keys)), "before": compose_time(before)}
    fresh = compose_time(before - _FRESH)
    found = []
    for _, stretches in groupby(db.execute(_KNOWN, values).fetchall(), key=lambda row: row["name"]):
        one = list(stretches)
        parties = [row["party"] for row in one]
        if one[-1]["last_seen"] >= fresh and parties.count(parties[-1]) == 1:
            found.append(_parse(one[-1]))
    return tuple(found)


def save_introductions(db: Database, introductions: Iterable[Introduction], revision: str, published: datetime) -> None:
    """Keep what an article says: a stretch goes on where the latest one until then says the same, else one begins."""
    when = compose_time(published)
    for one in introductions:
        row = compose_cells(name=one.name, key=one.key, kind=one.kind.value, party=one.party, role=one.role, revision=revision)
        latest = db.execute(_LATEST, [row["name"], when]).fetchone()
        if latest is not None and latest["party"] == row["party"]:
            db.execute(
                "UPDATE introductions SET last_seen = max(last_seen, ?), articles = articles + 1 WHERE sequence = ?",
                [when, latest["sequence"]],
            )
            continue
        db.execute(
            """
            INSERT INTO introductions (name, key, kind, party, role, first_seen, last_seen, revision, articles)
            VALUES (:name, :key, :kind, :party, :role, :when, :when, :revision, 1)
            """,
            row | {"when": when},
        )


def _parse(row: rows.Row) -> Introduction:
    kind = ActorKind(row["kind"])
    return Introduction(row["name"], row["key"], kind, row["party"], row["role"], parse_time(row["first_seen"]))
