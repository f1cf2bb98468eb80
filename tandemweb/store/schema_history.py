"""Tables of the index about git history, and which commits belong to which mission."""

TABLES = """\
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
CREATE TRIGGER commits_count_up AFTER INSERT ON commits BEGIN
    UPDATE projects SET commit_count = commit_count + 1 WHERE id = new.project_id;
END;
CREATE TRIGGER commits_count_down AFTER DELETE ON commits BEGIN
    UPDATE projects SET commit_count = commit_count - 1 WHERE id = old.project_id;
END;
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
-- Every path that any commit is known to hold, by the file's name: what documents call a file by.
CREATE TABLE file_names (
    project_id INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    PRIMARY KEY (project_id, name, path)
) STRICT, WITHOUT ROWID;
CREATE TABLE history_tips (
    project_id INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
    oid TEXT NOT NULL,
    PRIMARY KEY (project_id, oid)
) STRICT, WITHOUT ROWID;
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
-- What the links of a project were last made from: later missions and commits are not weighed yet.
CREATE TABLE link_marks (
    project_id INTEGER PRIMARY KEY REFERENCES projects ON DELETE CASCADE,
    revision INTEGER NOT NULL,
    last_row INTEGER NOT NULL
) STRICT;
"""
