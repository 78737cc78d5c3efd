"""The statements of the migration for language models: answers that are kept, and what every question came to."""

from typing import Final

STATEMENTS: Final = (
    """
CREATE TABLE answers (
    -- What a language model of the reader's own answered and what passed the checks: the same question is not paid for twice.
    key TEXT PRIMARY KEY NOT NULL,  -- hash of task, version, model, options and material
    answer TEXT NOT NULL,  -- as it came
    stored TEXT NOT NULL
) WITHOUT ROWID""",
    """
CREATE TABLE inquiries (
    -- Every question that a run put to a language model, and what came of it.
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),
    asked TEXT NOT NULL,
    task TEXT NOT NULL CHECK (task IN ('judge', 'extract')),
    subject TEXT NOT NULL,  -- id of the later position, or of the article; empty where there is none
    key TEXT NOT NULL,  -- as in answers
    model TEXT NOT NULL,
    version INTEGER NOT NULL,  -- of the instructions
    result TEXT NOT NULL CHECK (result IN ('answered', 'kept', 'left')),  -- left: to the shipped model
    calls INTEGER NOT NULL CHECK (calls >= 0),
    input_tokens INTEGER NOT NULL CHECK (input_tokens >= 0),
    output_tokens INTEGER NOT NULL CHECK (output_tokens >= 0),
    cost REAL NOT NULL CHECK (cost >= 0),  -- by the configured prices
    dropped INTEGER NOT NULL CHECK (dropped >= 0),  -- pieces of the answer that do not stand in the text
    problem TEXT NOT NULL  -- why it was left
)""",
    "CREATE INDEX inquiries_run ON inquiries (run)",
    "CREATE INDEX inquiries_asked ON inquiries (asked) WHERE calls > 0",
    "CREATE INDEX inquiries_subject ON inquiries (subject)",
)
