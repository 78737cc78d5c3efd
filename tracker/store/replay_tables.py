"""The migration for re-extraction: readers' corrections hold to their positions, and no number of a change is searched for long."""

from typing import Final

STATEMENTS: Final = (
    # The position that is corrected, or whose change is: its id outlives that of a change, which names the earlier one too.
    "ALTER TABLE corrections ADD COLUMN position TEXT NOT NULL DEFAULT ''",
    "UPDATE corrections SET position = coalesce(json_extract(row, '$[0].after'), subject)",
    "CREATE INDEX corrections_position ON corrections (position)",
    "CREATE INDEX digests_through_change ON digests (through_change)",
    "DROP TRIGGER changes_suppressed",
    "DROP TRIGGER changes_relabelled",
    """
CREATE TRIGGER changes_suppressed BEFORE INSERT ON changes WHEN EXISTS (
    SELECT 1 FROM corrections WHERE subject IN (new.id, new.after) AND label IS NULL AND "by" = 'reader'
    UNION ALL SELECT 1 FROM corrections WHERE position = new.after AND label IS NULL AND "by" = 'reader'
) BEGIN
    SELECT RAISE(IGNORE);
END""",
    """
CREATE TRIGGER changes_relabelled AFTER INSERT ON changes WHEN new.before IS NOT NULL AND EXISTS (
    SELECT 1 FROM corrections WHERE subject = new.id AND label IS NOT NULL AND "by" = 'reader'
    UNION ALL SELECT 1 FROM corrections WHERE position = new.after AND label <> 'unrelated' AND "by" = 'reader'
) BEGIN
    UPDATE changes SET
        label = iif(found.label = 'unrelated', 'new', found.label),
        before = iif(found.label = 'unrelated', NULL, before),
        why = iif(found.label = 'unrelated' OR why LIKE 'corrected by a reader%', why,
            'corrected by a reader; the rules had: ' || why)
    FROM (
        SELECT label FROM corrections
        WHERE label IS NOT NULL AND "by" = 'reader'
            AND (subject = new.id OR (position = new.after AND label <> 'unrelated'))
        ORDER BY sequence DESC LIMIT 1
    ) AS found
    WHERE changes.id = new.id;
END""",
)
