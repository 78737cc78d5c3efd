"""Reading training data: articles with attributions, one JSON object a line."""

import gzip
import json
from pathlib import Path


def read_articles(path: Path) -> list[dict]:
    """Every article of a `.jsonl` or `.jsonl.gz` file: {"id", "text", "attributions"}."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]
