"""The schema, as an append-only list of migrations. Statements are written by hand: SQLite keeps their comments.

A released migration is never edited; a change of the schema is a new function at the end.
"""

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from tracker.store import actor_tables, advice_tables, delivery_tables, feed_tables, replay_tables, revision_tables
from tracker.store.triggers import LATEST_OF

MIGRATIONS = Migrations("tracker")

_TABLES = (
    """
CREATE TABLE runs (
    -- One execution that stored something. A run that finds nothing new leaves no row.
    id INTEGER PRIMARY KEY,
    started TEXT NOT NULL,  -- UTC, ISO 8601, like every time in this database
    finished TEXT,  -- null while it works, or where it was killed: the next run takes this row over
    articles_seen INTEGER NOT NULL DEFAULT 0 CHECK (articles_seen >= 0),  -- inputs looked at, known ones included
    articles_new INTEGER NOT NULL DEFAULT 0 CHECK (articles_new >= 0),
    positions INTEGER NOT NULL DEFAULT 0 CHECK (positions >= 0),
    changes INTEGER NOT NULL DEFAULT 0 CHECK (changes >= 0),
    failures INTEGER NOT NULL DEFAULT 0 CHECK (failures >= 0)
)""",
    """
CREATE TABLE articles (
    -- One report, whatever became of its text later: the texts stand in revisions.
    id TEXT PRIMARY KEY NOT NULL,  -- content hash of its first revision
    run INTEGER NOT NULL REFERENCES runs (id),  -- that stored it first
    origin TEXT NOT NULL,  -- path or URL that it was read from
    url TEXT,  -- where a reader finds it, if known
    outlet TEXT NOT NULL,
    title TEXT NOT NULL,  -- of its latest revision
    published TEXT NOT NULL,
    date_source TEXT NOT NULL CHECK (date_source IN ('header', 'metadata', 'file'))
)""",
    """
CREATE TABLE revisions (
    -- The text of an article as it was read at one time; never changed, because offsets point into it.
    sequence INTEGER PRIMARY KEY,  -- order of storing; articles_fts points here
    id TEXT NOT NULL UNIQUE,  -- content hash of title and text
    article TEXT NOT NULL REFERENCES articles (id),
    number INTEGER NOT NULL CHECK (number >= 1),  -- 1 for the text as first seen
    run INTEGER NOT NULL REFERENCES runs (id),
    seen TEXT NOT NULL,  -- when it was stored
    extractor TEXT NOT NULL,  -- version of the tracker that read it
    title TEXT NOT NULL,
    text TEXT NOT NULL,  -- last, so that the columns before it are read without it
    UNIQUE (article, number)
)""",
    """
CREATE TABLE summaries (
    -- The sentences that stand for an article: verbatim spans of the revision's text.
    revision TEXT PRIMARY KEY NOT NULL REFERENCES revisions (id) ON DELETE CASCADE,
    method TEXT NOT NULL,
    sentences TEXT NOT NULL CHECK (json_valid(sentences))  -- [[start, end], ...] in characters
) WITHOUT ROWID""",
    """
CREATE TABLE actors (
    -- Whoever can hold a position, once an article has named it.
    name TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('state', 'organisation', 'political party', 'union', 'company', 'person', 'other')),
    party TEXT NOT NULL REFERENCES actors (name) DEFERRABLE INITIALLY DEFERRED,  -- whom it speaks for; a party names itself
    first_seen TEXT NOT NULL  -- publication of the first article stored that names it
)""",
    """
CREATE TABLE aliases (
    -- Other names of actors.
    actor TEXT NOT NULL REFERENCES actors (name) ON DELETE CASCADE,
    alias TEXT NOT NULL,
    use TEXT NOT NULL CHECK (use IN ('name', 'place', 'adjective')),  -- a place is a name that is a place as well
    PRIMARY KEY (actor, alias, use)
)""",
    """
CREATE TABLE issues (
    -- What positions are about, shared by all parties that speak to it.
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    first_position TEXT NOT NULL REFERENCES positions (id) DEFERRABLE INITIALLY DEFERRED,  -- its vector stands for the issue
    last_spoken TEXT NOT NULL,  -- publication of the latest position on it; kept by a trigger
    vector BLOB  -- of its first position, as in vectors: here too, so that a look-up reads one row; kept by a trigger
)""",
    """
CREATE TABLE positions (
    -- What a party is said to want, with its place in the text as evidence.
    sequence INTEGER PRIMARY KEY,  -- order of storing; positions_fts and vectors point here
    id TEXT NOT NULL UNIQUE,  -- content hash
    revision TEXT NOT NULL REFERENCES revisions (id),
    party TEXT NOT NULL REFERENCES actors (name),
    speaker TEXT NOT NULL,  -- as the text names them
    issue TEXT NOT NULL REFERENCES issues (id),
    kind TEXT NOT NULL CHECK (kind IN ('direct', 'indirect', 'mixed')),  -- quoted, reported or both
    polarity TEXT NOT NULL CHECK (polarity IN ('for', 'against', 'neutral')),
    commitment TEXT CHECK (commitment IN ('rules out', 'opposes', 'sees no need', 'does not exclude', 'considers', 'is open to',
        'is ready to', 'offers', 'will', 'insists on')),  -- null for a statement of fact or belief
    cue TEXT,  -- the words that set the commitment
    content TEXT NOT NULL,  -- verbatim: the words at content_spans, joined by one space
    statement TEXT NOT NULL,  -- the content in one line, with the cue where the cue carries the stance
    conditions TEXT NOT NULL CHECK (json_valid(conditions)),  -- [clause, ...]
    quantities TEXT NOT NULL CHECK (json_valid(quantities)),  -- [[value in base units, unit, words], ...]
    deadlines TEXT NOT NULL CHECK (json_valid(deadlines)),  -- [words, ...]
    about TEXT,  -- another party that the statement characterises
    recalled INTEGER NOT NULL CHECK (recalled IN (0, 1)),  -- 1: background, never compared
    copy_of TEXT REFERENCES positions (id),  -- the position that this one repeats, where its article is a copy: a witness, no news
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),  -- that this is an attribution with these spans
    rule TEXT NOT NULL,  -- how the source became a party
    published TEXT NOT NULL,  -- of its article; here too, for the indexes below
    source_spans TEXT NOT NULL CHECK (json_valid(source_spans)),  -- [[start, end], ...], characters of the revision's text
    cue_spans TEXT NOT NULL CHECK (json_valid(cue_spans)),
    content_spans TEXT NOT NULL CHECK (json_valid(content_spans))
)""",
    """
CREATE TABLE sketches (
    -- The smallest shingle hashes of each text: texts that share some may be copies of each other.
    hash INTEGER NOT NULL,
    revision INTEGER NOT NULL REFERENCES revisions (sequence) ON DELETE CASCADE,
    PRIMARY KEY (hash, revision)
) WITHOUT ROWID""",
    """
CREATE TABLE vectors (
    -- Sentence vectors of the positions' statements, apart so that positions stay readable.
    position INTEGER PRIMARY KEY REFERENCES positions (sequence) ON DELETE CASCADE,
    vector BLOB NOT NULL CHECK (length(vector) % 2 = 0)  -- little-endian float16, length 1
)""",
    """
CREATE TABLE latest_positions (
    -- Each party's latest position on each issue, without background and copies. Kept by triggers: a look-up stays flat.
    party TEXT NOT NULL REFERENCES actors (name),
    issue TEXT NOT NULL REFERENCES issues (id),
    position TEXT NOT NULL REFERENCES positions (id),
    published TEXT NOT NULL,
    vector BLOB,  -- as in vectors: here too, so that all that a party holds is read in one stretch
    PRIMARY KEY (party, issue)
) WITHOUT ROWID""",
    """
CREATE TABLE changes (
    -- A position against the same party's latest earlier position on that issue.
    sequence INTEGER PRIMARY KEY,  -- order of storing
    id TEXT NOT NULL UNIQUE,  -- content hash
    run INTEGER NOT NULL REFERENCES runs (id),
    stored TEXT NOT NULL,  -- when it became known here: digests go by this
    before TEXT REFERENCES positions (id),  -- null where the position is new
    after TEXT NOT NULL REFERENCES positions (id),
    label TEXT NOT NULL CHECK (label IN ('new', 'restated', 'amended', 'softened', 'hardened', 'reversed')),
    why TEXT NOT NULL,  -- one sentence
    evidence TEXT NOT NULL CHECK (json_valid(evidence)),  -- [[aspect, before, after], ...]
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    CHECK ((label = 'new') = (before IS NULL))
)""",
    """
CREATE TABLE failures (
    -- Inputs that could not be processed. The same failure of the same input is recorded once.
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),  -- that met it first
    stored TEXT NOT NULL,
    origin TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage <> ''),  -- read, understand or store
    message TEXT NOT NULL,  -- with the remedy
    UNIQUE (origin, stage, message)
)""",
    """
CREATE TABLE digests (
    -- What a reader was told after a run. Texts are rendered again from the rows of the window.
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),
    profile TEXT NOT NULL,  -- which readers: 'default' where none are configured
    since TEXT,  -- null: from the beginning
    until TEXT NOT NULL,
    composed TEXT NOT NULL,
    subject TEXT NOT NULL,
    changes TEXT NOT NULL CHECK (json_valid(changes)),  -- [id, ...] in the order shown
    articles INTEGER NOT NULL CHECK (articles >= 0),
    failures INTEGER NOT NULL CHECK (failures >= 0),
    UNIQUE (run, profile)
)""",
    """
CREATE TABLE deliveries (
    -- One digest to one recipient: written before sending, so that nothing is lost and a repeat is recognised.
    id INTEGER PRIMARY KEY,
    digest INTEGER NOT NULL REFERENCES digests (id),
    channel TEXT NOT NULL,  -- smtp, sendmail, folder ...
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
)

_INDEXES = (
    "CREATE INDEX articles_run ON articles (run)",
    "CREATE INDEX articles_url ON articles (url) WHERE url IS NOT NULL",
    "CREATE INDEX revisions_run ON revisions (run)",
    "CREATE INDEX revisions_seen ON revisions (seen)",
    "CREATE INDEX aliases_alias ON aliases (alias)",
    "CREATE INDEX issues_last_spoken ON issues (last_spoken, id)",
    "CREATE INDEX issues_first_position ON issues (first_position)",
    "CREATE INDEX positions_revision ON positions (revision)",
    "CREATE INDEX positions_history ON positions (party, issue, recalled, published)",
    "CREATE INDEX positions_copy_of ON positions (copy_of) WHERE copy_of IS NOT NULL",
    "CREATE INDEX sketches_revision ON sketches (revision)",
    "CREATE INDEX positions_issue ON positions (issue, published)",
    "CREATE INDEX latest_positions_published ON latest_positions (party, published)",
    "CREATE INDEX latest_positions_position ON latest_positions (position)",
    "CREATE INDEX changes_run ON changes (run)",
    "CREATE INDEX changes_stored ON changes (stored)",
    "CREATE INDEX changes_before ON changes (before) WHERE before IS NOT NULL",
    "CREATE INDEX changes_after ON changes (after)",
    "CREATE INDEX failures_run ON failures (run)",
    "CREATE INDEX failures_stored ON failures (stored)",
    "CREATE INDEX deliveries_pending ON deliveries (due) WHERE state = 'pending'",
)

_HISTORY_TRIGGERS = (
    """
CREATE TRIGGER positions_latest_insert AFTER INSERT ON positions BEGIN
    UPDATE issues SET last_spoken = new.published WHERE id = new.issue AND last_spoken < new.published;
    INSERT INTO latest_positions (party, issue, position, published)
    SELECT new.party, new.issue, new.id, new.published WHERE new.recalled = 0 AND new.copy_of IS NULL
    ON CONFLICT (party, issue) DO UPDATE SET position = excluded.position, published = excluded.published, vector = NULL
    WHERE excluded.published >= latest_positions.published;
END""",
    """
CREATE TRIGGER vectors_insert AFTER INSERT ON vectors BEGIN
    UPDATE latest_positions SET vector = new.vector
    WHERE (party, issue, position) = (SELECT party, issue, id FROM positions WHERE sequence = new.position);
    UPDATE issues SET vector = new.vector
    WHERE (id, first_position) = (SELECT issue, id FROM positions WHERE sequence = new.position);
END""",
    f"""
CREATE TRIGGER positions_latest_delete AFTER DELETE ON positions BEGIN
    DELETE FROM latest_positions WHERE position = old.id;{LATEST_OF.format(row="old")}
END""",
    f"""
CREATE TRIGGER positions_latest_update AFTER UPDATE OF id, party, issue, recalled, copy_of, published ON positions BEGIN
    DELETE FROM latest_positions WHERE position IN (old.id, new.id);{LATEST_OF.format(row="old")}{LATEST_OF.format(row="new")}
    UPDATE issues SET last_spoken = new.published WHERE id = new.issue AND last_spoken < new.published;
END""",
)


def _full_text(index: str, table: str, columns: str) -> tuple[str, ...]:
    """The statements that make a full-text index over a table and keep it up (SQLite's documentation of FTS5, section 4.4.3)."""
    old, new = (", ".join(f"{row}.{column.strip()}" for column in columns.split(",")) for row in ("old", "new"))
    forget = f"\n    INSERT INTO {index} ({index}, rowid, {columns}) VALUES ('delete', old.sequence, {old});"
    learn = f"\n    INSERT INTO {index} (rowid, {columns}) VALUES (new.sequence, {new});"
    return (
        f"CREATE VIRTUAL TABLE {index} USING fts5 (\n    {columns}, content=\"{table}\", content_rowid='sequence',"
        "\n    tokenize='porter unicode61 remove_diacritics 2'\n)",
        f"CREATE TRIGGER {index}_insert AFTER INSERT ON {table} BEGIN{learn}\nEND",
        f"CREATE TRIGGER {index}_delete AFTER DELETE ON {table} BEGIN{forget}\nEND",
        f"CREATE TRIGGER {index}_update AFTER UPDATE OF sequence, {columns} ON {table} BEGIN{forget}{learn}\nEND",
    )


_POSITION_COLUMNS = """positions.id, positions.party, positions.speaker, issues.name AS issue, positions.kind, positions.polarity,
    positions.commitment, positions.content, revisions.title, articles.origin, positions.published, articles.outlet, articles.url,
    positions.statement, positions.cue, positions.conditions, positions.quantities, positions.deadlines, positions.about,
    positions.recalled, positions.copy_of, 1 + (
        SELECT count(*) FROM positions AS copies WHERE copies.copy_of = positions.id
    ) AS witnesses, positions.confidence, positions.rule, issues.id AS issue_id, positions.revision"""


def _views(columns: str) -> tuple[str, ...]:
    """The views, with these columns of positions."""
    return (
        f"""
CREATE VIEW position_detail AS
-- One row a position, with its issue and article: no join needed.
SELECT {columns}
FROM positions
JOIN issues ON issues.id = positions.issue
JOIN revisions ON revisions.id = positions.revision
JOIN articles ON articles.id = revisions.article""",
        f"""
CREATE VIEW current_stance AS
-- The latest position of each party on each issue; background is left out.
SELECT {columns}
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
    changes.before AS before_id, changes.after AS after_id, after.issue_id, changes.stored, changes.run
FROM changes
JOIN position_detail AS after ON after.id = changes.after
LEFT JOIN position_detail AS before ON before.id = changes.before""",
    )


@MIGRATIONS()
def m001_history(db: Database) -> None:
    """Articles, positions, changes, runs and digests; full-text search; the views."""
    full_text = _full_text("articles_fts", "revisions", "title, text")
    full_text += _full_text("positions_fts", "positions", "party, speaker, statement")
    for statement in _TABLES + _INDEXES + _HISTORY_TRIGGERS + full_text + _views(_POSITION_COLUMNS):
        # One at a time: executescript() would commit the transaction that makes a migration whole.
        db.execute(statement.strip())


@MIGRATIONS()
def m002_delivery(db: Database) -> None:
    """Digests kept whole and apart from runs; readers' corrections."""
    for statement in delivery_tables.STATEMENTS:
        db.execute(statement.strip())


@MIGRATIONS()
def m003_feeds(db: Database) -> None:
    """Feeds and the addresses that they led to; author, language and beat of articles."""
    for statement in feed_tables.STATEMENTS:
        db.execute(statement.strip())


@MIGRATIONS()
def m004_revisions(db: Database) -> None:
    """Where an article is found again, what outlets edited, and comparisons that were done again."""
    for statement in revision_tables.STATEMENTS:
        db.execute(statement.strip())


@MIGRATIONS()
def m005_threads(db: Database) -> None:
    """Which earlier mail a delivery follows up: settled when it is composed, so that it has the same bytes whenever it is sent."""
    db.execute("ALTER TABLE deliveries ADD COLUMN in_reply_to TEXT")


@MIGRATIONS()
def m007_actors_issues(db: Database) -> None:
    """Persons and bodies whom articles introduced; issues merged and renamed; addressees and times of what is recalled."""
    gone = tuple(f"DROP VIEW {view}" for view in ("change_detail", "current_stance", "position_detail"))
    views = revision_tables.compose_views(", positions.addressee, positions.recalled_time")
    for statement in (*actor_tables.STATEMENTS, *gone, *views):
        db.execute(statement.strip())


@MIGRATIONS()
def m008_advice(db: Database) -> None:
    """Answers of a reader's own language model, and what every question to it came to."""
    for statement in advice_tables.STATEMENTS:
        db.execute(statement.strip())


@MIGRATIONS()
def m009_reextraction(db: Database) -> None:
    """Corrections that hold to their positions, whatever the earlier side of a change is."""
    for statement in replay_tables.STATEMENTS:
        db.execute(statement.strip())
