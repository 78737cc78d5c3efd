"""The MiniLM encoder in plain torch, loaded from the original safetensors file. Build time only."""

import hashlib
import math
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0)."""

HIDDEN, HEADS, LAYERS, INNER, VOCABULARY, POSITIONS = 384, 12, 6, 1536, 30522, 512


class Linear(nn.Linear):
    """A linear layer that can round as onnxruntime's dynamic int8 does, so that training meets the error of the shipped model.

    Weights: symmetric, one scale an output channel. Activations: one asymmetric scale for the whole batch. Gradients pass
    straight through (Jacob et al. 2018).
    """

    rounding = False

    def forward(self, x: Tensor) -> Tensor:
        if not self.rounding:
            return super().forward(x)
        weight, bias = self.weight, self.bias
        with torch.no_grad():
            scale = weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
            weight_error = (weight / scale).round() * scale - weight
            low, high = x.amin().clamp(max=0), x.amax().clamp(min=0)
            step = ((high - low) / 255).clamp(min=1e-8)
            zero = (-low / step).round()
            x_error = (((x / step).round() + zero).clamp(0, 255) - zero) * step - x
        return nn.functional.linear(x + x_error, weight + weight_error, bias)


def set_rounding(model: nn.Module, rounding: bool) -> None:
    """Switch the int8 rounding of every `Linear` in the model."""
    for module in model.modules():
        if isinstance(module, Linear):
            module.rounding = rounding


class Layer(nn.Module):
    """One transformer block with the norm behind each half, as in Devlin et al. (2019)."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query, self.key, self.value = (Linear(HIDDEN, HIDDEN) for _ in range(3))
        self.out = Linear(HIDDEN, HIDDEN)
        self.attention_norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.inner = Linear(HIDDEN, INNER)
        self.outer = Linear(INNER, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`x` is (batch, length, 384); `mask` is (batch, 1, 1, length), 0 where attended and very negative elsewhere."""
        b, n, _ = x.shape
        q, k, v = (
            f(x).view(b, n, HEADS, HIDDEN // HEADS).transpose(1, 2) for f in (self.query, self.key, self.value)
        )
        weights = (q @ k.transpose(-1, -2) / math.sqrt(HIDDEN // HEADS) + mask).softmax(-1)
        context = (self.dropout(weights) @ v).transpose(1, 2).reshape(b, n, HIDDEN)
        x = self.attention_norm(x + self.dropout(self.out(context)))
        return self.norm(x + self.dropout(self.outer(nn.functional.gelu(self.inner(x)))))


def read_state(folder: Path, expected: str, names: dict[str, str], wanted: set[str]) -> dict[str, Tensor]:
    """The tensors of a base model's `model.safetensors` under our names, as far as wanted; ends the program for another file."""
    path = folder / "model.safetensors"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != expected:
        raise SystemExit(f"{path} has sha256 {digest}, expected {expected}")
    state = {}
    for name, tensor in load_file(path).items():
        stem, _, kind = name.rpartition(".")
        if stem in names and (ours := f"{names[stem]}.{kind}") in wanted:
            state[ours] = tensor
    return state


class Encoder(nn.Module):
    """Token numbers to hidden states."""

    def __init__(self, dropout: float = 0.1, layers: int = LAYERS) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, HIDDEN)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.types = nn.Embedding(2, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(layers))
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor | None = None) -> Tensor:
        """(batch, length) numbers and their 0/1 mask to (batch, length, 384)."""
        n = ids.shape[1]
        kinds = torch.zeros_like(ids) if types is None else types
        x = self.words(ids) + self.positions(torch.arange(n)) + self.types(kinds)
        x = self.dropout(self.norm(x))
        bias = (1.0 - mask.to(x.dtype))[:, None, None, :] * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        return x

    def load_base(self, folder: Path) -> "Encoder":
        """Read the base model's `model.safetensors`; refuse any other file than the one whose hash stands above."""
        names = {
            "embeddings.word_embeddings": "words",
            "embeddings.position_embeddings": "positions",
            "embeddings.token_type_embeddings": "types",
            "embeddings.LayerNorm": "norm",
        }
        for i in range(LAYERS):
            theirs, ours = f"encoder.layer.{i}.", f"layers.{i}."
            names |= {
                f"{theirs}attention.self.{part}": f"{ours}{part}" for part in ("query", "key", "value")
            } | {
                f"{theirs}attention.output.dense": f"{ours}out",
                f"{theirs}attention.output.LayerNorm": f"{ours}attention_norm",
                f"{theirs}intermediate.dense": f"{ours}inner",
                f"{theirs}output.dense": f"{ours}outer",
                f"{theirs}output.LayerNorm": f"{ours}norm",
            }
        self.load_state_dict(read_state(folder, BASE_SHA256, names, set(self.state_dict())))
        return self


