"""The schema as others read it."""

import re
from pathlib import Path

from tracker.store import Store
from tracker.store.schema import render_schema

DB = Path(__file__).parents[2] / "db"


def test_the_schema_file_is_current() -> None:
    written = (DB / "schema.sql").read_text(encoding="utf-8")
    assert written == render_schema(), "write it again: python -m tracker.store.schema > db/schema.sql"


def test_the_metadata_names_what_there_is(store: Store) -> None:
    text = (DB / "metadata.yml").read_text(encoding="utf-8")
    named = set(re.findall(r"^      (\w+):$", text, re.MULTILINE)) - {"sql"}
    tables = {row[0] for row in store._db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
    queries = re.findall(r"sql: \|-\n((?:          .*\n)+)", text)
    assert {"positions", "changes", "position_detail", "change_detail", "current_stance"} <= named
    assert {name for name in named if not name.startswith("query_")} <= tables
    assert queries
    for query in queries:
        store._db.execute(query, {"party": "x", "words": "x"})
