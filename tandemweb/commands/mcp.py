"""``tandemweb mcp``: what agents may ask."""

from pathlib import Path

import click

from tandemweb.errors import ServerError
from tandemweb.store.paths import get_data_folder


@click.command()
def mcp() -> None:
    """Answer agents over the Model Context Protocol, on standard input and output; they can only read."""
    try:
        from tandemweb.mcp.server import serve  # noqa: PLC0415 an extra: everything else runs without it
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "mcp":
            raise
        raise ServerError("This needs the official SDK; install it with: pip install 'tandemweb[mcp]'") from error
    serve(get_data_folder(), Path.cwd())
