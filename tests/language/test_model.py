"""The shipped models, and what damage to them looks like."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tracker.errors import ModelError
from tracker.language import model
from tracker.language.model import CLS, SEP, find_pieces, load_model, load_table


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the judge and the table to damage; what was loaded from it is forgotten afterwards."""
    folder = tmp_path / "weights"
    folder.mkdir()
    for name in ("judge.onnx", "judge.json", "vectors.npz", "vectors.json", "tokenizer.json"):
        shutil.copyfile(model.WEIGHTS / name, folder / name)
    with monkeypatch.context() as patched:
        patched.setattr(model, "WEIGHTS", folder)
        load_model.cache_clear()
        load_table.cache_clear()
        model._load_tokenizer.cache_clear()
        yield folder
    load_model.cache_clear()
    load_table.cache_clear()
    model._load_tokenizer.cache_clear()


def test_a_model_is_loaded_once() -> None:
    assert load_model("judge") is load_model("judge")
    assert load_table("vectors") is load_table("vectors")


def test_every_shipped_model_is_the_one_of_its_card() -> None:
    cards = sorted(model.WEIGHTS.glob("*.json"))
    names = [card.stem for card in cards if card.stem != "tokenizer"]
    assert set(names) == {"judge", "tagger", "vectors"}
    for name in names:
        (path,) = (path for path in model.WEIGHTS.glob(f"{name}.*") if path.suffix in {".onnx", ".npz"})
        data = path.read_bytes()
        assert json.loads((model.WEIGHTS / f"{name}.json").read_text("utf-8"))["sha256"] == hashlib.sha256(data).hexdigest()
    assert sum(file.stat().st_size for file in model.WEIGHTS.iterdir()) < 80_000_000


def test_one_row_is_read_as_it_is_whatever_the_padding_of_none() -> None:
    ids = np.array([[CLS, 2054, 2003, SEP]], dtype=np.int64)
    (scores,) = load_model("tagger").run(ids, np.ones_like(ids))
    padded = np.array([[CLS, 2054, 2003, SEP, 0, 0]], dtype=np.int64)
    (again,) = load_model("tagger").run(padded, (padded != 0).astype(np.int64))
    assert scores.shape == (4, 8)
    assert (scores.argmax(axis=1) == again[:4].argmax(axis=1)).all()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize(
    ("name", "damage", "complaint"),
    [
        ("judge.onnx", Path.unlink, "cannot read the model 'judge'"),
        ("judge.onnx", cut, "the weights of 'judge' are damaged"),
        ("judge.onnx", lambda path: path.write_bytes(b""), "the weights of 'judge' are damaged"),
        ("judge.json", Path.unlink, "cannot read the model 'judge'"),
        ("judge.json", lambda path: path.write_text("{"), "cannot read the model 'judge'"),
        ("judge.json", lambda path: path.write_text("{}"), "'judge'"),
        ("judge.json", lambda path: path.write_text("[]"), "'judge'"),
    ],
)
def test_damaged_weights_are_told_with_the_remedy(weights: Path, name: str, damage: object, complaint: str) -> None:
    damage(weights / name)  # type: ignore[operator]
    with pytest.raises(ModelError) as caught:
        load_model("judge")
    message = str(caught.value)
    assert complaint in message
    assert "install tracker again" in message
    assert "\n" not in message


def test_weights_of_the_right_hash_that_are_no_model(weights: Path) -> None:
    (weights / "judge.onnx").write_bytes(b"no model")
    (weights / "judge.json").write_text(json.dumps({"sha256": hashlib.sha256(b"no model").hexdigest()}), "utf-8")
    with pytest.raises(ModelError, match="install tracker again"):
        load_model("judge")


@pytest.mark.parametrize("damage", [Path.unlink, cut])
def test_a_damaged_table_is_told_with_the_remedy(weights: Path, damage: Callable[[Path], object]) -> None:
    damage(weights / "vectors.npz")
    with pytest.raises(ModelError, match=r"'vectors'.*install tracker again"):
        load_table("vectors")


@pytest.mark.parametrize("content", [b"no table", b"PK\x03\x04", b""])
def test_a_table_of_the_right_hash_that_is_none(weights: Path, content: bytes) -> None:
    (weights / "vectors.npz").write_bytes(content)
    (weights / "vectors.json").write_text(json.dumps({"sha256": hashlib.sha256(content).hexdigest()}), "utf-8")
    with pytest.raises(ModelError, match="cannot load the model 'vectors'"):
        load_table("vectors")


@pytest.mark.parametrize("damage", [Path.unlink, cut, lambda path: path.write_text("{}")])
def test_a_damaged_tokenizer_is_told_with_the_remedy(weights: Path, damage: object) -> None:
    damage(weights / "tokenizer.json")  # type: ignore[operator]
    with pytest.raises(ModelError, match="install tracker again"):
        find_pieces(["a text"])


def test_pieces_are_neither_cut_nor_padded() -> None:
    long, short, none = find_pieces(["word " * 1000, "unbelievably", ""])
    assert len(long.ids) == 1000
    assert len(short.ids) > 1
    assert len(set(short.word_ids)) == 1
    assert none.ids == []
