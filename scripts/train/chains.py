"""Labelled pairs of one party's statements: from chains on one issue (stance-chains/README.md) and from annotated timelines."""

import json
import random
import re
from itertools import combinations, pairwise
from pathlib import Path

MARKS = {"=": "restated", "~": "amended", "-": "softened", "+": "hardened", "!": "reversed"}

STRANGERS = 250
"""Pairs of a timeline that are drawn from one party's statements on different issues."""

Labelled = tuple[str, str, str]


def read_chains(path: Path) -> list[tuple[str, list[list[tuple[str, str]]]]]:
    """Party and runs of each chain; a run is a mark and its statements: the first one moved by the mark, the others restate it.

    Raises ValueError for a line that is none of the form.
    """
    found = []
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8").strip()):
        head, *lines = block.strip().split("\n")
        if not head.startswith("# ") or " | " not in head:
            raise ValueError(f"{path.name}: {head!r} is no head of a chain: write '# Party | issue'")
        runs: list[list[tuple[str, str]]] = []
        for number, line in enumerate(lines):
            mark, statement = line[:1], line[2:].strip()
            if not statement or line[1:2] != " " or (mark == ".") != (number == 0) or mark not in {".", *MARKS}:
                raise ValueError(f"{path.name}: {line!r} is no line of a chain: begin with one of . = ~ - + !")
            if mark == "=":
                runs[-1].append((mark, statement))
            else:
                runs.append([(mark, statement)])
        found.append((head[2:].split(" | ")[0].strip(), runs))
    return found


def unfold_chains(path: Path) -> list[Labelled]:
    """Pairs of statements with the label that follows: within a run, from one run to the next, and between a party's chains."""
    chains = read_chains(path)
    pairs: list[Labelled] = []
    for _, runs in chains:
        for run in runs:
            pairs += [(a, b, "restated") for (_, a), (_, b) in combinations(run, 2)]
        for old, new in pairwise(runs):
            pairs += [(a, b, MARKS[new[0][0]]) for _, a in old for _, b in new]
    for (one, old_runs), (other, new_runs) in combinations(chains, 2):
        if one == other:
            old, new = ([statement for run in runs for _, statement in run] for runs in (old_runs, new_runs))
            pairs += [(a, b, "unrelated") for a in old for b in new]
    return pairs


def unfold_timeline(folder: Path, rng: random.Random) -> list[Labelled]:
    """Pairs of a timeline's gold.json: each change row twice, for such rows are few, and `STRANGERS` unrelated ones.

    Rows without an earlier statement and those of republished articles are left out. Raises OSError and ValueError for a folder
    without a readable gold.json.
    """
    gold = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
    changes = [row for row in gold["changes"] if row["label"] != "new" and row["before_evidence"] and not row.get("republication")]
    held = [position for position in gold["positions"] if not position.get("recalled")]
    strangers = [
        (old["evidence"], new["evidence"], "unrelated")
        for old in held
        for new in held
        if old["party"] == new["party"] and old["issue"] != new["issue"] and old["article"] < new["article"]
    ]
    pairs = [(row["before_evidence"], row["after_evidence"], row["label"]) for row in changes for _ in range(2)]
    return pairs + rng.sample(strangers, min(STRANGERS, len(strangers)))
