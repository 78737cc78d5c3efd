"""The migration for revisions: where an article is found again, what outlets edited, and comparisons that were done again."""

from typing import Final

WITNESSES: Final = """(
        SELECT count(DISTINCT coalesce(nullif(lower(carriers.outlet), ''), carriers.id))
        FROM positions AS carried
        JOIN revisions AS carrying ON carrying.id = carried.revision
        JOIN articles AS carriers ON carriers.id = carrying.article
        WHERE carried.copy_of = positions.id AND carried.edited_by IS NULL OR carried.id = positions.id
    )"""
"""Outlets that carry a position; an article that names none counts as one of its own."""

_POSITION_COLUMNS = f"""positions.id, positions.party, positions.speaker, issues.name AS issue, positions.kind, positions.polarity,
    positions.commitment, positions.content, revisions.title, articles.origin, positions.published, articles.outlet, articles.url,
    positions.statement, positions.cue, positions.conditions, positions.quantities, positions.deadlines, positions.about,
    positions.recalled, positions.copy_of, {WITNESSES} AS witnesses, positions.confidence, positions.rule,
    issues.id AS issue_id, positions.revision, positions.edited_by, positions.edit_of"""

LATEST_OF: Final = """
    INSERT INTO latest_positions (party, issue, position, published, vector)
    SELECT party, issue, id, published, (SELECT vector FROM vectors WHERE vectors.position = positions.sequence) FROM positions
    WHERE party = {row}.party AND issue = {row}.issue AND recalled = 0 AND copy_of IS NULL
    ORDER BY published DESC, carries DESC, sequence DESC LIMIT 1
    ON CONFLICT (party, issue) DO UPDATE
    SET position = excluded.position, published = excluded.published, vector = excluded.vector;"""

def compose_views(more: str = "") -> tuple[str, ...]:
    """The statements that make the three views of the contract; `more`: further columns of positions, each after a comma."""
    return (
        f"""
CREATE VIEW position_detail AS
-- One row a position, with its issue and article: no join needed. Where "edited_by" is set, the outlet took it out or changed it.
SELECT {_POSITION_COLUMNS}{more}
FROM positions
JOIN issues ON issues.id = positions.issue
JOIN revisions ON revisions.id = positions.revision
JOIN articles ON articles.id = revisions.article""",
        f"""
CREATE VIEW current_stance AS
-- The latest position of each party on each issue; background is left out.
SELECT {_POSITION_COLUMNS}{more}
FROM latest_positions
JOIN positions ON positions.id = latest_positions.position
JOIN issues ON issues.id = positions.issue
JOIN revisions ON revisions.id = positions.revision
JOIN articles ON articles.id = revisions.article""",
        """
CREATE VIEW change_detail AS
-- One row a change, with both positions side by side; the columns of "before" are null where the position is new.
SELECT changes.id, after.party, after.issue, changes.label, changes.why, before.content AS before_content,
    after.content AS after_content, before.origin AS before_origin, after.origin AS after_origin,
    before.published AS before_published, after.published AS after_published, before.outlet AS before_outlet,
    after.outlet AS after_outlet, before.speaker AS before_speaker, after.speaker AS after_speaker,
    before.statement AS before_statement, after.statement AS after_statement, changes.confidence, changes.evidence,
    changes.before AS before_id, changes.after AS after_id, after.issue_id, changes.stored, changes.run, changes.quiet
FROM changes
JOIN position_detail AS after ON after.id = changes.after
LEFT JOIN position_detail AS before ON before.id = changes.before""",
    )


STATEMENTS: Final = (
    "ALTER TABLE articles ADD COLUMN address TEXT",
    "UPDATE articles SET address = coalesce(url, origin)",
    "ALTER TABLE links ADD COLUMN text TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX articles_address ON articles (address)",
    "ALTER TABLE positions ADD COLUMN edited_by TEXT REFERENCES revisions (id)",
    "ALTER TABLE positions ADD COLUMN edit_of TEXT REFERENCES positions (id)",
    "ALTER TABLE changes ADD COLUMN quiet INTEGER NOT NULL DEFAULT 0 CHECK (quiet IN (0, 1))",
    # Of several statements of one article on one issue the one that carries the change is what the party holds from then on.
    "ALTER TABLE positions ADD COLUMN carries INTEGER NOT NULL DEFAULT 0 CHECK (carries IN (0, 1))",
    "UPDATE positions SET carries = 1 WHERE id IN (SELECT after FROM changes)",
    "DROP TRIGGER positions_latest_delete",
    "DROP TRIGGER positions_latest_update",
    f"""
CREATE TRIGGER positions_latest_delete AFTER DELETE ON positions BEGIN
    DELETE FROM latest_positions WHERE position = old.id;{LATEST_OF.format(row="old")}
END""",
    f"""
CREATE TRIGGER positions_latest_update AFTER UPDATE OF id, party, issue, recalled, copy_of, published, carries ON positions BEGIN
    DELETE FROM latest_positions WHERE position IN (old.id, new.id);{LATEST_OF.format(row="old")}{LATEST_OF.format(row="new")}
    UPDATE issues SET last_spoken = new.published WHERE id = new.issue AND last_spoken < new.published;
END""",
    "CREATE INDEX positions_edited_by ON positions (edited_by) WHERE edited_by IS NOT NULL",
    "CREATE INDEX positions_edit_of ON positions (edit_of) WHERE edit_of IS NOT NULL",
    # What a party said after a late article: in order of date, without a look at what came before.
    "CREATE INDEX positions_party ON positions (party, published, sequence) WHERE recalled = 0 AND copy_of IS NULL",
    "DROP TRIGGER changes_suppressed",
    "DROP TRIGGER changes_relabelled",
    "DROP TRIGGER positions_suppressed",
    "ALTER TABLE corrections RENAME TO old_corrections",
    "DROP INDEX corrections_subject",
    """
CREATE TABLE corrections (
    -- What was found wrong after it was stored. A reader's latest word on a subject holds, also where it is stored anew.
    sequence INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,  -- id of a change or a position, as it was told
    label TEXT CHECK (label IN ('new', 'restated', 'amended', 'softened', 'hardened', 'reversed', 'unrelated')),  -- null: gone
    was TEXT,  -- the label before; null for a position that made no change
    note TEXT NOT NULL,
    recorded TEXT NOT NULL,
    party TEXT NOT NULL,
    issue TEXT NOT NULL,  -- its name
    before TEXT NOT NULL,  -- statements as they stood; of an outlet's edit the old and the new wording
    after TEXT NOT NULL,
    row TEXT CHECK (row IS NULL OR json_valid(row)),  -- the change as it was, so that nothing is lost
    "by" TEXT NOT NULL DEFAULT 'reader' CHECK ("by" IN ('reader', 'outlet', 'history')),  -- history: by what came in later
    outlet TEXT NOT NULL DEFAULT '',  -- that edited its report
    current TEXT,  -- id of the change that stands in its place
    told INTEGER NOT NULL DEFAULT 1 CHECK (told IN (0, 1))  -- whether digests tell it; `tracker explain` always does
)""",
    """
INSERT INTO corrections (sequence, subject, label, was, note, recorded, party, issue, before, after, row)
SELECT sequence, subject, label, was, note, recorded, party, issue, before, after, row FROM old_corrections""",
    "DROP TABLE old_corrections",
    "CREATE INDEX corrections_subject ON corrections (subject, sequence)",
    "CREATE INDEX corrections_current ON corrections (current) WHERE current IS NOT NULL",
    """
CREATE TRIGGER changes_suppressed BEFORE INSERT ON changes WHEN EXISTS (
    SELECT 1 FROM corrections WHERE subject IN (new.id, new.after) AND label IS NULL AND "by" = 'reader'
) BEGIN
    SELECT RAISE(IGNORE);
END""",
    """
CREATE TRIGGER changes_relabelled AFTER INSERT ON changes WHEN new.before IS NOT NULL AND EXISTS (
    SELECT 1 FROM corrections WHERE subject = new.id AND label IS NOT NULL AND "by" = 'reader'
) BEGIN
    UPDATE changes SET
        label = iif(found.label = 'unrelated', 'new', found.label),
        before = iif(found.label = 'unrelated', NULL, before)
    FROM (
        SELECT label FROM corrections WHERE subject = new.id AND "by" = 'reader' ORDER BY sequence DESC LIMIT 1
    ) AS found
    WHERE changes.id = new.id;
END""",
    """
CREATE TRIGGER positions_suppressed AFTER INSERT ON positions WHEN new.recalled = 0 AND EXISTS (
    SELECT 1 FROM corrections WHERE subject = new.id AND label IS NULL AND "by" = 'reader'
) BEGIN
    UPDATE positions SET recalled = 1 WHERE id = new.id;
END""",
    "DROP VIEW change_detail",
    "DROP VIEW current_stance",
    "DROP VIEW position_detail",
    *compose_views(),
)
