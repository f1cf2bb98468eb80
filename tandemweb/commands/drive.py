"""``tandemweb drive``: the process that does one run; started by the server, never by a person."""

from pathlib import Path

import click

from tandemweb.services.driving import drive as drive_run


@click.command(hidden=True)
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def drive(folder: Path) -> None:
    """Do the run whose FOLDER this is, to its end."""
    drive_run(folder.resolve())
