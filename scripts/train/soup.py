"""Average the weights of taggers that started from one base model and head (model soup, Wortsman et al. 2022).

    python scripts/train/soup.py OUT.pt A.pt B.pt [C.pt ...]
"""

import sys
from pathlib import Path

import torch


def main() -> None:
    out, *paths = map(Path, sys.argv[1:])
    states = [torch.load(path, weights_only=True) for path in paths]
    torch.save({name: sum(state[name].float() for state in states) / len(states) for name in states[0]}, out)


if __name__ == "__main__":
    main()
