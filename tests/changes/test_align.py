from struct import pack

from hypothesis import given
from hypothesis import strategies as st

from tracker.changes.align import FLOOR, find_candidates, find_relatedness
from tracker.model import Held, Label


def vector(*numbers: float) -> bytes:
    """A unit vector in the direction of the numbers."""
    length = sum(n * n for n in numbers) ** 0.5
    return pack(f"<{len(numbers)}f", *(n / length for n in numbers))


def held(name: str, *numbers: float) -> Held:
    return Held(name, f"issue of {name}", vector(*numbers))


def test_the_likest_is_found_and_the_unlike_is_not() -> None:
    known = [held("across", 0, 1), held("same", 1, 0), held("near", 2, 1), held("opposite", -1, 0)]
    (found,) = find_candidates([vector(1, 0)], known)
    assert found
    assert found.position_id == "same"
    assert abs(found.likeness - 1) < 1e-6
    assert find_candidates([vector(1, 0)], [held("across", 0, 1), held("opposite", -1, 0)]) == [None]


def test_each_new_position_has_its_own() -> None:
    known = [held("east", 1, 0), held("north", 0, 1)]
    found = find_candidates([vector(0, 1), vector(1, 0)], known)
    assert [candidate and candidate.position_id for candidate in found] == ["north", "east"]


def test_of_equally_like_ones_the_newest_is_taken() -> None:
    known = [held(str(number), 1, 0) for number in range(6)]
    (found,) = find_candidates([vector(1, 0)], known)
    assert found
    assert found.position_id == "0"


def test_without_new_or_held_positions_there_is_nothing_to_find() -> None:
    assert find_candidates([], [held("a", 1, 0)]) == []
    assert find_candidates([vector(1, 0), vector(0, 1)], []) == [None, None]


def dot(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))


DIRECTION = st.tuples(*[st.floats(-1, 1).filter(lambda x: abs(x) > 0.01)] * 3)


@given(st.lists(DIRECTION, max_size=5), st.lists(DIRECTION, max_size=8))
def test_what_is_found_is_held_and_no_other_is_liker(new: list[tuple[float, ...]], old: list[tuple[float, ...]]) -> None:
    known = [held(str(number), *numbers) for number, numbers in enumerate(old)]
    found = find_candidates([vector(*numbers) for numbers in new], known)
    assert len(found) == len(new)
    for candidate, numbers in zip(found, new, strict=True):
        best = max((dot(numbers, other) / (dot(numbers, numbers) * dot(other, other)) ** 0.5 for other in old), default=-1.0)
        if candidate:
            assert candidate.likeness >= FLOOR
            assert abs(candidate.likeness - best) < 1e-5
        else:
            assert best < FLOOR + 1e-5


CHANCES = {label: 1 / 6 for label in Label if label is not Label.NEW}


@given(st.floats(-1, 1), st.floats(0, 1))
def test_relatedness_is_a_chance(likeness: float, doubt: float) -> None:
    assert 0 < find_relatedness({**CHANCES, Label.UNRELATED: doubt}, likeness) < 1


def test_likeness_and_the_judge_both_count() -> None:
    sure = {**CHANCES, Label.UNRELATED: 0.02}
    assert find_relatedness(sure, 0.9) > find_relatedness(sure, 0.4) > find_relatedness(CHANCES, 0.4)
