import pytest

from tracker.language.ranks import is_nameless


@pytest.mark.parametrize(
    "speaker",
    [
        "officials",
        "Nordian officials",
        "senior officials in Oslo",
        "a senior official at the ministry, who spoke on condition of anonymity",
        "two of the president's aides",
        "sources close to the talks",
        "diplomats briefed on the talks",
        "people familiar with the plan",
        "a minister who asked not to be named",
        "an adviser to the prime minister",
    ],
)
def test_nameless(speaker: str) -> None:
    assert is_nameless(speaker)


@pytest.mark.parametrize(
    "speaker",
    [
        "",
        "Nordia",
        "President Ada Lind",
        "the foreign minister",
        "a spokesperson for the ministry",
        "Ada Lind, a senior official",
        "senior adviser Ada Lind",
        "the official news agency",
        "its foreign ministry",
        "Officials' Union",
        "…!?",
        "x" * 10_000,
    ],
)
def test_with_a_name_or_an_office(speaker: str) -> None:
    assert not is_nameless(speaker)
