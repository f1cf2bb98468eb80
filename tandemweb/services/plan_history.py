"""Whether the phases that a plan began with were left alone, as git remembers it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from tandemweb.analysis.others import find_rewritten_phases
from tandemweb.archive.reading import extract_text
from tandemweb.domain.commit import DocumentVersion
from tandemweb.history.contents import read_blobs
from tandemweb.history.opening import Repository

ReadBlob = Callable[[str], str]
MOST_VERSIONS = 200  # of one plan that are compared, the newest


@dataclass(frozen=True, slots=True)
class Rewriting:
    """A commit that took away or reworded original phases of a plan. ``phases`` are their headings."""

    oid: str
    phases: tuple[str, ...]


def read_rewritings(repository: Repository, versions: tuple[DocumentVersion, ...]) -> tuple[Rewriting, ...]:
    """Compare the ``versions`` (newest first) of a plan that git still has whole, by one git process."""
    newest = versions[:MOST_VERSIONS]
    blobs = read_blobs(repository, dict.fromkeys(version.blob for version in newest if version.blob))
    texts = {blob.oid: extract_text(blob.data, "").text for blob in blobs if not blob.is_truncated}
    return list_rewritings(tuple(version for version in newest if version.blob in texts), texts.__getitem__)


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
