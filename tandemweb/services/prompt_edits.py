"""Prompts that a person edits for one run: templates still, since each round fills in its own paths.

What a step reads, writes and is judged by does not change with them; that it is told so is looked at here.
"""

from collections.abc import Iterator, Mapping

from tandemweb.domain.workflow import Delivery, Step, Workflow
from tandemweb.errors import InvalidRequestError
from tandemweb.services.step_planning import StepPlan
from tandemweb.services.templates import expand_texts, list_names, list_placeholders
from tandemweb.services.workflow_fields import suggest


def open_prompt(workflow: Workflow, step: Step) -> str:
    """Give the prompt of a step as it can be edited: with the shared texts written out."""
    return expand_texts(workflow, step.prompt).strip("\n")


def list_edit_problems(workflow: Workflow, step: Step, text: str) -> tuple[str, ...]:
    """Say in sentences why an edited prompt cannot be used; nothing where it can."""
    return tuple(_list_problems(workflow, step, text))


def check_prompt_edits(workflow: Workflow, prompts: Mapping[str, str]) -> None:
    """Raise InvalidRequestError for the first edited prompt that cannot be used."""
    for name, text in prompts.items():
        step = workflow.find_step(name)
        if step is None:
            raise InvalidRequestError(f"The workflow {workflow.name} has no step {name[:60]!r}.")
        for problem in _list_problems(workflow, step, text):
            raise InvalidRequestError(f"The prompt of {step.title!r}: {problem}")


def list_omissions(own: StepPlan, edited: StepPlan) -> tuple[str, ...]:
    """Say in sentences which documents an edited prompt does not name any more, ``own`` being the workflow's."""
    written = own.documents if own.step.delivery is Delivery.FILE else ()
    read = (found.path for found in own.inputs if found.is_required and found.path not in written)
    told = dict.fromkeys(written, "which this step has to write, or it fails")
    told |= dict.fromkeys(read, "which this step is to read")
    missing = (path for path in told if path in own.prompt and path not in edited.prompt)
    return tuple(f"It does not name {path} any more, {told[path]}." for path in missing)


def _list_problems(workflow: Workflow, step: Step, text: str) -> Iterator[str]:
    names = list_names(workflow)
    given = _list_given(workflow, step)
    for name in dict.fromkeys(list_placeholders(expand_texts(workflow, text))):
        if name not in names:
            usable = [known for known in names if known in given or known not in workflow.documents]
            yield f"there is no placeholder {{{name}}}; {suggest(name, usable)}"
        elif name in workflow.documents and name not in given:
            # Who judges must not be told what another one thinks of it.
            yield f"{{{name}}} is a document that this step is not given, so that it judges for itself; take it out."


def _list_given(workflow: Workflow, step: Step) -> frozenset[str]:
    """Name the documents that the workflow lets a step know of."""
    templates = (step.output, *step.inputs, *step.companions, *step.places, expand_texts(workflow, step.prompt))
    return frozenset(name for template in templates for name in list_placeholders(template))
