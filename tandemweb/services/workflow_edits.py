"""Changing single keys in the TOML of a workflow: comments, order and everything else stay as they are written."""

import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import InlineTable, String, StringType, Trivia

from tandemweb.domain.workflow import Limits, Step, UserGate, Workflow
from tandemweb.errors import InvalidRequestError

WORDS = ("agent", "model", "effort", "access", "gate")  # keys that hold one word each
LIMITS = {"seconds": "seconds", "turns": "turns", "budget-usd": "budget_usd", "stall-seconds": "stall_seconds"}
NONE = "none"  # how a person writes that there is no limit

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class StepEdit:
    """What a form says of a step, as texts; "" is "not there".

    ``next`` leads from outcome words to what follows, ``limits`` holds numbers, or ``none``.
    """

    agent: str = ""
    model: str = ""
    effort: str = ""
    access: str = ""
    gate: str = ""
    prompt: str = ""
    repeat_limit: str = ""
    next: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=dict)


def describe_step(step: Step) -> StepEdit:
    """Give what the form shows of a step as it is."""
    return StepEdit(
        agent=step.agent,
        model=step.model,
        effort=step.effort,
        access=step.access,
        gate=step.gate,
        prompt=step.prompt.strip("\n"),
        repeat_limit="" if step.repeat_limit is None else str(step.repeat_limit),
        next=dict(step.next),
        limits=_describe_limits(step.limits),
    )


def edit_workflow(
    workflow: Workflow, steps: Mapping[str, StepEdit], gates: Mapping[str, Mapping[str, str]] | None = None
) -> str:
    """Give the TOML text with what differs from the workflow changed; ``gates`` are choices by gate.

    Whether the result makes sense is for ``extract_workflow`` to say. Raises InvalidRequestError for a number that is
    none, and for a text that cannot be edited key by key.
    """
    try:
        document = tomlkit.parse(workflow.text)
        for step in workflow.steps:
            if step.name in steps:
                _edit_step(document["steps"][step.name], describe_step(step), steps[step.name])
        for gate in workflow.gates:
            if gate.name in (gates or {}):
                _edit_gate(document["gates"][gate.name], gate, (gates or {})[gate.name])
        return tomlkit.dumps(document)
    except (TOMLKitError, TypeError, KeyError) as error:
        raise InvalidRequestError(
            f"The text of {workflow.name} is written in a way that a form cannot change ({error}); edit it as text."
        ) from error


def spread_next(workflow: Workflow, steps: Mapping[str, StepEdit]) -> Mapping[str, StepEdit]:
    """Give all members of a group what the form says of its first one: a group is left as one."""
    firsts: dict[str, Mapping[str, str]] = {}
    for step in workflow.steps:
        if step.group and step.name in steps:
            firsts.setdefault(step.group, steps[step.name].next)
    return {
        name: replace(edit, next=firsts[step.group]) if step and step.group in firsts else edit
        for name, edit in steps.items()
        for step in [workflow.find_step(name)]
    }


def _edit_step(table: MutableMapping[str, Any], old: StepEdit, new: StepEdit) -> None:
    for word in WORDS:
        before, after = getattr(old, word), getattr(new, word)
        if before != after:
            _set(table, word, tomlkit.string(after) if after else None)
    if new.prompt != old.prompt:
        _set(table, "prompt", _write_prompt(new.prompt) if new.prompt else None)
    if new.repeat_limit != old.repeat_limit:
        _set(table, "repeat-limit", _read_count("repeat-limit", new.repeat_limit))
    _edit_map(table, "next", old.next, new.next)
    changed = {key: new.limits.get(key, "") for key in LIMITS if new.limits.get(key, "") != old.limits.get(key, "")}
    _change_table(table, "limits", {key: _read_limit(key, text) for key, text in changed.items()})


def _edit_gate(table: MutableMapping[str, Any], gate: UserGate, choices: Mapping[str, str]) -> None:
    _edit_map(table, "choices", gate.choices, choices)


def _edit_map(table: MutableMapping[str, Any], key: str, old: Mapping[str, str], new: Mapping[str, str]) -> None:
    if dict(old) == dict(new):
        return
    words = dict.fromkeys((*old, *new))
    changed = {word: new.get(word) or None for word in words if old.get(word, "") != new.get(word, "")}
    _change_table(table, key, changed)


def _change_table(table: MutableMapping[str, Any], key: str, changes: Mapping[str, Any]) -> None:
    """Set or (None) remove entries of a table; one within a line is written anew, spaced as people write it."""
    if not changes:
        return
    found = table.get(key, {})
    if key in table and not isinstance(found, InlineTable):
        for name, value in changes.items():
            _set(found, name, value)
        return
    values = {name: value for name, value in {**found, **changes}.items() if value is not None}
    pairs = ", ".join(f"{_write_key(name)} = {tomlkit.item(value).as_string()}" for name, value in values.items())
    _set(table, key, tomlkit.parse(f"x = {{ {pairs} }}\n")["x"] if values else None)


def _write_key(name: str) -> str:
    return name if _BARE.fullmatch(name) else tomlkit.string(name).as_string()


def _set(table: MutableMapping[str, Any], key: str, value: Any) -> None:
    if value is not None:
        table[key] = value
    elif key in table:
        del table[key]


def _write_prompt(text: str) -> Any:
    whole = f"{text}\n"
    if "'''" in whole or _CONTROLS.search(whole):
        return tomlkit.string(whole, multiline=True)
    # A line break after the quotes is no part of the text; tomlkit writes none by itself.
    return String(StringType.MLL, whole, f"\n{whole}", Trivia())


def _describe_limits(limits: Limits) -> Mapping[str, str]:
    usual = Limits()
    shown = {}
    for key, name in LIMITS.items():
        value, default = getattr(limits, name), getattr(usual, name)
        shown[key] = "" if value == default else NONE if value is None else f"{value:g}"
    return shown


def _read_limit(key: str, text: str) -> float | int | bool | None:
    if text == NONE:
        return False
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        raise InvalidRequestError(f"{key} cannot be {text[:40]!r}; it is a number, or {NONE}.") from None
    return int(number) if number.is_integer() else number


def _read_count(key: str, text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise InvalidRequestError(f"{key} cannot be {text[:40]!r}; it is a whole number, or empty for no limit.")
    return int(text)
