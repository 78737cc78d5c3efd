"""The database of the present schema, beside this file; one that is there already is left alone."""

import runpy
import sqlite3
from pathlib import Path

from tracker.store import open_store

HERE = Path(__file__).parent


def save_database() -> Path:
    night = runpy.run_path(str(HERE.parent / "store" / "night.py"))
    made = HERE / "unfinished.db"
    made.unlink(missing_ok=True)
    with open_store(made) as store:
        night["save_night"](store, night["NOW"])
    connection = sqlite3.connect(made)
    (name,) = connection.execute("SELECT name FROM _sqlite_migrations ORDER BY id DESC LIMIT 1").fetchone()
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("VACUUM")
    connection.close()
    target = HERE / f"{name}.db"
    if target.exists():
        made.unlink()
        raise SystemExit(f"{target} is there already: a released schema is never written again")
    made.chmod(0o644)
    return made.rename(target)


if __name__ == "__main__":
    print(save_database())
