"""Workflows to take off this machine: as a script, and as a workflow of GitHub Actions."""

from dataclasses import replace

from flask import Blueprint, Response, request

from tandemweb.errors import NotFoundError
from tandemweb.services.actions_export import export_actions, name_actions
from tandemweb.services.script_export import export_script
from tandemweb.services.workflows import get_workflow
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_project
from tandemweb.web.raw import raw_response
from tandemweb.web.stage_forms import read_order

blueprint = Blueprint("exports", __name__)


@blueprint.get("/projects/<slug>/exports/<name>/<form>")
def download(slug: str, name: str, form: str) -> Response:
    """Answer the text for what the form says; nothing is started by it, and nothing written."""
    project = get_project(slug)
    data_folder = get_configuration().data_folder
    given = request.args
    asked = read_order(given, given.get("mission", "").strip("/"), given.get("stage", ""))
    order = replace(asked, workflow=name)
    if form == "shell":
        return _answer(export_script(data_folder, project, order), f"{name}.sh")
    if form == "actions":
        path = name_actions(get_workflow(data_folder, name, project))
        return _answer(export_actions(data_folder, project, order), path)
    raise NotFoundError(f"A workflow can be had as shell or actions, not as {form[:20]!r}.")


def _answer(text: str, name: str) -> Response:
    return raw_response(text.encode("utf-8", "replace"), name, download=True)
