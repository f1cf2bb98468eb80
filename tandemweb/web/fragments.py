"""htmx on the server, in one place, because htmx-flask sets no ``Vary``."""

from typing import Any, cast

from flask import Flask, Response, request
from htmx_flask import Htmx


def install_htmx(app: Flask) -> None:
    Htmx(app)


def wants_fragment() -> bool:
    """Tell whether htmx asks for a piece of the page: neither a boosted link nor a restored history entry."""
    htmx = cast("Any", request).htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def vary_by_htmx(response: Response) -> Response:
    response.vary.add("HX-Request")
    return response
