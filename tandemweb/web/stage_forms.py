"""What the form of a stage says: the mode, the limits, and what was edited for this one run."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from tandemweb.domain.run import RunMode
from tandemweb.domain.workflow import Limits, Workflow
from tandemweb.errors import InvalidRequestError
from tandemweb.services.prompt_edits import open_prompt
from tandemweb.services.stage_previews import StepPreview
from tandemweb.services.stages import StageOrder

KEY_CHARACTERS = 200
MOST_HOURS, MOST_DOLLARS, MOST_ROUNDS = 24 * 14, 100_000, 100
SECONDS = 3600
NUMBERS = frozenset(("hours", "budget", "rounds"))
SHOWN_CHARACTERS = 20  # of a number that was typed
Form = MultiDict[str, str]


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A step as it would start; ``argv`` is its argument vector as a line, ``edited_argv`` what a person made of it.

    ``argv_problem`` says why that cannot be read.
    """

    step: StepPreview
    argv: str
    edited_argv: str = ""
    argv_problem: str = ""


@dataclass(frozen=True, slots=True)
class TypedLimits:
    """The limits of a run as they were typed."""

    budget: str = ""
    hours: str = ""
    rounds: str = ""
    retry: bool = False


def read_typed_order(form: Form, mission_path: str, stage: str) -> tuple[StageOrder, str]:
    """Read all but what was edited in the steps; limits that cannot be read are left out, and a sentence says so.

    Raises InvalidRequestError for what nobody types.
    """
    try:
        return read_order(form, mission_path, stage), ""
    except InvalidRequestError as error:
        rest = MultiDict((name, text) for name, text in form.items() if name not in NUMBERS)
        return read_order(rest, mission_path, stage), str(error)


def read_order(form: Form, mission_path: str, stage: str) -> StageOrder:
    """Read all but what was edited in the steps. Raises InvalidRequestError."""
    hours, budget = _read_number(form, "hours", MOST_HOURS), _read_number(form, "budget", MOST_DOLLARS)
    rounds = _read_number(form, "rounds", MOST_ROUNDS)
    return StageOrder(
        request_key=form.get("request_key", "")[:KEY_CHARACTERS],
        workflow=form.get("workflow", ""),
        stage=stage,
        mission_path=mission_path,
        mode=_read_mode(form),
        first_step=form.get("first_step", ""),
        goal=_read_text(form, "goal"),
        note=_read_text(form, "note"),
        parameters={
            name.removeprefix("parameter-"): _normalise(value)
            for name, value in form.items()
            if name.startswith("parameter-")
        },
        limits=Limits(seconds=hours * SECONDS if hours else None, budget_usd=budget),
        round_limit=int(rounds) if rounds else None,
        retry=bool(form.get("retry")),
    )


def read_limits(form: Form) -> TypedLimits:
    budget, hours, rounds = (form.get(name, "")[:SHOWN_CHARACTERS] for name in ("budget", "hours", "rounds"))
    return TypedLimits(budget, hours, rounds, bool(form.get("retry")))


def list_edited_prompts(form: Form, workflow: Workflow) -> Mapping[str, str]:
    """List the prompts that a person changed, by step; an empty one stands for the workflow's own."""
    return {
        step.name: text
        for step in workflow.steps
        if (text := _read_text(form, f"prompt-{step.name}").strip())
        and text not in {_normalise(open_prompt(workflow, step)).strip(), _normalise(step.prompt).strip()}
    }


def list_carried(
    form: Form, workflow: Workflow, prompts: Mapping[str, str], steps: Sequence[StepPreview]
) -> Mapping[str, str]:
    """List fields with what was edited of steps that a page does not show; it carries them along."""
    shown = {step.name for step in steps}
    lines = {step.name: _find_edited_argv(form, step.name) for step in workflow.steps}
    carried = {f"prompt-{name}": text for name, text in prompts.items() if name not in shown}
    return carried | {f"argv-{name}": line for name, line in lines.items() if line and name not in shown}


def show_steps(form: Form, steps: Sequence[StepPreview]) -> tuple[ShownStep, ...]:
    return tuple(_show_step(form, step) for step in steps)


def list_edited_arguments(form: Form, workflow: Workflow) -> Mapping[str, tuple[str, ...]]:
    """List the argument vectors that a person changed. What is no command line is left out: ``refuse_unreadable``."""
    edited = {step.name: _find_edited_argv(form, step.name) for step in workflow.steps}
    return {name: _split(text) for name, text in edited.items() if text and not _find_argv_problem(text)}


def refuse_unreadable(form: Form, workflow: Workflow) -> None:
    """Raise InvalidRequestError where a command that a person changed cannot be read."""
    for step in workflow.steps:
        problem = _find_argv_problem(_find_edited_argv(form, step.name))
        if problem:
            raise InvalidRequestError(f"The command of {step.title!r} cannot be read: {problem}.")


def _show_step(form: Form, step: StepPreview) -> ShownStep:
    edited = _find_edited_argv(form, step.name)
    return ShownStep(step, write_argv(step), edited, _find_argv_problem(edited))


def _find_edited_argv(form: Form, name: str) -> str:
    """Give the command line of a step where it is not what the page showed, which the form carries beside it."""
    text = _read_text(form, f"argv-{name}").strip()
    return "" if text == _read_text(form, f"shown-argv-{name}").strip() else text


def _find_argv_problem(text: str) -> str:
    try:
        _split(text)
    except ValueError as error:
        return str(error)
    return ""


def _split(text: str) -> tuple[str, ...]:
    return tuple(shlex.split(text.replace("\n", " ")))


def write_argv(step: StepPreview) -> str:
    """Write an argument vector as one line that can be edited."""
    return shlex.join(step.argv)


def _read_mode(form: Form) -> RunMode:
    text = form.get("mode", RunMode.STAGE)
    if text not in set(RunMode):
        raise InvalidRequestError(f"mode cannot be {text[:40]!r}; it can be one of: {', '.join(RunMode)}.")
    return RunMode(text)


def _read_number(form: Form, name: str, most: float) -> float | None:
    text = form.get(name, "").strip()
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 < number <= most:
        raise InvalidRequestError(f"{name} cannot be {text[:40]!r}; it is a number above 0, at most {most:,}.")
    return number


def _read_text(form: Form, name: str) -> str:
    return _normalise(form.get(name, ""))


def _normalise(text: str) -> str:
    # Forms send line ends as CRLF, and what they show loses the line end at its beginning or end.
    return text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
