"""Which paths git ignores in a work tree: what builds and tests leave behind there is nobody's change."""

import os
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from tandemweb.history.invocation import Invocation
from tandemweb.history.repository import RepositoryLocation
from tandemweb.history.shadow import get_home, prepare_shadow

SOME_IGNORED, NONE_IGNORED = 0, 1  # exit statuses


def list_ignored(location: RepositoryLocation, shadows: Path, paths: Iterable[str]) -> frozenset[str]:
    """Give those of the ``paths`` (relative to the work tree) that its .gitignore files name.

    Asked of the shadow, so that nothing in the repository's own configuration is read. Raises HistoryError.
    """
    asked = tuple(paths)
    if not asked or location.problem:
        return frozenset()
    # This command does not know literal paths; with a dot before it, none is taken for a pattern of another kind.
    shadow = prepare_shadow(location, shadows)
    git = Invocation(shadow, get_home(shadow), {"GIT_LITERAL_PATHSPECS": "0"}, work_tree=location.work_tree)
    stdin = b"".join(b"./" + os.fsencode(path) + b"\0" for path in asked)
    arguments = ("-c", "core.bare=false", "check-ignore", "-z", "--stdin", "--no-index")
    with closing(git.stream(arguments, stdin=stdin, accepted=(SOME_IGNORED, NONE_IGNORED))) as pieces:
        answer = b"".join(pieces)
    return frozenset(os.fsdecode(path).removeprefix("./") for path in answer.split(b"\0") if path)
