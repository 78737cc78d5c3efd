"""What the order in which articles come in has to do with the history: `scripts/evaluate --only arrival`.

The seeds and the two timelines are read in one night, oldest first, and then one article a night in orders drawn by chance. Two
histories agree on a comparison where the same position stands against the same earlier one with the same label.
"""

import random
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker.config import Config
from tracker.run import run_night
from tracker.store import open_store

ORDERS = 12
NOW = datetime(2031, 1, 1, tzinfo=UTC)

Comparison = tuple[str, str | None, str]


def measure_arrival(folders: Sequence[Path]) -> tuple[dict[str, float], str]:
    """Share of comparisons that agree, in per cent, with an earlier position and without, and lines for each folder."""
    lines = []
    told = {kind: [0, 0] for kind in ("with an earlier position", "new")}
    with tempfile.TemporaryDirectory() as name:
        for place in folders:
            articles = sorted(place.glob("*.txt"))
            wanted = play([articles], Path(name) / f"{place.name}.db")
            chance = random.Random(1)
            alike = 0
            for number in range(ORDERS):
                order = articles[::-1] if not number else chance.sample(articles, len(articles))
                found = play([[article] for article in order], Path(name) / f"{place.name}-{number}.db")
                alike += found == wanted
                for kind, counts in told.items():
                    sides = [{c for c in history if (c[1] is None) == (kind == "new")} for history in (wanted, found)]
                    counts[0] += len(sides[0] & sides[1])
                    counts[1] += len(sides[0] | sides[1])
            lines.append(f"{place.name}: {len(wanted)} comparisons, {alike} of {ORDERS} orders end alike")
    figures = {f"arrival, {kind}": round(100 * same / every, 1) for kind, (same, every) in told.items()}
    return figures, "\n".join(lines)


def play(nights: Sequence[Sequence[Path]], database: Path) -> set[Comparison]:
    """The comparisons that the history ends with."""
    with open_store(database) as store:
        for number, inputs in enumerate(nights):
            run_night([str(path) for path in inputs], store, Config(), NOW + timedelta(days=number), "arrival")
        rows = store._db.execute("SELECT after, before, label FROM changes")
        return {(row["after"], row["before"], row["label"]) for row in rows}
