"""The statements of the migration for what carries over from night to night: who is who, and issues that the reader joined."""

from typing import Final

from tracker.store.revision_tables import LATEST_OF

STATEMENTS: Final = (
    """
CREATE TABLE introductions (
    -- Who a name is, as articles tell. One row a stretch: a person who changes sides or office gets another.
    sequence INTEGER PRIMARY KEY,
    name TEXT NOT NULL,  -- in full
    key TEXT NOT NULL,  -- by which later articles may name it: last name or abbreviation, lower case
    kind TEXT NOT NULL CHECK (kind IN ('person', 'organisation')),
    party TEXT NOT NULL,  -- whom it speaks for
    role TEXT NOT NULL,  -- as the first article of the stretch put it
    first_seen TEXT NOT NULL,  -- publication of that article
    last_seen TEXT NOT NULL,  -- publication of the latest article that said the same
    revision TEXT NOT NULL REFERENCES revisions (id),  -- who said so first
    articles INTEGER NOT NULL CHECK (articles >= 1),  -- that said so
    clear INTEGER NOT NULL CHECK (clear IN (0, 1)),  -- whether one of them said so in so many words
    weight REAL NOT NULL  -- sum over the articles of what speaks for it
)""",
    "CREATE INDEX introductions_key ON introductions (key, first_seen)",
    "CREATE INDEX introductions_name ON introductions (name, first_seen)",
    "CREATE INDEX introductions_revision ON introductions (revision)",
    "ALTER TABLE positions ADD COLUMN addressee TEXT",  # the party to whom it is said or of whom something is asked
    "ALTER TABLE positions ADD COLUMN recalled_time TEXT NOT NULL DEFAULT ''",  # words: "until now", "in March"
    # The row of a merged issue stays: its vector leads new statements to the issue that it was merged into.
    "ALTER TABLE issues ADD COLUMN merged_into TEXT REFERENCES issues (id)",
    "ALTER TABLE issues ADD COLUMN born_as TEXT",  # its first name, where the reader gave it another one
    "CREATE INDEX issues_merged_into ON issues (merged_into) WHERE merged_into IS NOT NULL",
    "DROP TRIGGER positions_latest_insert",
    "DROP TRIGGER positions_latest_update",
    """
CREATE TRIGGER positions_latest_insert AFTER INSERT ON positions BEGIN
    UPDATE issues SET last_spoken = new.published WHERE id = new.issue AND last_spoken < new.published;
    UPDATE issues SET last_spoken = new.published WHERE merged_into = new.issue AND last_spoken < new.published;
    INSERT INTO latest_positions (party, issue, position, published)
    SELECT new.party, new.issue, new.id, new.published WHERE new.recalled = 0 AND new.copy_of IS NULL
    ON CONFLICT (party, issue) DO UPDATE SET position = excluded.position, published = excluded.published, vector = NULL
    WHERE excluded.published >= latest_positions.published;
END""",
    f"""
CREATE TRIGGER positions_latest_update AFTER UPDATE OF id, party, issue, recalled, copy_of, published, carries ON positions BEGIN
    DELETE FROM latest_positions WHERE position IN (old.id, new.id);{LATEST_OF.format(row="old")}{LATEST_OF.format(row="new")}
    UPDATE issues SET last_spoken = new.published WHERE id = new.issue AND last_spoken < new.published;
    UPDATE issues SET last_spoken = new.published WHERE merged_into = new.issue AND last_spoken < new.published;
END""",
)
