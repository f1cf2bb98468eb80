"""Which folders of a tree are archive roots."""

from tandemweb.archive.tree import Tree
from tandemweb.domain.mission import ArchiveRoot


def find_roots(tree: Tree) -> tuple[ArchiveRoot, ...]:
    """All archive roots by path, with what their Config.json says (its problems: ``checks.check_root``).

    Reads one Config.json per root. ``slug`` is unique in the project: lower-case letters, digits, hyphens.
    """
    raise NotImplementedError
