"""Where tandemweb keeps its own files: one folder per user, readable by that user only."""

import os
from pathlib import Path

import platformdirs

from tandemweb.errors import StoreError

INDEX_NAME = "index.db"
STATE_NAME = "state.db"
PRIVATE = 0o700


def get_data_folder() -> Path:
    """Name the data folder (not created): ``$TANDEMWEB_HOME``, else the user's data folder of this platform."""
    chosen = os.environ.get("TANDEMWEB_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    return Path(platformdirs.user_data_path("tandemweb", appauthor=False))


def prepare_data_folder(data_folder: Path) -> Path:
    """Create ``data_folder`` for its user alone; raises StoreError when that is not possible."""
    try:
        data_folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        if data_folder.stat().st_mode & 0o077:
            data_folder.chmod(PRIVATE)
    except OSError as error:
        raise StoreError(
            f"The data folder {data_folder} cannot be used ({error.strerror}); "
            "make it writable, or name another one in TANDEMWEB_HOME."
        ) from error
    return data_folder
