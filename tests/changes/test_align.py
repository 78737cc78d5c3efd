from struct import pack

from hypothesis import given
from hypothesis import strategies as st

from tracker.changes.align import CANDIDATES, FLOOR, Candidate, find_candidates
from tracker.model import Held


def vector(*numbers: float) -> bytes:
    """A unit vector in the direction of the numbers."""
    length = sum(n * n for n in numbers) ** 0.5
    return pack(f"<{len(numbers)}f", *(n / length for n in numbers))


def held(name: str, *numbers: float) -> Held:
    return Held(name, f"issue of {name}", vector(*numbers))


def names(found: list[Candidate]) -> list[str]:
    return [candidate.position_id for candidate in found]


def test_the_likest_come_first_and_the_unlike_not_at_all() -> None:
    known = [held("across", 0, 1), held("same", 1, 0), held("near", 2, 1), held("opposite", -1, 0)]
    (found,) = find_candidates([vector(1, 0)], known)
    assert names(found) == ["same", "near"]
    assert abs(found[0].likeness - 1) < 1e-6
    assert abs(found[1].likeness - 2 / 5**0.5) < 1e-6


def test_each_new_position_has_its_own() -> None:
    known = [held("east", 1, 0), held("north", 0, 1)]
    assert [names(found) for found in find_candidates([vector(0, 1), vector(1, 0)], known)] == [["north"], ["east"]]


def test_equally_like_ones_come_in_the_order_of_the_history() -> None:
    known = [held(str(number), 1, 0) for number in range(6)]
    assert names(find_candidates([vector(1, 0)], known)[0]) == ["0", "1", "2"]
    assert names(find_candidates([vector(1, 0)], known, count=1)[0]) == ["0"]


def test_without_a_history_or_without_positions_there_are_none() -> None:
    assert find_candidates([], [held("a", 1, 0)]) == []
    assert find_candidates([vector(1, 0), vector(0, 1)], []) == [[], []]


NUMBERS = st.tuples(st.integers(-9, 9), st.integers(-9, 9), st.integers(1, 9))


@given(st.lists(NUMBERS, max_size=4), st.lists(NUMBERS, max_size=8))
def test_candidates_are_few_like_and_in_order(new: list[tuple[int, int, int]], old: list[tuple[int, int, int]]) -> None:
    found = find_candidates([vector(*n) for n in new], [held(str(k), *n) for k, n in enumerate(old)])
    assert len(found) == len(new)
    for candidates in found:
        likeness = [candidate.likeness for candidate in candidates]
        assert len(candidates) <= CANDIDATES
        assert likeness == sorted(likeness, reverse=True)
        assert all(FLOOR <= one <= 1.0001 for one in likeness)
        assert len(set(names(candidates))) == len(candidates)
