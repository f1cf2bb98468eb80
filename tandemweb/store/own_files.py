"""Small files of the data folder beside the databases: whole or not at all, and readable by their user only."""

from pathlib import Path

from tandemweb.errors import StoreError
from tandemweb.whole_files import replace_file

PRIVATE_FOLDER = 0o700


def write_own_file(path: Path, content: bytes) -> None:
    """Replace a file as a whole; it is on the disk when this returns. Raises StoreError; the old file stays then."""
    try:
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        replace_file(path, content)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}. What was there before is kept.") from error
