"""Deciding which missions a refresh has to read: those with a file that is new, gone, or has another content.

All missions of a root are read again where the file changed in which the project declares its grades.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tandemweb.archive.missions import MissionFolder, list_missions
from tandemweb.archive.reading import read_text
from tandemweb.archive.tree import join
from tandemweb.services.reading import GRADING_FILES
from tandemweb.services.survey import UNREADABLE, Survey, sort_touched
from tandemweb.services.workers import ReadingJob
from tandemweb.store.files import KnownFile

Place = tuple[str, str]  # root slug, folder name


@dataclass(frozen=True, slots=True)
class MissionPlan:
    """What a refresh does with the missions of a project.

    ``jobs`` are to be read whole, newest first; ``new`` are those among them that the index lacks; ``gone`` are to be
    removed. ``touched`` gives the touched paths of each mission by its path. ``same`` are files whose stamp changed,
    but not their content, in missions that need not be read.
    """

    folders: tuple[MissionFolder, ...]
    jobs: tuple[ReadingJob, ...]
    new: tuple[ReadingJob, ...]
    gone: tuple[Place, ...]
    touched: Mapping[str, frozenset[str]]
    same: Mapping[str, KnownFile]

    @property
    def claimed(self) -> frozenset[str]:
        """The touched paths whose stamps are saved with the missions."""
        return frozenset(self.same).union(*(self.touched.get(job.folder.path, ()) for job in self.jobs))


def plan_missions(survey: Survey, known: Mapping[str, KnownFile], stored: Mapping[str, Place]) -> MissionPlan:
    """Compare a survey with the missions in the index (path -> place)."""
    present = {
        folder.path: ReadingJob(root, folder) for root in survey.roots for folder in list_missions(survey.tree, root)
    }
    sorted_paths = sort_touched(survey.changed | survey.removed, survey.roots)
    touched = {join(root, name): paths for (root, name), paths in sorted_paths.missions.items()}
    new = {path for path, job in present.items() if stored.get(path) != place_of(job)}
    same: dict[str, KnownFile] = {}
    changed = set()
    for path in touched.keys() & present.keys() - new:
        unchanged = find_same_content(survey, known, touched[path])
        if unchanged is None:
            changed.add(path)
        else:
            same.update(unchanged)
    regraded = {path.rpartition("/")[0] for path in sorted_paths.root_files if path.rpartition("/")[2] in GRADING_FILES}
    changed |= {path for path, job in present.items() if job.root.path in regraded} - new
    return MissionPlan(
        folders=tuple(job.folder for job in present.values()),
        jobs=tuple(job for path, job in reversed(present.items()) if path in new or path in changed),
        new=tuple(present[path] for path in present if path in new),
        gone=tuple(place for path, place in stored.items() if path not in present or place != place_of(present[path])),
        touched=touched,
        same=same,
    )


def place_of(job: ReadingJob) -> Place:
    return job.root.slug, job.folder.name


def find_same_content(
    survey: Survey, known: Mapping[str, KnownFile], paths: frozenset[str]
) -> dict[str, KnownFile] | None:
    """Give the new stamps of files that were only touched; None when one is new, gone, or has another content."""
    if any(path not in known or not known[path].content_hash or path in survey.removed for path in paths):
        return None
    same = {}
    for path in paths:
        content = read_text(survey.tree.project_path, path)
        if (content.content_hash or UNREADABLE) != known[path].content_hash:
            return None
        same[path] = KnownFile(survey.tree.files[path], known[path].content_hash)
    return same
