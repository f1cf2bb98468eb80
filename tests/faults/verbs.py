"""What the server does when a person presses a button, one call each, for ``killing.py``.

The folder holds a project in ``project`` and a data folder in ``data``. Every verb writes the same whenever it is done,
so that what stands there after a kill can be held against what stands there without one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tandemweb.agents.run_folder import list_run_folders
from tandemweb.archive.approval import approve_spec
from tandemweb.archive.completion import complete
from tandemweb.archive.notes import give_feedback, send_back
from tandemweb.archive.transitions import abandon
from tandemweb.cli import main as run_command
from tandemweb.domain.chunk import Choice, Pick
from tandemweb.domain.comparison import Comparison, Side
from tandemweb.domain.mission import Project, Stage
from tandemweb.domain.settings import AgentSettings, RunSettings, Settings
from tandemweb.domain.workflow import AgentKind
from tandemweb.history.opening import Repository, open_repository
from tandemweb.history.repository import find_repository
from tandemweb.history.status import read_status
from tandemweb.services.comparing import read_matrix
from tandemweb.services.comparison_pairs import compose_comparison
from tandemweb.services.driving import drive
from tandemweb.services.folders import shadow_folder
from tandemweb.services.mission_changes import MissionOnDisk, apply_event, list_changes, undo_change
from tandemweb.services.new_missions import MissionRequest, create
from tandemweb.services.own_workflows import (
    copy_workflow,
    delete_workflow,
    digest_text,
    get_entry,
    save_workflow,
    undo_workflow,
)
from tandemweb.services.picking import pick_everything
from tandemweb.services.reconciling import reconcile_runs
from tandemweb.services.registering import list_registered
from tandemweb.services.stages import StageOrder, start_stage, stop_run
from tandemweb.services.synthesising import clear_interrupted, discard_synthesis, list_syntheses, synthesise
from tandemweb.services.trusting import examine_project, trust_project
from tandemweb.store.comparisons import save_comparison, save_picks
from tandemweb.store.corrections import Anchor, CorrectionKind, save_correction
from tandemweb.store.settings import save_settings
from tandemweb.store.state import open_state

AT = datetime(2026, 11, 28, 18, 15, tzinfo=UTC)
MISSION = "TandemKit/001-AddDarkMode"
DATA = Path("data").absolute()
PLACE = MissionOnDisk(DATA, str(Path("project").absolute()), MISSION)
SETTINGS = Settings({AgentKind.CLAUDE: AgentSettings("/opt/claude", ("--fast",), {})}, RunSettings(5, retry=True))
ANCHOR = Anchor("project", MISSION, Stage.EVALUATION, 2, f"{MISSION}/x.md", 14, "Totals are wrong", "f1")
PICKS = [Pick(name, "", Choice.SIDES, (0,)) for name in ("a", "b", "c")]


def _project() -> Project:
    return list_registered(DATA)[0]


def _event(event: object, **arguments: object) -> None:
    apply_event(PLACE, partial(event, **arguments), at=AT)  # type: ignore[arg-type]


def _create() -> None:
    create(DATA, _project(), MissionRequest("TandemKit", "AddLightMode", "Light\nas well.", "tandem"), at=AT)


def _undo() -> None:
    undo_change(PLACE, list_changes(PLACE)[0].record.id, at=AT)


def _trust() -> None:
    project = _project()
    trust_project(DATA, project, examine_project(DATA, project).digest, at=AT)


def _correct() -> None:
    with open_state(DATA) as state, state.transaction() as transaction:
        save_correction(transaction, CorrectionKind.SEVERITY, ANCHOR, "HIGH", created_at=AT)


def _pick() -> None:
    comparison = Comparison("project", "SPEC.md", "0" * 40, (Side(0, "a", "1" * 40), Side(1, "b", "2" * 40)))
    with open_state(DATA) as state, state.transaction() as transaction:
        save_picks(transaction, save_comparison(transaction, comparison, created_at=AT), PICKS)


@contextmanager
def _repository() -> Iterator[Repository]:
    location = find_repository(Path(_project().path))
    assert location is not None
    with open_repository(location, shadow_folder(DATA)) as repository:
        yield repository


def _synthesise() -> None:
    with _repository() as repository:
        status = read_status(repository.location, shadow_folder(DATA))
        comparison = compose_comparison(repository, "project", status, ["impl/claude", "impl/codex"])
        picks = pick_everything(read_matrix(repository, comparison), "a")
        synthesise(DATA, _project(), repository, comparison, picks)


def _discard(*, with_changes: bool = False) -> None:
    with _repository() as repository:
        discard_synthesis(DATA, repository, list_syntheses(DATA)[0].id, with_changes=with_changes)


def _change_workflow(change: Callable[..., object], *texts: str) -> None:
    change(DATA, "mine", *texts, digest_text(get_entry(DATA, "mine").text))


def _save_workflow() -> None:
    _change_workflow(save_workflow, get_entry(DATA, "mine").text.replace("my own", "edited"))


def _start() -> None:
    start_stage(DATA, _project(), StageOrder("one press", "test", "all"))


def _stop() -> None:
    stop_run(DATA, list_run_folders(DATA)[0].id)


VERBS = {
    "index": partial(run_command, ["index", "project"], standalone_mode=False),
    "create": _create,
    "approve": partial(_event, approve_spec),
    "send-back": partial(_event, send_back, text="Not yet."),
    "feedback": partial(_event, give_feedback, text="Louder."),
    "complete": partial(_event, complete, summary="# Summary\n\nIt is dark.\n"),
    "abandon": partial(_event, abandon),
    "undo": _undo,
    "settings": lambda: save_settings(DATA, SETTINGS),
    "trust": _trust,
    "correct": _correct,
    "pick": _pick,
    "start": _start,
    "stop": _stop,
    "note-ends": lambda: reconcile_runs(DATA),
    "synthesise": _synthesise,
    "discard": _discard,
    "discard-changed": partial(_discard, with_changes=True),
    "copy-workflow": lambda: copy_workflow(DATA, "quick-actions", "mine"),
    "save-workflow": _save_workflow,
    "undo-workflow": partial(_change_workflow, undo_workflow),
    "delete-workflow": partial(_change_workflow, delete_workflow),
    "clear": lambda: clear_interrupted(DATA),
    "drive": lambda: drive(list_run_folders(DATA)[0].path),
}
