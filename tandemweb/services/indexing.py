"""Refreshing the index of a project: what changed on disk and in git since the last time, and nothing else."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tandemweb.domain.mission import Project
from tandemweb.store.connections import IndexWriter


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a refresh is. ``stage`` is ``walking``, ``documents``, ``history`` or ``done``; 0 of 0: not known yet."""

    stage: str
    done_count: int
    total_count: int


@dataclass(frozen=True, slots=True)
class Refresh:
    """What a refresh did."""

    project: str  # slug
    topics: frozenset[str]  # of services.changes, for open pages
    read_document_count: int = 0
    saved_mission_count: int = 0
    removed_mission_count: int = 0
    new_commit_count: int = 0
    seconds: float = 0.0


Report = Callable[[Progress], None]


def refresh_project(
    index: IndexWriter, project: Project, *, data_folder: Path, report: Report | None = None
) -> Refresh:
    """Bring the index of one project up to date. ``report`` is called from this thread.

    ``data_folder`` holds the shadow git directories (``shadow_folder``).
    """
    raise NotImplementedError
