"""The statements of the migration for feeds: what is remembered of each between runs, and which addresses were read."""

from typing import Final

STATEMENTS: Final = (
    "ALTER TABLE articles ADD COLUMN author TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE articles ADD COLUMN language TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE articles ADD COLUMN beat TEXT NOT NULL DEFAULT ''",
    """
CREATE TABLE feeds (
    -- What a visit to a feed left behind. Which feeds are read stands in tracker.toml.
    url TEXT PRIMARY KEY NOT NULL,
    checked TEXT,  -- last visit, successful or not
    etag TEXT NOT NULL,  -- of the last answer whose articles have all landed
    last_modified TEXT NOT NULL,
    moved_to TEXT NOT NULL,  -- where a permanent redirect leads to
    not_before TEXT,  -- the server asked not to be visited sooner
    failing_since TEXT,  -- null while it is well
    failures INTEGER NOT NULL CHECK (failures >= 0),  -- visits in a row that failed
    problem TEXT NOT NULL,  -- of the last visit; empty where it went well
    entries INTEGER NOT NULL CHECK (entries >= 0)  -- in the last full answer
) WITHOUT ROWID""",
    """
CREATE TABLE links (
    -- Addresses of entries that were read or refused: nothing is fetched twice.
    address TEXT PRIMARY KEY NOT NULL,
    feed TEXT NOT NULL,
    seen TEXT NOT NULL,  -- when it was last tried
    tries INTEGER NOT NULL CHECK (tries >= 1),
    done INTEGER NOT NULL CHECK (done IN (0, 1))  -- 0: it failed for now and is tried again
) WITHOUT ROWID""",
    "CREATE INDEX links_seen ON links (seen)",
)
