"""A new branch in a checkout that is already there: the files and the index stay as they are."""

from tandemweb.errors import ConflictError, HistoryError
from tandemweb.history.invocation import GitFailedError, Invocation
from tandemweb.history.opening import Repository, check_oid
from tandemweb.history.own_configuration import open_own
from tandemweb.history.shadow import get_home
from tandemweb.history.synthesis_branches import HEADS, delete_branch


def start_branch(repository: Repository, branch: str, commit: str) -> None:
    """Make a branch at the commit that is checked out, and let HEAD lead to it; nothing else is touched.

    Raises ConflictError when the branch is there already, HistoryError.
    """
    home = get_home(repository.shadow)
    try:
        open_own(repository.location, home).run(["update-ref", HEADS + branch, check_oid(commit), "0" * len(commit)])
    except GitFailedError as error:
        raise ConflictError(f"The branch {branch} cannot be made; perhaps it is there already.") from error
    try:
        # HEAD is the work tree's own.
        Invocation(repository.location.git_dir, home).run(["symbolic-ref", "HEAD", HEADS + branch])
    except GitFailedError as error:
        delete_branch(repository, branch, commit)
        raise HistoryError(f"HEAD of {repository.location.work_tree} cannot be changed") from error
