"""A private bare git directory that borrows a repository's objects, so that its configuration is never read.

It has no refs: nothing is asked of it by name, only by object id, so it never goes stale. Its objects are the
repository's own through ``alternates``; configuration, hooks and attributes are ours, that is, none.
"""

import hashlib
import os
import re
import tempfile
from pathlib import Path

from tandemweb.history.repository import RepositoryLocation, read_shallow_oids, read_small_file

_CONFIG = "[core]\n\trepositoryformatversion = {version}\n\tbare = true\n{extensions}"
_SHA256 = re.compile(rb"^\s*objectformat\s*=\s*\"?sha256", re.IGNORECASE | re.MULTILINE)
_QUOTED = re.compile(rb'[\x00-\x1f"\\\x7f]')


def prepare_shadow(location: RepositoryLocation, shadows: Path) -> Path:
    """Make the shadow of a repository under ``shadows``, or bring it up to date; one for all its worktrees.

    Raises OSError when the folder cannot be written or the repository's own files cannot be read.
    """
    key = hashlib.sha256(os.fsencode(location.common_dir)).hexdigest()[:32]
    shadow = shadows / f"{key}.git"
    shadows.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in (".", "objects", "objects/info", "refs", "home"):
        (shadow / folder).mkdir(mode=0o700, exist_ok=True)
    _keep(shadow / "objects/info/alternates", _quote(os.fsencode(location.common_dir / "objects")) + b"\n")
    _keep(shadow / "config", _compose_config(location.common_dir))
    _keep(shadow / "shallow", "".join(f"{oid}\n" for oid in read_shallow_oids(location.common_dir)).encode())
    _keep(shadow / "HEAD", b"ref: refs/heads/none\n")
    return shadow


def get_home(shadow: Path) -> Path:
    """Give the empty folder that belongs to a shadow."""
    return shadow / "home"


def _compose_config(common_dir: Path) -> bytes:
    # Read by pattern, not by git: no include of the repository's is followed.
    uses_sha256 = _SHA256.search(read_small_file(common_dir / "config") or b"")
    extensions = "[extensions]\n\tobjectFormat = sha256\n" if uses_sha256 else ""
    return _CONFIG.format(version=1 if uses_sha256 else 0, extensions=extensions).encode()


def _quote(path: bytes) -> bytes:
    return b'"' + _QUOTED.sub(lambda match: b"\\%03o" % match[0][0], path) + b'"'


def _keep(path: Path, content: bytes) -> None:
    """Write unless it stands there already; an empty file counts as none. Others may read it meanwhile."""
    if (read_small_file(path) or b"") == content:
        return
    if not content:
        path.unlink(missing_ok=True)
        return
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    Path(temporary).replace(path)
