"""The shipped models, and what damage to them looks like."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tracker.errors import ModelError
from tracker.language import model
from tracker.language.model import CLS, SEP, find_pieces, load_model


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the encoder to damage; what was loaded from it is forgotten afterwards."""
    folder = tmp_path / "weights"
    folder.mkdir()
    for name in ("encoder.onnx", "encoder.json", "tokenizer.json"):
        shutil.copyfile(model.WEIGHTS / name, folder / name)
    with monkeypatch.context() as patched:
        patched.setattr(model, "WEIGHTS", folder)
        load_model.cache_clear()
        model._load_tokenizer.cache_clear()
        yield folder
    load_model.cache_clear()
    model._load_tokenizer.cache_clear()


def test_a_model_is_loaded_once() -> None:
    assert load_model("encoder") is load_model("encoder")


def test_every_shipped_model_is_the_one_of_its_card() -> None:
    cards = sorted(model.WEIGHTS.glob("*.json"))
    names = [card.stem for card in cards if card.stem != "tokenizer"]
    assert {"encoder", "tagger"} <= set(names)
    for name in names:
        data = (model.WEIGHTS / f"{name}.onnx").read_bytes()
        assert json.loads((model.WEIGHTS / f"{name}.json").read_text("utf-8"))["sha256"] == hashlib.sha256(data).hexdigest()
    assert sum(file.stat().st_size for file in model.WEIGHTS.glob("*.onnx")) < 80_000_000


def test_one_row_is_read_as_it_is_whatever_the_padding_of_none() -> None:
    ids = np.array([[CLS, 2054, 2003, SEP]], dtype=np.int64)
    (vector,) = load_model("encoder").run(ids, np.ones_like(ids))
    assert vector.shape == (384,)
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-5


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize(
    ("name", "damage", "complaint"),
    [
        ("encoder.onnx", Path.unlink, "cannot read the model 'encoder'"),
        ("encoder.onnx", cut, "the weights of 'encoder' are damaged"),
        ("encoder.onnx", lambda path: path.write_bytes(b""), "the weights of 'encoder' are damaged"),
        ("encoder.json", Path.unlink, "cannot read the model 'encoder'"),
        ("encoder.json", lambda path: path.write_text("{"), "cannot read the model 'encoder'"),
        ("encoder.json", lambda path: path.write_text("{}"), "'encoder'"),
        ("encoder.json", lambda path: path.write_text("[]"), "'encoder'"),
    ],
)
def test_damaged_weights_are_told_with_the_remedy(weights: Path, name: str, damage: object, complaint: str) -> None:
    damage(weights / name)  # type: ignore[operator]
    with pytest.raises(ModelError) as caught:
        load_model("encoder")
    message = str(caught.value)
    assert complaint in message
    assert "install tracker again" in message
    assert "\n" not in message


def test_weights_of_the_right_hash_that_are_no_model(weights: Path) -> None:
    (weights / "encoder.onnx").write_bytes(b"no model")
    (weights / "encoder.json").write_text(json.dumps({"sha256": hashlib.sha256(b"no model").hexdigest()}), "utf-8")
    with pytest.raises(ModelError, match="install tracker again"):
        load_model("encoder")


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
