"""Every path that a project's history or its current commit knows, to be found by what a document calls the file."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from tandemweb.store.database import Database, Transaction, clean_text
from tandemweb.store.revisions import get_project_id
from tandemweb.store.values import write_json

NAME_LIMIT = 1000  # paths of one name; more are not looked through
ENDING_LIMIT = 20  # paths with one ending; of more, none can be meant


def save_file_names(index: Transaction, project_id: int, paths: Iterable[str]) -> None:
    """Add paths; known ones are no error. None is ever taken out: an older commit may hold it."""
    index.execute_many(
        "INSERT OR IGNORE INTO file_names (project_id, name, path) VALUES (?, ?, ?)",
        [(project_id, path.rpartition("/")[2], path) for path in map(clean_text, paths)],
    )


def find_known_paths(index: Database, project: str, paths: Iterable[str]) -> frozenset[str]:
    """Give those of the paths that any commit is known to hold."""
    asked = write_json([path.rpartition("/")[2], path] for path in paths)
    rows = index.rows(
        """
        SELECT file_names.path FROM json_each(?) AS asked CROSS JOIN file_names ON project_id = ?
            AND name = json_extract(asked.value, '$[0]') AND file_names.path = json_extract(asked.value, '$[1]')
        """,
        (asked, get_project_id(index, project)),
    )
    return frozenset(row[0] for row in rows)


def find_paths_ending(index: Database, project: str, endings: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Give the known paths that end with ``/`` and each ending; none where they are too many to mean one file."""
    asked = write_json([ending.rpartition("/")[2], ending] for ending in endings)
    rows = index.rows(
        """
        WITH asked (name, ending) AS (
            SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?1)
        )
        SELECT ending, path FROM asked CROSS JOIN file_names ON project_id = ?2 AND file_names.name = asked.name
        WHERE substr(path, -length(ending) - 1) = '/' || ending AND ?3 >= (
            SELECT count(*) FROM (
                SELECT 1 FROM file_names AS alike WHERE project_id = ?2 AND alike.name = asked.name LIMIT ?3 + 1
            )
        )
        """,
        (asked, get_project_id(index, project), NAME_LIMIT),
    )
    found: defaultdict[str, list[str]] = defaultdict(list)
    for ending, path in rows:
        found[ending].append(path)
    return {ending: tuple(paths) for ending, paths in found.items() if len(paths) <= ENDING_LIMIT}
