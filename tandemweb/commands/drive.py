"""``tandemweb drive``: the process that does one run; started by the server, never by a person.

The server starts this module by itself, without the rest of the command line: what only pages need takes as long to
import as all that a run needs.
"""

import sys
from pathlib import Path

import click

from tandemweb.errors import TandemwebError
from tandemweb.services.driving import drive_in_background


@click.command(hidden=True)
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def drive(folder: Path) -> None:
    """Do the run whose FOLDER this is, to its end."""
    drive_in_background(folder.resolve())


if __name__ == "__main__":
    try:
        drive()
    except TandemwebError as error:
        sys.exit(f"tandemweb: {error}")
