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
    """How the stance in `after` differs from that in `before`, two statements of one party, with label, why and confidence."""
    from tracker.comparison import compare_positions

    return compare_positions(before, after)
