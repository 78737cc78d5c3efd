"""What the trainings of the models share: batches of like length, and a model in training that can be taken up again."""

import random
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor, nn

T = TypeVar("T")


def make_batches(items: Sequence[T], length: Callable[[T], int], size: int, rng: random.Random, pool: int = 800) -> list[list[T]]:
    """Batches of `size`, each of about one length, in random order. `items` come shuffled; lengths are sorted within a `pool`."""
    pools = [sorted(items[i : i + pool], key=length) for i in range(0, len(items), pool)]
    made = [found[i : i + size] for found in pools for i in range(0, len(found), size)]
    rng.shuffle(made)
    return made


class Training:
    """A model with its optimiser, rate and running average. The rate rises over 100 steps and falls to nothing over `steps`.

    The word embeddings stay as they are. With a file of its state in `out` it goes on behind the last whole epoch.
    """

    def __init__(
        self,
        model: nn.Module,
        heads: Iterable[nn.Parameter],
        steps: int,
        out: Path,
        rate: float,
        head_rate: float = 1e-3,
        average: float = 0.998,
        clip: float = 1.0,
    ) -> None:
        model.encoder.words.weight.requires_grad_(False)
        body = [p for p in model.encoder.parameters() if p.requires_grad]
        groups = [{"params": body, "lr": rate}, {"params": list(heads), "lr": head_rate}]
        self.model = model
        self.optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimiser, lambda s: min((s + 1) / 100, max(0.0, 1 - s / steps))
        )
        self.average, self.clip, self.steps = average, clip, steps
        self.averaged = {k: v.clone() for k, v in model.state_dict().items()} if average else None
        self.epoch = self.step = 0
        self.path = out / "state.pt"
        if self.path.exists():
            state = torch.load(self.path, weights_only=False)
            model.load_state_dict(state["model"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.schedule.load_state_dict(state["schedule"])
            self.epoch, self.step, self.averaged = state["epoch"], state["step"], state["averaged"]

    def learn(self, loss: Tensor) -> float:
        """One step down the loss; its value comes back."""
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), self.clip)
        self.optimiser.step()
        self.schedule.step()
        self.step += 1
        if self.averaged is not None:
            decay = min(self.average, (self.step + 1) / (self.step + 10))
            for k, v in self.model.state_dict().items():
                self.averaged[k].lerp_(v, 1 - decay)
        return loss.item()

    def save(self) -> None:
        """Count the epoch as done and keep everything that the next one needs."""
        self.epoch += 1
        torch.save(
            {"model": self.model.state_dict(), "optimiser": self.optimiser.state_dict(), "schedule": self.schedule.state_dict(),
             "epoch": self.epoch, "step": self.step, "averaged": self.averaged},
            self.path,
        )
