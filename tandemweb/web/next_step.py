"""The panel on top of a mission: where it is in words, whose turn it is, and the forms that fit."""

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote_to_bytes

from flask import request

from tandemweb.archive.next_move import Party
from tandemweb.domain.mission import DocumentKind, Mission, Project
from tandemweb.errors import InvalidRequestError
from tandemweb.services.mission_changes import MissionOnDisk
from tandemweb.services.next_steps import NextStep, list_unanswered, read_next_step
from tandemweb.services.standing import Standing, read_standing
from tandemweb.store.documents import read_texts
from tandemweb.store.questions import OpenQuestion, list_questions
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_index, get_state

PHASES = {
    "planning": "The plan is being made.",
    "ready-for-execution": "The spec is approved; nothing has been built yet.",
    "generation": "It is being built.",
    "evaluation": "What was built is being evaluated.",
    "user-review": "It has passed, and waits for your review.",
    "complete": "The mission is complete.",
    "abandoned": "The mission was abandoned.",
}
TURNS = {
    Party.USER: "Your turn",
    Party.PLANNER: "The planner’s turn",
    Party.GENERATOR: "The generator’s turn",
    Party.EVALUATOR: "The evaluator’s turn",
    Party.NOBODY: "Closed",
    Party.UNKNOWN: "Unclear",
}
NO_FILE = "-"
SHOWN_FIELD = "shown"
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question that a document left open; ``key`` names its field in a form."""

    key: str
    question: OpenQuestion


@dataclass(frozen=True, slots=True)
class NextStepPanel:
    """``shown_fields`` say what forms were built from; each carries them. ``run_id`` is "" where nothing runs."""

    step: NextStep
    phase: str
    turn: str
    questions: tuple[AskedQuestion, ...]
    shown_fields: tuple[str, ...]
    run_id: str


def build_panel(
    project: Project, mission: Mission, standing: Standing, questions: Sequence[OpenQuestion]
) -> NextStepPanel:
    """Build the panel of a mission; ``questions`` are its ``list_questions``."""
    asked = name_asked(project.slug, mission, questions)
    step = read_next_step(
        find_place_on_disk(project, mission),
        standing,
        get_configuration().shown,
        now=datetime.now(UTC),
        has_questions=bool(asked),
    )
    phase = step.state.phase if step.state else None
    return NextStepPanel(
        step=step,
        phase=PHASES.get(phase or "", ""),
        turn=TURNS[step.move.party] if step.move else "",
        questions=asked,
        shown_fields=tuple(write_shown(path, name) for path, name in step.shown.items()),
        run_id=standing.run.id if standing.run else "",
    )


def find_place_on_disk(project: Project, mission: Mission) -> MissionOnDisk:
    return MissionOnDisk(get_configuration().data_folder, project.path, mission.path)


def read_mission_standing(project: Project, mission: Mission) -> Standing:
    return read_standing(get_configuration().data_folder, get_state(), project, mission.path)


def list_asked(project: str, mission: Mission) -> tuple[AskedQuestion, ...]:
    """List the questions of a mission's documents that the user has not answered yet."""
    return name_asked(project, mission, list_questions(get_index(), project, mission.root.slug, mission.name))


def name_asked(project: str, mission: Mission, questions: Sequence[OpenQuestion]) -> tuple[AskedQuestion, ...]:
    """Name those of the questions of a mission's documents that the user has not answered yet."""
    if not questions:
        return ()
    notes = [document.path for document in mission.documents if document.kind is DocumentKind.NOTE]
    texts = read_texts(get_index(), project, notes) if notes else {}
    return _name_questions(list_unanswered(mission.path, questions, mission.documents, texts))


def write_shown(path: str, name: str | None) -> str:
    """Write a form field that says what was shown of a file: sha256 (``-`` for no file) and path."""
    return f"{name or NO_FILE} {quote(os.fsencode(path))}"


def read_shown() -> Mapping[str, str | None]:
    """Read what the form of this request was built from. Raises InvalidRequestError."""
    shown: dict[str, str | None] = {}
    for text in request.form.getlist(SHOWN_FIELD)[:MOST_SHOWN]:
        name, space, path = text.partition(" ")
        if not space or not (name == NO_FILE or name.isalnum()):
            raise InvalidRequestError("The form does not say what it was built from; load the page again.")
        shown[os.fsdecode(unquote_to_bytes(path))] = None if name == NO_FILE else name
    return shown


def _name_questions(questions: Sequence[OpenQuestion]) -> tuple[AskedQuestion, ...]:
    named: dict[str, AskedQuestion] = {}
    for question in questions:
        text = f"{question.path}\0{question.line}\0{question.text}"
        key = hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:16]
        named.setdefault(key, AskedQuestion(key, question))
    return tuple(named.values())
