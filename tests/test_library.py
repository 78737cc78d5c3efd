"""What `import tracker` offers to programs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import tracker
from tracker.model import Judgement, Label

README = Path(__file__).parents[1] / "README.md"


def test_it_is_public_and_says_what_comes_back() -> None:
    assert tracker.__all__ == ["__version__", "compare_positions"]
    described = tracker.compare_positions.__doc__ or ""
    assert all(str(label) in described for label in Label if label is not Label.NEW)
    assert all(name in described for name in Judgement.__slots__)


def test_a_judgement_comes_back() -> None:
    judgement = tracker.compare_positions("Malta rules out a fish tax.", "Malta is studying a fish tax.")
    assert isinstance(judgement, Judgement)
    assert judgement.label == "softened"
    assert judgement.why == "refusal dropped: 'rules out' is now 'is studying'"
    assert 0.5 < judgement.confidence <= 1
    assert judgement.evidence[0] == ("refusal dropped", "rules out", "is studying")


def test_the_readme_tells_the_truth() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    call, *attributes = [line for line in block.splitlines() if "judgement" in line]
    scope: dict[str, object] = {"tracker": tracker}
    exec(call, scope)
    for line in attributes:
        code, comment = line.split("#", 1)
        value = eval(code.strip(), scope)
        told = comment.strip()
        if told.startswith('"'):
            assert told.startswith(f'"{value}"')
        elif told.startswith("(("):
            assert repr(value[0]).replace("'", '"') in told
        else:
            assert 0 <= value <= 1


@pytest.mark.parametrize(
    ("before", "after", "label"), [("", "", "restated"), ("", "Malta pays.", "unrelated"), ("x", "x", "restated")]
)
def test_any_two_texts_will_do(before: str, after: str, label: str) -> None:
    assert tracker.compare_positions(before, after).label == label


def test_importing_it_loads_nothing_heavy() -> None:
    code = "import sys, tracker; sys.exit(any(name in sys.modules for name in ('numpy', 'onnxruntime', 'tokenizers', 'typer')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
