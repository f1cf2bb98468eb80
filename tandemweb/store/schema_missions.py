"""Tables of the index about missions and what is told of each."""

TABLES = """\
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
    first_verdict TEXT,  -- of the first round
    open_high_count INTEGER NOT NULL CHECK (open_high_count >= 0),
    open_medium_count INTEGER NOT NULL CHECK (open_medium_count >= 0),
    open_low_count INTEGER NOT NULL CHECK (open_low_count >= 0),
    only_claude_count INTEGER NOT NULL CHECK (only_claude_count >= 0),
    only_codex_count INTEGER NOT NULL CHECK (only_codex_count >= 0),
    both_count INTEGER NOT NULL CHECK (both_count >= 0),
    flags INTEGER NOT NULL CHECK (flags >= 0),
    problem_count INTEGER NOT NULL CHECK (problem_count >= 0),
    revision INTEGER NOT NULL,
    -- What of a mission its commits are told by, as a digest, and the revision at which that was last new.
    evidence TEXT NOT NULL DEFAULT '',
    evidence_revision INTEGER NOT NULL DEFAULT 0,
    UNIQUE (root_id, name)
) STRICT;
CREATE INDEX missions_by_facet ON missions (project_id, phase, verdict, flags);
CREATE INDEX missions_by_update ON missions (updated_at, id);
CREATE INDEX missions_by_start ON missions (started_at, id);
CREATE INDEX missions_by_name ON missions (name COLLATE NOCASE, id);
CREATE INDEX missions_by_open ON missions (open_high_count, open_medium_count, open_low_count, id);
CREATE INDEX missions_by_month ON missions (
    project_id, coalesce(substr(coalesce(started_at, updated_at), 1, 7), ''), first_verdict
);
CREATE INDEX missions_by_revision ON missions (revision);
-- Only ever read whole, for one mission: packed (see details) they take a fifth of the rows' room and time.
CREATE TABLE mission_details (
    mission_id INTEGER PRIMARY KEY REFERENCES missions ON DELETE CASCADE,
    exchanges BLOB NOT NULL,
    decisions BLOB NOT NULL,
    questions BLOB NOT NULL
) STRICT;
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
CREATE TABLE changed_files (
    mission_id INTEGER NOT NULL REFERENCES missions ON DELETE CASCADE,
    round INTEGER NOT NULL,
    paths TEXT NOT NULL,
    PRIMARY KEY (mission_id, round)
) STRICT, WITHOUT ROWID;
-- What each mission adds to the statistics; month is the one that it began in, "" where unknown.
CREATE TABLE finding_tallies (
    mission_id INTEGER NOT NULL REFERENCES missions ON DELETE CASCADE,
    position INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    month TEXT NOT NULL,
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
    project_id INTEGER NOT NULL,
    month TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('planning', 'evaluation')),
    approved_step INTEGER NOT NULL,  -- 0: not approved
    is_alone INTEGER NOT NULL CHECK (is_alone IN (0, 1)),
    count INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (mission_id, position)
) STRICT, WITHOUT ROWID;
-- The tallies of all missions summed up, kept by triggers: the statistics take as long for many missions as for few.
CREATE TABLE finding_sums (
    project_id INTEGER NOT NULL,
    month TEXT NOT NULL,
    stage TEXT NOT NULL,
    raised_by TEXT NOT NULL,
    outcome TEXT NOT NULL,
    is_alone INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (project_id, month, stage, raised_by, outcome, is_alone)
) STRICT, WITHOUT ROWID;
CREATE TABLE exchange_sums (
    project_id INTEGER NOT NULL,
    month TEXT NOT NULL,
    stage TEXT NOT NULL,
    approved_step INTEGER NOT NULL,
    is_alone INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (project_id, month, stage, approved_step, is_alone)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER finding_tallies_add AFTER INSERT ON finding_tallies BEGIN
    INSERT INTO finding_sums (project_id, month, stage, raised_by, outcome, is_alone, count)
    VALUES (new.project_id, new.month, new.stage, new.raised_by, new.outcome, new.is_alone, new.count)
    ON CONFLICT DO UPDATE SET count = count + excluded.count;
END;
CREATE TRIGGER finding_tallies_take AFTER DELETE ON finding_tallies BEGIN
    UPDATE finding_sums SET count = count - old.count
    WHERE project_id = old.project_id AND month = old.month AND stage = old.stage AND raised_by = old.raised_by
        AND outcome = old.outcome AND is_alone = old.is_alone;
    DELETE FROM finding_sums
    WHERE project_id = old.project_id AND month = old.month AND stage = old.stage AND raised_by = old.raised_by
        AND outcome = old.outcome AND is_alone = old.is_alone AND count = 0;
END;
CREATE TRIGGER exchange_tallies_add AFTER INSERT ON exchange_tallies BEGIN
    INSERT INTO exchange_sums (project_id, month, stage, approved_step, is_alone, count)
    VALUES (new.project_id, new.month, new.stage, new.approved_step, new.is_alone, new.count)
    ON CONFLICT DO UPDATE SET count = count + excluded.count;
END;
CREATE TRIGGER exchange_tallies_take AFTER DELETE ON exchange_tallies BEGIN
    UPDATE exchange_sums SET count = count - old.count
    WHERE project_id = old.project_id AND month = old.month AND stage = old.stage
        AND approved_step = old.approved_step AND is_alone = old.is_alone;
    DELETE FROM exchange_sums
    WHERE project_id = old.project_id AND month = old.month AND stage = old.stage
        AND approved_step = old.approved_step AND is_alone = old.is_alone AND count = 0;
END;
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
    decided_at TEXT,  -- when its document was last committed, else what its mission says of itself
    UNIQUE (mission_id, position)
) STRICT;
CREATE INDEX key_decisions_by_key ON key_decisions (key);
CREATE INDEX key_decisions_by_path ON key_decisions (path);
CREATE INDEX key_decisions_by_time ON key_decisions (decided_at);
CREATE TABLE supersessions (
    project_id INTEGER NOT NULL REFERENCES projects ON DELETE CASCADE,
    later TEXT NOT NULL,
    earlier TEXT NOT NULL,
    reason TEXT NOT NULL,
    score REAL NOT NULL,
    PRIMARY KEY (project_id, later, earlier)
) STRICT, WITHOUT ROWID;
CREATE INDEX supersessions_by_earlier ON supersessions (project_id, earlier);
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
"""
