"""Asking the repository itself, its configuration included, so that nothing in it starts a program.

Only what changes refs and worktrees has to; all else is asked of the shadow. What git would start is found in the
configuration by name, which starts nothing, and overridden by environment: an option cannot name a driver ``a=b``.
"""

import os
import re
from pathlib import Path

from tandemweb.history.invocation import Invocation
from tandemweb.history.repository import RepositoryLocation

_OVERRIDES = (
    (re.compile(r"filter\..*\.required", re.IGNORECASE | re.DOTALL), "false"),
    (re.compile(r"filter\..*", re.IGNORECASE | re.DOTALL), ""),
    (re.compile(r"diff\..*\.(?:command|textconv)", re.IGNORECASE | re.DOTALL), ""),
    (re.compile(r"(?:merge\..*\.driver|tar\..*\.command)", re.IGNORECASE | re.DOTALL), "false"),
    (re.compile(r"remote\..*\.(?:uploadpack|receivepack|vcs)", re.IGNORECASE | re.DOTALL), "false"),
    (re.compile(r"remote\..*\.promisor", re.IGNORECASE | re.DOTALL), "false"),
    (re.compile(r"hook\..*\.command", re.IGNORECASE | re.DOTALL), "true"),  # hooks by configuration, in later versions
)


def open_own(location: RepositoryLocation, home: Path) -> Invocation:
    """Give git on the repository's own directory. One process, for the names in its configuration."""
    git_dir = location.common_dir
    names = Invocation(git_dir, home).run(["config", "--list", "-z", "--name-only", "--includes"])
    overrides = [
        (name, value)
        for name in dict.fromkeys(map(os.fsdecode, names.split(b"\0")[:-1]))
        if (value := _find_override(name)) is not None
    ]
    environment = {"GIT_CONFIG_COUNT": str(len(overrides))}
    for number, (name, value) in enumerate(overrides):
        environment |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return Invocation(git_dir, home, environment=environment)


def _find_override(name: str) -> str | None:
    return next((value for pattern, value in _OVERRIDES if pattern.fullmatch(name)), None)
