"""Templates of paths and prompts: ``{name}`` is replaced, everything else stays as it is."""

import re
from collections.abc import Callable, Iterator, Mapping

from tandemweb.domain.workflow import PLACEHOLDERS, Workflow

LAST = "last-"  # before a counter: its number before this one
OWN_COUNTERS = ("round", "exchange")
PATH_WORDS = frozenset(("root", "mission", "mission-name"))

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9-]*)\}")


def list_placeholders(template: str) -> Iterator[str]:
    """Names that a template holds, in order, repetitions included."""
    return (match[1] for match in _PLACEHOLDER.finditer(template))


def render_template(template: str, values: Mapping[str, str] | Callable[[str], str]) -> str:
    """Replace every placeholder. What replaces it is not looked at again: a document may hold braces."""
    find = values if callable(values) else values.__getitem__
    return _PLACEHOLDER.sub(lambda match: find(match[1]), template)


def expand_texts(workflow: Workflow, template: str) -> str:
    """Write out the shared texts that a template names; every other placeholder stays."""
    texts = workflow.texts
    return _PLACEHOLDER.sub(lambda match: texts[match[1]].strip() if match[1] in texts else match[0], template)


def list_counters(workflow: Workflow) -> frozenset[str]:
    return frozenset((*OWN_COUNTERS, *(name for step in workflow.steps for name in step.counters)))


def list_path_names(workflow: Workflow) -> frozenset[str]:
    """Names that the path of a document may hold."""
    counters = list_counters(workflow)
    parameters = {parameter.name for parameter in workflow.parameters}
    return frozenset((*PATH_WORDS, *counters, *(f"{LAST}{name}" for name in counters), *parameters))


def list_text_names(workflow: Workflow) -> frozenset[str]:
    """Names that a shared text may hold: all but other texts."""
    return frozenset((*PLACEHOLDERS, *workflow.documents, *list_path_names(workflow)))


def list_names(workflow: Workflow) -> frozenset[str]:
    """Names that a prompt may hold."""
    return frozenset((*list_text_names(workflow), *workflow.texts))


def quote_block(text: str) -> str:
    """Write what a person said as a quotation, so that it is told from the instructions around it."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines()) or "> (nothing was said)"
