-- Generated from tracker/store/migrations.py by `python -m tracker.store.schema`; change it there.

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
);

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
, author TEXT NOT NULL DEFAULT '', language TEXT NOT NULL DEFAULT '', beat TEXT NOT NULL DEFAULT '', address TEXT);

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
);

CREATE TABLE summaries (
    -- The sentences that stand for an article: verbatim spans of the revision's text.
    revision TEXT PRIMARY KEY NOT NULL REFERENCES revisions (id) ON DELETE CASCADE,
    method TEXT NOT NULL,
    sentences TEXT NOT NULL CHECK (json_valid(sentences))  -- [[start, end], ...] in characters
) WITHOUT ROWID;

CREATE TABLE actors (
    -- Whoever can hold a position, once an article has named it.
    name TEXT PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('state', 'organisation', 'political party', 'union', 'company', 'person', 'other')),
    party TEXT NOT NULL REFERENCES actors (name) DEFERRABLE INITIALLY DEFERRED,  -- whom it speaks for; a party names itself
    first_seen TEXT NOT NULL  -- publication of the first article stored that names it
);

CREATE TABLE aliases (
    -- Other names of actors.
    actor TEXT NOT NULL REFERENCES actors (name) ON DELETE CASCADE,
    alias TEXT NOT NULL,
    use TEXT NOT NULL CHECK (use IN ('name', 'place', 'adjective')),  -- a place is a name that is a place as well
    PRIMARY KEY (actor, alias, use)
);

CREATE TABLE issues (
    -- What positions are about, shared by all parties that speak to it.
    id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    first_position TEXT NOT NULL REFERENCES positions (id) DEFERRABLE INITIALLY DEFERRED,  -- its vector stands for the issue
    last_spoken TEXT NOT NULL,  -- publication of the latest position on it; kept by a trigger
    vector BLOB  -- of its first position, as in vectors: here too, so that a look-up reads one row; kept by a trigger
, merged_into TEXT REFERENCES issues (id), born_as TEXT);

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
, edited_by TEXT REFERENCES revisions (id), edit_of TEXT REFERENCES positions (id), carries INTEGER NOT NULL DEFAULT 0 CHECK (carries IN (0, 1)), addressee TEXT, recalled_time TEXT NOT NULL DEFAULT '');

CREATE TABLE sketches (
    -- The smallest shingle hashes of each text: texts that share some may be copies of each other.
    hash INTEGER NOT NULL,
    revision INTEGER NOT NULL REFERENCES revisions (sequence) ON DELETE CASCADE,
    PRIMARY KEY (hash, revision)
) WITHOUT ROWID;

CREATE TABLE vectors (
    -- Sentence vectors of the positions' statements, apart so that positions stay readable.
    position INTEGER PRIMARY KEY REFERENCES positions (sequence) ON DELETE CASCADE,
    vector BLOB NOT NULL CHECK (length(vector) % 2 = 0)  -- little-endian float16, length 1
);

CREATE TABLE latest_positions (
    -- Each party's latest position on each issue, without background and copies. Kept by triggers: a look-up stays flat.
    party TEXT NOT NULL REFERENCES actors (name),
    issue TEXT NOT NULL REFERENCES issues (id),
    position TEXT NOT NULL REFERENCES positions (id),
    published TEXT NOT NULL,
    vector BLOB,  -- as in vectors: here too, so that all that a party holds is read in one stretch
    PRIMARY KEY (party, issue)
) WITHOUT ROWID;

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
    confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1), quiet INTEGER NOT NULL DEFAULT 0 CHECK (quiet IN (0, 1)),
    CHECK ((label = 'new') = (before IS NULL))
);

CREATE TABLE failures (
    -- Inputs that could not be processed. The same failure of the same input is recorded once.
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),  -- that met it first
    stored TEXT NOT NULL,
    origin TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage <> ''),  -- read, understand or store
    message TEXT NOT NULL,  -- with the remedy
    UNIQUE (origin, stage, message)
);

CREATE INDEX articles_run ON articles (run);

CREATE INDEX articles_url ON articles (url) WHERE url IS NOT NULL;

CREATE INDEX revisions_run ON revisions (run);

CREATE INDEX revisions_seen ON revisions (seen);

CREATE INDEX aliases_alias ON aliases (alias);

CREATE INDEX issues_last_spoken ON issues (last_spoken, id);

CREATE INDEX issues_first_position ON issues (first_position);

CREATE INDEX positions_revision ON positions (revision);

CREATE INDEX positions_history ON positions (party, issue, recalled, published);

CREATE INDEX positions_copy_of ON positions (copy_of) WHERE copy_of IS NOT NULL;

CREATE INDEX sketches_revision ON sketches (revision);

CREATE INDEX positions_issue ON positions (issue, published);

CREATE INDEX latest_positions_published ON latest_positions (party, published);

CREATE INDEX latest_positions_position ON latest_positions (position);

CREATE INDEX changes_run ON changes (run);

CREATE INDEX changes_stored ON changes (stored);

CREATE INDEX changes_before ON changes (before) WHERE before IS NOT NULL;

CREATE INDEX changes_after ON changes (after);

CREATE INDEX failures_run ON failures (run);

CREATE INDEX failures_stored ON failures (stored);

CREATE TRIGGER vectors_insert AFTER INSERT ON vectors BEGIN
    UPDATE latest_positions SET vector = new.vector
    WHERE (party, issue, position) = (SELECT party, issue, id FROM positions WHERE sequence = new.position);
    UPDATE issues SET vector = new.vector
    WHERE (id, first_position) = (SELECT issue, id FROM positions WHERE sequence = new.position);
END;

CREATE VIRTUAL TABLE articles_fts USING fts5 (
    title, text, content="revisions", content_rowid='sequence',
    tokenize='porter unicode61 remove_diacritics 2'
);

CREATE TRIGGER articles_fts_insert AFTER INSERT ON revisions BEGIN
    INSERT INTO articles_fts (rowid, title, text) VALUES (new.sequence, new.title, new.text);
END;

CREATE TRIGGER articles_fts_delete AFTER DELETE ON revisions BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, title, text) VALUES ('delete', old.sequence, old.title, old.text);
END;

CREATE TRIGGER articles_fts_update AFTER UPDATE OF sequence, title, text ON revisions BEGIN
    INSERT INTO articles_fts (articles_fts, rowid, title, text) VALUES ('delete', old.sequence, old.title, old.text);
    INSERT INTO articles_fts (rowid, title, text) VALUES (new.sequence, new.title, new.text);
END;

CREATE VIRTUAL TABLE positions_fts USING fts5 (
    party, speaker, statement, content="positions", content_rowid='sequence',
    tokenize='porter unicode61 remove_diacritics 2'
);

CREATE TRIGGER positions_fts_insert AFTER INSERT ON positions BEGIN
    INSERT INTO positions_fts (rowid, party, speaker, statement) VALUES (new.sequence, new.party, new.speaker, new.statement);
END;

CREATE TRIGGER positions_fts_delete AFTER DELETE ON positions BEGIN
    INSERT INTO positions_fts (positions_fts, rowid, party, speaker, statement) VALUES ('delete', old.sequence, old.party, old.speaker, old.statement);
END;

CREATE TRIGGER positions_fts_update AFTER UPDATE OF sequence, party, speaker, statement ON positions BEGIN
    INSERT INTO positions_fts (positions_fts, rowid, party, speaker, statement) VALUES ('delete', old.sequence, old.party, old.speaker, old.statement);
    INSERT INTO positions_fts (rowid, party, speaker, statement) VALUES (new.sequence, new.party, new.speaker, new.statement);
END;

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
);

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
    error TEXT, in_reply_to TEXT,  -- of the last attempt
    CHECK ((state = 'sent') = (sent IS NOT NULL)),
    UNIQUE (digest, channel, recipient)
);

CREATE INDEX deliveries_pending ON deliveries (due) WHERE state = 'pending';

CREATE INDEX deliveries_recipient ON deliveries (recipient, id);

CREATE INDEX digests_profile ON digests (profile, id);

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
) WITHOUT ROWID;

CREATE TABLE links (
    -- Addresses of entries that were read or refused: nothing is fetched twice.
    address TEXT PRIMARY KEY NOT NULL,
    feed TEXT NOT NULL,
    seen TEXT NOT NULL,  -- when it was last tried
    tries INTEGER NOT NULL CHECK (tries >= 1),
    done INTEGER NOT NULL CHECK (done IN (0, 1))  -- 0: it failed for now and is tried again
, text TEXT NOT NULL DEFAULT '') WITHOUT ROWID;

CREATE INDEX links_seen ON links (seen);

CREATE INDEX articles_address ON articles (address);

CREATE TRIGGER positions_latest_delete AFTER DELETE ON positions BEGIN
    DELETE FROM latest_positions WHERE position = old.id;
    INSERT INTO latest_positions (party, issue, position, published, vector)
    SELECT party, issue, id, published, (SELECT vector FROM vectors WHERE vectors.position = positions.sequence) FROM positions
    WHERE party = old.party AND issue = old.issue AND recalled = 0 AND copy_of IS NULL
    ORDER BY published DESC, carries DESC, sequence DESC LIMIT 1
    ON CONFLICT (party, issue) DO UPDATE
    SET position = excluded.position, published = excluded.published, vector = excluded.vector;
END;

CREATE INDEX positions_edited_by ON positions (edited_by) WHERE edited_by IS NOT NULL;

CREATE INDEX positions_edit_of ON positions (edit_of) WHERE edit_of IS NOT NULL;

CREATE INDEX positions_party ON positions (party, published, sequence) WHERE recalled = 0 AND copy_of IS NULL;

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
, position TEXT NOT NULL DEFAULT '');

CREATE INDEX corrections_subject ON corrections (subject, sequence);

CREATE INDEX corrections_current ON corrections (current) WHERE current IS NOT NULL;

CREATE TRIGGER positions_suppressed AFTER INSERT ON positions WHEN new.recalled = 0 AND EXISTS (
    SELECT 1 FROM corrections WHERE subject = new.id AND label IS NULL AND "by" = 'reader'
) BEGIN
    UPDATE positions SET recalled = 1 WHERE id = new.id;
END;

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
);

CREATE INDEX introductions_key ON introductions (key, first_seen);

CREATE INDEX introductions_name ON introductions (name, first_seen);

CREATE INDEX introductions_revision ON introductions (revision);

CREATE INDEX issues_merged_into ON issues (merged_into) WHERE merged_into IS NOT NULL;

CREATE TRIGGER positions_latest_insert AFTER INSERT ON positions BEGIN
    UPDATE issues SET last_spoken = new.published WHERE id = new.issue AND last_spoken < new.published;
    UPDATE issues SET last_spoken = new.published WHERE merged_into = new.issue AND last_spoken < new.published;
    INSERT INTO latest_positions (party, issue, position, published)
    SELECT new.party, new.issue, new.id, new.published WHERE new.recalled = 0 AND new.copy_of IS NULL
    ON CONFLICT (party, issue) DO UPDATE SET position = excluded.position, published = excluded.published, vector = NULL
    WHERE excluded.published >= latest_positions.published;
END;

CREATE TRIGGER positions_latest_update AFTER UPDATE OF id, party, issue, recalled, copy_of, published, carries ON positions BEGIN
    DELETE FROM latest_positions WHERE position IN (old.id, new.id);
    INSERT INTO latest_positions (party, issue, position, published, vector)
    SELECT party, issue, id, published, (SELECT vector FROM vectors WHERE vectors.position = positions.sequence) FROM positions
    WHERE party = old.party AND issue = old.issue AND recalled = 0 AND copy_of IS NULL
    ORDER BY published DESC, carries DESC, sequence DESC LIMIT 1
    ON CONFLICT (party, issue) DO UPDATE
    SET position = excluded.position, published = excluded.published, vector = excluded.vector;
    INSERT INTO latest_positions (party, issue, position, published, vector)
    SELECT party, issue, id, published, (SELECT vector FROM vectors WHERE vectors.position = positions.sequence) FROM positions
    WHERE party = new.party AND issue = new.issue AND recalled = 0 AND copy_of IS NULL
    ORDER BY published DESC, carries DESC, sequence DESC LIMIT 1
    ON CONFLICT (party, issue) DO UPDATE
    SET position = excluded.position, published = excluded.published, vector = excluded.vector;
    UPDATE issues SET last_spoken = new.published WHERE id = new.issue AND last_spoken < new.published;
    UPDATE issues SET last_spoken = new.published WHERE merged_into = new.issue AND last_spoken < new.published;
END;

CREATE VIEW position_detail AS
-- One row a position, with its issue and article: no join needed. Where "edited_by" is set, the outlet took it out or changed it.
SELECT positions.id, positions.party, positions.speaker, issues.name AS issue, positions.kind, positions.polarity,
    positions.commitment, positions.content, revisions.title, articles.origin, positions.published, articles.outlet, articles.url,
    positions.statement, positions.cue, positions.conditions, positions.quantities, positions.deadlines, positions.about,
    positions.recalled, positions.copy_of, (
        SELECT count(DISTINCT coalesce(nullif(lower(carriers.outlet), ''), carriers.id))
        FROM positions AS carried
        JOIN revisions AS carrying ON carrying.id = carried.revision
        JOIN articles AS carriers ON carriers.id = carrying.article
        WHERE carried.copy_of = positions.id AND carried.edited_by IS NULL OR carried.id = positions.id
    ) AS witnesses, positions.confidence, positions.rule,
    issues.id AS issue_id, positions.revision, positions.edited_by, positions.edit_of, positions.addressee, positions.recalled_time
FROM positions
JOIN issues ON issues.id = positions.issue
JOIN revisions ON revisions.id = positions.revision
JOIN articles ON articles.id = revisions.article;

CREATE VIEW current_stance AS
-- The latest position of each party on each issue; background is left out.
SELECT positions.id, positions.party, positions.speaker, issues.name AS issue, positions.kind, positions.polarity,
    positions.commitment, positions.content, revisions.title, articles.origin, positions.published, articles.outlet, articles.url,
    positions.statement, positions.cue, positions.conditions, positions.quantities, positions.deadlines, positions.about,
    positions.recalled, positions.copy_of, (
        SELECT count(DISTINCT coalesce(nullif(lower(carriers.outlet), ''), carriers.id))
        FROM positions AS carried
        JOIN revisions AS carrying ON carrying.id = carried.revision
        JOIN articles AS carriers ON carriers.id = carrying.article
        WHERE carried.copy_of = positions.id AND carried.edited_by IS NULL OR carried.id = positions.id
    ) AS witnesses, positions.confidence, positions.rule,
    issues.id AS issue_id, positions.revision, positions.edited_by, positions.edit_of, positions.addressee, positions.recalled_time
FROM latest_positions
JOIN positions ON positions.id = latest_positions.position
JOIN issues ON issues.id = positions.issue
JOIN revisions ON revisions.id = positions.revision
JOIN articles ON articles.id = revisions.article;

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
LEFT JOIN position_detail AS before ON before.id = changes.before;

CREATE TABLE answers (
    -- What a language model of the reader's own answered and what passed the checks: the same question is not paid for twice.
    key TEXT PRIMARY KEY NOT NULL,  -- hash of task, version, model, options and material
    answer TEXT NOT NULL,  -- as it came
    stored TEXT NOT NULL
) WITHOUT ROWID;

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
);

CREATE INDEX inquiries_run ON inquiries (run);

CREATE INDEX inquiries_asked ON inquiries (asked) WHERE calls > 0;

CREATE INDEX inquiries_subject ON inquiries (subject);

CREATE INDEX corrections_position ON corrections (position);

CREATE INDEX digests_through_change ON digests (through_change);

CREATE TRIGGER changes_suppressed BEFORE INSERT ON changes WHEN EXISTS (
    SELECT 1 FROM corrections WHERE subject IN (new.id, new.after) AND label IS NULL AND "by" = 'reader'
    UNION ALL SELECT 1 FROM corrections WHERE position = new.after AND label IS NULL AND "by" = 'reader'
) BEGIN
    SELECT RAISE(IGNORE);
END;

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
END;
