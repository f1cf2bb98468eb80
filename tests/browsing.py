"""Chromium for tests, driven by Playwright."""

import atexit
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from serving import RunningServer

CHROMIUM = Path(os.environ.get("TANDEMWEB_TEST_CHROMIUM", "/usr/bin/chromium"))
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def running_chromium(*flags: str) -> Iterator[Browser]:
    """Run a headless Chromium. Without one, tests are skipped; on CI they fail, so that none is lost unseen."""
    if not CHROMIUM.exists():
        message = f"there is no Chromium at {CHROMIUM}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    browser = _get_playwright().chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
    yield browser
    browser.close()


@cache
def _get_playwright() -> Playwright:
    """Start Playwright once: its loop fills the thread, so no second one can run beside it."""
    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    return playwright


def log_in(page: Page, server: RunningServer) -> Page:
    """Open the page that the server handed to its browser, and wait until it has logged in."""
    page.goto(server.bootstrap_address)
    page.wait_for_url(f"{server.origin}/")
    return page
