"""What a file of a mission is, from its path alone: current and older layouts, every naming convention."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from tandemweb.archive.naming import fold_name
from tandemweb.domain.mission import Author, DocumentKind, Role, Stage


@dataclass(frozen=True, slots=True)
class Place:
    """What a path says about its file.

    The planning exchange (and Spec.md, its final document) has round 1. Feedback and Summary.md have stage evaluation
    and round None: their exchange follows from what the documents say. A document by Codex may turn out to be a
    placeholder: only its text tells.
    """

    kind: DocumentKind
    author: Author | None = None
    role: Role | None = None
    stage: Stage | None = None
    round: int | None = None
    step: int | None = None

    @property
    def order(self) -> tuple[int, ...]:
        """Sorts the files of a mission as they are read: planning, spec, rounds, feedback, summary."""
        chapter = 0 if self.stage is Stage.PLANNING else _CHAPTERS.get(self.kind, 1)
        return (
            chapter,
            self.round or 0,
            _POSITIONS.get(self.kind, 0),
            self.step or 0,
            _SPEAKERS.get(self.author, 0),
        )


_CHAPTERS = {
    DocumentKind.FEEDBACK: 2,
    DocumentKind.SUMMARY: 3,
    DocumentKind.OTHER: 4,
    DocumentKind.STATE: 5,
}
_SPEAKERS: dict[Author | None, int] = {Author.CODEX: 1, Author.USER: 2}
_POSITIONS = {
    DocumentKind.REPORT: 0,
    DocumentKind.MANIFEST: 1,
    DocumentKind.DISCUSSION: 2,
    DocumentKind.NOTE: 2,
    DocumentKind.EVALUATION: 3,
    DocumentKind.SPEC: 3,
}
OTHER = Place(DocumentKind.OTHER)


def _discussion(stage: Stage, round_number: int, author: Author, step: int) -> Place:
    role = Role.MERGED if author is Author.CLAUDE else Role.REVIEW
    if step <= 1:
        role = Role.INDEPENDENT
    return Place(DocumentKind.DISCUSSION, author, role, stage, round_number, step)


def _planning(match: re.Match[str]) -> Place:
    return _discussion(Stage.PLANNING, 1, Author(match[1]), int(match[2]))


def _evaluation(match: re.Match[str]) -> Place:
    return _discussion(Stage.EVALUATION, int(match[1]), Author(match[2]), int(match[3]))


def _planning_note(match: re.Match[str]) -> Place:
    return Place(DocumentKind.NOTE, Author.USER, Role.FEEDBACK, Stage.PLANNING, 1, int(match[1]))


def _evaluation_note(match: re.Match[str]) -> Place:
    return Place(DocumentKind.NOTE, Author.USER, Role.FEEDBACK, Stage.EVALUATION, int(match[1]), int(match[2]))


def _final(match: re.Match[str]) -> Place:
    return Place(DocumentKind.EVALUATION, Author.CLAUDE, Role.FINAL, Stage.EVALUATION, int(match[1]))


def _report(match: re.Match[str]) -> Place:
    return Place(DocumentKind.REPORT, Author.GENERATOR, Role.REPORT, Stage.EVALUATION, int(match[1]))


def _manifest(match: re.Match[str]) -> Place:
    return Place(DocumentKind.MANIFEST, Author.GENERATOR, None, Stage.EVALUATION, int(match[1]))


def _feedback(match: re.Match[str]) -> Place:
    return Place(DocumentKind.FEEDBACK, Author.USER, Role.FEEDBACK, Stage.EVALUATION, None, int(match[1]))


def _spec(_: re.Match[str]) -> Place:
    return Place(DocumentKind.SPEC, Author.CLAUDE, Role.FINAL, Stage.PLANNING, 1)


def _summary(_: re.Match[str]) -> Place:
    return Place(DocumentKind.SUMMARY, Author.GENERATOR, Role.REPORT, Stage.EVALUATION)


def _state(_: re.Match[str]) -> Place:
    return Place(DocumentKind.STATE)


# Folded paths: no case, no hyphens or underscores, no leading zeros. Six digits are more rounds than anybody has.
_NUMBER = "([0-9]{1,6})"
_TALK = "(?:discussion|conversation)"
_PLANNER = f"(?:planner|planning|plan){_TALK}"
_GENERATOR = "(?:generator|gen)"
_EVALUATOR = "(?:evaluator|eval)"
_FEEDBACK_FOLDER = "(?:user)?feedback"
ASSETS = "assets"

_RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Place]], ...] = tuple(
    (re.compile(pattern), place)
    for pattern, place in (
        (rf"{_PLANNER}/(claude|codex){_NUMBER}\.md", _planning),
        (rf"{_EVALUATOR}/round{_NUMBER}{_TALK}/(claude|codex){_NUMBER}\.md", _evaluation),
        (rf"{_PLANNER}/user{_NUMBER}\.md", _planning_note),
        (rf"{_EVALUATOR}/round{_NUMBER}{_TALK}/user{_NUMBER}\.md", _evaluation_note),
        (rf"{_EVALUATOR}/round{_NUMBER}\.md", _final),
        (rf"{_GENERATOR}/round{_NUMBER}\.md", _report),
        (rf"{_GENERATOR}/changedfiles{_NUMBER}\.txt", _manifest),
        (rf"{_FEEDBACK_FOLDER}/feedback{_NUMBER}\.md", _feedback),
        (r"spec\.md", _spec),
        (r"summary\.md", _summary),
        (r"state\.json", _state),
    )
)

_MISSION_SUBFOLDERS = re.compile(f"{_PLANNER}|{_GENERATOR}|{_EVALUATOR}|userfeedback")

_ROOT_FILES = {
    "config.json": DocumentKind.CONFIG,
    "planner.md": DocumentKind.CONTEXT,
    "generator.md": DocumentKind.CONTEXT,
    "evaluator.md": DocumentKind.CONTEXT,
    "claudeevaluatorprompt.md": DocumentKind.CONTEXT,
}


# The same few hundred paths stand in every mission.
@lru_cache(maxsize=16384)
def recognise(path: str) -> Place:
    """Say what the file at ``path`` (relative to its mission folder) is; kind OTHER where no rule knows it."""
    folded = fold_name(path)
    for pattern, place in _RULES:
        match = pattern.fullmatch(folded)
        if match is not None:
            return place(match)
    return OTHER


def recognise_root_file(name: str) -> Place | None:
    """Say what a file directly in an archive root is (Config.json, ...); None where no rule knows it."""
    kind = _ROOT_FILES.get(fold_name(name))
    return None if kind is None else Place(kind)


def is_mission_subfolder(name: str) -> bool:
    """Whether only a mission has a folder of this name (``Planner-Discussion``, ``Gen``), in any convention."""
    return _MISSION_SUBFOLDERS.fullmatch(fold_name(name)) is not None
