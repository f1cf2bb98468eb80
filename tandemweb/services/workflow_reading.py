"""The TOML of a workflow to values; everything that is wrong in it is told at once, with file, line and key."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from tandemweb.domain.problem import Problem
from tandemweb.domain.workflow import (
    Access,
    AgentKind,
    Delivery,
    Limits,
    Parameter,
    StageEntry,
    Step,
    UserGate,
    Workflow,
    WorkflowSource,
)
from tandemweb.services.toml_lines import find_key_lines
from tandemweb.services.workflow_checks import check_workflow
from tandemweb.services.workflow_fields import TomlSource, TomlTable

Value = TypeVar("Value")
TEXT_LIMIT = 512 * 1024  # characters
NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")

_SYNTAX_PLACE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


@dataclass(frozen=True, slots=True)
class WorkflowReading:
    """``workflow`` is None where there are problems: half a workflow is not to be started."""

    workflow: Workflow | None
    problems: tuple[Problem, ...] = ()


@lru_cache(maxsize=64)  # pages and previews read the same few files again and again
def extract_workflow(text: str, name: str, source: WorkflowSource = WorkflowSource.SHIPPED) -> WorkflowReading:
    """Read the text of a workflow. ``name`` is that of its file, for the problems."""
    if len(text) > TEXT_LIMIT:
        return _unreadable(name, None, f"it has more than {TEXT_LIMIT} characters; a workflow is far shorter")
    try:
        values = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = _SYNTAX_PLACE.search(str(error))
        line = int(place[1]) if place and place[1] else None
        return _unreadable(name, line, f"this is no valid TOML: {_SYNTAX_PLACE.sub('', str(error))}")
    toml = TomlSource(name, find_key_lines(text))
    workflow = _read_workflow(TomlTable(toml, (), values), text, source)
    if not toml.problems:
        check_workflow(workflow, toml)
    return WorkflowReading(None if toml.problems else workflow, tuple(toml.problems))


def _unreadable(name: str, line: int | None, message: str) -> WorkflowReading:
    where = f"{name}, line {line}" if line else name
    return WorkflowReading(None, (Problem(name, line, "workflow", f"{where}: {message}."),))


def _read_workflow(table: TomlTable, text: str, source: WorkflowSource) -> Workflow:
    workflow = Workflow(
        name=_check_name(table, "name", table.take_text("name", is_required=True)),
        title=table.take_text("title", is_required=True),
        description=" ".join(table.take_text("description").split()),
        needs_mission=table.take_flag("mission", default=True),
        documents=_check_names(table, "documents"),
        texts=_check_names(table, "texts"),
        parameters=_read_tables(table, "parameters", _read_parameter),
        stages=_read_tables(table, "stages", _read_stage),
        steps=_read_tables(table, "steps", _read_step),
        gates=_read_tables(table, "gates", _read_gate),
        source=source,
        text=text,
        digest=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
    )
    for key, found in (("stages", workflow.stages), ("steps", workflow.steps)):
        if not found:
            table.complain("", f"there are no {key}; write at least one table [{key}.NAME].")
    table.check_rest()
    return workflow


def _read_tables(table: TomlTable, key: str, read: Callable[[str, TomlTable], Value]) -> tuple[Value, ...]:
    """Read the tables that stand under a key, each under a name of its own."""
    found = []
    for name, own in table.take_tables(key):
        found.append(read(_check_name(own, "", name), own))
        own.check_rest()
    return tuple(found)


def _read_parameter(name: str, table: TomlTable) -> Parameter:
    return Parameter(
        name=name,
        title=table.take_text("title", is_required=True),
        default=table.take_text("default"),
        is_required=table.take_flag("required"),
    )


def _read_stage(name: str, table: TomlTable) -> StageEntry:
    return StageEntry(
        name=name,
        title=table.take_text("title", is_required=True),
        first=table.take_text("first", is_required=True),
        phases=table.take_texts("phases"),
        description=" ".join(table.take_text("description").split()),
    )


def _read_gate(name: str, table: TomlTable) -> UserGate:
    return UserGate(
        name=name,
        title=table.take_text("title", is_required=True),
        choices=_check_names(table, "choices"),
    )


def _read_step(name: str, table: TomlTable) -> Step:
    return Step(
        name=name,
        title=table.take_text("title", is_required=True),
        stage=table.take_text("stage", is_required=True),
        agent=table.take_word("agent", AgentKind),
        role=table.take_text("role"),
        group=_check_name(table, "group", table.take_text("group")),
        access=table.take_word("access", Access, Access.READ_ONLY),
        session=table.take_text("session"),
        prompt=table.take_text("prompt"),
        inputs=table.take_texts("inputs"),
        output=table.take_text("output"),
        companions=table.take_texts("companions"),
        places=table.take_texts("places"),
        delivery=table.take_word("delivery", Delivery, Delivery.FILE if "output" in table.values else Delivery.NOTHING),
        argv=table.take_texts("argv"),
        action=table.take_text("action"),
        model=table.take_text("model"),
        effort=table.take_text("effort"),
        allowed_tools=table.take_texts("allowed-tools"),
        asks=table.take_flag("asks"),
        slash_command=table.take_text("slash-command"),
        work_tree=table.take_text("work-tree"),
        work_tree_at=table.take_text("work-tree-at"),
        gate=table.take_text("gate") or "written",
        next=table.take_map("next"),
        counters=_check_names(table, "counters"),
        begins=table.take_text("begins"),
        ends=table.take_map("ends"),
        placeholder=table.take_text("placeholder"),
        repeat_limit=table.take_count("repeat-limit"),
        limits=_read_limits(table.take_table("limits")),
    )


def _read_limits(table: TomlTable) -> Limits:
    limits = Limits(
        seconds=table.take_number("seconds"),
        turns=table.take_count("turns"),
        budget_usd=table.take_number("budget-usd"),
        stall_seconds=table.take_number("stall-seconds", Limits().stall_seconds),
    )
    table.check_rest()
    return limits


def _check_names(table: TomlTable, key: str) -> Mapping[str, str]:
    entries = table.take_map(key)
    for name in entries:
        if not NAME.fullmatch(name):
            table.source.complain((*table.path, key, name), "a name has lower-case letters, digits and hyphens only.")
    return entries


def _check_name(table: TomlTable, key: str, name: str) -> str:
    if name and not NAME.fullmatch(name):
        table.complain(key, f"{name!r} is no name: a name has lower-case letters, digits and hyphens only.")
    return name
