import os
import subprocess
import sys

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.language.vectors import LONGEST, find_likeness, find_vectors


def cosine(one: str, other: str) -> float:
    first, second = (np.frombuffer(vector, dtype="<f4") for vector in find_vectors([one, other]))
    return float(first @ second)


def test_nothing_has_no_vectors() -> None:
    assert find_vectors([]) == []


def test_the_same_matter_is_nearer_than_another() -> None:
    dam = "the dam on the upper river will be filled next spring"
    assert cosine(dam, "filling the upper river's dam must wait until spring") > 0.6
    assert cosine(dam, "teachers want smaller classes") < 0.3


def test_a_vector_is_the_same_whatever_stands_beside_it() -> None:
    alone = find_vectors(["it rejects the tariff"])
    others = ["", "x" * 5000, "the tariff is fair and the talks go on until the end of the month at least"]
    assert find_vectors([*others, "it rejects the tariff", *others])[3:4] == alone


def test_what_stands_behind_the_longest_statement_does_not_count() -> None:
    words = "the tariff on steel stays " * 40
    assert len(words.split()) > 2 * LONGEST
    assert find_vectors([words]) == find_vectors([words + "unless the quota goes"])


@given(st.lists(st.text(max_size=60), max_size=3))
@settings(max_examples=30, deadline=None)
def test_any_text_has_a_unit_vector(texts: list[str]) -> None:
    found = find_vectors(texts)
    assert len(found) == len(texts)
    for vector in found:
        numbers = np.frombuffer(vector, dtype="<f4")
        assert numbers.shape == (384,)
        assert abs(float(np.linalg.norm(numbers)) - 1) < 1e-3
    assert find_vectors(texts) == found


def test_a_likeness_is_the_same_whatever_stands_beside_it() -> None:
    drawn = np.random.default_rng(1).standard_normal((240, 384)).astype("<f4")
    vectors = [row.tobytes() for row in drawn / np.linalg.norm(drawn, axis=1)[:, None]]
    whole = find_likeness(vectors[:9], vectors)
    assert np.allclose(np.diag(whole), 1, atol=1e-5)
    for row, column in ((0, 0), (3, 17), (8, 239)):
        assert find_likeness([vectors[row]], [vectors[column]])[0, 0] == whole[row, column]


def test_a_likeness_is_the_same_on_any_number_of_cores() -> None:
    code = """
import hashlib
import numpy as np
from tracker.language.vectors import find_likeness
drawn = np.random.default_rng(1).standard_normal((400, 384)).astype("<f4")
vectors = [row.tobytes() for row in drawn]
print(hashlib.sha256(find_likeness(vectors[:20], vectors).tobytes()).hexdigest())
"""
    found = set()
    for threads in ("1", "2", "4"):
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": threads, "MKL_NUM_THREADS": threads}
        found.add(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment).stdout)
    assert len(found) == 1
