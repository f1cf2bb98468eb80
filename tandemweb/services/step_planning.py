"""What a step will do, worked out before it starts: its counters, paths, and the exact prompt."""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tandemweb.domain.workflow import NEXT, AgentKind, Step
from tandemweb.errors import InvalidRequestError
from tandemweb.services.document_paths import DocumentPaths, find_round
from tandemweb.services.templates import (
    LAST,
    OWN_COUNTERS,
    list_counters,
    quote_block,
    render_template,
)

OPTIONAL = "?"
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh")  # of codex
USUAL_EFFORT = "high"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person said for a run: their own words, and by step the edited prompts, and messages instead of one.

    Prompts are templates; messages are taken as they are.
    """

    goal: str = ""
    note: str = ""
    parameters: Mapping[str, str] | None = None
    prompts: Mapping[str, str] | None = None
    messages: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class InputPath:
    path: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class StepPlan:
    """A step with everything filled in. Paths are relative to the work tree, "" where there is none.

    ``tree`` is the step's own isolated work tree, absolute; "" is the run's. ``tree_at`` is as ``Step.work_tree_at``.
    """

    step: Step
    counters: Mapping[str, int]
    prompt: str
    argv: tuple[str, ...]
    slash_command: str
    inputs: tuple[InputPath, ...]
    output: str
    companions: tuple[str, ...]
    places: tuple[str, ...]
    tree: str = ""
    tree_at: str = ""

    @property
    def documents(self) -> tuple[str, ...]:
        """The files that it must write."""
        return tuple(path for path in (self.output, *self.companions) if path)


def find_counters(paths: DocumentPaths, node: str) -> dict[str, int]:
    """Say where the counters stand before ``node``, from what is on disk."""
    counters = dict.fromkeys(list_counters(paths.workflow), 0)
    if paths.files:
        counters["round"] = find_round(paths.files)
    members = paths.workflow.list_members(node)
    for name in sorted(counters, key=lambda found: (found not in OWN_COUNTERS[:1], found)):
        if name != "round" or paths.files is None:
            templates = (template for step in members for template in _list_templates(step))
            counters[name] = paths.find_last(templates, name, counters)
    return counters


def advance_counters(paths: DocumentPaths, node: str, counters: Mapping[str, int]) -> dict[str, int]:
    """Set the counters as the steps of ``node`` ask for it."""
    advanced = dict(counters)
    for step in paths.workflow.list_members(node):
        for name, value in step.counters.items():
            word, _, document = value.partition(":")
            written = f"{{{document}}}" if document else step.output
            present = counters.get(name, 0)
            if word != NEXT:
                advanced[name] = int(value)
            elif present < 1 or not written or paths.exists(paths.resolve(written, advanced)):
                advanced[name] = present + 1
    return advanced


def plan_step(paths: DocumentPaths, step: Step, counters: Mapping[str, int], wishes: Wishes) -> StepPlan:
    """Fill in a step, with its prompt as it was edited for this run."""
    inputs = tuple(_resolve_input(paths, template, counters) for template in step.inputs)
    output = paths.resolve(step.output, counters) if step.output else ""
    values = _Values(paths, counters, wishes, inputs, output)
    message = (wishes.messages or {}).get(step.name)
    template = (wishes.prompts or {}).get(step.name, step.prompt)
    return StepPlan(
        step=with_effort(paths, step),
        counters=dict(counters),
        prompt=render_template(template, values.find).strip() + "\n" if message is None else message,
        argv=tuple(word for part in step.argv for word in _render_words(part, values)),
        slash_command=step.slash_command,
        inputs=inputs,
        output=output,
        companions=tuple(paths.resolve(template, counters) for template in step.companions),
        places=tuple(paths.resolve(template, counters) for template in step.places),
        tree_at=render_template(step.work_tree_at, values.find).strip(),
    )


def render_placeholder(paths: DocumentPaths, plan: StepPlan, reason: str) -> str:
    """Write what stands for the document of an agent that cannot be had."""
    values = _Values(paths, plan.counters, Wishes(), plan.inputs, plan.output, " ".join(reason.split()))
    return render_template(plan.step.placeholder, values.find).strip() + "\n"


def list_missing_inputs(paths: DocumentPaths, plan: StepPlan) -> tuple[str, ...]:
    """List the required inputs that are not there."""
    return tuple(found.path for found in plan.inputs if found.is_required and not paths.exists(found.path))


def with_effort(paths: DocumentPaths, step: Step) -> Step:
    """Give codex the effort that the archive's Config.json names, where the workflow names none."""
    if step.agent is not AgentKind.CODEX or step.effort or paths.files is None:
        return step
    told = paths.files.root_files.config.values.get("codex")
    effort = told.get("effort") if isinstance(told, dict) else None
    return replace(step, effort=effort if effort in EFFORTS else USUAL_EFFORT)


@dataclass(frozen=True, slots=True)
class _Values:
    """What placeholders of prompts stand for; worked out when asked for."""

    paths: DocumentPaths
    counters: Mapping[str, int]
    wishes: Wishes
    inputs: tuple[InputPath, ...]
    output: str
    reason: str = ""

    def find(self, name: str) -> str:
        workflow = self.paths.workflow
        if name in workflow.texts:
            return render_template(workflow.texts[name], self.find).strip()
        if name in workflow.documents:
            return f"`{self.paths.resolve(f'{{{name}}}', self.counters)}`"
        counter = name.removeprefix(LAST)
        if counter in self.counters:
            return f"{max(0, self.counters[counter] - (counter != name)):02d}"
        return self._find_word(name)

    def _find_word(self, name: str) -> str:
        files = self.paths.files
        words = {
            "goal": quote_block(self.wishes.goal),
            "note": f"For this step the user says:\n\n{quote_block(self.wishes.note)}\n" if self.wishes.note else "",
            "inputs": "\n".join(_list_inputs(self.inputs)) or "(none)",
            "output": f"`{self.output}`" if self.output else "",
            "work-tree": self.paths.work_tree,
            "reason": self.reason,
            "root": files.folder.root_path if files else "",
            "mission": files.folder.path if files else "",
            "mission-name": files.folder.name if files else "",
        }
        parameters = {parameter.name: parameter.default for parameter in self.paths.workflow.parameters}
        return (words | parameters | dict(self.wishes.parameters or {}))[name]


def _render_words(part: str, values: "_Values") -> list[str]:
    """Render one word of a command; one that is a parameter and nothing else may be several, written as for a shell."""
    text = render_template(part, values.find)
    parameters = {f"{{{parameter.name}}}" for parameter in values.paths.workflow.parameters}
    if part not in parameters:
        return [text]
    try:
        return shlex.split(text)
    except ValueError as error:
        raise InvalidRequestError(f"{text!r} cannot be taken apart into words ({error}); mind the quotes.") from error


def _list_templates(step: Step) -> Iterator[str]:
    yield from (step.output, *step.companions)
    yield from (template.removesuffix(OPTIONAL) for template in step.inputs)


def _resolve_input(paths: DocumentPaths, template: str, counters: Mapping[str, int]) -> InputPath:
    path = paths.resolve(template.removesuffix(OPTIONAL), counters)
    return InputPath(path, is_required=not template.endswith(OPTIONAL))


def _list_inputs(inputs: tuple[InputPath, ...]) -> Iterator[str]:
    for number, found in enumerate(inputs, start=1):
        several = " (all of them, in order)" if "*" in found.path else ""
        yield f"{number}. `{found.path}`{several}{'' if found.is_required else ' (if it exists)'}"
