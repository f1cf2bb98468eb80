"""What templates see: ``page``, the macros, and the few names below. Nothing of Flask's request or configuration."""

from flask import Flask
from jinja2 import StrictUndefined

from tandemweb.web import urls
from tandemweb.web.admission import csrf_token
from tandemweb.web.databases import list_index_notices
from tandemweb.web.pages import REVISION_MARK, find_json_address
from tandemweb.web.spans import render_spans
from tandemweb.web.times import format_moment

_FLASK_NAMES = ("config", "request", "session", "g", "url_for", "get_flashed_messages")


def install_templates(app: Flask) -> None:
    """Make templates strict: unknown names raise, everything is escaped whatever the file is called."""
    app.jinja_options = {"undefined": StrictUndefined, "autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    environment = app.jinja_env
    environment.autoescape = True
    for name in _FLASK_NAMES:
        environment.globals.pop(name, None)
    environment.globals.update(
        url=urls,
        csrf_token=csrf_token,
        notices=list_index_notices,
        revision_mark=REVISION_MARK,
        json_address=find_json_address,
    )
    environment.filters.update(moment=format_moment, spans=render_spans)
