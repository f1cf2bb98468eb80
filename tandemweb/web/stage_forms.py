"""What the form of a stage says: the mode, the limits, and what was edited for this one run."""

import shlex
from collections.abc import Iterator, Mapping

from werkzeug.datastructures import MultiDict

from tandemweb.domain.run import RunMode
from tandemweb.domain.workflow import Limits
from tandemweb.errors import InvalidRequestError
from tandemweb.services.stage_previews import StagePreview, StepPreview
from tandemweb.services.stages import StageOrder

KEY_CHARACTERS = 200
MOST_HOURS, MOST_DOLLARS, MOST_ROUNDS = 24 * 14, 100_000, 100
SECONDS = 3600
Form = MultiDict[str, str]


def read_order(form: Form, mission_path: str, stage: str) -> StageOrder:
    """Read all but what was edited in the prompts. Raises InvalidRequestError."""
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


def list_edited_prompts(form: Form, preview: StagePreview) -> Mapping[str, str]:
    """List the prompts that a person changed, by step; the others are made anew when their step comes."""
    return {
        step.name: text
        for step in preview.steps
        if (text := _read_text(form, f"prompt-{step.name}")) and text != _normalise(step.prompt)
    }


def list_edited_arguments(form: Form, preview: StagePreview) -> Mapping[str, tuple[str, ...]]:
    """List the argument vectors that a person changed. Raises InvalidRequestError for what is no command line."""
    return dict(_iter_edited_arguments(form, preview))


def _iter_edited_arguments(form: Form, preview: StagePreview) -> Iterator[tuple[str, tuple[str, ...]]]:
    for step in preview.steps:
        text = _read_text(form, f"argv-{step.name}")
        if not text:
            continue
        try:
            argv = tuple(shlex.split(text.replace("\n", " ")))
        except ValueError as error:
            raise InvalidRequestError(f"The command of {step.title!r} cannot be read: {error}.") from error
        if argv and argv != step.argv:
            yield step.name, argv


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
