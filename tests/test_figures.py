"""The figures of scripts/evaluate do not fall below their floors (tests/floors.toml)."""

import importlib.util
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

TOP = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def evaluate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("evaluate", TOP / "scripts" / "evaluate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["evaluate"] = module
    sys.path.insert(0, str(TOP / "scripts"))  # it imports its neighbours
    spec.loader.exec_module(module)
    return module


def test_a_shortfall_is_told(evaluate: ModuleType) -> None:
    floors = {"floor": {"a": 50.0, "b": 10.0}, "ceiling": {"c": 3.0}}
    assert evaluate.find_shortfalls({"a": 49.9, "b": 10.0, "c": 3.1}, floors) == [
        "a is 49.9, its floor is 50.0",
        "c is 3.1, its ceiling is 3.0",
    ]


@pytest.mark.figures
@pytest.mark.parametrize(
    "part", ["polnear", "confidence", "parties", "coreference", "ankara", "pairs", "peace-talks", "tariffs", "beats", "copies"]
)
def test_figures_stand_above_their_floors(evaluate: ModuleType, shared: Path, part: str) -> None:
    assert shared.is_dir()
    floors = tomllib.loads((TOP / "tests" / "floors.toml").read_text(encoding="utf-8"))
    figures = evaluate.measure({part}, errors=False)
    if part == "coreference" and not figures:
        pytest.skip("no treebanks/gum beside the checkout")
    known = {**floors["floor"], **floors["ceiling"]}
    assert set(figures) & set(known), f"no floor for any of {sorted(figures)}"
    assert evaluate.find_shortfalls(figures, floors) == []
