"""The command line. Every error that a person may meet is one sentence on stderr and exit status 2."""

import json
import logging
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from tandemweb import __version__
from tandemweb.commands.drive import drive
from tandemweb.commands.mcp import mcp
from tandemweb.commands.search import search
from tandemweb.commands.terminal import clean_line, make_log_handler
from tandemweb.commands.why import why
from tandemweb.commands.workflow import workflow
from tandemweb.demo import build_demo, temporary_folder
from tandemweb.domain.mission import Project
from tandemweb.errors import TandemwebError
from tandemweb.services.changes import Broker
from tandemweb.services.doctor import Health, examine
from tandemweb.services.exporting import export_project
from tandemweb.services.indexing import Progress, Refresh, refresh_project
from tandemweb.services.mission_changes import finish_all_cut_off
from tandemweb.services.own_trees import clear_own_trees
from tandemweb.services.registering import list_registered, register_project
from tandemweb.services.rehearsing import set_up_rehearsal
from tandemweb.services.run_watching import RunWatcher
from tandemweb.services.stages import stop_all_runs
from tandemweb.services.synthesising import clear_interrupted
from tandemweb.services.watching import Watcher
from tandemweb.store.connections import IndexWriter, open_index_writer
from tandemweb.store.paths import get_data_folder
from tandemweb.web.configuration import Configuration
from tandemweb.web.server import serve as run_server

MARKS = {Health.FINE: "ok  ", Health.NOTE: "note", Health.WRONG: "no  "}
COLOURS = {Health.FINE: "green", Health.NOTE: "yellow", Health.WRONG: "red"}
EXAMPLES = """
\b
Examples:
  tandemweb demo                  look around in sample projects
  tandemweb serve ~/src/shop      read a project's missions in the browser
  tandemweb serve                 the same for all projects registered before
  tandemweb export --json . > missions.json

The index is kept in the user's data folder; TANDEMWEB_HOME names another one.
"""
FOLDER = click.Path(path_type=Path)


class Group(click.Group):
    """Turns errors of this program into one sentence, whatever command they come from."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TandemwebError as error:
            click.echo(clean_line(f"tandemweb: {error}", "\n"), err=True)
            ctx.exit(2)
        except BrokenPipeError:
            ctx.exit(1)


@click.group(cls=Group, epilog=EXAMPLES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tandemweb")
@click.option("-v", "--verbose", is_flag=True, help="Say more on stderr.")
def main(verbose: bool) -> None:
    """Read the mission archives of two coding agents, and the git history around them, in the browser."""
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[make_log_handler()])


port_option = click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1; a free one by default."
)
no_open_option = click.option("--no-open", is_flag=True, help="Do not open the browser.")


@main.command(short_help="Show projects in the browser.")
@click.argument("paths", nargs=-1, type=FOLDER)
@port_option
@no_open_option
def serve(paths: tuple[Path, ...], port: int, no_open: bool) -> None:
    """Register the projects at PATHS and show all projects in the browser until Ctrl-C."""
    data_folder = get_data_folder()
    for path in paths:
        register_project(data_folder, path)
    _serve(data_folder, port, open_browser=not no_open)


@main.command(short_help="Bring the index up to date.")
@click.argument("paths", nargs=-1, type=FOLDER)
def index(paths: tuple[Path, ...]) -> None:
    """Bring the index up to date, for the projects at PATHS or for all that are registered."""
    data_folder = get_data_folder()
    projects = [register_project(data_folder, path) for path in paths] or list_registered(data_folder)
    if not projects:
        click.echo("No project is registered yet; name one: tandemweb index PATH")
    with open_index_writer(data_folder) as writer:
        for project in projects:
            click.echo(clean_line(_describe(project, _index(writer, project))))


@main.command(short_help="Print what a project says as JSON.")
@click.argument("path", type=FOLDER)
@click.option("--json", "as_json", is_flag=True, required=True, help="The only format there is.")
def export(path: Path, as_json: bool) -> None:
    """Print everything that was understood of the project at PATH as one JSON object. Registers nothing."""
    del as_json
    text = json.dumps(export_project(path), indent=2, sort_keys=True, ensure_ascii=False)
    # Names that are not UTF-8 come as lone surrogates, which no encoding can write.
    sys.stdout.buffer.write(text.encode("utf-8", "replace") + b"\n")


@main.command(short_help="Look around in sample projects.")
@click.option("--folder", type=FOLDER, help="Where to build it; a temporary folder by default.")
@port_option
@no_open_option
def demo(folder: Path | None, port: int, no_open: bool) -> None:
    """Build sample projects with real git histories and show them. Needs no account and no agent.

    In a temporary folder a stand-in plays the agents; elsewhere it does with executable = "rehearsal" in settings.toml.
    """
    with ExitStack() as stack:
        if folder:
            data_folder, place = get_data_folder(), folder
        else:
            # What is built into a temporary folder is not to be remembered.
            temporary = stack.enter_context(temporary_folder())
            data_folder, place = temporary / "data", temporary / "projects"
            set_up_rehearsal(data_folder)
            stack.callback(stop_all_runs, data_folder)  # they would go on in a folder that is gone
            click.echo("Stages can be started: a stand-in rehearses what claude and codex would do; no model is asked.")
        for path in build_demo(place):
            click.echo(f"{register_project(data_folder, path).name} is at {path}")
        _serve(data_folder, port, open_browser=not no_open)


@main.command(short_help="Say what is found here, and what to do.")
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """Say what tandemweb finds on this machine, and what to do about what is missing."""
    diagnoses = examine(get_data_folder())
    for diagnosis in diagnoses:
        mark = click.style(MARKS[diagnosis.health], fg=COLOURS[diagnosis.health])
        click.echo(f"{mark}  {clean_line(f'{diagnosis.subject}: {diagnosis.finding}')}")
        if diagnosis.advice:
            click.echo(f"      {diagnosis.advice}")
    if any(diagnosis.health is Health.WRONG for diagnosis in diagnoses):
        ctx.exit(1)


main.add_command(why)
main.add_command(workflow)


main.add_command(search)
main.add_command(mcp)
main.add_command(drive)


def _serve(data_folder: Path, port: int, *, open_browser: bool) -> None:
    """Serve the registered projects; the index is opened once the port is known and closed after the last request."""
    finish_all_cut_off(data_folder)
    broker = Broker()
    with ExitStack() as stack:

        def configure(taken: int) -> Configuration:
            clear_own_trees(data_folder)
            for sentence in clear_interrupted(data_folder):
                click.echo(sentence)
            configuration = Configuration(port=taken, data_folder=data_folder, broker=broker, announce=click.echo)
            watcher = stack.enter_context(Watcher(data_folder, broker, address=configuration.address))
            stack.enter_context(RunWatcher(data_folder, broker, configuration.runs))
            return replace(configuration, touch=watcher.touch)

        run_server(configure, port=port, open_browser=open_browser)


def _index(writer: IndexWriter, project: Project) -> Refresh:
    with ExitStack() as stack:
        bars: list[Any] = []

        def report(progress: Progress) -> None:
            if progress.stage != "documents" or not progress.total_count or not sys.stderr.isatty():
                return
            if not bars:
                bar = click.progressbar(length=progress.total_count, label=project.name, file=sys.stderr)
                bars.append(stack.enter_context(bar))
            bars[0].update(progress.done_count - bars[0].pos)

        return refresh_project(writer, project, report=report)


def _describe(project: Project, refresh: Refresh) -> str:
    if not refresh.topics:
        return f"{project.name}: nothing changed ({refresh.seconds:.1f} s)"
    removed = f", {refresh.removed_mission_count} removed" if refresh.removed_mission_count else ""
    return (
        f"{project.name}: {refresh.saved_mission_count} missions read{removed}, "
        f"{refresh.new_commit_count} new commits ({refresh.seconds:.1f} s)"
    )
