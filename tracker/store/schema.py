"""The current schema in one place: `python -m tracker.store.schema > db/schema.sql`."""

from sqlite_utils import Database

from tracker.store.migrations import MIGRATIONS


def render_schema() -> str:
    """Every table, index, trigger and view as SQL, in the order of their making; the tables inside full-text indexes left out."""
    with Database(memory=True, execute_plugins=False) as db:
        MIGRATIONS.apply(db)
        statements = db.execute(
            """
            SELECT sql FROM sqlite_master
            WHERE sql IS NOT NULL AND name NOT LIKE '%sqlite_%' AND name NOT GLOB '*_fts_data' AND name NOT GLOB '*_fts_idx'
                AND name NOT GLOB '*_fts_docsize' AND name NOT GLOB '*_fts_config'
            ORDER BY rowid
            """
        )
        parts = ["-- Generated from tracker/store/migrations.py by `python -m tracker.store.schema`; change it there."]
        return "\n\n".join([*parts, *(f"{row[0]};" for row in statements)]) + "\n"


if __name__ == "__main__":
    print(render_schema(), end="")
