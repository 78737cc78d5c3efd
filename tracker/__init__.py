"""tracker: what changed in each party's stated stance since the last article.

    feed · page · file ──▶ Article ──▶ Summary
                             │
                             ▼
                        Attributions ──▶ Positions ──▶ Changes ──▶ Digest ──▶ Deliveries

Every arrow is a function over the types of `tracker.model`; `tracker.run` calls them in this order for each article, and
`tracker.store` keeps what they return. `tracker.compare_positions(before, after)` is the comparison by itself.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.model import Judgement

__version__ = "0.1.0"
__all__ = ["__version__", "compare_positions"]


def compare_positions(before: str, after: str) -> "Judgement":
    """How the stance in `after` differs from that in `before`, two statements of one party.

    Of the `tracker.model.Judgement` that comes back, `label` is one of `restated`, `amended`, `softened`, `hardened`, `reversed`
    and `unrelated` (and equal to that text), `why` one plain sentence, `confidence` a number from 0 to 1, and `evidence` rows of
    (aspect, before, after) with words of the statements. Any two texts will do; the same text twice is always `restated`. Nothing
    is read or stored but the shipped models, which are loaded by the first call. Raises ModelError where they are damaged.
    """
    from tracker.comparison import compare_positions

    return compare_positions(before, after)
