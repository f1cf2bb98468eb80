"""Trust: before agents start in a project, a person has seen what of it would run by itself or steer them.

A trust holds for one state of these things, known by a digest. When any of them changes, agents start only after the
person has looked again. Nothing that the repository says decides anything here.
"""

import hashlib
import hmac
import json
import os
import pwd
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from tandemweb.archive.opening import RefusedPathError
from tandemweb.archive.reading import extract_text, read_bytes
from tandemweb.domain.mission import Project
from tandemweb.errors import ArchiveError, ConflictError, NotFoundError
from tandemweb.history.programs import GitPrograms, read_programs
from tandemweb.history.repository import find_repository
from tandemweb.services.folders import shadow_folder
from tandemweb.store.database import Database
from tandemweb.store.state import open_state, open_state_reader
from tandemweb.store.trusts import Trust, delete_trust, find_trust, list_trusts, save_trust

AGENTS = "agents"  # the subject of the trust that lets agents start
# What claude and codex obey, or start programs for, without being asked.
NAMES = (
    ".mcp.json",
    "CLAUDE.md",
    "CLAUDE.local.md",
    ".claude/CLAUDE.md",
    "AGENTS.md",
    "AGENTS.override.md",
    ".codex/config.toml",
    ".codex/hooks.json",
)
SETTINGS_FOLDER, SETTINGS_START, SETTINGS_END = ".claude", "settings", ".json"
NAMED_COUNT = 5  # of what is new, in a sentence
SIZE_LIMIT = 1024 * 1024
TEXT_LIMIT = 64 * 1024


class NotTrustedError(ConflictError):
    """No person has allowed agents in the project, or what they allowed is no longer what is there."""


@dataclass(frozen=True, slots=True)
class SteeringFile:
    """A file that agents obey. ``link`` is where a symbolic link leads, ``problem`` why the text is not shown."""

    path: str
    content_hash: str = ""
    text: str = ""
    link: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Examination:
    """All that a person has to see before trusting a project; ``digest`` stands for exactly this."""

    path: str
    owner_id: int | None
    owner: str
    is_own: bool
    programs: GitPrograms
    files: tuple[SteeringFile, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class TrustStatus:
    """Whether agents may start. ``trusted_at`` without ``is_trusted``: something has changed since."""

    is_trusted: bool
    trusted_at: datetime | None
    examination: Examination


def examine_project(data_folder: Path, project: Project, work_tree: str = "") -> Examination:
    """Read what would run or steer agents in a project; starts nothing of it, follows no link out of it.

    ``work_tree`` is another one of its repository. Where the same stands in it, the digest is the same.
    """
    path = Path(work_tree or project.path)
    owner_id = _find_owner(path)
    programs = read_programs(find_repository(path), shadow_folder(data_folder))
    files = tuple(found for name in _list_names(path) if (found := _read_steering(path, name)))
    seen = [
        project.path,
        owner_id,
        asdict(replace(programs, hook_folder="")),
        [(file.path, file.content_hash, file.link) for file in files],
    ]
    digest = hashlib.sha256(json.dumps(seen).encode("utf-8", "surrogatepass")).hexdigest()
    return Examination(str(path), owner_id, _name_owner(owner_id), owner_id == os.geteuid(), programs, files, digest)


def get_trust_status(data_folder: Path, project: Project, work_tree: str = "") -> TrustStatus:
    """Compare what is there now with what a person allowed last."""
    examination = examine_project(data_folder, project, work_tree)
    with open_state_reader(data_folder) as state:
        trusts = _find_trusts(state, project, work_tree)
    return TrustStatus(
        _is_among(examination, trusts), max((trust.created_at for trust in trusts), default=None), examination
    )


def require_trust(data_folder: Path, project: Project, work_tree: str = "") -> None:
    """Raise NotTrustedError unless a person allowed agents in the project as it is now."""
    with open_state_reader(data_folder) as state:
        distrust = explain_distrust(data_folder, state, project, work_tree)
    if distrust:
        raise NotTrustedError(distrust)


def explain_distrust(data_folder: Path, state: Database, project: Project, work_tree: str = "") -> str:
    """Say why no agent is started in a project as it is now, and what to do; "" where a person allowed just this."""
    trusts = _find_trusts(state, project, work_tree)
    # Where nothing was ever allowed, there is nothing that what is there now could be compared with.
    if trusts and _is_among(examine_project(data_folder, project, work_tree), trusts):
        return ""
    reason = "has changed what runs or steers agents in it" if trusts else "was never looked at for that"
    return f"No agent is started in {project.name}: it {reason}. Look at its trust page and allow it."


def require_tree_trust(data_folder: Path, project: Project, work_tree: str, tree: str) -> None:
    """Raise NotTrustedError where more steers agents in the isolated ``tree`` than in ``work_tree``, which is trusted.

    What the tree lacks of it is no danger. A person can allow the tree as it is, too.
    """
    status = get_trust_status(data_folder, project, tree)
    if status.is_trusted:
        return
    known = _list_steering(examine_project(data_folder, project, work_tree))
    new = sorted({name for name, what in _list_steering(status.examination) - known})
    if new:
        named = ", ".join(new[:NAMED_COUNT])
        raise NotTrustedError(
            f"No agent is started in {tree}: {named} would run or steer agents there, and nobody has allowed that. "
            "Look at it, take it out or allow it for that work tree, and go on."
        )


def trust_project(data_folder: Path, project: Project, digest: str, *, at: datetime, work_tree: str = "") -> None:
    """Keep that a person allowed agents, having seen what ``digest`` stands for.

    Raises ConflictError when something else is there now.
    """
    present = examine_project(data_folder, project, work_tree).digest
    if not hmac.compare_digest(present.encode(), digest.encode("utf-8", "replace")):
        raise ConflictError(
            f"Nothing was allowed: {project.name} has changed since its trust page was shown. Look at the page again."
        )
    with open_state(data_folder) as state, state.transaction() as transaction:
        save_trust(transaction, project.slug, _list_subjects(work_tree)[-1], digest, created_at=at)


def withdraw_trust(data_folder: Path, project: Project) -> None:
    """Take back everything that was allowed in a project; runs that have begun go on."""
    with open_state(data_folder) as state, state.transaction() as transaction:
        for trust in list_trusts(transaction, project.slug):
            delete_trust(transaction, project.slug, trust.subject)


def _list_steering(examination: Examination) -> set[tuple[str, str]]:
    """Name everything that a person was or is to be shown, each with what stands for its content."""
    programs = examination.programs
    return {
        *((file.path, f"{file.content_hash} {file.link}") for file in examination.files),
        *((f"git's {setting.key}", setting.value) for setting in programs.settings),
        *((f"the hook {hook.name}", hook.content_hash) for hook in programs.hooks),
        *((("git's configuration", programs.problem),) if programs.problem else ()),
    }


def _find_trusts(state: Database, project: Project, work_tree: str) -> list[Trust]:
    return [trust for subject in _list_subjects(work_tree) if (trust := find_trust(state, project.slug, subject))]


def _is_among(examination: Examination, trusts: Iterable[Trust]) -> bool:
    return any(hmac.compare_digest(trust.digest, examination.digest) for trust in trusts)


def _list_subjects(work_tree: str) -> list[str]:
    return [AGENTS, *([f"{AGENTS}:{work_tree}"] if work_tree else [])]


def _find_owner(path: Path) -> int | None:
    try:
        return path.stat().st_uid
    except OSError:
        return None


def _name_owner(owner_id: int | None) -> str:
    try:
        return pwd.getpwuid(owner_id).pw_name if owner_id is not None else ""
    except (KeyError, OverflowError):
        return ""


def _list_names(path: Path) -> list[str]:
    try:
        names = [entry.name for entry in (path / SETTINGS_FOLDER).iterdir()]
    except OSError:
        names = []
    settings = [name for name in names if name.startswith(SETTINGS_START) and name.endswith(SETTINGS_END)]
    return [*(f"{SETTINGS_FOLDER}/{name}" for name in sorted(settings)), *NAMES]


def _read_steering(project: Path, name: str) -> SteeringFile | None:
    """Read one file; of a link that leads to another file of the project, what stands there. None: there is none."""
    try:
        return _compose(name, read_bytes(str(project), name, limit=SIZE_LIMIT))
    except NotFoundError:
        return None
    except RefusedPathError as error:
        return _follow(project, name) or SteeringFile(name, problem=str(error))
    except ArchiveError as error:
        return SteeringFile(name, content_hash=_stamp(project / name), problem=str(error))


def _follow(project: Path, name: str) -> SteeringFile | None:
    try:
        target = (project / name).resolve(strict=True)
    except (OSError, RuntimeError):
        return SteeringFile(name, link="(nowhere)", problem="It is a symbolic link that leads nowhere.")
    if not target.is_relative_to(project):
        problem = "It is a symbolic link out of the project, so it is not shown. Agents do follow it."
        return SteeringFile(name, content_hash=_stamp(target), link=str(target), problem=problem)
    inside = str(target.relative_to(project))
    try:
        found = _compose(name, read_bytes(str(project), inside, limit=SIZE_LIMIT))
    except (ArchiveError, NotFoundError) as error:
        return SteeringFile(name, content_hash=_stamp(target), link=inside, problem=str(error))
    return SteeringFile(name, found.content_hash, found.text, inside, found.problem)


def _compose(name: str, data: bytes) -> SteeringFile:
    text = extract_text(data, name, text_limit=TEXT_LIMIT)
    return SteeringFile(name, text.content_hash, text.text, problem=text.problem.message if text.problem else "")


def _stamp(path: Path) -> str:
    """Tell the state of a file that is not read, so that a change of it is noticed."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{status.st_size}-{status.st_mtime_ns}-{status.st_ino}"
