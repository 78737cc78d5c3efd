"""Persons and bodies whom articles introduced: who spoke for whom, from when to when, and which article said so first."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import groupby

from sqlite_utils import Database

from tracker.model import ActorKind, Introduction
from tracker.store import rows
from tracker.store.cells import compose_cells, compose_json, compose_text, compose_time, parse_time

_ENOUGH = 2.0
"""What must speak for a side that no article told in so many words: "its head" once, or the nearest body twice."""
_FRESH = timedelta(days=2 * 365)
"""Whoever was not introduced for so long is not taken for granted."""

_KNOWN = """
    SELECT introductions.* FROM json_each(:keys) AS asked
    CROSS JOIN introductions ON introductions.key = asked.value
    WHERE first_seen <= :before ORDER BY name, first_seen, sequence
"""

_LATEST = """
    SELECT * FROM introductions WHERE name = :name AND first_seen <= :when AND (clear OR party = :party)
    ORDER BY clear DESC, first_seen DESC, sequence DESC LIMIT 1
"""
_SAME = "SELECT * FROM introductions WHERE name = :name AND first_seen <= :when AND party = :party ORDER BY sequence DESC LIMIT 1"


def load_introductions(db: Database, keys: Collection[str], before: datetime) -> tuple[Introduction, ...]:
    """Who goes by these last names and abbreviations as of `before`, by name.

    The latest side that was told in so many words counts; where none was, the one that most speaks for. Who went back and forth
    between sides is left out.
    """
    values = {"keys": compose_json(sorted(compose_text(key) for key in keys)), "before": compose_time(before)}
    fresh = compose_time(before - _FRESH)
    found = []
    for _, stretches in groupby(db.execute(_KNOWN, values).fetchall(), key=lambda row: row["name"]):
        every = [row for row in stretches if row["last_seen"] >= fresh]
        one = [row for row in every if row["clear"]]
        if one:
            parties = [row["party"] for row in one]
            if parties.count(parties[-1]) == 1:
                found.append(_parse(one[-1]))
        elif every and max(row["weight"] for row in every) >= _ENOUGH:
            found.append(_parse(max(every, key=lambda row: row["weight"])))
    return tuple(found)


def save_introductions(db: Database, introductions: Iterable[Introduction], revision: str, published: datetime) -> None:
    """Keep what an article says: a stretch goes on where the latest one until then says the same, else one begins.

    What only seems so never ends a stretch that was told in so many words; it adds to the weight of its side.
    """
    when = compose_time(published)
    for one in introductions:
        row = compose_cells(name=one.name, key=one.key, kind=one.kind.value, party=one.party, role=one.role, revision=revision)
        row |= {"when": when, "clear": int(one.clear), "weight": one.weight}
        latest = db.execute(_LATEST if one.clear else _SAME, row).fetchone()
        if latest is not None and latest["party"] == row["party"]:
            db.execute(
                """
                UPDATE introductions SET last_seen = max(last_seen, :when), articles = articles + 1, weight = weight + :weight,
                    clear = max(clear, :clear) WHERE sequence = :sequence
                """,
                {"when": when, "weight": one.weight, "clear": int(one.clear), "sequence": latest["sequence"]},
            )
            continue
        db.execute(
            """
            INSERT INTO introductions (name, key, kind, party, role, first_seen, last_seen, revision, articles, clear, weight)
            VALUES (:name, :key, :kind, :party, :role, :when, :when, :revision, 1, :clear, :weight)
            """,
            row,
        )


def _parse(row: rows.Row) -> Introduction:
    kind, since = ActorKind(row["kind"]), parse_time(row["first_seen"])
    return Introduction(row["name"], row["key"], kind, row["party"], row["role"], since, bool(row["clear"]), row["weight"])
