"""File stamps: what a refresh compares with the disk, so that it reads only what changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tandemweb.domain.mission import FileStamp
from tandemweb.store.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class KnownFile:
    stamp: FileStamp
    content_hash: str  # "" when it was not read


def list_known_files(index: Database, project: str) -> dict[str, KnownFile]:
    """Path (with surrogate escapes, as on disk) -> what was seen there last."""
    raise NotImplementedError


def save_known_files(index: Transaction, project: str, files: Mapping[str, KnownFile]) -> None:
    """Add or replace what is known of these files."""
    raise NotImplementedError


def delete_known_files(index: Transaction, project: str, paths: Iterable[str]) -> None:
    raise NotImplementedError
