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


class Layer(nn.Module):
    """One transformer block with the norm behind each half, as in Devlin et al. (2019)."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(HIDDEN, HIDDEN) for _ in range(3))
        self.out = nn.Linear(HIDDEN, HIDDEN)
        self.attention_norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.inner = nn.Linear(HIDDEN, INNER)
        self.outer = nn.Linear(INNER, HIDDEN)
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


class Encoder(nn.Module):
    """Token numbers to hidden states."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, HIDDEN)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.types = nn.Embedding(2, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-12)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
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
        path = folder / "model.safetensors"
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest != BASE_SHA256:
            raise SystemExit(f"{path} has sha256 {digest}, expected {BASE_SHA256}")
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
        state = {}
        for name, tensor in load_file(path).items():
            stem, _, kind = name.rpartition(".")
            if stem in names:
                state[f"{names[stem]}.{kind}"] = tensor
        self.load_state_dict(state)
        return self


