"""What templates see: ``page``, the macros, and the few names below. Nothing of Flask's request or configuration."""

from flask import Flask
from jinja2 import StrictUndefined

from tandemweb.services.run_board import RunNotices
from tandemweb.web import urls
from tandemweb.web.admission import csrf_token
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import list_index_notices
from tandemweb.web.output_text import clean_output
from tandemweb.web.pages import REVISION_MARK, find_json_address
from tandemweb.web.quantities import format_duration, format_money, format_tokens
from tandemweb.web.raw import find_image_type
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
        run_notices=get_run_notices,
        revision_mark=REVISION_MARK,
        json_address=find_json_address,
    )
    environment.filters.update(
        moment=format_moment,
        spans=render_spans,
        duration=format_duration,
        money=format_money,
        tokens=format_tokens,
        output=clean_output,
        image_type=find_image_type,
    )


def get_run_notices() -> RunNotices:
    """Give what every page says about runs, from memory."""
    return get_configuration().runs.notices
