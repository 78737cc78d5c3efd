"""`tracker compare`: JSON lines with `before` and `after` in, the same with `label` and `why` out."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tracker.advice.adviser import Memory, open_adviser
from tracker.comparison import compare_all
from tracker.config import Config
from tracker.digest.phrases import clean_text
from tracker.errors import UsageError

_LONE = re.compile("[\ud800-\udfff]")
"""Half of a pair, which JSON can escape and UTF-8 cannot hold."""

_LONGEST = 600
"""Characters of a line for a person."""


def compare_lines(text: str, as_json: bool, config: Config | None = None) -> Iterator[str]:
    """Each line's pair with its judgement, as JSON or for a person; by the language model that judges, where one is configured.

    Raises UsageError that names the line, or ConfigurationError.
    """
    rows = [_parse_row(line, number) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    consultation = config.consultation if config else None
    adviser = open_adviser(consultation, Memory()) if consultation and consultation.judges else None
    pairs = [(row["before"], row["after"]) for row in rows]
    for row, judgement in zip(rows, compare_all(pairs, adviser), strict=True):
        if as_json:
            extra = {"label": judgement.label, "why": judgement.why, "confidence": round(judgement.confidence, 4)}
            yield _LONE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps({**row, **extra}, ensure_ascii=False))
        else:
            yield clean_text(f"{row.get('party') or 'party'}: {judgement.label}: {judgement.why}", _LONGEST)


def _parse_row(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise UsageError(f"line {number} is not JSON ({error.msg}): give one object a line") from error
    if not isinstance(row, dict):
        raise UsageError(f"line {number} holds no object: give one with before and after")
    for key in ("before", "after"):
        if not isinstance(row.get(key), str):
            raise UsageError(f"line {number} has no text under {key!r}: give the party's earlier and later statement")
    return row
