"""The schema of ``state.db``. Append-only: a published function is never edited, a change is one more function."""

from sqlite_utils import Database, Migrations

from tandemweb.store.opening import run_script

state_migrations = Migrations("state")


@state_migrations()
def m001_projects_and_corrections(database: Database) -> None:
    run_script(
        database.conn,
        """
        CREATE TABLE projects (
            slug TEXT PRIMARY KEY CHECK (length(slug) > 0),
            name TEXT NOT NULL,
            path TEXT NOT NULL UNIQUE,
            path_bytes BLOB,
            git_dir TEXT,
            common_dir TEXT
        ) STRICT;
        -- No reference to projects: corrections outlive a project that is removed and come back with it.
        CREATE TABLE corrections (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            kind TEXT NOT NULL CHECK (kind IN ('severity', 'agreement', 'outcome', 'same-as', 'no-finding')),
            project TEXT NOT NULL,
            mission_path TEXT NOT NULL,
            stage TEXT NOT NULL CHECK (stage IN ('planning', 'evaluation')),
            round INTEGER NOT NULL,
            path TEXT NOT NULL,
            line INTEGER NOT NULL,
            quote TEXT NOT NULL,
            finding_key TEXT NOT NULL,
            value TEXT NOT NULL,
            note TEXT NOT NULL,
            created_at TEXT NOT NULL,
            undone_at TEXT
        ) STRICT;
        CREATE INDEX corrections_by_mission ON corrections (project, mission_path);
        """,
    )


@state_migrations()
def m002_what_was_read(database: Database) -> None:
    run_script(
        database.conn,
        """
        -- What stood there before the correction, and where the finding is written that it is the same as.
        ALTER TABLE corrections ADD COLUMN was TEXT NOT NULL DEFAULT '';
        ALTER TABLE corrections ADD COLUMN target_path TEXT NOT NULL DEFAULT '';
        ALTER TABLE corrections ADD COLUMN target_quote TEXT NOT NULL DEFAULT '';
        """,
    )


@state_migrations()
def m003_runs(database: Database) -> None:
    run_script(
        database.conn,
        """
        -- The folder of a run holds what happened; the row says what was asked for, and who saw its end.
        CREATE TABLE runs (
            id TEXT PRIMARY KEY CHECK (length(id) > 0),
            project TEXT NOT NULL,
            mission_path TEXT NOT NULL,
            workflow TEXT NOT NULL,
            stage TEXT NOT NULL,
            work_tree TEXT NOT NULL,
            request_key TEXT NOT NULL UNIQUE,
            created_at TEXT NOT NULL,
            status TEXT NOT NULL DEFAULT '',
            ended_at TEXT,
            seen_at TEXT
        ) STRICT;
        CREATE INDEX runs_by_mission ON runs (project, mission_path, created_at);
        CREATE INDEX runs_by_time ON runs (created_at);
        -- What a person allowed: to start agents in a project, or to use a workflow of it, as it was then.
        CREATE TABLE trusts (
            project TEXT NOT NULL,
            subject TEXT NOT NULL,
            digest TEXT NOT NULL,
            created_at TEXT NOT NULL,
            PRIMARY KEY (project, subject)
        ) STRICT;
        """,
    )


@state_migrations()
def m004_comparisons(database: Database) -> None:
    run_script(
        database.conn,
        """
        CREATE TABLE comparisons (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            project TEXT NOT NULL,
            spec TEXT NOT NULL,
            base_oid TEXT NOT NULL,
            created_at TEXT NOT NULL
        ) STRICT;
        CREATE TABLE comparison_sides (
            comparison INTEGER NOT NULL REFERENCES comparisons (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            ref TEXT NOT NULL,
            oid TEXT NOT NULL,
            PRIMARY KEY (comparison, number)
        ) STRICT;
        -- A file is named by the key of its row, since a path may hold bytes that are no text; so may an edited place.
        CREATE TABLE picks (
            comparison INTEGER NOT NULL REFERENCES comparisons (id) ON DELETE CASCADE,
            file TEXT NOT NULL,
            place TEXT NOT NULL,
            choice TEXT NOT NULL CHECK (choice IN ('sides', 'base', 'text')),
            sides TEXT NOT NULL DEFAULT '',
            text BLOB NOT NULL DEFAULT x'',
            PRIMARY KEY (comparison, file, place)
        ) STRICT;
        CREATE TABLE viewed (
            comparison INTEGER NOT NULL REFERENCES comparisons (id) ON DELETE CASCADE,
            file TEXT NOT NULL,
            PRIMARY KEY (comparison, file)
        ) STRICT;
        -- How the tests of its sides are run; the folders of such runs hold what came of them.
        CREATE TABLE test_commands (
            comparison INTEGER PRIMARY KEY REFERENCES comparisons (id) ON DELETE CASCADE,
            project TEXT NOT NULL,
            command TEXT NOT NULL,
            report TEXT NOT NULL
        ) STRICT;
        """,
    )
