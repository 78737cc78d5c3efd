import runpy
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tracker.store import Store, open_store

_NIGHT = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("night.py"))))


@pytest.fixture(scope="session")
def night() -> SimpleNamespace:
    """The makers of sample articles and positions in night.py."""
    return _NIGHT


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tracker.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        yield opened
