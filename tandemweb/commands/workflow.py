"""``tandemweb workflow``: workflows for use outside of this program."""

import sys
from pathlib import Path

import click

from tandemweb.domain.mission import Project
from tandemweb.errors import InvalidRequestError
from tandemweb.services.actions_export import export_actions
from tandemweb.services.registering import describe_project, find_registered, resolve_project
from tandemweb.services.script_export import export_script
from tandemweb.services.stages import StageOrder
from tandemweb.store.paths import get_data_folder


@click.group(short_help="Take workflows off this machine.")
def workflow() -> None:
    """Write workflows in other forms."""


@workflow.command()
@click.argument("name")
@click.argument("project", type=click.Path(exists=True, file_okay=False, path_type=Path), default=".")
@click.option("--shell", "form", flag_value="shell", help="As a POSIX shell script (usual).", default=True)
@click.option("--actions", "form", flag_value="actions", help="As a GitHub Actions workflow, which calls the script.")
@click.option("--mission", default="", help="The mission's folder, relative to the project.")
@click.option("--stage", default="", help="The stage to begin with; the first by default.")
@click.option("--from", "first_step", default="", help="The step or group to begin with; the stage's own by default.")
@click.option("--param", "parameters", multiple=True, metavar="NAME=VALUE", help="A parameter; may be repeated.")
@click.option("--goal", default="", help="What the user wants; of a mission it is known.")
@click.option("--note", default="", help="What the user says for this run.")
def export(  # noqa: PLR0913 one option each
    *,
    name: str,
    project: Path,
    form: str,
    mission: str,
    stage: str,
    first_step: str,
    parameters: tuple[str, ...],
    goal: str,
    note: str,
) -> None:
    """Print the workflow NAME for the folder PROJECT: all of it, or the rest of a mission. Nothing is started."""
    data_folder = get_data_folder()
    order = StageOrder(
        request_key="",
        workflow=name,
        stage=stage,
        mission_path=mission.strip("/"),
        first_step=first_step,
        goal=goal,
        note=note,
        parameters=dict(map(_read_parameter, parameters)),
    )
    write = export_actions if form == "actions" else export_script
    text = write(data_folder, _find_project(data_folder, project), order)
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))


def _find_project(data_folder: Path, path: Path) -> Project:
    """Find the project that is registered at a folder, or describe the folder; it is registered nowhere."""
    resolved = resolve_project(path)
    return find_registered(data_folder, resolved) or describe_project(resolved, slug="project")


def _read_parameter(text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not mark or not name:
        raise InvalidRequestError(f"{text[:40]!r} is no parameter; write NAME=VALUE.")
    return name, value
