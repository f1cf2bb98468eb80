"""What programs may expect of the JSON pages."""

from flask import Blueprint, Response, current_app

from tandemweb.web.openapi import describe_pages
from tandemweb.web.pages import respond_json

blueprint = Blueprint("openapi", __name__)


@blueprint.get("/openapi.json")
def show() -> Response:
    return respond_json(describe_pages(current_app))
