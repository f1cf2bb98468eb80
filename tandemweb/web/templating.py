"""What templates see: ``page``, the macros, and the few names below. Nothing of Flask's request or configuration."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined

from tandemweb.web import urls
from tandemweb.web.admission import csrf_token
from tandemweb.web.times import format_moment

_FLASK_NAMES = ("config", "request", "session", "g", "url_for", "get_flashed_messages")


def install_templates(app: Flask, notices: Callable[[], tuple[str, ...]]) -> None:
    """Make templates strict: unknown names raise, everything is escaped whatever the file is called.

    ``notices`` gives sentences that every page shows on top, such as that the index was rebuilt.
    """
    app.jinja_options = {"undefined": StrictUndefined, "autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    app.template_context_processors[None] = [lambda: _no_names]
    environment = app.jinja_env
    environment.autoescape = True
    for name in _FLASK_NAMES:
        environment.globals.pop(name, None)
    environment.globals.update(url=urls, csrf_token=csrf_token, notices=notices)
    environment.filters["moment"] = format_moment


_no_names: dict[str, Any] = {}
