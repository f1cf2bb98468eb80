"""HEAD and the list of worktrees, read from their small files."""

import os
from dataclasses import dataclass
from pathlib import Path

from tandemweb.domain.commit import Worktree
from tandemweb.history.repository import OBJECT_ID, RepositoryLocation, read_small_file

_COUNT_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Head:
    """What a HEAD says: a full ref name (perhaps of a branch without commits), or a commit, or nothing readable."""

    ref: str | None = None
    oid: str | None = None


def read_head(git_dir: Path) -> Head:
    path = git_dir / "HEAD"
    if path.is_symlink():  # the form before 2005, still understood by git
        text = f"ref: {path.readlink()}"
    else:
        try:
            text = os.fsdecode(read_small_file(path) or b"").strip()
        except OSError:
            return Head()
    if text.startswith("ref:"):
        return Head(ref=text.removeprefix("ref:").strip())
    return Head(oid=text) if OBJECT_ID.fullmatch(text) else Head()


def read_worktrees(location: RepositoryLocation) -> tuple[tuple[Worktree, Head], ...]:
    """Read the main worktree first (a bare repository has none), then the linked ones; oids are left to resolve."""
    found = []
    main = _find_main_path(location)
    if main is not None:
        found.append(_compose(main, location.common_dir, is_main=True))
    folder = location.common_dir / "worktrees"
    if folder.is_dir():
        for own in sorted(folder.iterdir())[:_COUNT_LIMIT]:
            path = _read_linked_path(own)
            if path is not None:
                found.append(_compose(path, own, is_main=False))
    return tuple(found)


def _find_main_path(location: RepositoryLocation) -> Path | None:
    if location.git_dir == location.common_dir:
        return location.work_tree
    return location.common_dir.parent if location.common_dir.name == ".git" else None


def _read_linked_path(own: Path) -> Path | None:
    try:
        named = os.fsdecode(read_small_file(own / "gitdir") or b"").rstrip("\n")
    except OSError:
        return None
    return Path(os.path.normpath(own / named)).parent if named else None


def _compose(path: Path, git_dir: Path, *, is_main: bool) -> tuple[Worktree, Head]:
    head = read_head(git_dir)
    worktree = Worktree(
        path=str(path),
        branch=head.ref,
        oid=None,
        is_main=is_main,
        is_locked=not is_main and (git_dir / "locked").exists(),
        is_missing=not (path / ".git").exists(),
    )
    return worktree, head
