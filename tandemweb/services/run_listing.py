"""Runs one after another, and what they cost together: by run, by mission, by round.

A run that has ended does not change any more, so it is read once and kept.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from tandemweb.agents.run_folder import RunFolder, get_run_folder, get_runs_folder
from tandemweb.agents.run_reading import find_command, read_run, sum_usage
from tandemweb.domain.run import Run, RunMode, RunStatus, StepRun, Usage
from tandemweb.errors import NotFoundError
from tandemweb.store.database import Database
from tandemweb.store.runs import RunRow, list_run_rows

KEPT_COUNT = 1000
GONE = "Its folder is gone: what it did is not known any more."
_ROUND = re.compile(r"round[-_ ]?0*(\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Total:
    """What several runs or steps took together; ``seconds`` are of those that have ended, one after another."""

    name: str
    count: int
    seconds: float
    usage: Usage


def list_runs(
    data_folder: Path, state: Database, *, project: str | None = None, mission_path: str | None = None
) -> tuple[Run, ...]:
    """List the newest runs, as far as their folders tell; of all projects, of one, or of one mission."""
    rows = list_run_rows(state, project=project, mission_path=mission_path)
    return tuple(_read(data_folder, row) for row in rows)


def list_places(data_folder: Path, runs: Iterable[Run]) -> Iterator[tuple[Run, StepRun, str]]:
    """List the steps of runs with the folder that each worked in."""
    for run in runs:
        folder = get_run_folder(data_folder, run.id).path
        find = _find_place if run.status.is_end else _find_place.__wrapped__
        for step in run.steps:
            yield run, step, (find(folder, step.folder) if step.folder else "") or run.work_tree


def list_costs(places: Iterable[tuple[Run, StepRun, str]]) -> Iterator[tuple[str, float]]:
    """List what steps cost in US dollars, as far as their agents tell, with the folder that each worked in."""
    return ((place, step.usage.cost_usd) for _, step, place in places if step.usage.cost_usd is not None)


def count_seconds(thing: Run | StepRun) -> float | None:
    """Give how long a run or step took, None while it goes on or when it never began."""
    if thing.started_at is None or thing.ended_at is None:
        return None
    return max(0.0, (thing.ended_at - thing.started_at).total_seconds())


def total_runs(name: str, runs: Iterable[Run]) -> Total:
    listed = list(runs)
    steps = tuple(step for run in listed for step in run.steps)
    return Total(name, len(listed), sum(count_seconds(run) or 0.0 for run in listed), sum_usage(steps))


def total_by_mission(runs: Iterable[Run]) -> Mapping[tuple[str, str], Total]:
    """Add up the runs of each mission, by (project, mission path), in the order in which they come."""
    groups: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        groups.setdefault((run.project, run.mission_path), []).append(run)
    return {key: total_runs(key[1].rpartition("/")[2], members) for key, members in groups.items()}


def total_by_round(runs: Iterable[Run], name_step: Callable[[Run, StepRun], str] | None = None) -> tuple[Total, ...]:
    """Add up the steps of each round, and those before the first one by their run's stage."""
    name = name_step or name_round
    groups: dict[str, list[StepRun]] = {}
    for run in sorted(runs, key=lambda run: run.created_at):
        for step in run.steps:
            groups.setdefault(name(run, step), []).append(step)
    return tuple(
        Total(key, len(steps), sum(count_seconds(step) or 0.0 for step in steps), sum_usage(tuple(steps)))
        for key, steps in groups.items()
    )


def name_round(run: Run, step: StepRun) -> str:
    """Say which round a step belongs to, by the document that it writes."""
    found = _ROUND.search(step.output)
    return f"Round {found[1]}" if found else run.stage.replace("-", " ").capitalize()


@lru_cache(maxsize=10 * KEPT_COUNT)
def _find_place(folder: Path, step: str) -> str:
    command = find_command(RunFolder(folder).get_step(step))
    return command.cwd if command else ""


def _read(data_folder: Path, row: RunRow) -> Run:
    path = get_runs_folder(data_folder) / row.id
    try:
        run = _read_ended(path, (path / "end.json").stat().st_mtime_ns)
    except FileNotFoundError:
        run = _read_present(path, row)
    return replace(run, seen_at=row.seen_at)


@lru_cache(maxsize=KEPT_COUNT)
def _read_ended(path: Path, _changed_at: int) -> Run:
    return read_run(RunFolder(path))


def _read_present(path: Path, row: RunRow) -> Run:
    try:
        return read_run(RunFolder(path))
    except NotFoundError:
        status = row.status or RunStatus.INTERRUPTED
        return Run(
            id=row.id,
            project=row.project,
            mission_path=row.mission_path,
            workflow=row.workflow,
            stage=row.stage,
            mode=RunMode.STAGE,
            work_tree=row.work_tree,
            created_at=row.created_at,
            status=status,
            reason=GONE,
            ended_at=row.ended_at,
        )
