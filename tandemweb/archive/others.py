"""Documents of other archive kinds, anywhere in a project outside its mission archives."""

from collections.abc import Sequence

from tandemweb.archive.tree import Tree
from tandemweb.domain.mission import ArchiveRoot, DocumentKind


def list_candidates(tree: Tree, roots: Sequence[ArchiveRoot]) -> tuple[str, ...]:
    """Paths that may be documents of another archive kind, by path and size alone; nothing is read."""
    raise NotImplementedError


def recognise_document(path: str, text: str) -> DocumentKind | None:
    """What a candidate is, from its path and text; None: not an archive document."""
    raise NotImplementedError
