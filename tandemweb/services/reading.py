"""One mission read whole: what its files are (archive) together with what they say (analysis)."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from tandemweb.analysis.documents import DocumentReading, extract_document
from tandemweb.analysis.own_grades import apply_grades, read_grades
from tandemweb.analysis.spec import SpecReading, extract_spec, find_new_decisions
from tandemweb.archive.checks import check_mission
from tandemweb.archive.manifests import ManifestReading, read_manifest
from tandemweb.archive.missions import MissionFile, MissionFolder
from tandemweb.archive.reading import FileText, read_text
from tandemweb.archive.state import StateReading, read_state
from tandemweb.archive.tree import join
from tandemweb.domain.finding import Decision, Severity
from tandemweb.domain.mission import ArchiveRoot, Document, DocumentKind, Mission, Role
from tandemweb.domain.problem import Problem
from tandemweb.services.exchanges import build_exchanges
from tandemweb.services.mission_titles import choose_title
from tandemweb.store.questions import OpenQuestion

TOLD = {
    DocumentKind.DISCUSSION,
    DocumentKind.SPEC,
    DocumentKind.REPORT,
    DocumentKind.EVALUATION,
    DocumentKind.FEEDBACK,
    DocumentKind.SUMMARY,
}
DISCUSSED = {Role.INDEPENDENT, Role.REVIEW, Role.MERGED}
STATES_VERDICT = {Role.INDEPENDENT, Role.MERGED, Role.FINAL}
GRADING_FILES = ("Evaluator.md", "evaluator.md")  # beside the missions: the project's own context for who evaluates

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MissionReading:
    """A mission with the text of each of its documents, by path relative to the project, and their open questions."""

    mission: Mission
    texts: Mapping[str, str]
    questions: tuple[OpenQuestion, ...] = ()


def read_mission(project_path: str, root: ArchiveRoot, folder: MissionFolder) -> MissionReading:
    """Read every file of a mission folder and say what it means.

    Never raises: what could not be read or understood stands in ``mission.problems``, a mistake of this program as
    ``internal-error``, so that one mission never takes others with it.
    """
    try:
        return _read_whole(project_path, root, folder)
    except Exception as error:
        log.exception("Mission %s could not be read", folder.path)
        return MissionReading(_with_internal_error(read_skeleton(project_path, root, folder), error), {})


def read_skeleton(project_path: str, root: ArchiveRoot, folder: MissionFolder) -> Mission:
    """Read only State.json: enough to list a mission before its documents are read."""
    return _mission(root, folder, read_state(project_path, folder.state_path))


def _read_whole(project_path: str, root: ArchiveRoot, folder: MissionFolder) -> MissionReading:
    files = {file.path: read_text(project_path, file.path) for file in folder.documents}
    texts = {path: file.text for path, file in files.items()}
    grades = _read_grades(project_path, root)
    readings = {
        file.path: apply_grades(_extract(file, texts[file.path]), grades)
        for file in folder.documents
        if file.place.kind in TOLD
    }
    laid_down = _extract_laid_down(folder, texts)
    manifests = _read_manifests(project_path, folder)
    documents = tuple(_document(file, files[file.path], readings.get(file.path)) for file in folder.documents)
    state = read_state(project_path, folder.state_path)
    problems = (
        *check_mission(folder, state, texts),
        *(file.problem for file in files.values() if file.problem),
        *(problem for reading in readings.values() for problem in reading.problems),
        *(problem for reading in laid_down for problem in reading.problems),
        *(problem for reading in manifests.values() for problem in reading.problems),
    )
    mission = replace(
        _mission(root, folder, state),
        title=_title(folder, laid_down),
        documents=documents,
        exchanges=build_exchanges(documents, readings, texts),
        criteria=next((reading.criteria for reading in laid_down if reading.criteria), ()),
        decisions=_decisions(laid_down),
        changed_files={number: reading.paths for number, reading in manifests.items()},
        problems=tuple(dict.fromkeys(problems)),
    )
    return MissionReading(mission, texts, tuple(_questions(readings.values())))


def _questions(readings: Iterable[DocumentReading]) -> Iterator[OpenQuestion]:
    for reading in readings:
        for question in reading.questions:
            yield OpenQuestion(reading.path, question.line, question.end_line, question.text)


def _mission(root: ArchiveRoot, folder: MissionFolder, state: StateReading) -> Mission:
    return Mission(
        root=root,
        path=folder.path,
        name=folder.name,
        number=folder.number,
        title=folder.title,
        state=state.state,
        documents=(),
        exchanges=(),
        assets=folder.assets,
        problems=state.problems,
    )


def _with_internal_error(mission: Mission, error: Exception) -> Mission:
    message = f"The mission could not be read because of a mistake in tandemweb ({type(error).__name__}: {error})."
    return replace(mission, problems=(*mission.problems, Problem(mission.path, None, "internal-error", message)))


def _read_grades(project_path: str, root: ArchiveRoot) -> Mapping[str, Severity]:
    """Read by which words the project rates, in whatever case its file is written; none where it says nothing."""
    files = (read_text(project_path, join(root.path, name)) for name in GRADING_FILES)
    return next((grades for file in files if (grades := read_grades(file.text))), {})


def _extract(file: MissionFile, text: str) -> DocumentReading:
    place = file.place
    return extract_document(text, path=file.path, author=place.author, role=place.role, stage=place.stage)


def _extract_laid_down(folder: MissionFolder, texts: Mapping[str, str]) -> list[SpecReading]:
    """Read what the spec lays down, then what the summary adds to it."""
    paths = {file.place.kind: file.path for file in reversed(folder.documents)}
    kinds = [kind for kind in (DocumentKind.SPEC, DocumentKind.SUMMARY) if kind in paths]
    readings = (extract_spec(texts[paths[kind]], paths[kind]) for kind in kinds)
    # A summary tells how criteria came out, in whatever words; the spec is held to what they are.
    return [
        replace(reading, problems=()) if kind is DocumentKind.SUMMARY else reading
        for kind, reading in zip(kinds, readings, strict=True)
    ]


def _read_manifests(project_path: str, folder: MissionFolder) -> dict[int, ManifestReading]:
    return {
        file.place.round: read_manifest(project_path, file.path)
        for file in folder.documents
        if file.place.kind is DocumentKind.MANIFEST and file.place.round is not None
    }


def _document(file: MissionFile, content: FileText, reading: DocumentReading | None) -> Document:
    place = file.place
    role = Role.PLACEHOLDER if reading and reading.is_placeholder and place.role in DISCUSSED else place.role
    states_verdict = reading is not None and role in STATES_VERDICT
    answers = reading is not None and role is Role.REVIEW
    return Document(
        path=file.path,
        kind=place.kind,
        author=place.author,
        role=role,
        stage=place.stage,
        round=place.round,
        step=place.step,
        title=(reading.title if reading else "") or PurePosixPath(file.path).name,
        readability=content.readability,
        stamp=content.stamp,
        content_hash=content.content_hash,
        line_count=content.line_count,
        verdict=reading.verdict if reading and states_verdict else None,
        verdict_line=reading.verdict_line if reading and states_verdict else None,
        approved=reading.approved if reading and answers else None,
        approved_line=reading.approved_line if reading and answers else None,
    )


def _decisions(laid_down: Iterable[SpecReading]) -> tuple[Decision, ...]:
    """Give the decisions of the spec, and those of the summary that it did not have."""
    decisions: tuple[Decision, ...] = ()
    for reading in laid_down:
        decisions += find_new_decisions(reading.decisions, decisions)
    return decisions


def _title(folder: MissionFolder, laid_down: Iterable[SpecReading]) -> str:
    """Prefer the spec's title, where it says more than the folder's name."""
    return choose_title(next((reading.title for reading in laid_down), ""), folder.name, folder.title)
