"""Write a trained model as int8 ONNX with its card: weights/NAME.onnx, weights/NAME.json, and the shared tokenizer. The table of
vectors is int8 already and goes there as it is, weights/vectors.npz.

    python scripts/train/export.py tagger  --checkpoint FILE --base FOLDER --weights FOLDER
    python scripts/train/export.py judge   --checkpoint FILE --base FOLDER --weights FOLDER
    python scripts/train/export.py vectors --checkpoint FILE.npz --base FOLDER --weights FOLDER

Dynamic quantisation is per channel: per tensor costs the tagger 2.4 points of F1.
"""

import argparse
import hashlib
import json
import shutil
import tempfile
from pathlib import Path

import torch
from bert import BASE_SHA256
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process
from torch import nn


def build(kind: str, checkpoint: Path) -> nn.Module:
    if kind == "tagger":
        from tagger import Tagger

        model = Tagger()
    else:
        from judge import Judge

        model = Judge()
    model.load_state_dict(torch.load(checkpoint, weights_only=True))
    return model.eval()


def save_graph(kind: str, checkpoint: Path, path: Path) -> None:
    """The checkpoint as an int8 graph at `path`."""
    model = build(kind, checkpoint)
    names = ["ids", "mask", "types"] if kind == "judge" else ["ids", "mask"]
    example = tuple(torch.ones(2, 9, dtype=torch.int64) for _ in names)
    with tempfile.TemporaryDirectory() as folder:
        plain, prepared = Path(folder, "plain.onnx"), Path(folder, "prepared.onnx")
        torch.onnx.export(
            model, example, str(plain), input_names=names, output_names=["out"], opset_version=17, dynamo=False,
            dynamic_axes={n: {0: "batch", 1: "length"} for n in names},
        )
        quant_pre_process(str(plain), str(prepared), skip_symbolic_shape=True)
        kinds = ["MatMul", "Gemm", "Gather"]
        quantize_dynamic(str(prepared), str(path), weight_type=QuantType.QInt8, per_channel=True, op_types_to_quantize=kinds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kind", choices=("tagger", "judge", "vectors"))
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--name", help="file name without suffix, the kind by default")
    args = parser.parse_args()
    name = args.name or args.kind
    args.weights.mkdir(parents=True, exist_ok=True)
    path = args.weights / f"{name}{'.npz' if args.kind == 'vectors' else '.onnx'}"
    if args.kind == "vectors":
        shutil.copyfile(args.checkpoint, path)
    else:
        save_graph(args.kind, args.checkpoint, path)
    card_path = args.weights / f"{name}.json"
    card = json.loads(card_path.read_text(encoding="utf-8")) if card_path.exists() else {}
    data = path.read_bytes()
    card |= {"kind": args.kind, "base_sha256": BASE_SHA256, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    card_path.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    shutil.copyfile(args.base / "tokenizer.json", args.weights / "tokenizer.json")
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
