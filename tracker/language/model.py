"""The shipped models: int8 ONNX files and a table of vectors beside this module, loaded once and run on one core. Nothing else
sees a session."""

import hashlib
import io
import json
import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from tracker.errors import ModelError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Encoding

WEIGHTS = Path(__file__).parent / "weights"

_LONE = re.compile("[\ud800-\udfff]")

CLS, SEP, PAD = 101, 102, 0
"""Vocabulary numbers of the special pieces of BERT's uncased English vocabulary."""


@dataclass(frozen=True, slots=True)
class Model:
    """One ONNX session. `card` holds what `weights/NAME.json` says: hash, labels, tuned numbers."""

    name: str
    card: dict[str, Any]
    session: Any

    def run(
        self, ids: "NDArray[np.int64]", mask: "NDArray[np.int64]", types: "NDArray[np.int64] | None" = None
    ) -> "NDArray[np.float32]":
        """The only output, for padded piece numbers and their 0/1 mask, both (batch, length)."""
        inputs = {"ids": ids, "mask": mask}
        if types is not None:
            inputs["types"] = types
        output: NDArray[np.float32] = self.session.run(None, inputs)[0]
        return output


@dataclass(frozen=True, slots=True)
class Table:
    """A vector for each word piece: int8 rows, shape (pieces, 384), a scale for each row, and what is added to their sum once."""

    pieces: "NDArray[np.int8]"
    scales: "NDArray[np.float32]"
    added: "NDArray[np.float32]"


def _load_weights(file: str) -> tuple[dict[str, Any], bytes]:
    """The card beside a file of weights, and the file's bytes; raises ModelError where it is missing or not the one of its card."""
    name = file.partition(".")[0]
    try:
        card = json.loads((WEIGHTS / f"{name}.json").read_text(encoding="utf-8"))
        data = (WEIGHTS / file).read_bytes()
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot read the model {name!r} ({error}): install tracker again") from error
    if not isinstance(card, dict) or hashlib.sha256(data).hexdigest() != card.get("sha256"):
        raise ModelError(f"the weights of {name!r} are damaged (wrong sha256): install tracker again")
    return card, data


@cache
def load_table(name: str) -> Table:
    """The table of that name; raises ModelError where its file is missing, damaged or not the one of its card."""
    import numpy as np

    _, data = _load_weights(f"{name}.npz")
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return Table(arrays["pieces"], arrays["scales"], arrays["added"])
    except (OSError, ValueError, KeyError, EOFError, AttributeError, BadZipFile) as error:
        raise ModelError(f"cannot load the model {name!r} ({error}): install tracker again") from error


@cache
def load_model(name: str) -> Model:
    """The model of that name; raises ModelError where its file is missing, damaged or not the one of its card."""
    card, data = _load_weights(f"{name}.onnx")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # On one core the fused kernel takes a sixth longer for the whole model than the additions and normalisations that it replaces.
    try:
        session = onnxruntime.InferenceSession(
            data, options, providers=["CPUExecutionProvider"], disabled_optimizers=["SkipLayerNormFusion"]
        )
    except MemoryError:
        raise
    except Exception as error:  # the library has a dozen of its own
        raise ModelError(f"cannot load the model {name!r} ({' '.join(str(error).split())}): install tracker again") from error
    return Model(name, card, session)


@cache
def _load_tokenizer() -> Any:
    # The Rust side would start a thread for each core and warns when the process forks afterwards.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))
    except Exception as error:  # the library raises bare Exception
        raise ModelError(f"cannot read the tokenizer ({error}): install tracker again") from error
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def find_pieces(texts: list[str]) -> "list[Encoding]":
    """Word pieces of each text, without special pieces and without a limit. Lone surrogates are read as U+FFFD."""
    whole = [_LONE.sub("\ufffd", text) for text in texts]
    found: list[Encoding] = _load_tokenizer().encode_batch(whole, add_special_tokens=False)
    return found
