"""Making a branch out of picks, in a worktree of its own, and unmaking it without a trace.

Nothing of the user's is touched: not the checkout, the index, the stashes, nor any other branch. What is under way is
written down first, so that what a crash left is cleared away at the next start.
"""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tandemweb.analysis.region_picks import RefusedPicksError as RefusedPicksError  # for pages, which know no analysis
from tandemweb.domain.chunk import Pick, ResolvedFile
from tandemweb.domain.commit import RepositoryStatus
from tandemweb.domain.comparison import Comparison
from tandemweb.domain.mission import Project
from tandemweb.domain.synthesis import Contribution, Synthesis, SynthesisStatus
from tandemweb.errors import ConflictError, HistoryError, InvalidRequestError, TandemwebError
from tandemweb.history.building import Builder, TreeEdit, open_builder, read_author
from tandemweb.history.committers import find_user
from tandemweb.history.opening import Repository, open_repository
from tandemweb.history.repository import find_repository
from tandemweb.history.scratch import clear_scratch
from tandemweb.history.status import read_status
from tandemweb.history.synthesis_branches import (
    HEADS,
    check_branch_name,
    delete_branch,
    find_branch,
    make_worktree,
    remove_worktree,
)
from tandemweb.history.tree_states import read_tree_state
from tandemweb.services.comparing import read_matrix
from tandemweb.services.folders import shadow_folder
from tandemweb.services.synthesis_journal import (
    get_folder,
    get_journal,
    list_folders,
    list_journals,
    nothing_starts,
    start_journal,
    working_on,
    write_journal,
)
from tandemweb.services.synthesis_messages import compose_message
from tandemweb.services.synthesis_stages import Stage, plan_stages
from tandemweb.services.trusting import NotTrustedError as NotTrustedError
from tandemweb.services.trusting import require_trust

DEFAULT_BRANCH = "impl/synthesis"


def synthesise(
    data_folder: Path,
    project: Project,
    repository: Repository,
    comparison: Comparison,
    picks: Sequence[Pick],
    *,
    branch: str = DEFAULT_BRANCH,
) -> Synthesis:
    """Make a branch from the base with exactly the picks: one commit for what each side contributes.

    Raises RefusedPicksError where the picks do not hold together, InvalidRequestError for a branch name that is none
    and where nothing is picked, ConflictError where the branch is there already or is being made, NotTrustedError
    before a person has looked at what the project would run.
    """
    _require_trust(data_folder, project)
    check_branch_name(repository, _read_status(repository), branch)
    stages = plan_stages(repository, read_matrix(repository, comparison), picks)
    synthesis = start_journal(data_folder, _begin(project, comparison, branch))
    folder = get_folder(data_folder, synthesis.id)
    with working_on(folder):
        try:
            contributions = _write_commits(repository, comparison, stages)
            synthesis = replace(synthesis, oid=contributions[-1].oid, contributions=contributions)
            write_journal(data_folder, synthesis)
            make_worktree(repository, branch, synthesis.oid, Path(synthesis.worktree))
            synthesis = replace(synthesis, status=SynthesisStatus.READY)
            write_journal(data_folder, synthesis)
        except BaseException:
            _undo(repository, synthesis, folder)
            raise
    return synthesis


def list_syntheses(data_folder: Path, comparison: int | None = None) -> tuple[Synthesis, ...]:
    """List the syntheses that are there, or those of one comparison, oldest first."""
    return tuple(own for own in list_journals(data_folder) if comparison in (None, own.comparison))


def discard_synthesis(
    data_folder: Path, repository: Repository, synthesis_id: str, *, with_changes: bool = False
) -> None:
    """Remove a synthesis: its worktree, its branch, and what is written down of it.

    Raises NotFoundError, and ConflictError where somebody went on with it, unless ``with_changes``: then that is lost.
    A branch that is checked out elsewhere by now is somebody else's, and refused in any case.
    """
    synthesis = get_journal(data_folder, synthesis_id)
    folder = get_folder(data_folder, synthesis_id)
    with working_on(folder):
        now = find_branch(repository, synthesis.branch)
        _check_place(repository, synthesis)
        if not with_changes:
            _check_untouched(repository, synthesis, now)
        write_journal(data_folder, replace(synthesis, status=SynthesisStatus.DISCARDING, oid=now or synthesis.oid))
        _undo(repository, replace(synthesis, oid=now or synthesis.oid), folder)


def clear_interrupted(data_folder: Path) -> tuple[str, ...]:
    """Clear away what a crash left of syntheses that were being made or discarded; say in sentences what was done.

    To be called when the program starts. What another process is working on is left alone.
    """
    said: list[str] = []
    clear_scratch(shadow_folder(data_folder))
    if not list_folders(data_folder):
        return ()
    with nothing_starts(data_folder):
        for folder in list_folders(data_folder):
            try:
                with working_on(folder):
                    said += _clear(data_folder, folder)
            except ConflictError:
                continue
            except (TandemwebError, OSError) as error:
                said.append(f"What is left of the synthesis in {folder} could not be cleared away: {error}")
    return tuple(said)


def _clear(data_folder: Path, folder: Path) -> list[str]:
    known = next((own for own in list_journals(data_folder) if own.id == folder.name), None)
    if known is None:  # cut off before anything was written down
        shutil.rmtree(folder)
        return []
    if known.status is SynthesisStatus.READY:
        return []
    location = find_repository(Path(known.project_path))
    if location is None:
        shutil.rmtree(folder)
        return [f"The synthesis {known.branch} was interrupted, and its project is gone."]
    with open_repository(location, shadow_folder(data_folder)) as repository:
        _undo(repository, known, folder)
    return [f"The synthesis {known.branch} was interrupted, and what was there of it was removed; make it again."]


def _require_trust(data_folder: Path, project: Project) -> None:
    try:
        require_trust(data_folder, project)
    except NotTrustedError as error:
        raise NotTrustedError(
            f"No worktree is made of {project.name} before somebody looked at what it would run there. Look at its "
            "trust page and allow it."
        ) from error


def _begin(project: Project, comparison: Comparison, branch: str) -> Synthesis:
    return Synthesis(
        id="",
        project=project.slug,
        project_path=project.path,
        comparison=comparison.id,
        branch=branch,
        worktree="",
        base=comparison.base,
        oid="",
        created_at=datetime.now(UTC),
        status=SynthesisStatus.BUILDING,
    )


def _read_status(repository: Repository) -> RepositoryStatus:
    """Read it from the repository: what the index knows may be from before the last press."""
    return read_status(repository.location, repository.shadow.parent)


def _check_place(repository: Repository, synthesis: Synthesis) -> None:
    own = Path(synthesis.worktree).resolve()
    for tree in _read_status(repository).worktrees:
        if tree.branch == HEADS + synthesis.branch and Path(tree.path).resolve() != own:
            raise ConflictError(f"{synthesis.branch} is checked out in {tree.path}; check out another one there first.")


def _check_untouched(repository: Repository, synthesis: Synthesis, now: str | None) -> None:
    state = read_tree_state(repository, Path(synthesis.worktree))
    if {now, state.tip} - {None, "", synthesis.oid}:
        raise ConflictError(f"{synthesis.branch} has other commits than it was made with; discard these too?")
    if state.changed:
        raise ConflictError(f"Files in {synthesis.worktree} were changed and not committed; discard these too?")


def _undo(repository: Repository, synthesis: Synthesis, folder: Path) -> None:
    worktree = Path(synthesis.worktree)
    if worktree.parent != folder:
        raise HistoryError(f"The journal in {folder} names a worktree elsewhere, {worktree}; look at it by hand.")
    remove_worktree(repository.location, worktree)
    if synthesis.oid:
        delete_branch(repository, synthesis.branch, synthesis.oid)
    shutil.rmtree(folder)


def _write_commits(repository: Repository, comparison: Comparison, stages: Sequence[Stage]) -> tuple[Contribution, ...]:
    """Write the commits of all stages that change anything, the first on top of the base."""
    user = find_user(repository)
    made: list[Contribution] = []
    with open_builder(repository) as builder:
        blobs = _write_contents(builder, stages)
        standing = _settle(stages[0].change.before, blobs)
        removed = [file.path for file in standing.values() if file]
        sides: tuple[int, ...] = ()
        for stage in stages:
            sides += stage.sides
            files = _settle(stage.change.after, blobs)
            file_count = sum(file != standing[key] for key, file in files.items())
            if not file_count:
                continue
            tree = builder.write_tree(comparison.base, removed, filter(None, files.values()))
            author = read_author(repository, comparison.sides[sides[-1]].oid) if sides else user
            message = compose_message(comparison, sides, file_count)
            parent = made[-1].oid if made else comparison.base
            oid = builder.write_commit(tree, parent, message, author=author, committer=user)
            made.append(Contribution(sides, oid, file_count))
            standing, sides = files, ()
    if not made:
        raise InvalidRequestError("What is picked is what the base has; pick something of a side first.")
    return tuple(made)


def _write_contents(builder: Builder, stages: Iterable[Stage]) -> Mapping[bytes, str]:
    """Write what was put together out of places, each content once."""
    made = dict.fromkeys(file.content for stage in stages for file in stage.change.files if file.content is not None)
    return dict(zip(made, builder.write_blobs(list(made)), strict=True))


def _settle(files: Mapping[str, ResolvedFile | None], blobs: Mapping[bytes, str]) -> dict[str, TreeEdit | None]:
    """Name every content by its blob."""
    return {
        key: TreeEdit(file.path, file.mode, file.oid if file.content is None else blobs[file.content]) if file else None
        for key, file in files.items()
    }
