"""The kinds of archive documents that stand outside mission folders: one module each, one line here."""

from typing import Protocol

from tandemweb.domain.mission import DocumentKind


class ArchiveKind(Protocol):
    """What a module must offer to be an archive kind; the module itself is the object.

    ``could_hold`` decides by path alone whether a file is worth reading; ``recognise`` says what it is.
    """

    @property
    def NAME(self) -> str: ...  # noqa: N802 - a constant of the module

    def could_hold(self, path: str) -> bool:
        """Whether a file at this path (relative to the project) may be of this kind."""
        ...

    def recognise(self, path: str, text: str) -> DocumentKind | None:
        """What the file is, None where it is not of this kind."""
        ...


KINDS: tuple[ArchiveKind, ...] = ()
