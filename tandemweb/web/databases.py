"""The databases of one request: opened when first asked for, read-only, closed when the answer is built."""

from contextlib import AbstractContextManager, ExitStack, suppress

from flask import Flask, g

from tandemweb.domain.mission import Project
from tandemweb.errors import TandemwebError
from tandemweb.store import projects
from tandemweb.store.connections import open_index_reader
from tandemweb.store.database import Database
from tandemweb.store.notices import list_notices
from tandemweb.store.state import open_state_reader
from tandemweb.web.configuration import get_configuration


def install_databases(app: Flask) -> None:
    app.teardown_request(_close)


def get_index() -> Database:
    """Give the index as it was when this request first asked. Raises IndexMissingError while there is none."""
    database: Database | None = g.get("tandemweb_index")
    if database is None:
        g.tandemweb_index = database = _enter(open_index_reader(get_configuration().data_folder))
    return database


def get_state() -> Database:
    """Give the registered projects and what people decided, read-only. To write, open ``store.state`` yourself."""
    database: Database | None = g.get("tandemweb_state")
    if database is None:
        g.tandemweb_state = database = _enter(open_state_reader(get_configuration().data_folder))
    return database


def get_project(slug: str) -> Project:
    """Raise NotFoundError for an unknown slug."""
    return projects.get_project(get_state(), slug)


def list_index_notices() -> tuple[str, ...]:
    """Give what the index says about itself, such as that it was rebuilt or cannot be written, for every page's top.

    Only where the page asked the index anyway: an error page must not fail over its own decoration.
    """
    database: Database | None = g.get("tandemweb_index")
    notices = tuple(notice.message for notice in list_notices(database)) if database else ()
    return get_configuration().broker.troubles + notices


def note_error(error: TandemwebError) -> None:
    """Let the databases of this request know what ended it: damage that was met in one must not be forgotten."""
    g.tandemweb_error = error


def _enter(opening: AbstractContextManager[Database]) -> Database:
    stack: ExitStack | None = g.get("tandemweb_databases")
    if stack is None:
        g.tandemweb_databases = stack = ExitStack()
    return stack.enter_context(opening)


def _close(_error: BaseException | None) -> None:
    stack: ExitStack | None = g.pop("tandemweb_databases", None)
    error: TandemwebError | None = g.pop("tandemweb_error", None)
    if stack is None:
        return
    with suppress(TandemwebError), stack:
        if error is not None:
            raise error
