"""Every claim of docs/security.md has its test."""

import re
from pathlib import Path

TOP = Path(__file__).parents[1]


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", (TOP / "docs" / "security.md").read_text(encoding="utf-8"))
    assert len(named) >= 30
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not (TOP / file).is_file() or f"def {name}(" not in (TOP / file).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_every_claim_names_one() -> None:
    rows = [line for line in (TOP / "docs" / "security.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    claims = [row for row in rows if not row.startswith(("| attempt", "| ---"))]
    assert [row for row in claims if "::test_" not in row] == []
