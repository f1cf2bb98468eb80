"""The user's own words to those who plan or evaluate: notes, feedback, answers to questions that documents left open.

A note is ``Planner-Discussion/User-NN.md``, or ``Evaluator/Round-NN-Discussion/User-MM.md`` where it is about a round.
Its number is that of the step it follows, so that it is read where it was written.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tandemweb.archive.changes import Change
from tandemweb.archive.layout import recognise
from tandemweb.archive.mission_files import MissionFiles
from tandemweb.archive.spelling import name_discussion, name_feedback, name_planning
from tandemweb.archive.transitions import CLOSED, build_change, edit_state, refuse, require_phase
from tandemweb.archive.writing import Edit
from tandemweb.domain.mission import Author, DocumentKind, Stage
from tandemweb.errors import InvalidRequestError

TEXT_LIMIT = 200_000  # characters

_ANSWER = re.compile(r"^((?:>.*\n)+)\nFrom `([^`\n]+)`, line [0-9]+\.$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to one open question; ``path`` is relative to the project, ``line`` counts from 1."""

    path: str
    line: int
    question: str
    text: str


def send_back(files: MissionFiles, at: datetime, *, text: str) -> Change:
    """Send the plan back: a note for the planner. The phase stays planning."""
    require_phase(files, "send the plan back", "planning")
    plan = files.find_last_plan()
    if plan is None:
        raise refuse(files, "send the plan back", "there is no plan yet")
    about = f"`{plan[0][len(files.folder.path) + 1 :]}` is not approved as the spec yet."
    content = f"# Sent back by the user\n\n{about}\n\n{clean_words(text, 'note')}"
    edits = (_note_edit(files, None, content), edit_state(files, at, {}))
    return build_change(files, "send-back", "Plan sent back", edits, {plan[0]: files.read(plan[0])})


def answer_questions(files: MissionFiles, at: datetime, *, answers: Sequence[Answer]) -> Change:
    """Keep the user's answers, each with its question and where that stands; one note for each discussion."""
    if files.state.phase in CLOSED:
        raise refuse(files, "answer questions", "it is closed")
    if not answers:
        raise InvalidRequestError("Nothing was answered: write an answer to one of the questions.")
    grouped: dict[int | None, list[Answer]] = {}
    for answer in answers:
        grouped.setdefault(_round_of(files, answer.path), []).append(answer)
    notes = tuple(_note_edit(files, number, _write_answers(files, group)) for number, group in grouped.items())
    count = len(answers)
    title = "Question answered" if count == 1 else f"{count} questions answered"
    return build_change(files, "answer-questions", title, (*notes, edit_state(files, at, {})))


def give_feedback(files: MissionFiles, at: datetime, *, text: str) -> Change:
    """Open another loop with the user's words: Feedback-NN.md first, then the generator's turn in State.json."""
    require_phase(files, "give feedback", "user-review")
    number = max(files.list_numbers(DocumentKind.FEEDBACK), default=0) + 1
    path = files.spell(name_feedback(files.naming, number))
    values = {
        "phase": "generation",
        "generatorStatus": "working",
        "userFeedbackRounds": (files.state.user_feedback_round_count or 0) + 1,
    }
    edits = (Edit(path, None, clean_words(text, "feedback").encode()), edit_state(files, at, values))
    return build_change(files, "give-feedback", f"Feedback {number} given", edits)


def extract_answered(text: str) -> tuple[tuple[str, str], ...]:
    """List what a note answers: the path within the mission, and the question with its white space made single."""
    return tuple((match[2], fold_question(_unquote(match[1]))) for match in _ANSWER.finditer(text))


def fold_question(question: str) -> str:
    return " ".join(question.split())


def clean_words(text: str, what: str) -> str:
    r"""Give a person's words as a file holds them: ``\n`` as line ends, one at the end. Empty ones are refused."""
    words = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").rstrip()
    if not words.strip():
        raise InvalidRequestError(f"The {what} is empty: write what you want to say.")
    if len(words) > TEXT_LIMIT:
        raise InvalidRequestError(f"The {what} is longer than {TEXT_LIMIT:,} characters: put the rest into a file.")
    return f"{words.encode(errors='replace').decode()}\n"


def _note_edit(files: MissionFiles, round_number: int | None, content: str) -> Edit:
    stage = Stage.PLANNING if round_number is None else Stage.EVALUATION
    places = [
        document.place
        for document in files.folder.documents
        if document.place.kind in {DocumentKind.DISCUSSION, DocumentKind.NOTE}
        and document.place.stage is stage
        and (round_number is None or document.place.round == round_number)
    ]
    last = max((place.step or 0 for place in places), default=0)
    taken = {place.step for place in places if place.author is Author.USER}
    step = next(number for number in range(max(last, 1), last + 3) if number not in taken)
    if round_number is None:
        path = name_planning(files.naming, Author.USER, step)
    else:
        path = name_discussion(files.naming, round_number, Author.USER, step)
    return Edit(files.spell(path), None, content.encode())


def _round_of(files: MissionFiles, path: str) -> int | None:
    place = recognise(path[len(files.folder.path) + 1 :])
    return place.round if place.stage is Stage.EVALUATION else None


def _write_answers(files: MissionFiles, answers: Sequence[Answer]) -> str:
    parts = ["# Answers of the user\n"]
    for answer in answers:
        quote = "".join(f"> {line}\n" for line in answer.question.strip().splitlines())
        inner = answer.path.removeprefix(f"{files.folder.path}/")
        parts.append(f"{quote}\nFrom `{inner}`, line {answer.line}.\n\n{clean_words(answer.text, 'answer')}")
    return "\n".join(parts)


def _unquote(quote: str) -> str:
    return "\n".join(line.removeprefix(">") for line in quote.splitlines())
