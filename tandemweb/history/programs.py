"""What a repository's own configuration and hooks make git start: listed for a person to read, never run."""

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from tandemweb.errors import HistoryError
from tandemweb.history.invocation import Invocation
from tandemweb.history.opening import open_repository
from tandemweb.history.repository import RepositoryLocation, read_small_file
from tandemweb.history.shadow import get_home

TEXT_CHARACTERS = 20_000  # of one hook
HOOK_COUNT = 200
# Keys as `git config --list` prints them (the parts around the name of a driver or remote in lower case).
_STARTING = re.compile(
    r"""
    core\.(fsmonitor|hookspath|pager|editor|sshcommand|askpass|gitproxy|alternaterefscommand|attributesfile|worktree)
    |sequence\.editor|interactive\.difffilter|init\.templatedir|log\.showsignature|gpg\.(.*\.)?program
    |diff\.external|diff\..*\.(command|textconv)|filter\..*\.(clean|smudge|process)|merge\..*\.driver|tar\..*\.command
    |remote\..*\.(uploadpack|receivepack|vcs|promisor)|credential\.(.*\.)?helper|pager\..*|alias\..*
    |include\.path|includeif\..*\.path|protocol\.(.*\.)?allow|(merge|diff)tool\..*\.(cmd|path)|hook\..*
    |trailer\..*\.(command|cmd)|submodule\..*\.update|url\..*\.(insteadof|pushinsteadof)|browser\..*\.(cmd|path)
    |man\..*\.(cmd|path)|safe\..*|gc\.recentobjectshook|uploadpack\.packobjectshook
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class GitSetting:
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Hook:
    """An executable file that git runs. ``content_hash`` is sha256, ``text`` its beginning."""

    name: str
    content_hash: str
    text: str


@dataclass(frozen=True, slots=True)
class GitPrograms:
    """``hook_folder`` is where hooks are looked for; ``problem`` says why the list may not be whole."""

    settings: tuple[GitSetting, ...] = ()
    hook_folder: str = ""
    hooks: tuple[Hook, ...] = ()
    problem: str = ""


def read_programs(location: RepositoryLocation | None, shadows: Path) -> GitPrograms:
    """List what git would start in this work tree; one git process that starts nothing itself. Never raises."""
    if location is None:
        return GitPrograms()
    try:
        settings, problem = _read_settings(location, shadows), ""
    except (HistoryError, OSError) as error:
        settings, problem = _hash_configuration(location), f"The configuration of git cannot be listed: {error}."
    folder = _find_hook_folder(location, settings)
    hooks, complaint = _read_hooks(folder)
    return GitPrograms(settings, str(folder), hooks, " ".join(filter(None, (problem, complaint))))


def _read_settings(location: RepositoryLocation, shadows: Path) -> tuple[GitSetting, ...]:
    with open_repository(location, shadows) as repository:
        original = Invocation(location.git_dir, get_home(repository.shadow))
        output = os.fsdecode(original.run(["config", "--list", "-z", "--includes", "--show-scope"]))
    fields = output.split("\0")
    entries = zip(fields[::2], fields[1::2], strict=False)
    listed = (entry.partition("\n") for scope, entry in entries if scope in {"local", "worktree"})
    return tuple(GitSetting(key, value) for key, _, value in listed if _STARTING.fullmatch(key))


def _hash_configuration(location: RepositoryLocation) -> tuple[GitSetting, ...]:
    """Stand in for settings that cannot be listed, so that a change of them is noticed all the same."""
    try:
        content = read_small_file(location.common_dir / "config") or b""
    except OSError:
        content = b""
    return (GitSetting("(whole file)", hashlib.sha256(content).hexdigest()),)


def _find_hook_folder(location: RepositoryLocation, settings: tuple[GitSetting, ...]) -> Path:
    named = [setting.value for setting in settings if setting.key == "core.hookspath" and setting.value]
    if not named:
        return location.common_dir / "hooks"
    return location.work_tree / os.path.expanduser(named[-1])  # noqa: PTH111 Path's raises for an unknown user


def _read_hooks(folder: Path) -> tuple[tuple[Hook, ...], str]:
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if not entry.name.endswith(".sample"))
    except FileNotFoundError:
        return (), ""
    except (OSError, ValueError) as error:
        return (), f"The hooks in {folder} cannot be listed: {error}."
    complaint = f"Only the first {HOOK_COUNT} of {len(names)} hooks are listed." if len(names) > HOOK_COUNT else ""
    hooks = (_read_hook(folder / name) for name in names[:HOOK_COUNT])
    return tuple(hook for hook in hooks if hook), complaint


def _read_hook(path: Path) -> Hook | None:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) or not os.access(path, os.X_OK):
            return None
        content = read_small_file(path) or b""
    except OSError:
        return None
    text = content.decode("utf-8", "replace")[:TEXT_CHARACTERS]
    return Hook(path.name, hashlib.sha256(content).hexdigest(), text)
