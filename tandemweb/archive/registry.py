"""The kinds of archive documents that stand outside mission folders: one module each, one line here."""

from typing import Protocol

from tandemweb.archive import codex_reviews, confidence, consensus, parallel_specs, plans, reviews
from tandemweb.domain.mission import DocumentKind


class ArchiveKind(Protocol):
    """What a module offers to be an archive kind; the module itself is the object.

    ``NAME`` says in words what it recognises.
    """

    NAME: str

    def could_hold(self, path: str) -> bool:
        """Whether a file at this path (relative to the project) may be of this kind; nothing is read for it."""
        ...

    def recognise(self, path: str, text: str) -> DocumentKind | None:
        """Say what the file is, None where it is not of this kind. Must be quick: the text may be megabytes."""
        ...


# The first that recognises a document has it: the most particular come first.
KINDS: tuple[ArchiveKind, ...] = (codex_reviews, consensus, confidence, reviews, plans, parallel_specs)
