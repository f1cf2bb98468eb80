"""The schema of ``state.db``. Append-only: a published function is never edited, a change is one more function."""

from sqlite_utils import Database, Migrations

from tandemweb.store.migrations_index import run_script

state_migrations = Migrations("state")


@state_migrations()
def m001_projects_and_corrections(database: Database) -> None:
    run_script(
        database,
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
        database,
        """
        -- What stood there before the correction, and where the finding is written that it is the same as.
        ALTER TABLE corrections ADD COLUMN was TEXT NOT NULL DEFAULT '';
        ALTER TABLE corrections ADD COLUMN target_path TEXT NOT NULL DEFAULT '';
        ALTER TABLE corrections ADD COLUMN target_quote TEXT NOT NULL DEFAULT '';
        """,
    )
