from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from compiled import COMPILED
from flask import Flask
from flask.testing import FlaskClient

from tandemweb.domain.mission import Project
from tandemweb.history.invocation import Invocation
from tandemweb.services.changes import Broker
from tandemweb.services.indexing import refresh_project
from tandemweb.services.registering import register_project
from tandemweb.store.connections import open_index_writer
from tandemweb.web import databases
from tandemweb.web.app import create_app
from tandemweb.web.configuration import Configuration
from tandemweb.web.markdown import close_renderer

PORT = 8710
ORIGIN = f"http://127.0.0.1:{PORT}"


class Browser(FlaskClient):
    """A browser that shows pages of the server's own address: right Host, Origin and form token by themselves."""

    token = ""

    def open(self, *args, **kwargs):
        kwargs.setdefault("base_url", ORIGIN)
        response = super().open(*args, **kwargs)
        if response.mimetype != "text/event-stream":
            response.get_data()
            response.close()
        return response

    def send_form(self, path: str, **fields: str):
        return self.post(path, data={"csrf": self.token, **fields}, headers={"Origin": ORIGIN})

    def log_in(self) -> None:
        code = self.application.extensions["admission"].codes.issue_code(60)
        assert self.send_form("/login", code=code).status_code == 200
        cookie = self.get_cookie(self.application.extensions["admission"].cookie, domain="127.0.0.1")
        assert cookie is not None
        session = self.application.extensions["admission"].sessions.find_session(cookie.value)
        self.token = session.csrf_token


@dataclass
class Terminal:
    lines: list[str] = field(default_factory=list)


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


@pytest.fixture
def configuration(tmp_path: Path, terminal: Terminal) -> Configuration:
    """Give the configuration of ``app``; its data folder does not exist yet."""
    return Configuration(PORT, tmp_path / "data", Broker(), announce=terminal.lines.append)


@pytest.fixture
def app(configuration: Configuration) -> Iterator[Flask]:
    app = create_app(configuration)
    app.jinja_env.bytecode_cache = COMPILED
    app.test_client_class = Browser
    yield app
    close_renderer(app)


@pytest.fixture
def index_project(configuration: Configuration) -> Callable[[Path], Project]:
    """Register a folder as a project and bring its index up to date; call it again after a change."""

    def index(path: Path) -> Project:
        project = register_project(configuration.data_folder, path)
        with open_index_writer(configuration.data_folder) as writer:
            refresh_project(writer, project)
        return project

    return index


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """Give a browser that is not logged in."""
    return app.test_client()


@pytest.fixture
def client(app: Flask) -> Browser:
    """Give a browser that is logged in."""
    client = app.test_client()
    client.log_in()
    return client


@pytest.fixture
def costs(monkeypatch):
    """Count what a page costs: queries of the index, and git processes."""
    made = {"queries": 0, "processes": 0}
    open_reader, start = databases.open_index_reader, Invocation._start

    @contextmanager
    def open_counted(folder):
        def count(statement: str) -> None:
            made["queries"] += not statement.startswith("--")  # what SQLite asks itself, for each row of an FTS5 table

        with open_reader(folder) as index:
            index.connection.set_trace_callback(count)
            yield index

    def start_counted(self, *arguments):
        made["processes"] += 1
        return start(self, *arguments)

    monkeypatch.setattr(databases, "open_index_reader", open_counted)
    monkeypatch.setattr(Invocation, "_start", start_counted)
    return made
