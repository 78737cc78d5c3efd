import os
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
SHARED = Path(os.environ.get("TRACKER_SHARED", TOP.parent / "shared"))


@pytest.fixture(scope="session")
def seeds() -> Path:
    return TOP / "seeds"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The evaluation data beside the checkout; the test is skipped where there are none."""
    if not (SHARED / "eval").is_dir():
        pytest.skip(f"no evaluation data at {SHARED}")
    return SHARED
