"""A mission created, approved, given feedback and completed, as the pages do it."""

from datetime import UTC, datetime
from functools import partial

from tandemweb.archive.approval import approve_spec
from tandemweb.archive.changing import apply_planned
from tandemweb.archive.completion import complete
from tandemweb.archive.creation import create_mission, open_or_plan_root
from tandemweb.archive.mission_files import open_mission
from tandemweb.archive.notes import give_feedback
from tandemweb.domain.intent import MissionIntent, WorkPlace
from tandemweb.domain.mission import MissionState, Naming
from tandemweb.services.intents import save_intent
from tandemweb.services.mission_changes import MissionOnDisk, apply_event
from tests.services.running import Bench


def make_mission(
    bench: Bench, name: str = "001-SayHello", *, naming: Naming = Naming.PASCAL, root: str = "TandemKit"
) -> str:
    """Create the first mission of a new archive, with a goal; gives its path."""
    now = datetime.now(UTC)

    def plan():
        files = open_or_plan_root(bench.project.path, root, naming)
        return create_mission(files, now, folder_name=name, project_name="shop", with_config=True)

    apply_planned(bench.data_folder, bench.project.path, root, plan, at=now)
    intent = MissionIntent("Say hello\nto everybody.", "tandem", WorkPlace.CHECKOUT, now)
    save_intent(bench.data_folder, bench.project.path, f"{root}/{name}", intent)
    return f"{root}/{name}"


def approve(bench: Bench, mission: str) -> None:
    apply_event(_place(bench, mission), approve_spec, at=datetime.now(UTC))


def feed_back(bench: Bench, mission: str, text: str) -> None:
    apply_event(_place(bench, mission), partial(give_feedback, text=text), at=datetime.now(UTC))


def finish(bench: Bench, mission: str) -> None:
    files = open_mission(bench.project.path, mission)
    summary = (files.read(files.find_fixed("Summary.md")) or b"# Summary\n").decode()
    apply_event(_place(bench, mission), partial(complete, summary=summary), at=datetime.now(UTC))


def read_mission_state(bench: Bench, mission: str) -> MissionState:
    return open_mission(bench.project.path, mission).state


def _place(bench: Bench, mission: str) -> MissionOnDisk:
    return MissionOnDisk(bench.data_folder, bench.project.path, mission)
