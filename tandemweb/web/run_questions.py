"""What an agent asks, as a form; and what a person answered in it.

The input of a question is whatever the agent sent: what is not as the contract has it is left out or shown as it is.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tandemweb.domain.run import Question
from tandemweb.errors import InvalidRequestError
from tandemweb.services.run_board import name_anchor
from tandemweb.web import urls
from tandemweb.web.output_text import clean_output
from tandemweb.web.run_events import cut_text

PART_LIMIT, OPTION_LIMIT = 20, 50
TEXT_CHARACTERS, INPUT_CHARACTERS, ANSWER_CHARACTERS = 4_000, 20_000, 4_000
OWN = "own"
SEVERAL = ", "  # as claude joins several labels


@dataclass(frozen=True, slots=True)
class QuestionOption:
    """``value`` is the label exactly as the agent gave it, ``label`` how it is shown."""

    label: str
    description: str
    value: str


@dataclass(frozen=True, slots=True)
class QuestionPart:
    """One of the questions that were asked together. ``key`` is its text exactly as the agent gave it."""

    name: str
    header: str
    text: str
    options: tuple[QuestionOption, ...]
    is_multiple: bool
    key: str


@dataclass(frozen=True, slots=True)
class QuestionForm:
    id: str
    anchor: str
    kind: str
    title: str
    step: str
    tool: str
    asked_at: datetime
    address: str
    parts: tuple[QuestionPart, ...]
    input: str


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """``answers``: the text of each question -> label or own words. ``message`` goes with a refusal."""

    is_allowed: bool
    answers: Mapping[str, str]
    message: str = ""


def make_form(question: Question) -> QuestionForm:
    """Make the form of an open question."""
    parts = list_parts(question.input) if question.kind == "question" else ()
    kind = "question" if parts else "permission"
    tool = clean_output(question.tool)[:200]
    return QuestionForm(
        id=question.id,
        anchor=name_anchor(question.id),
        kind=kind,
        title="The agent asks you" if parts else f"May it use {tool}?",
        step=question.step,
        tool=tool,
        asked_at=question.asked_at,
        address=urls.run_answer(question.run_id, question.id),
        parts=parts,
        input=cut_text(json.dumps(question.input, ensure_ascii=False, indent=2, default=str), INPUT_CHARACTERS),
    )


def list_parts(given: Mapping[str, Any]) -> tuple[QuestionPart, ...]:
    """List the questions of an AskUserQuestion; empty when it holds none that can be asked."""
    questions = given.get("questions")
    asked = [one for one in questions if isinstance(one, Mapping)] if isinstance(questions, list) else []
    return tuple(
        QuestionPart(
            name=f"q{number}",
            header=_show(one.get("header")),
            text=_show(one.get("question")),
            options=_list_options(one.get("options")),
            is_multiple=one.get("multiSelect") is True,
            key=_text(one.get("question")),
        )
        for number, one in enumerate(asked[:PART_LIMIT])
        if _text(one.get("question"))
    )


def read_answer(question: Question, fields: Mapping[str, list[str]]) -> GivenAnswer:
    """Read what a form says. Raises InvalidRequestError when a question is left without an answer."""
    decision = _first(fields, "decision")
    message = _first(fields, "message")[:ANSWER_CHARACTERS].strip()
    if decision == "deny":
        return GivenAnswer(is_allowed=False, answers={}, message=message)
    parts = list_parts(question.input) if question.kind == "question" else ()
    if decision == "allow" and not parts:
        return GivenAnswer(is_allowed=True, answers={})
    if decision != "answer" or not parts:
        raise InvalidRequestError("The form says neither yes nor no. Go back and press one of its buttons.")
    return GivenAnswer(is_allowed=True, answers={part.key: _read_part(part, fields) for part in parts})


def _read_part(part: QuestionPart, fields: Mapping[str, list[str]]) -> str:
    chosen = fields.get(part.name, [])
    own = _first(fields, f"{part.name}-own")[:ANSWER_CHARACTERS].strip()
    labels = [part.options[int(value)].value for value in chosen if _is_position(value, len(part.options))]
    takes_own = part.is_multiple or not labels or OWN in chosen
    answers = [*labels, *([own] if own and takes_own else [])]
    if not answers:
        raise InvalidRequestError(
            f"The question {part.text[:80]!r} has no answer yet. Go back and choose or write one."
        )
    return SEVERAL.join(answers if part.is_multiple else answers[-1:])


def _is_position(value: str, count: int) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 4 and int(value) < count


def _list_options(given: object) -> tuple[QuestionOption, ...]:
    options = [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []
    return tuple(
        QuestionOption(_show(one.get("label")), _show(one.get("description")), _text(one.get("label")))
        for one in options[:OPTION_LIMIT]
        if _text(one.get("label"))
    )


def _first(fields: Mapping[str, list[str]], name: str) -> str:
    return next(iter(fields.get(name, [])), "")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _show(value: object) -> str:
    return cut_text(_text(value), TEXT_CHARACTERS)
