"""The schema of ``index.db``: an index of another one is not migrated but rebuilt, so there is only the current one.

``project_id`` stands wherever a page asks across missions; everything else hangs on its mission, so that saving or
removing one mission touches only its own rows. Words that projects write as they like carry no CHECK.
"""

import zlib

from tandemweb.store import schema_history, schema_missions, schema_projects, schema_texts
from tandemweb.store.database import Transaction
from tandemweb.store.opening import run_script

TABLES = (schema_projects.TABLES, schema_missions.TABLES, schema_history.TABLES, schema_texts.TABLES)
PACKED_LAYOUT = 1  # raise it when what is packed into a column (see details) changes and no table does
# Follows from the tables, so that no change of them can forget it.
SCHEMA_VERSION = zlib.crc32("".join((*TABLES, str(PACKED_LAYOUT))).encode()) >> 1


def create_tables(index: Transaction) -> None:
    """Lay out an empty database; all of it, with its version, or nothing, as the transaction ends."""
    for script in TABLES:
        run_script(index.connection, script)
    index.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
