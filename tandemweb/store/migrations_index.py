"""The schema of ``index.db``, append-only.

An index of another version is not migrated but rebuilt from nothing, so a change is one more function here and the
next SCHEMA_VERSION in ``connections``.

``project_id`` stands wherever a page asks across missions; everything else hangs on its mission, so that saving or
removing one mission touches only its own rows. Words that projects write as they like carry no CHECK.
"""

import sqlite3

from sqlite_utils import Database, Migrations

index_migrations = Migrations("index")


def run_script(database: Database, script: str) -> None:
    """Run the statements one by one: ``executescript`` would commit the transaction around the migration."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            database.conn.execute(statement)
            statement = ""


@index_migrations()
def m001_projects_and_notices(database: Database) -> None:
    run_script(
        database,
        """
        CREATE TABLE change_counter (id INTEGER PRIMARY KEY CHECK (id = 1), revision INTEGER NOT NULL) STRICT;
        CREATE TABLE notices (
            id INTEGER PRIMARY KEY,
            code TEXT NOT NULL UNIQUE,
            message TEXT NOT NULL,
            created_at TEXT NOT NULL
        ) STRICT;
        CREATE TABLE projects (
            id INTEGER PRIMARY KEY,
            slug TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            path TEXT NOT NULL,
            refreshed_at TEXT,
            revision INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE archive_roots (
            id INTEGER PRIMARY KEY,
            project_id INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
            slug TEXT NOT NULL,
            path TEXT NOT NULL,
            naming TEXT NOT NULL CHECK (naming IN ('PascalCase', 'camelCase', 'kebab-case', 'snake_case')),
            project_name TEXT,
            current_mission TEXT,
            next_mission_number INTEGER,
            config TEXT NOT NULL,
            UNIQUE (project_id, slug)
        ) STRICT;
        CREATE TABLE known_files (
            project_id INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
            path BLOB NOT NULL,
            size INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            inode INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            PRIMARY KEY (project_id, path)
        ) STRICT, WITHOUT ROWID;
        """,
    )


@index_migrations()
def m002_missions(database: Database) -> None:
    run_script(
        database,
        """
        CREATE TABLE missions (
            id INTEGER PRIMARY KEY,
            project_id INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
            root_id INTEGER NOT NULL REFERENCES archive_roots ON DELETE CASCADE,
            path TEXT NOT NULL,
            name TEXT NOT NULL,
            number INTEGER,
            title TEXT NOT NULL,
            phase TEXT,
            round INTEGER,
            verdict TEXT,
            generator_status TEXT,
            evaluator_status TEXT,
            user_feedback_round_count INTEGER,
            started_at TEXT,
            updated_at TEXT,
            completed_by TEXT,
            unknown TEXT NOT NULL,
            round_marks TEXT NOT NULL,
            open_high_count INTEGER NOT NULL CHECK (open_high_count >= 0),
            open_medium_count INTEGER NOT NULL CHECK (open_medium_count >= 0),
            open_low_count INTEGER NOT NULL CHECK (open_low_count >= 0),
            only_claude_count INTEGER NOT NULL CHECK (only_claude_count >= 0),
            only_codex_count INTEGER NOT NULL CHECK (only_codex_count >= 0),
            both_count INTEGER NOT NULL CHECK (both_count >= 0),
            flags INTEGER NOT NULL CHECK (flags >= 0),
            problem_count INTEGER NOT NULL CHECK (problem_count >= 0),
            revision INTEGER NOT NULL,
            UNIQUE (root_id, name)
        ) STRICT;
        CREATE INDEX missions_by_facet ON missions (project_id, phase, verdict, flags);
        CREATE INDEX missions_by_update ON missions (updated_at, id);
        CREATE INDEX missions_by_revision ON missions (revision);
        CREATE TABLE exchanges (
            id INTEGER PRIMARY KEY,
            mission_id INTEGER NOT NULL REFERENCES missions ON DELETE CASCADE,
            position INTEGER NOT NULL,
            stage TEXT NOT NULL CHECK (stage IN ('planning', 'evaluation')),
            round INTEGER NOT NULL,
            final_verdict TEXT,
            UNIQUE (mission_id, position)
        ) STRICT;
        CREATE TABLE criterion_verdicts (
            exchange_id INTEGER NOT NULL REFERENCES exchanges ON DELETE CASCADE,
            position INTEGER NOT NULL,
            number INTEGER NOT NULL,
            claude TEXT,
            codex TEXT,
            final TEXT,
            evidence TEXT NOT NULL,
            PRIMARY KEY (exchange_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE assets (
            mission_id INTEGER NOT NULL REFERENCES missions ON DELETE CASCADE,
            position INTEGER NOT NULL,
            path TEXT NOT NULL,
            path_bytes BLOB,
            size INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            inode INTEGER NOT NULL,
            round INTEGER,
            made_by TEXT,
            slug TEXT NOT NULL,
            locale TEXT,
            PRIMARY KEY (mission_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE criteria (
            mission_id INTEGER NOT NULL REFERENCES missions ON DELETE CASCADE,
            position INTEGER NOT NULL,
            number INTEGER NOT NULL,
            text TEXT NOT NULL,
            path TEXT NOT NULL,
            line INTEGER NOT NULL,
            PRIMARY KEY (mission_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE decisions (
            mission_id INTEGER NOT NULL REFERENCES missions ON DELETE CASCADE,
            position INTEGER NOT NULL,
            title TEXT NOT NULL,
            path TEXT NOT NULL,
            line INTEGER NOT NULL,
            end_line INTEGER NOT NULL,
            text TEXT NOT NULL,
            rationale TEXT NOT NULL,
            alternatives TEXT NOT NULL,
            PRIMARY KEY (mission_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE changed_files (
            mission_id INTEGER NOT NULL REFERENCES missions ON DELETE CASCADE,
            round INTEGER NOT NULL,
            paths TEXT NOT NULL,
            PRIMARY KEY (mission_id, round)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE questions (
            mission_id INTEGER NOT NULL REFERENCES missions ON DELETE CASCADE,
            position INTEGER NOT NULL,
            path TEXT NOT NULL,
            line INTEGER NOT NULL,
            end_line INTEGER NOT NULL,
            text TEXT NOT NULL,
            PRIMARY KEY (mission_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE problems (
            id INTEGER PRIMARY KEY,
            project_id INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
            mission_id INTEGER REFERENCES missions ON DELETE CASCADE,
            area TEXT NOT NULL,
            path TEXT NOT NULL,
            line INTEGER,
            code TEXT NOT NULL,
            message TEXT NOT NULL
        ) STRICT;
        CREATE INDEX problems_by_mission ON problems (mission_id);
        CREATE INDEX problems_by_place ON problems (project_id, path, line);
        """,
    )


@index_migrations()
def m003_documents(database: Database) -> None:
    run_script(
        database,
        """
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
        CREATE TABLE exchange_documents (
            exchange_id INTEGER NOT NULL REFERENCES exchanges ON DELETE CASCADE,
            position INTEGER NOT NULL,
            document_id INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
            PRIMARY KEY (exchange_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX exchange_documents_by_document ON exchange_documents (document_id);
        CREATE VIRTUAL TABLE document_texts
            USING fts5(body, title, headings, tokenize = "unicode61 remove_diacritics 2");
        -- More words are gathered in memory before a segment is written: a bulk save merges fewer segments.
        INSERT INTO document_texts (document_texts, rank) VALUES ('hashsize', 16777216);
        -- A trigger may not touch the text itself (trusted_schema is off): texts.save_waiting_texts does.
        CREATE TABLE lost_texts (document_id INTEGER PRIMARY KEY) STRICT;
        CREATE TRIGGER documents_lose_text AFTER DELETE ON documents BEGIN
            INSERT INTO lost_texts (document_id) VALUES (old.id);
        END;
        """,
    )


@index_migrations()
def m004_findings(database: Database) -> None:
    run_script(
        database,
        """
        CREATE TABLE findings (
            id INTEGER PRIMARY KEY,
            exchange_id INTEGER NOT NULL REFERENCES exchanges ON DELETE CASCADE,
            position INTEGER NOT NULL,
            key TEXT NOT NULL,
            title TEXT NOT NULL,
            raised_by TEXT NOT NULL,
            severity_by TEXT NOT NULL,
            final_severity TEXT CHECK (final_severity IN ('HIGH', 'MEDIUM', 'LOW')),
            agreement TEXT NOT NULL CHECK (agreement IN ('agreed', 'partially_agreed', 'disputed')),
            outcome TEXT NOT NULL CHECK (outcome IN ('confirmed', 'downgraded', 'dismissed', 'unresolved')),
            stuck INTEGER NOT NULL CHECK (stuck IN (0, 1)),
            UNIQUE (exchange_id, position)
        ) STRICT;
        CREATE TABLE mentions (
            finding_id INTEGER NOT NULL REFERENCES findings ON DELETE CASCADE,
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
            PRIMARY KEY (finding_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE trail_steps (
            finding_id INTEGER NOT NULL REFERENCES findings ON DELETE CASCADE,
            position INTEGER NOT NULL,
            path TEXT NOT NULL,
            line INTEGER NOT NULL,
            author TEXT NOT NULL,
            stance TEXT NOT NULL,
            severity TEXT CHECK (severity IN ('HIGH', 'MEDIUM', 'LOW')),
            agreement TEXT CHECK (agreement IN ('agreed', 'partially_agreed', 'disputed')),
            quote TEXT NOT NULL,
            changed_position INTEGER NOT NULL CHECK (changed_position IN (0, 1)),
            PRIMARY KEY (finding_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE match_reasons (
            finding_id INTEGER NOT NULL REFERENCES findings ON DELETE CASCADE,
            position INTEGER NOT NULL,
            left_mention INTEGER NOT NULL,
            right_mention INTEGER NOT NULL,
            reason TEXT NOT NULL,
            score REAL NOT NULL,
            PRIMARY KEY (finding_id, position)
        ) STRICT, WITHOUT ROWID;
        """,
    )


@index_migrations()
def m005_history(database: Database) -> None:
    run_script(
        database,
        """
        -- id is the topological position: a commit's is greater than those of all its ancestors.
        CREATE TABLE commits (
            id INTEGER PRIMARY KEY,
            project_id INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
            oid TEXT NOT NULL,
            parents TEXT NOT NULL,
            author_name TEXT NOT NULL,
            author_email TEXT NOT NULL,
            authored_at TEXT,
            committed_at TEXT,
            subject TEXT NOT NULL,
            body TEXT NOT NULL,
            change_count INTEGER NOT NULL,
            is_boundary INTEGER NOT NULL CHECK (is_boundary IN (0, 1)),
            is_reachable INTEGER NOT NULL CHECK (is_reachable IN (0, 1)),
            UNIQUE (project_id, oid)
        ) STRICT;
        CREATE INDEX commits_by_reach ON commits (project_id, is_reachable, id);
        CREATE TABLE commit_files (
            commit_id INTEGER NOT NULL REFERENCES commits ON DELETE CASCADE,
            position INTEGER NOT NULL,
            project_id INTEGER NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('A', 'M', 'D', 'R', 'C', 'T')),
            path TEXT NOT NULL,
            old_path TEXT,
            blob TEXT,
            old_blob TEXT,
            mode TEXT NOT NULL,
            old_mode TEXT NOT NULL,
            PRIMARY KEY (commit_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX commit_files_by_path ON commit_files (project_id, path, commit_id, status);
        CREATE INDEX commit_files_by_old_path ON commit_files (project_id, old_path) WHERE old_path IS NOT NULL;
        CREATE TABLE history_tips (
            project_id INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
            oid TEXT NOT NULL,
            PRIMARY KEY (project_id, oid)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE repositories (
            project_id INTEGER PRIMARY KEY REFERENCES projects ON DELETE CASCADE,
            condition TEXT NOT NULL,
            head TEXT,
            head_oid TEXT,
            message TEXT NOT NULL,
            shallow_oids TEXT NOT NULL,
            fingerprint TEXT NOT NULL
        ) STRICT;
        CREATE TABLE refs (
            project_id INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
            position INTEGER NOT NULL,
            name TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('branch', 'remote', 'tag')),
            oid TEXT NOT NULL,
            PRIMARY KEY (project_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE worktrees (
            project_id INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
            position INTEGER NOT NULL,
            path TEXT NOT NULL,
            branch TEXT,
            oid TEXT,
            is_main INTEGER NOT NULL CHECK (is_main IN (0, 1)),
            is_locked INTEGER NOT NULL CHECK (is_locked IN (0, 1)),
            is_missing INTEGER NOT NULL CHECK (is_missing IN (0, 1)),
            PRIMARY KEY (project_id, position)
        ) STRICT, WITHOUT ROWID;
        """,
    )


@index_migrations()
def m006_reviews(database: Database) -> None:
    run_script(
        database,
        """
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
        """,
    )


@index_migrations()
def m007_commit_links(database: Database) -> None:
    run_script(
        database,
        """
        -- By object id, not by row: a commit gets another row whenever the history is read anew.
        CREATE TABLE commit_links (
            project_id INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
            mission_id INTEGER NOT NULL REFERENCES missions ON DELETE CASCADE,
            oid TEXT NOT NULL,
            round INTEGER,
            strength TEXT NOT NULL CHECK (strength IN ('certain', 'likely')),
            evidence TEXT NOT NULL,
            PRIMARY KEY (mission_id, oid)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX commit_links_by_oid ON commit_links (project_id, oid);
        """,
    )


@index_migrations()
def m008_search_and_decisions(database: Database) -> None:
    run_script(
        database,
        """
        CREATE TABLE key_decisions (
            id INTEGER PRIMARY KEY,
            mission_id INTEGER NOT NULL REFERENCES missions ON DELETE CASCADE,
            position INTEGER NOT NULL,
            key TEXT NOT NULL,
            source TEXT NOT NULL CHECK (source IN ('spec', 'summary', 'dispute', 'feedback')),
            title TEXT NOT NULL,
            text TEXT NOT NULL,
            rationale TEXT NOT NULL,
            alternatives TEXT NOT NULL,
            path TEXT NOT NULL,
            line INTEGER NOT NULL,
            end_line INTEGER NOT NULL,
            round INTEGER,
            won_by TEXT,
            quotes TEXT NOT NULL,
            files TEXT NOT NULL,
            UNIQUE (mission_id, position)
        ) STRICT;
        CREATE INDEX key_decisions_by_key ON key_decisions (key);
        CREATE TABLE supersessions (
            project_id INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
            later TEXT NOT NULL,
            earlier TEXT NOT NULL,
            reason TEXT NOT NULL,
            score REAL NOT NULL,
            PRIMARY KEY (project_id, later, earlier)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX supersessions_by_earlier ON supersessions (project_id, earlier);
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
        CREATE TRIGGER search_items_lose_text AFTER DELETE ON search_items BEGIN
            INSERT OR IGNORE INTO lost_texts (document_id) VALUES (old.id);
        END;
        DROP TABLE document_texts;
        -- parts: identifiers as no other column shows them: readCell as "read Cell", read_cell as "readcell".
        CREATE VIRTUAL TABLE document_texts
            USING fts5(body, title, headings, parts, tokenize = "unicode61 remove_diacritics 2");
        INSERT INTO document_texts (document_texts, rank) VALUES ('hashsize', 16777216);
        """,
    )


@index_migrations()
def m009_tallies(database: Database) -> None:
    run_script(
        database,
        """
        CREATE TABLE finding_tallies (
            mission_id INTEGER NOT NULL REFERENCES missions ON DELETE CASCADE,
            position INTEGER NOT NULL,
            stage TEXT NOT NULL CHECK (stage IN ('planning', 'evaluation')),
            raised_by TEXT NOT NULL CHECK (raised_by IN ('claude', 'codex', 'both')),
            outcome TEXT NOT NULL CHECK (outcome IN ('confirmed', 'downgraded', 'dismissed', 'unresolved')),
            is_alone INTEGER NOT NULL CHECK (is_alone IN (0, 1)),
            count INTEGER NOT NULL CHECK (count > 0),
            PRIMARY KEY (mission_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE exchange_tallies (
            mission_id INTEGER NOT NULL REFERENCES missions ON DELETE CASCADE,
            position INTEGER NOT NULL,
            stage TEXT NOT NULL CHECK (stage IN ('planning', 'evaluation')),
            approved_step INTEGER,
            is_alone INTEGER NOT NULL CHECK (is_alone IN (0, 1)),
            count INTEGER NOT NULL CHECK (count > 0),
            PRIMARY KEY (mission_id, position)
        ) STRICT, WITHOUT ROWID;
        """,
    )


@index_migrations()
def m010_link_marks(database: Database) -> None:
    run_script(
        database,
        """
        -- What the links of a project were last made from: later missions and commits are not weighed yet.
        CREATE TABLE link_marks (
            project_id INTEGER PRIMARY KEY REFERENCES projects ON DELETE CASCADE,
            revision INTEGER NOT NULL,
            last_row INTEGER NOT NULL
        ) STRICT;
        """,
    )


@index_migrations()
def m011_packed_texts_and_details(database: Database) -> None:
    run_script(
        database,
        """
        -- Only ever read whole, for one mission: packed (see details) they take a fifth of the rows' room and time.
        CREATE TABLE mission_details (
            mission_id INTEGER PRIMARY KEY REFERENCES missions ON DELETE CASCADE,
            exchanges BLOB NOT NULL,
            decisions BLOB NOT NULL,
            questions BLOB NOT NULL
        ) STRICT;
        -- What of a mission its commits are told by, as a digest, and the revision at which that was last new.
        ALTER TABLE missions ADD COLUMN evidence TEXT NOT NULL DEFAULT '';
        ALTER TABLE missions ADD COLUMN evidence_revision INTEGER NOT NULL DEFAULT 0;
        DROP TABLE match_reasons;
        DROP TABLE trail_steps;
        DROP TABLE mentions;
        DROP TABLE findings;
        DROP TABLE criterion_verdicts;
        DROP TABLE exchange_documents;
        DROP TABLE exchanges;
        DROP TABLE decisions;
        DROP TABLE questions;
        -- Texts are kept once, packed (see texts), by the ids of documents and of search_items; the full-text index
        -- holds none.
        CREATE TABLE texts (id INTEGER PRIMARY KEY, packed BLOB NOT NULL) STRICT;
        DROP TABLE document_texts;
        CREATE VIRTUAL TABLE document_texts
            USING fts5(body, title, headings, parts, content = '', tokenize = "unicode61 remove_diacritics 2");
        INSERT INTO document_texts (document_texts, rank) VALUES ('hashsize', 16777216);
        -- Segments are merged by eights: a bulk save rewrites less, a search looks into a few more of them.
        INSERT INTO document_texts (document_texts, rank) VALUES ('automerge', 8);
        """,
    )


@index_migrations()
def m012_merging_later(database: Database) -> None:
    run_script(
        database,
        """
        -- A bulk save merges no segments, which would write every word two or three times: later small ones do,
        -- a part each (texts.save_waiting_texts). Until then a search looks into more of them.
        INSERT INTO document_texts (document_texts, rank) VALUES ('automerge', 0);
        INSERT INTO document_texts (document_texts, rank) VALUES ('usermerge', 8);
        INSERT INTO document_texts (document_texts, rank) VALUES ('crisismerge', 250);
        """,
    )
