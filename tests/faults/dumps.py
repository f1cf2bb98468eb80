"""What an index says, without the numbers that only count how it came to be."""

import sqlite3
from contextlib import closing
from pathlib import Path

PASSING = {
    "refreshed_at",
    "read_at",
    "revision",
    "evidence_revision",
    "last_row",
    "seconds",
    "applied_at",
    "offset",
    "length",
}
INNER = ("sqlite_", "_sqlite_", "document_texts_", "search_texts_")


def dump_index(path: Path) -> dict[str, list[tuple]]:
    """Give the rows of every table, sorted, without row numbers and moments of reading."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {table: dump_table(connection, table) for table in sorted(tables) if not table.startswith(INNER)}


def dump_table(connection: sqlite3.Connection, table: str) -> list[tuple]:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    kept = [name for name in columns if name != "id" and not name.endswith("_id") and name not in PASSING]
    if not kept:
        return [(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0],)]
    rows = connection.execute(f"SELECT {', '.join(kept)} FROM {table}")
    # The row without a path says only that nothing changed between two readings.
    return sorted((row for row in rows if row[0] != b""), key=repr)
