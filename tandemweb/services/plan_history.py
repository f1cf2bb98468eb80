"""Whether the phases that a plan began with were left alone, as git remembers it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from tandemweb.analysis.others import find_rewritten_phases
from tandemweb.domain.commit import DocumentVersion

ReadBlob = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A commit that took away or reworded original phases of a plan. ``phases`` are their headings."""

    oid: str
    phases: tuple[str, ...]


def list_rewritings(versions: tuple[DocumentVersion, ...], read_blob: ReadBlob) -> tuple[Rewriting, ...]:
    """Compare each version of a plan with the one before; ``versions`` newest first, ``read_blob`` gives a text."""
    return tuple(_list_rewritings(versions, read_blob))


def _list_rewritings(versions: tuple[DocumentVersion, ...], read_blob: ReadBlob) -> Iterator[Rewriting]:
    kept = [(version.commit.oid, version.blob) for version in reversed(versions) if version.blob]
    for (_, before), (oid, after) in pairwise(kept):
        if before and after and before != after:
            phases = find_rewritten_phases(read_blob(before), read_blob(after))
            if phases:
                yield Rewriting(oid, phases)
