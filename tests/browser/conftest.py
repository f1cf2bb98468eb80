"""A real server process, a real browser: ``page = open_page(start_server(str(repository_path)))``.

``start_server`` runs ``tandemweb serve PATH`` with a data folder of its own; ``open_page`` opens a new Chromium profile
and logs in as a person does.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from browsing import log_in, running_chromium
from playwright.sync_api import Browser, Page
from serving import RunningServer, running_server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with running_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., RunningServer]]:
    """Start servers that live until the end of the module; the arguments are those of ``tandemweb serve``."""
    with ExitStack() as stack:

        def start(*arguments: str) -> RunningServer:
            home = tmp_path_factory.mktemp("server")
            return stack.enter_context(running_server(home, *arguments, opens_browser=True))

        yield start


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a logged-in page in a profile of its own. Options: those of ``Browser.new_context``.

    The first profile of a server logs in as a person does; the code is spent then, so later ones take its cookie over.
    """
    with ExitStack() as stack:

        def open_one(server: RunningServer, **options: object) -> Page:
            context = chromium.new_context(storage_state=server.browser_state, **options)
            stack.callback(context.close)
            page = context.new_page()
            if server.browser_state is None:
                log_in(page, server)
                server.browser_state = context.storage_state()
            else:
                page.goto(server.origin)
            return page

        yield open_one
