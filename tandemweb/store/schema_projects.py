"""Tables of the index about projects, their archive roots and what could not be understood in them."""

TABLES = """\
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
    revision INTEGER NOT NULL,
    -- Kept by triggers: a page that shows them must not count what may be hundreds of thousands.
    document_count INTEGER NOT NULL DEFAULT 0,
    commit_count INTEGER NOT NULL DEFAULT 0,
    -- Whether decisions came or went since it was last asked which of them took others' place.
    has_new_decisions INTEGER NOT NULL DEFAULT 0 CHECK (has_new_decisions IN (0, 1))
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
"""
