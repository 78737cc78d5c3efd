"""Parts of triggers that several migrations share. Released: they never change."""

LATEST_OF = """
    INSERT INTO latest_positions (party, issue, position, published, vector)
    SELECT party, issue, id, published, (SELECT vector FROM vectors WHERE vectors.position = positions.sequence) FROM positions
    WHERE party = {row}.party AND issue = {row}.issue AND recalled = 0 AND copy_of IS NULL
    ORDER BY published DESC, sequence DESC LIMIT 1
    ON CONFLICT (party, issue) DO UPDATE
    SET position = excluded.position, published = excluded.published, vector = excluded.vector;"""
