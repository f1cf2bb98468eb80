"""Tables of the index about documents, their texts, and whatever else can be found by its words."""

TABLES = """\
CREATE TABLE documents (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never used twice: texts go by it
    project_id INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
    mission_id INTEGER REFERENCES missions ON DELETE CASCADE,
    position INTEGER NOT NULL,
    path TEXT NOT NULL,
    path_bytes BLOB,
    kind TEXT NOT NULL,
    author TEXT,
    role TEXT,
    stage TEXT CHECK (stage IN ('planning', 'evaluation')),
    round INTEGER,
    step INTEGER,
    title TEXT NOT NULL,
    readability TEXT NOT NULL
        CHECK (readability IN ('text', 'replaced', 'truncated', 'binary', 'unreadable')),
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    inode INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    line_count INTEGER NOT NULL,
    verdict TEXT,
    verdict_line INTEGER,
    approved INTEGER CHECK (approved IN (0, 1)),
    approved_line INTEGER
) STRICT;
CREATE UNIQUE INDEX documents_by_path ON documents (project_id, path, coalesce(path_bytes, x''));
CREATE INDEX documents_by_mission ON documents (mission_id);
CREATE TRIGGER documents_count_up AFTER INSERT ON documents BEGIN
    UPDATE projects SET document_count = document_count + 1 WHERE id = new.project_id;
END;
CREATE TRIGGER documents_count_down AFTER DELETE ON documents BEGIN
    UPDATE projects SET document_count = document_count - 1 WHERE id = old.project_id;
END;
CREATE TABLE reviews (
    document_id INTEGER PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
    reviewers TEXT NOT NULL,
    confidence TEXT
) STRICT;
CREATE TABLE review_findings (
    document_id INTEGER NOT NULL REFERENCES reviews ON DELETE CASCADE,
    position INTEGER NOT NULL,
    path TEXT NOT NULL,
    line INTEGER NOT NULL,
    end_line INTEGER NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    severity TEXT CHECK (severity IN ('HIGH', 'MEDIUM', 'LOW')),
    severity_word TEXT,
    label TEXT,
    section TEXT NOT NULL,
    stance TEXT NOT NULL,
    criteria TEXT NOT NULL,
    finding_references TEXT NOT NULL,
    file_references TEXT NOT NULL,
    stated_agreement TEXT CHECK (stated_agreement IN ('agreed', 'partially_agreed', 'disputed')),
    confidence REAL,
    reviewers TEXT NOT NULL,
    category TEXT,
    why TEXT NOT NULL,
    PRIMARY KEY (document_id, position)
) STRICT, WITHOUT ROWID;
-- What can be found besides documents. Ids share document_texts with those of documents, far above them.
CREATE TABLE search_items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
    mission_id INTEGER REFERENCES missions ON DELETE CASCADE,
    commit_id INTEGER REFERENCES commits ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('mission', 'decision', 'finding', 'commit', 'file')),
    key TEXT NOT NULL,
    path TEXT NOT NULL,
    line INTEGER,
    author TEXT,
    stage TEXT,
    round INTEGER,
    severity TEXT,
    agreement TEXT,
    verdict TEXT,
    files TEXT NOT NULL
) STRICT;
CREATE INDEX search_items_by_mission ON search_items (mission_id);
CREATE INDEX search_items_by_commit ON search_items (commit_id);
CREATE INDEX search_items_by_project ON search_items (project_id, kind, path);
INSERT INTO sqlite_sequence (name, seq) VALUES ('search_items', 1099511627776);
-- Texts are kept once, packed (see texts), by the ids of documents and of search_items; the full-text index
-- holds none.
CREATE TABLE texts (id INTEGER PRIMARY KEY, packed BLOB NOT NULL) STRICT;
-- parts: identifiers as no other column shows them: readCell as "read Cell", read_cell as "readcell".
CREATE VIRTUAL TABLE document_texts
    USING fts5(body, title, headings, parts, content = '', tokenize = "unicode61 remove_diacritics 2");
-- More words are gathered in memory before a segment is written: a bulk save merges fewer segments.
INSERT INTO document_texts (document_texts, rank) VALUES ('hashsize', 16777216);
-- A bulk save merges no segments, which would write every word two or three times: later small ones do,
-- a part each (texts.save_waiting_texts). Until then a search looks into more of them.
INSERT INTO document_texts (document_texts, rank) VALUES ('automerge', 0);
INSERT INTO document_texts (document_texts, rank) VALUES ('usermerge', 8);
INSERT INTO document_texts (document_texts, rank) VALUES ('crisismerge', 250);
-- A trigger may not touch the text itself (trusted_schema is off): texts.save_waiting_texts does.
CREATE TABLE lost_texts (document_id INTEGER PRIMARY KEY) STRICT;
CREATE TRIGGER documents_lose_text AFTER DELETE ON documents BEGIN
    INSERT INTO lost_texts (document_id) VALUES (old.id);
END;
CREATE TRIGGER search_items_lose_text AFTER DELETE ON search_items BEGIN
    INSERT OR IGNORE INTO lost_texts (document_id) VALUES (old.id);
END;
"""
