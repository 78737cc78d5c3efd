"""The report on pairs counts right; its figures on the evaluation data are the business of test_figures."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

TOP = Path(__file__).parents[1]
PAIRS = [
    {"id": "1", "before": "Oslo will keep the toll.", "after": "Oslo will not keep the toll.", "label": "reversed"},
    {"id": "2", "before": "Oslo will keep the toll.", "after": "Oslo will keep the toll.", "label": "restated"},
    {"id": "3", "before": "Oslo wants 5 ferries.", "after": "Malta grows olives on the hills.", "label": "unrelated"},
]


@pytest.fixture(scope="module")
def report() -> ModuleType:
    spec = importlib.util.spec_from_file_location("report_pairs", TOP / "scripts" / "report_pairs.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["report_pairs"] = module
    spec.loader.exec_module(module)
    return module


def test_figures_of_a_small_case(report: ModuleType) -> None:
    gold = ["reversed", "reversed", "restated", "hardened"]
    told = ["reversed", "restated", "reversed", "hardened"]
    accuracy, macro, wrong, precision = report.score(gold, told)
    assert (accuracy, wrong, precision) == (50.0, 50.0, 50.0)
    assert macro == pytest.approx((50.0 + 100.0) / 6)


def test_the_confusion_table(report: ModuleType) -> None:
    lines = report.render_confusion(["reversed", "reversed", "restated"], ["reversed", "restated", "restated"])
    assert lines[5] == "| reversed | 0 | 0 | 1 | **1** | 0 | 0 | 50 |"
    assert lines[-1] == "| precision | 0 | 0 | 50 | 100 | 0 | 0 | |"


def test_neighbours_are_found_whatever_the_scale(report: ModuleType) -> None:
    known = np.array([[0.0, 0.0], [0.0, 100.0], [1.0, 0.0], [1.0, 100.0]] * 30)
    labels = ["a", "a", "b", "b"] * 30
    assert report.guess_by_neighbours(known, labels, np.array([[0.1, 50.0], [0.9, 50.0]])) == ["a", "b"]


def test_own_pairs_are_as_many_of_each_label(report: ModuleType) -> None:
    pairs = report.load_own_pairs(20)
    assert [pair["label"] for pair in pairs] == [label for label in report.LABELS for _ in range(20)]
    assert len({pair["before"] for pair in pairs}) > 60


def test_what_each_part_says(report: ModuleType) -> None:
    told = report.tell_all(PAIRS)
    assert [one.both for one in told] == ["reversed", "restated", "unrelated"]
    known, labels = report.load_own_features(5)
    found = report.find_ablations(told, known, labels)
    assert len(found) == 6
    assert found["both, as shipped"] == ["reversed", "restated", "unrelated"]
    assert all(len(given) == 3 and set(given) <= set(report.LABELS) for given in found.values())


def test_the_worst_errors_come_first(report: ModuleType) -> None:
    told = report.tell_all(
        [{**pair, "label": label} for pair, label in zip(PAIRS, ["restated", "amended", "unrelated"], strict=True)]
    )
    worst = report.find_worst(told)
    assert [one.pair["id"] for one in worst] == ["1", "2"]
    assert report.describe(worst[0]).startswith("1: restated told as reversed (")
    assert "Oslo" not in report.describe(worst[0])
