"""One JSON object for a repository: what the label files of the export contract hold, and more."""

from pathlib import Path
from typing import Any


def export_project(path: Path) -> dict[str, Any]:
    """Read the project at ``path`` without registering it and without touching the data folder.

    Lists are sorted, so that equal archives give equal exports.
    """
    raise NotImplementedError
