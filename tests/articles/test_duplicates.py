"""Copies are found by their shingles: realistic edits of the seeds' articles against other articles of the same beat."""

import random
import re
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.articles.duplicates import SHARED, SKETCH, find_shingles, find_sketch, is_copy

SEEDS = sorted((Path(__file__).parents[2] / "seeds").glob("*.txt"))
LOCAL = "Our reader in the valley called the quarrel a comedy with too many acts, and asked who would pay for the next one.\n\n"


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8").partition("\n\n")[2]


def cut(text: str) -> str:
    paragraphs = text.split("\n\n")
    return "\n\n".join(paragraphs[: len(paragraphs) * 2 // 3])


def shuffle(text: str) -> str:
    paragraphs = text.split("\n\n")
    random.Random(1).shuffle(paragraphs)
    return "\n\n".join(paragraphs)


def restyle(text: str) -> str:
    text = re.sub(r"[“”]", '"', text).replace("’", "'")
    return text.replace("percent", "per cent").replace("said", "told reporters").replace("metres", "meters")


EDITS = {
    "cut": cut,
    "shuffled": shuffle,
    "restyled": restyle,
    "local": lambda text: LOCAL + text,
    "all": lambda text: LOCAL + restyle(cut(text)),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_an_edited_copy_is_found(path: Path, edit: str) -> None:
    text = read(path)
    original, copied = find_shingles(text), find_shingles(EDITS[edit](text))
    assert len(set(find_sketch(original)) & set(find_sketch(copied))) >= SHARED
    assert is_copy(original, copied)


def test_other_articles_of_the_beat_are_no_copies() -> None:
    shingles = [find_shingles(read(path)) for path in SEEDS]
    assert not any(is_copy(one, other) for one, other in combinations(shingles, 2))


def test_a_short_notice_is_never_a_copy() -> None:
    shingles = find_shingles("The talks will go on in March, both sides said.")
    assert find_sketch(shingles) == ()
    assert not is_copy(shingles, shingles)


@given(st.text(max_size=500))
@settings(max_examples=60, deadline=None)
def test_any_text_has_a_bounded_sketch(text: str) -> None:
    sketch = find_sketch(find_shingles(text))
    assert len(sketch) <= SKETCH
    assert list(sketch) == sorted(sketch)
    assert all(-(2**63) <= value < 2**63 for value in sketch)
