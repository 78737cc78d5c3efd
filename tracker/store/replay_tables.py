"""The migration for re-extraction: changes that only it found are marked, and corrections hold to their positions."""

from typing import Final

STATEMENTS: Final = (
    # 1: found by re-extraction alone, so that no digest ever tells it as news.
    "ALTER TABLE changes ADD COLUMN reextracted INTEGER NOT NULL DEFAULT 0 CHECK (reextracted IN (0, 1))",
    # The position that is suppressed, or whose change is: its id outlives that of a change, which names the earlier one too.
    "ALTER TABLE corrections ADD COLUMN position TEXT NOT NULL DEFAULT ''",
    "UPDATE corrections SET position = coalesce(json_extract(row, '$[0].after'), subject)",
    "CREATE INDEX corrections_position ON corrections (position)",
    "CREATE INDEX digests_through_change ON digests (through_change)",
    "DROP TRIGGER changes_suppressed",
    "DROP TRIGGER changes_relabelled",
    """
CREATE TRIGGER changes_suppressed BEFORE INSERT ON changes WHEN EXISTS (
    SELECT 1 FROM corrections WHERE subject IN (new.id, new.after) AND label IS NULL
    UNION ALL SELECT 1 FROM corrections WHERE position = new.after AND label IS NULL
) BEGIN
    SELECT RAISE(IGNORE);
END""",
    """
CREATE TRIGGER changes_relabelled AFTER INSERT ON changes WHEN new.before IS NOT NULL AND EXISTS (
    SELECT 1 FROM corrections WHERE subject = new.id AND label IS NOT NULL
    UNION ALL SELECT 1 FROM corrections WHERE position = new.after AND label <> 'unrelated'
) BEGIN
    UPDATE changes SET
        label = iif(found.label = 'unrelated', 'new', found.label),
        before = iif(found.label = 'unrelated', NULL, before),
        why = iif(found.label = 'unrelated' OR why LIKE 'corrected by a reader%', why,
            'corrected by a reader; the rules had: ' || why)
    FROM (
        SELECT label FROM corrections
        WHERE label IS NOT NULL AND (subject = new.id OR (position = new.after AND label <> 'unrelated'))
        ORDER BY sequence DESC LIMIT 1
    ) AS found
    WHERE changes.id = new.id;
END""",
)
