"""What can be done with a mission now: who owes the next move, which events fit, and what they would be built from.

Read from the files as they are at this moment, not from the index, so that no form is older than its page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from tandemweb.analysis.documents import extract_approval
from tandemweb.archive.approval import FIRST_MERGED
from tandemweb.archive.completion import Completion, read_completion
from tandemweb.archive.mission_files import MissionFiles
from tandemweb.archive.next_move import NextMove, find_next_move
from tandemweb.archive.notes import extract_answered, fold_question
from tandemweb.archive.reading import read_text
from tandemweb.archive.transitions import CLOSED, list_release_edits
from tandemweb.domain.intent import MissionIntent
from tandemweb.domain.mission import Author, Document, DocumentKind, MissionState, Stage
from tandemweb.errors import TandemwebError
from tandemweb.services.intents import find_intent
from tandemweb.services.mission_changes import MissionOnDisk, RecentChange, list_changes
from tandemweb.services.shown_files import ShownFiles
from tandemweb.services.standing import Standing
from tandemweb.store.questions import OpenQuestion


class UserAction(StrEnum):
    """What a person can do, as the word of its address."""

    APPROVE = "approve"
    SEND_BACK = "send-back"
    ANSWER = "answer"
    FEEDBACK = "feedback"
    COMPLETE = "complete"
    ABANDON = "abandon"


@dataclass(frozen=True, slots=True)
class Plan:
    """The last merged plan.

    ``is_ready``: planning has come to its end with it, so that the user has to decide. ``approved`` is the review's
    answer to it, None without one.
    """

    path: str
    number: int
    is_ready: bool
    approved: bool | None


@dataclass(frozen=True, slots=True)
class NextStep:
    """``trouble`` says why nothing can be done, "" where something can; then there are no actions.

    ``shown`` is what forms are built from: sha256 by path, None where there is no such file.
    """

    move: NextMove | None
    state: MissionState | None
    actions: tuple[UserAction, ...] = ()
    shown: Mapping[str, str | None] = field(default_factory=dict)
    plan: Plan | None = None
    completion: Completion | None = None
    summary_path: str = ""  # where Summary.md is, or will be
    intent: MissionIntent | None = None
    changes: tuple[RecentChange, ...] = ()
    trouble: str = ""


def read_next_step(
    place: MissionOnDisk, standing: Standing, shown: ShownFiles, *, now: datetime, has_questions: bool
) -> NextStep:
    """Read what can be done with a mission. Never raises for what is on disk: see ``trouble``."""
    if not isinstance(standing.files, MissionFiles):
        return NextStep(None, None, changes=list_changes(place), trouble=standing.files)
    is_run_alive = standing.run is not None
    try:
        return _describe(place, standing.files, shown, now=now, is_run_alive=is_run_alive, has_questions=has_questions)
    except TandemwebError as error:
        return NextStep(None, None, changes=list_changes(place), trouble=str(error))


def list_unanswered(
    mission_path: str, questions: Sequence[OpenQuestion], documents: Iterable[Document], texts: Mapping[str, str]
) -> tuple[OpenQuestion, ...]:
    """List the questions that no note of the user answers. ``texts`` holds those of the notes by path."""
    notes = (document.path for document in documents if document.kind is DocumentKind.NOTE)
    answered = {pair for path in notes for pair in extract_answered(texts.get(path, ""))}
    return tuple(
        question
        for question in questions
        if (question.path.removeprefix(f"{mission_path}/"), fold_question(question.text)) not in answered
    )


def _describe(
    place: MissionOnDisk,
    files: MissionFiles,
    shown: ShownFiles,
    *,
    now: datetime,
    is_run_alive: bool,
    has_questions: bool,
) -> NextStep:
    plan = _find_plan(files)
    completion = read_completion(files)
    has_ready_plan = plan is not None and plan.is_ready
    summary_path = files.find_fixed("Summary.md")
    spec_path = files.find_fixed("Spec.md")
    contents = {
        files.reading.path: files.state_content,
        files.root_files.config_path: files.root_files.config_content,
        summary_path: files.read(summary_path),
        spec_path: files.read(spec_path),
    }
    if plan:
        contents[plan.path] = files.read(plan.path)
    return NextStep(
        move=find_next_move(
            files.state, now=now, is_run_alive=is_run_alive, has_plan=has_ready_plan and not is_run_alive
        ),
        state=files.state,
        actions=_list_actions(files, plan, completion, is_run_alive=is_run_alive, has_questions=has_questions),
        shown={path: shown.remember(content) for path, content in contents.items()},
        plan=plan,
        completion=completion,
        summary_path=summary_path,
        intent=find_intent(place.data_folder, place.project_path, place.mission_path),
        changes=list_changes(place),
    )


def _find_plan(files: MissionFiles) -> Plan | None:
    found = files.find_last_plan()
    if found is None or found[1] < FIRST_MERGED:
        return None
    path, number = found
    steps = _list_steps(files)
    reviewed = max((step for author, step in steps if author is Author.CODEX), default=0)
    approved = _read_approval(files, steps[Author.CODEX, reviewed]) if reviewed else None
    # After an approval only wording changes; without one, a review of just this plan that says neither is the user's.
    is_reviewed = approved is True or (reviewed == number and approved is None)
    # What the user wrote after this plan, a word of sending it back or an answer, is for the planner to take in.
    is_answered = any(author is Author.USER and step >= number for author, step in steps)
    return Plan(path, number, is_reviewed and not is_answered, approved)


def _list_steps(files: MissionFiles) -> dict[tuple[Author | None, int], str]:
    """Give the documents of planning by author and number."""
    places = ((document.place, document.path) for document in files.folder.documents)
    return {
        (place.author, place.step): path
        for place, path in places
        if place.stage is Stage.PLANNING and place.step is not None
    }


def _read_approval(files: MissionFiles, path: str) -> bool | None:
    return extract_approval(read_text(files.project_path, path).text)


def _list_actions(
    files: MissionFiles, plan: Plan | None, completion: Completion, *, is_run_alive: bool, has_questions: bool
) -> tuple[UserAction, ...]:
    phase = files.state.phase
    fits = {
        UserAction.APPROVE: phase == "planning" and plan is not None and not is_run_alive,
        UserAction.SEND_BACK: phase == "planning" and plan is not None,
        UserAction.ANSWER: has_questions and phase not in CLOSED,
        UserAction.FEEDBACK: phase == "user-review",
        UserAction.COMPLETE: phase == "user-review" or completion.is_begun,
        UserAction.ABANDON: phase not in CLOSED or (phase == "abandoned" and bool(list_release_edits(files))),
    }
    return tuple(action for action, does_fit in fits.items() if does_fit)
