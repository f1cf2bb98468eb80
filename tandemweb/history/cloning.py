"""Making a checkout out of a bundle that ships with the program."""

import os
import tempfile
from pathlib import Path

from tandemweb.errors import HistoryError
from tandemweb.history.invocation import Invocation

_CONFIG = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n"
HEADS = "refs/heads/"


def clone_bundle(bundle: Path, folder: Path) -> None:
    """Make ``folder`` (which must not exist) a checkout of the bundle's HEAD with all its branches and tags.

    It appears complete or not at all. Raises HistoryError.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".cloning-") as work:
        checkout, home = Path(work, "checkout"), Path(work, "home")
        for path in (checkout / ".git/objects", checkout / ".git/refs", home):
            path.mkdir(parents=True)
        (checkout / ".git/config").write_text(_CONFIG, encoding="utf-8")
        (checkout / ".git/HEAD").write_text(f"ref: {HEADS}main\n", encoding="utf-8")
        _unpack(Invocation(checkout / ".git", home), bundle, checkout)
        try:
            checkout.rename(folder)
        except OSError as error:
            raise HistoryError(f"{folder} is in the way of the checkout: {error.strerror}") from error


def _unpack(git: Invocation, bundle: Path, checkout: Path) -> None:
    heads = [line.split(" ", 1) for line in os.fsdecode(git.run(["bundle", "unbundle", str(bundle)])).splitlines()]
    refs = {name: oid for oid, name in heads if name.startswith("refs/")}
    git.run(["update-ref", "--stdin"], stdin="".join(f"create {name} {oid}\n" for name, oid in refs.items()).encode())
    git.run(["read-tree", f"{HEADS}main"])
    # A prefix instead of a work tree: git is bound to an empty one, so that it looks nowhere else.
    git.run(["checkout-index", "--all", f"--prefix={checkout}/"])
