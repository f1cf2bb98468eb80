from collections.abc import Iterator

import pytest
from serving import RunningServer, running_server
from web.conftest import app, client, configuration, index_project, stranger, terminal


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """Give a server process without projects, shared by the tests of one module."""
    with running_server(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture(scope="module")
def cookie(server: RunningServer) -> str:
    return server.log_in()


# The application of the web tests, here for its attackers.
__all__ = ["app", "client", "configuration", "index_project", "stranger", "terminal"]
