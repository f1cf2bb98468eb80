"""Putting the web layer together."""

from flask import Flask
from werkzeug.routing import PathConverter

from tandemweb.web.admission import install_admission
from tandemweb.web.configuration import Configuration, install_configuration
from tandemweb.web.databases import install_databases
from tandemweb.web.errors_http import install_errors
from tandemweb.web.events import install_events
from tandemweb.web.fragments import install_htmx
from tandemweb.web.guards import Guard
from tandemweb.web.resources import find_resource_folder
from tandemweb.web.shared_answers import install_shared_answers
from tandemweb.web.templating import install_templates
from tandemweb.web.views import BLUEPRINTS

BODY_BYTES = 1024 * 1024


class AnyPath(PathConverter):
    """A path whose names may hold anything that a file system allows; Werkzeug's own stops at a line break."""

    regex = "(?s:[^/].*?)"


def create_app(configuration: Configuration) -> Flask:
    """Build the application for one server. A new page is one view module and one line in ``views.BLUEPRINTS``."""
    app = Flask(
        "tandemweb",
        template_folder=str(find_resource_folder("templates")),
        static_folder=str(find_resource_folder("static")),
    )
    app.url_map.converters["path"] = AnyPath
    app.config.update(MAX_CONTENT_LENGTH=BODY_BYTES, MAX_FORM_PARTS=1000)
    install_configuration(app, configuration)
    install_templates(app)
    install_databases(app)
    install_htmx(app)
    install_errors(app)
    install_admission(app, configuration)
    install_events(app, configuration)
    install_shared_answers(app, configuration)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.wsgi_app = Guard(app.wsgi_app, configuration.port)  # type: ignore[method-assign]  # as Flask documents it
    return app
