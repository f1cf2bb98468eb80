"""What a repository is to its user, to the last bit: files, index, refs, stashes, configuration. Objects may come."""

import hashlib
import os
from pathlib import Path


def take_fingerprint(repository: Path) -> dict[str, tuple[str, int]]:
    """Give hash and mode of every file of the work tree and of the git directory but its objects; folders too."""
    found = {}
    for path in sorted(repository.rglob("*"), key=os.fsencode):
        name = os.fsdecode(os.fsencode(path.relative_to(repository)))
        if name.startswith(".git/objects/"):
            continue
        mode = path.lstat().st_mode
        content = path.readlink().name if path.is_symlink() else path.read_bytes() if path.is_file() else ""
        text = content if isinstance(content, bytes) else content.encode()
        found[name] = hashlib.sha256(text).hexdigest(), mode
    return found
