"""What reads the articles, as a short stamp: the rules, the models, the world's names and the settings that they follow.

It is kept with every text, so that `tracker reextract` knows which ones were read by others.
"""

import hashlib
from functools import cache
from pathlib import Path

from tracker.config import Config

_TOP = Path(__file__).parent
_FOLDERS = ("language", "positions", "changes", "advice")
_FILES = ("reading.py", "comparison.py", "intake.py", "summary.py", "articles/duplicates.py")
_SUFFIXES = frozenset({".py", ".toml", ".json"})
"""Of the models the cards, which hold the hashes of their weights."""


def find_extractor(version: str, config: Config) -> str:
    """`version` with the stamp behind it, such as 0.1.0+3f2a90c41b7e: the same wherever the same would be made of a text."""
    settings: tuple[object, ...] = (config.min_confidence, config.summary_method, config.summary_length, config.actors)
    if asked := config.consultation:
        settings += (asked.model, asked.judges, asked.extracts, asked.options)
    return f"{version}+{hashlib.sha256(f'{_find_hash()} {settings!r}'.encode()).hexdigest()[:12]}"


@cache
def _find_hash() -> str:
    """Of everything in this package that has a say in what is made of a text."""
    found = [_TOP / name for name in _FILES]
    found += (path for folder in _FOLDERS for path in (_TOP / folder).rglob("*") if path.suffix in _SUFFIXES)
    whole = hashlib.sha256()
    for path in sorted(found):
        whole.update(f"{path.relative_to(_TOP).as_posix()}\0".encode())
        whole.update(hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
