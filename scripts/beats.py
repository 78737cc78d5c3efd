"""The timelines of tests/timelines together: positions, parties and alerts on beats of every kind, by the evaluation's scorer."""

import json
import re
import runpy
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parents[1]
NOW = "2026-11-24T05:00:00+00:00"


def measure_beats(scorer: Path) -> tuple[dict[str, float], str]:
    """Figures in per cent over all timelines, and what the scorer printed of each; `scorer` is the evaluation's score.py."""
    score = runpy.run_path(str(scorer))
    wanted = found = right = alerts = told = hits = 0
    printed = []
    with tempfile.TemporaryDirectory() as name:
        for folder in sorted(path.parent for path in (TOP / "tests" / "timelines").glob("*/gold.json")):
            database = Path(name) / f"{folder.name}.db"
            command = [sys.executable, "-m", "tracker.cli", "run", folder, "--db", database, "--now", NOW, "--quiet"]
            subprocess.run(command, check=True, cwd=TOP, stdout=subprocess.DEVNULL)
            one, other, gold = _count_parties(score, folder, database)
            found, right, wanted = found + one, right + other, wanted + gold
            command = [sys.executable, scorer, "timeline", folder, database]
            text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            counts = re.search(r"alerts, right pair .*\((\d+) right of (\d+) predicted, (\d+) gold\)", text)
            if counts is None:
                raise SystemExit(f"the scorer told nothing of the alerts of {folder.name}")
            hits, told, alerts = (a + int(b) for a, b in zip((hits, told, alerts), counts.groups(), strict=True))
            printed.append(f"{folder.name}\n{text}")
    return {
        "beats position found, recall": round(100 * found / wanted, 1),
        "beats right party where found": round(100 * right / found, 1),
        "beats alerts pair precision": round(100 * hits / max(1, told), 1),
        "beats alerts pair recall": round(100 * hits / alerts, 1),
    }, "\n".join(printed)


def _count_parties(score: dict[str, Any], folder: Path, database: Path) -> tuple[int, int, int]:
    """Core positions found whoever holds them, those of them with the right party, and all."""
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))["positions"]
    with closing(sqlite3.connect(database)) as connection:
        rows = connection.execute("SELECT party, content, origin FROM position_detail").fetchall()

    def overlap(wanted: dict[str, Any], row: tuple[str, str, str]) -> float:
        same = Path(wanted["article"]).stem == Path(row[2]).stem
        return score["overlap"](wanted["evidence"], row[1]) if same else 0.0

    def held(wanted: dict[str, Any], row: tuple[str, str, str]) -> float:
        return overlap(wanted, row) if score["same_party"](wanted["party"], row[0]) else 0.0

    required = score["required"]
    found, right = (sum(required(gold[i]) for i, _ in score["match"](gold, rows, likeness)) for likeness in (overlap, held))
    return found, right, sum(map(required, gold))
