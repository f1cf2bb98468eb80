"""What is wrong with a mission or a root, as problems that a person can act on."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tandemweb.archive.config import ConfigReading, read_config
from tandemweb.archive.copies import check_copies
from tandemweb.archive.missions import MissionFolder
from tandemweb.archive.roots import find_config_path
from tandemweb.archive.sequences import check_sequences
from tandemweb.archive.state import StateReading
from tandemweb.archive.tree import Tree, join, list_skip_problems
from tandemweb.domain.mission import ArchiveRoot, DocumentKind
from tandemweb.domain.problem import Problem

CLOSED_PHASES = frozenset(("complete", "abandoned"))
PHASES_WITH_SPEC = frozenset(("ready-for-execution", "generation", "evaluation", "user-review", "complete"))


def check_mission(mission: MissionFolder, state: StateReading, texts: Mapping[str, str]) -> tuple[Problem, ...]:
    """Everything wrong with one mission, the problems of ``state`` included.

    ``texts`` holds the documents' texts by path (project-relative), for comparing a final document with the last
    merged one; a pair of which one is missing in ``texts`` is not compared. Problems of single files
    (``FileText.problem``) are the caller's to add.
    """
    return (
        *_check_folder(mission, state),
        *_check_state(mission, state),
        *check_sequences(mission, state),
        *check_copies(mission, texts),
    )


def check_root(
    tree: Tree, root: ArchiveRoot, missions: Sequence[MissionFolder], states: Mapping[str, StateReading]
) -> tuple[Problem, ...]:
    """Everything wrong with a root: Config.json, numbers, the current mission, entries that were skipped.

    ``states`` is keyed by the missions' paths.
    """
    config_path = find_config_path(tree, root.path)
    if config_path is None:
        message = "The archive has no Config.json: which mission is current and which number is next is unknown."
        config = ConfigReading("", is_readable=False, problems=(Problem(root.path, None, "missing-config", message),))
    else:
        config = read_config(tree.project_path, config_path)
    return (
        *config.problems,
        *_check_current_mission(config, root, missions, states),
        *_check_numbers(config, missions),
        *list_skip_problems(tree, root.path),
    )


def _check_folder(mission: MissionFolder, state: StateReading) -> Iterator[Problem]:
    if mission.number is None:
        message = f"The folder {mission.name} is not named NNN-Name, so the mission has no number."
        yield Problem(mission.path, None, "unnumbered-mission", message)
    if not mission.has_state:
        message = "The mission has no State.json: its phase, verdict and round are unknown."
        yield Problem(mission.path, None, "missing-state", message)
    else:
        yield from state.problems


def _check_state(mission: MissionFolder, state: StateReading) -> Iterator[Problem]:
    """Hold what State.json says against what the folder holds, and against itself."""
    kinds = {document.place.kind for document in mission.documents}
    said = state.state
    if said.phase == "complete" and DocumentKind.SUMMARY not in kinds:
        message = "The mission is complete, but has no Summary.md: what was built stands in its rounds only."
        yield Problem(state.path, state.lines.get("phase"), "missing-summary", message)
    if said.phase in PHASES_WITH_SPEC and DocumentKind.SPEC not in kinds:
        message = f"The phase is {said.phase}, but there is no Spec.md: what the work is measured by is unknown."
        yield Problem(state.path, state.lines.get("phase"), "missing-spec", message)
    if said.completed_by == "generator":
        message = "The generator closed the mission itself; the user's approval is not recorded."
        yield Problem(state.path, state.lines.get("completedBy"), "completed-by-generator", message)
    if said.started_at and said.updated_at and said.updated_at < said.started_at:
        message = "'updated' lies before 'started': at least one of the two times is wrong."
        yield Problem(state.path, state.lines.get("updated"), "updated-before-started", message)


def _check_current_mission(
    config: ConfigReading, root: ArchiveRoot, missions: Sequence[MissionFolder], states: Mapping[str, StateReading]
) -> Iterator[Problem]:
    name = config.current_mission
    if not name:
        return
    line = config.lines.get("currentMission")
    if name not in {mission.name for mission in missions}:
        message = f"'currentMission' names {name}, but the archive has no such mission."
        yield Problem(config.path, line, "current-mission-missing", message)
        return
    state = states.get(join(root.path, name))
    if state is not None and state.state.phase in CLOSED_PHASES:
        message = f"'currentMission' still names {name}, which is {state.state.phase}: no new mission can be created."
        yield Problem(config.path, line, "current-mission-closed", message)


def _check_numbers(config: ConfigReading, missions: Sequence[MissionFolder]) -> Iterator[Problem]:
    numbered = [(mission.number, mission) for mission in missions if mission.number is not None]
    counts = Counter(number for number, _ in numbered)
    for number, mission in numbered:
        if counts[number] > 1:
            others = ", ".join(other.name for same, other in numbered if same == number and other is not mission)
            message = f"The number {number:03d} is used more than once: {others} has it too."
            yield Problem(mission.path, None, "duplicate-mission-number", message)
    highest = max(counts, default=0)
    following = config.next_mission_number
    if following is not None and following <= highest:
        message = f"'nextMissionNumber' is {following}, but mission {highest:03d} exists: a number would be used twice."
        yield Problem(config.path, config.lines.get("nextMissionNumber"), "next-mission-number", message)
