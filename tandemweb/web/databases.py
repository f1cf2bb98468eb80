"""The databases of one request: opened for reading when first asked for, closed when the answer is finished."""

from contextlib import ExitStack
from typing import cast

from flask import Flask, current_app, g

from tandemweb.domain.mission import Project
from tandemweb.store import projects
from tandemweb.store.connections import open_index_reader
from tandemweb.store.database import Database
from tandemweb.store.state import open_state_reader
from tandemweb.web.configuration import Configuration


def install_databases(app: Flask) -> None:
    app.teardown_appcontext(_close)


def get_configuration() -> Configuration:
    return cast("Configuration", current_app.extensions["configuration"])


def get_index() -> Database:
    """Give the index as it is at the first question of this request."""
    if "tandemweb_index" not in g:
        g.tandemweb_index = _stack().enter_context(open_index_reader(get_configuration().data_folder))
    return cast("Database", g.tandemweb_index)


def get_state() -> Database:
    """Give the state database for reading; a view that changes it goes through a service."""
    if "tandemweb_state" not in g:
        g.tandemweb_state = _stack().enter_context(open_state_reader(get_configuration().data_folder))
    return cast("Database", g.tandemweb_state)


def get_project(slug: str) -> Project:
    """Raises NotFoundError."""
    return projects.get_project(get_state(), slug)


def _stack() -> ExitStack:
    if "tandemweb_stack" not in g:
        g.tandemweb_stack = ExitStack()
    return cast("ExitStack", g.tandemweb_stack)


def _close(_error: BaseException | None) -> None:
    stack: ExitStack | None = g.pop("tandemweb_stack", None)
    if stack is not None:
        stack.close()
