"""Letting a fresh model judge the sides of a comparison, and what such judges have said."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tandemweb.agents.run_folder import get_run_folder
from tandemweb.analysis.judgements import render_review
from tandemweb.domain.comparison import Comparison
from tandemweb.domain.judgement import Judgement
from tandemweb.domain.mission import Project
from tandemweb.domain.run import Run
from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.services.comparison_results import COMPARISON, list_own_runs, list_subjects
from tandemweb.services.judge_actions import SYNTHESIS, find_judgement
from tandemweb.services.stages import StageOrder, start_stage
from tandemweb.store.database import Database

WORKFLOW = "judge"
JUDGES = ("claude", "codex")  # stages of the workflow


@dataclass(frozen=True, slots=True)
class Judging:
    """One run of a judge, and what it said if it has come so far."""

    run: Run
    judge: str
    judgement: Judgement | None


def start_judge(
    data_folder: Path, project: Project, comparison: Comparison, judge: str, *, request_key: str, synthesis: str = ""
) -> Run:
    """Start a judge. All that it is shown, and what it says, stays in the folder of its run.

    Raises InvalidRequestError for one that is none, NotTrustedError.
    """
    if judge not in JUDGES:
        raise InvalidRequestError(f"{judge[:40]!r} is no judge; choose one of: {', '.join(JUDGES)}.")
    if synthesis and all(subject.key != synthesis for subject in list_subjects(data_folder, comparison)):
        raise InvalidRequestError("The synthesis that was to be judged is not there any more.")
    parameters = {COMPARISON: str(comparison.id), SYNTHESIS: synthesis}
    order = StageOrder(request_key=request_key, workflow=WORKFLOW, stage=judge, parameters=parameters)
    return start_stage(data_folder, project, order)


def list_judgings(data_folder: Path, state: Database, comparison: Comparison) -> Iterator[Judging]:
    """List what judges were asked about a comparison, newest first."""
    for run, _ in list_own_runs(data_folder, state, comparison, WORKFLOW):
        yield Judging(run, run.stage, find_judgement(get_run_folder(data_folder, run.id)))


def write_review(data_folder: Path, state: Database, comparison: Comparison, run_id: str) -> str:
    """Write what a judge said as a review in JSON, for whoever wants to keep it elsewhere. Raises NotFoundError."""
    for judging in list_judgings(data_folder, state, comparison):
        if judging.run.id == run_id and judging.judgement:
            reviewer = judging.judge.capitalize()
            return render_review(judging.judgement, reviewer=reviewer, base=comparison.base, spec=comparison.spec)
    raise NotFoundError("This comparison has no judgement of that run.")
