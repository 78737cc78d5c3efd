"""The migration for delivery: digests that are kept whole, what readers corrected, and triggers that hold to it."""

from typing import Final

STATEMENTS: Final = (
    "CREATE TEMP TABLE kept_deliveries AS SELECT * FROM deliveries",
    "CREATE TEMP TABLE kept_digests AS SELECT * FROM digests",
    "DROP TABLE deliveries",
    "DROP TABLE digests",
    """
CREATE TABLE digests (
    -- What a reader was told, after a run or by mail.
    id INTEGER PRIMARY KEY,
    run INTEGER REFERENCES runs (id),  -- that printed it; null where it was composed to be mailed
    profile TEXT NOT NULL,  -- which readers: 'default' where it was printed
    since TEXT,  -- null: from the beginning
    until TEXT NOT NULL,
    composed TEXT NOT NULL,
    subject TEXT NOT NULL,
    changes TEXT NOT NULL CHECK (json_valid(changes)),  -- [id, ...] in the order shown
    articles INTEGER NOT NULL CHECK (articles >= 0),
    failures INTEGER NOT NULL CHECK (failures >= 0),
    -- The last rows that it covers. Windows go by these and not by clocks, which may jump.
    through_change INTEGER NOT NULL DEFAULT 0,
    through_revision INTEGER NOT NULL DEFAULT 0,
    through_failure INTEGER NOT NULL DEFAULT 0,
    through_correction INTEGER NOT NULL DEFAULT 0,
    begins TEXT NOT NULL DEFAULT '[0, 0, 0, 0]' CHECK (json_valid(begins)),  -- the rows behind which it begins, in the same order
    document BLOB,  -- the digest as it was composed: JSON, compressed (zlib, RFC 1950); it is rendered again from here
    UNIQUE (run, profile)
)""",
    """
CREATE TABLE deliveries (
    -- One digest to one recipient: written before sending, so that nothing is lost and a repeat is recognised.
    id INTEGER PRIMARY KEY,
    digest INTEGER NOT NULL REFERENCES digests (id),
    channel TEXT NOT NULL,  -- smtp, sendmail, maildir or folder
    recipient TEXT NOT NULL,
    message_id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'failed')),
    attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    due TEXT NOT NULL,  -- not to be tried before
    sent TEXT,
    error TEXT,  -- of the last attempt
    CHECK ((state = 'sent') = (sent IS NOT NULL)),
    UNIQUE (digest, channel, recipient)
)""",
    """
INSERT INTO digests (id, run, profile, since, until, composed, subject, changes, articles, failures)
SELECT id, run, profile, since, until, composed, subject, changes, articles, failures FROM temp.kept_digests""",
    "INSERT INTO deliveries SELECT * FROM temp.kept_deliveries",
    "DROP TABLE temp.kept_deliveries",
    "DROP TABLE temp.kept_digests",
    "CREATE INDEX deliveries_pending ON deliveries (due) WHERE state = 'pending'",
    "CREATE INDEX deliveries_recipient ON deliveries (recipient, id)",
    "CREATE INDEX digests_profile ON digests (profile, id)",
    """
CREATE TABLE corrections (
    -- What readers found wrong. The latest one on a subject holds, also where the subject is stored anew.
    sequence INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,  -- id of a change or a position
    label TEXT CHECK (label IN ('restated', 'amended', 'softened', 'hardened', 'reversed', 'unrelated')),  -- null: suppressed
    was TEXT,  -- the label before; null for a position that made no change
    note TEXT NOT NULL,
    recorded TEXT NOT NULL,
    party TEXT NOT NULL,
    issue TEXT NOT NULL,  -- its name
    before TEXT NOT NULL,  -- statements as they stood
    after TEXT NOT NULL,
    row TEXT CHECK (row IS NULL OR json_valid(row))  -- the change as it was, so that nothing is lost
)""",
    "CREATE INDEX corrections_subject ON corrections (subject, sequence)",
    """
CREATE TRIGGER changes_suppressed BEFORE INSERT ON changes WHEN EXISTS (
    SELECT 1 FROM corrections WHERE subject IN (new.id, new.after) AND label IS NULL
) BEGIN
    SELECT RAISE(IGNORE);
END""",
    """
CREATE TRIGGER changes_relabelled AFTER INSERT ON changes WHEN new.before IS NOT NULL AND EXISTS (
    SELECT 1 FROM corrections WHERE subject = new.id AND label IS NOT NULL
) BEGIN
    UPDATE changes SET
        label = iif(found.label = 'unrelated', 'new', found.label),
        before = iif(found.label = 'unrelated', NULL, before)
    FROM (SELECT label FROM corrections WHERE subject = new.id ORDER BY sequence DESC LIMIT 1) AS found
    WHERE changes.id = new.id;
END""",
    """
CREATE TRIGGER positions_suppressed AFTER INSERT ON positions WHEN new.recalled = 0 AND EXISTS (
    SELECT 1 FROM corrections WHERE subject = new.id AND label IS NULL
) BEGIN
    UPDATE positions SET recalled = 1 WHERE id = new.id;
END""",
)
