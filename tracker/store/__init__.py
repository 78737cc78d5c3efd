"""What the tracker remembers, in one SQLite file. `open_store` opens it; SQL stands nowhere else."""

from tracker.store.history import Material
from tracker.store.store import RunHandle, Store, open_rehearsal, open_store

__all__ = ["Material", "RunHandle", "Store", "open_rehearsal", "open_store"]
