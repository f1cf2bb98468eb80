"""Making trees and commits without touching any checkout: through the shadow, with an index of our own.

Objects go into the repository's own object store, where a branch will need them. Everything else that git reads, its
configuration above all, is the shadow's, so that no filter, hook or driver of the repository is known to it.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tandemweb.errors import HistoryError
from tandemweb.history.invocation import GitFailedError, Invocation
from tandemweb.history.opening import Repository, check_oid
from tandemweb.history.scratch import open_scratch
from tandemweb.history.shadow import get_home

_PATIENCE = 120.0
_FORBIDDEN = str.maketrans("", "", "\n\r\0<>")
_TIME = re.compile(r"\d{1,14} [+-]\d{4}")


@dataclass(frozen=True, slots=True)
class Person:
    """Who a commit names. ``time`` is git's: ``@``, seconds since 1970 and a zone; "" for now."""

    name: str
    email: str
    time: str = ""


@dataclass(frozen=True, slots=True)
class TreeEdit:
    """One file of a new tree."""

    path: str
    mode: str
    oid: str


class Builder:
    """Makes objects. ``folder`` is private and empty: for the index, and for contents on their way."""

    def __init__(self, repository: Repository, folder: Path) -> None:
        self._repository = repository
        self._folder = folder
        self._git = self._bind({})

    def write_blobs(self, contents: Sequence[bytes]) -> list[str]:
        """Write contents as they are, without any filter; one process for all."""
        if not contents:
            return []
        paths = []
        for number, content in enumerate(contents):
            path = self._folder / f"content-{number}"
            path.write_bytes(content)
            paths.append(path)
        names = "".join(f"{path}\n" for path in paths).encode()
        answer = self._git.run(["hash-object", "-w", "--no-filters", "--stdin-paths"], stdin=names, patience=_PATIENCE)
        for path in paths:
            path.unlink()
        return answer.decode("ascii").split()

    def write_tree(self, base: str, removed: Iterable[str], files: Iterable[TreeEdit]) -> str:
        """Write the tree that ``base`` (a commit) becomes. Raises HistoryError for a name that git does not allow."""
        nothing = "0" * len(base)
        lines = [b"0 %s\t%s\0" % (nothing.encode(), os.fsencode(path)) for path in removed]
        lines += [f"{file.mode} {check_oid(file.oid)}\t".encode() + os.fsencode(file.path) + b"\0" for file in files]
        try:
            self._git.run(["read-tree", check_oid(base)], patience=_PATIENCE)
            self._git.run(["update-index", "-z", "--index-info"], stdin=b"".join(lines), patience=_PATIENCE)
            answer = self._git.run(["write-tree", "--missing-ok"], patience=_PATIENCE)
        except GitFailedError as error:
            raise HistoryError(
                "git does not allow one of the names or modes in the tree that the picks make"
            ) from error
        return answer.decode("ascii").strip()

    def write_commit(self, tree: str, parent: str, message: str, *, author: Person, committer: Person) -> str:
        """Write a commit and give its object id; no ref leads to it yet."""
        git = self._bind({**_name_person("AUTHOR", author), **_name_person("COMMITTER", committer)})
        arguments = ["commit-tree", check_oid(tree), "-p", check_oid(parent)]
        text = message.encode("utf-8", "replace")
        return git.run(arguments, stdin=text, patience=_PATIENCE).decode("ascii").strip()

    def _bind(self, environment: Mapping[str, str]) -> Invocation:
        own = {
            "GIT_OBJECT_DIRECTORY": str(self._repository.location.common_dir / "objects"),
            "GIT_INDEX_FILE": str(self._folder / "index"),
        }
        shadow = self._repository.shadow
        return Invocation(shadow, get_home(shadow), environment={**own, **environment})


@contextmanager
def open_builder(repository: Repository) -> Iterator[Builder]:
    """Open for making objects, with a private folder that is gone afterwards."""
    with open_scratch(repository.shadow) as folder:
        yield Builder(repository, folder)


def read_author(repository: Repository, commit: str) -> Person:
    """Read whom a commit names as its author, and when, as far as git can write that again."""
    answer = repository.run(["cat-file", "commit", check_oid(commit)])
    for line in answer.split(b"\n\n", 1)[0].split(b"\n"):
        if line.startswith(b"author "):
            name, _, rest = line.removeprefix(b"author ").decode("utf-8", "replace").rpartition(" <")
            email, _, time = rest.rpartition("> ")
            # Without the sign git takes a time in the first years after 1970 for a date of another form.
            return Person(name, email, f"@{time}" if _TIME.fullmatch(time) else "")
    raise HistoryError(f"commit {commit[:12]} names no author")


def _name_person(role: str, person: Person) -> dict[str, str]:
    """Give git's variables. Nothing in a name may end it; an empty one is not allowed."""
    name = person.name.translate(_FORBIDDEN).strip(" .,:;\"'") or "unknown"
    named = {f"GIT_{role}_NAME": name, f"GIT_{role}_EMAIL": person.email.translate(_FORBIDDEN)}
    return {**named, f"GIT_{role}_DATE": person.time} if person.time else named
