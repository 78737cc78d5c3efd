"""The MPNet encoder (Song et al. 2020) in plain torch, loaded from the original safetensors file: the teacher's trunk. Build time
only, never shipped."""

import math
from pathlib import Path

import torch
from bert import read_state
from torch import Tensor, nn

BASE_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
"""Of model.safetensors of sentence-transformers/all-mpnet-base-v2 (Apache-2.0)."""

HIDDEN, HEADS, LAYERS, INNER, VOCABULARY, POSITIONS, BUCKETS = 768, 12, 12, 3072, 30527, 514, 32
CLS, PAD, SEP = 0, 1, 2
FARTHEST = 128
"""Distance in pieces from which all distances share the last bucket."""


def bucket(distance: Tensor) -> Tensor:
    """Numbers of the buckets of relative positions: half for either direction, exact when near, logarithmic when far (Raffel et
    al. 2020)."""
    half = BUCKETS // 2
    away = -distance
    side = (away < 0).long() * half
    away = away.abs()
    near = half // 2
    far = near + (away.clamp(min=1).float() / near).log().div(math.log(FARTHEST / near)).mul(half - near).long()
    return side + torch.where(away < near, away, far.clamp(max=half - 1))


class Layer(nn.Module):
    """One transformer block with the norm behind each half; `bias` carries the mask and the relative positions."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(HIDDEN, HIDDEN) for _ in range(4))
        self.attention_norm = nn.LayerNorm(HIDDEN, eps=1e-5)
        self.inner = nn.Linear(HIDDEN, INNER)
        self.outer = nn.Linear(INNER, HIDDEN)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-5)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, bias: Tensor) -> Tensor:
        b, n, _ = x.shape
        q, k, v = (f(x).view(b, n, HEADS, HIDDEN // HEADS).transpose(1, 2) for f in (self.query, self.key, self.value))
        weights = (q @ k.transpose(-1, -2) / math.sqrt(HIDDEN // HEADS) + bias).softmax(-1)
        context = (self.dropout(weights) @ v).transpose(1, 2).reshape(b, n, HIDDEN)
        x = self.attention_norm(x + self.dropout(self.out(context)))
        return self.norm(x + self.dropout(self.outer(nn.functional.gelu(self.inner(x)))))


class MPNet(nn.Module):
    """Token numbers to hidden states of 768 numbers."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.words = nn.Embedding(VOCABULARY, HIDDEN)
        self.positions = nn.Embedding(POSITIONS, HIDDEN)
        self.distances = nn.Embedding(BUCKETS, HEADS)
        self.norm = nn.LayerNorm(HIDDEN, eps=1e-5)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))
        self.dropout = nn.Dropout(dropout)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor | None = None) -> Tensor:  # noqa: ARG002
        """(batch, length) numbers and their 0/1 mask to (batch, length, 768)."""
        places = torch.arange(ids.shape[1])
        x = self.dropout(self.norm(self.words(ids) + self.positions(places + PAD + 1)))
        relative = self.distances(bucket(places[None, :] - places[:, None])).permute(2, 0, 1)[None]
        bias = relative.to(x.dtype) + (1.0 - mask.to(x.dtype))[:, None, None, :] * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        return x

    def load_base(self, folder: Path) -> "MPNet":
        """Read the base model's `model.safetensors`; refuse any other file than the one whose hash stands above."""
        names = {
            "embeddings.word_embeddings": "words",
            "embeddings.position_embeddings": "positions",
            "embeddings.LayerNorm": "norm",
            "encoder.relative_attention_bias": "distances",
        }
        parts = {
            "attention.attn.q": "query", "attention.attn.k": "key", "attention.attn.v": "value", "attention.attn.o": "out",
            "attention.LayerNorm": "attention_norm", "intermediate.dense": "inner", "output.dense": "outer",
            "output.LayerNorm": "norm",
        }  # fmt: skip
        names |= {f"encoder.layer.{i}.{theirs}": f"layers.{i}.{ours}" for i in range(LAYERS) for theirs, ours in parts.items()}
        self.load_state_dict(read_state(folder, BASE_SHA256, names, set(self.state_dict())))
        return self
