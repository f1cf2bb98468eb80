"""Where things of this program stand inside its data folder."""

from pathlib import Path

STEP_TREES = "worktrees"


def shadow_folder(data_folder: Path) -> Path:
    """Name the folder of the shadow git directories, for ``history.opening.open_repository``."""
    return data_folder / "shadows"


def step_trees_folder(data_folder: Path) -> Path:
    """Name the folder of the isolated work trees of steps."""
    return data_folder / STEP_TREES
