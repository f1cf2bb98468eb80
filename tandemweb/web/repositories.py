"""The git repository of a project, for one question of one request."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import request

from tandemweb.domain.mission import Project
from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.history.opening import Repository, open_repository
from tandemweb.history.repository import find_repository
from tandemweb.services.folders import shadow_folder
from tandemweb.web.configuration import get_configuration

_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@contextmanager
def open_history(project: Project) -> Iterator[Repository]:
    """Open the project's repository. Raises NotFoundError when it has none, HistoryError when it cannot be read."""
    location = find_repository(Path(project.path))
    if location is None:
        raise NotFoundError(f"{project.name} is no git repository, so there is no history to look into.")
    with open_repository(location, shadow_folder(get_configuration().data_folder)) as repository:
        yield repository


def find_oid(name: str) -> str | None:
    """Give the query parameter as a full object id, None when it is missing. Raises InvalidRequestError."""
    text = request.args.get(name)
    return check_commit(text) if text else None


def check_commit(text: str) -> str:
    """Give back a full object id. Raises InvalidRequestError for anything else."""
    if not _OID.fullmatch(text):
        raise InvalidRequestError("A commit is named by its full object id: 40 or 64 hexadecimal digits.")
    return text
