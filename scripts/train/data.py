"""Reading training data: articles with attributions, one JSON object a line."""

import gzip
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

from tokenizers import Tokenizer


def read_articles(path: Path) -> list[dict]:
    """Every article of a `.jsonl` or `.jsonl.gz` file: {"id", "text", "attributions"}."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def load_tokenizer(base: Path) -> Tokenizer:
    """The tokenizer of a base model, without limit and padding."""
    tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def load_scorer(path: Path) -> ModuleType:
    """The scorer of attributions at `path` as a module."""
    spec = importlib.util.spec_from_file_location("polnear", path)
    if spec is None or spec.loader is None:
        sys.exit(f"{path} is no Python file: name polnear.py of the evaluation data")
    scorer = importlib.util.module_from_spec(spec)
    sys.modules["polnear"] = scorer
    spec.loader.exec_module(scorer)
    return scorer
