"""Following links from page to page as a reader would, a few pages of each kind."""

import re
from collections import Counter, deque
from collections.abc import Iterator

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

LINK = re.compile(r'href="(/[^"#]*)')
FIRST = ("/", "/search?q=severity%3Ahigh")


def find_page_endpoint(app: Flask, address: str) -> str | None:
    """Name the endpoint of a page; None for what is no page: a download, a picture, a JSON twin."""
    path = address.partition("?")[0]
    try:
        endpoint, _ = app.url_map.bind("127.0.0.1").match(path, method="GET")
    except HTTPException:
        return None
    is_page = hasattr(app.view_functions[str(endpoint)], "__wrapped__") and not path.endswith(".json")
    return str(endpoint) if is_page else None


def crawl(app: Flask, client: FlaskClient, *, most: int) -> Iterator[tuple[str, str]]:
    """Give endpoint and address of ``most`` pages of each kind; all of them must answer 200."""
    counts: Counter[str] = Counter()
    known, waiting = set(FIRST), deque(FIRST)
    while waiting:
        address = waiting.popleft()
        endpoint = find_page_endpoint(app, address)
        if endpoint is None or counts[endpoint] >= most:
            continue
        page = client.get(address)
        assert page.status_code == 200, address
        counts[endpoint] += 1
        yield endpoint, address
        links = {link.replace("&amp;", "&") for link in LINK.findall(page.text)}
        waiting.extend(sorted(links - known))
        known |= links
