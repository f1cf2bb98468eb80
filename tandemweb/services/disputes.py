"""What two models still dispute after three exchanges: titles of findings, for the person who has to decide."""

from collections.abc import Iterable

from tandemweb.archive.layout import recognise
from tandemweb.domain.finding import Severity
from tandemweb.domain.mission import Exchange
from tandemweb.services.document_paths import DocumentPaths
from tandemweb.services.reading import read_mission
from tandemweb.services.step_planning import StepPlan

WEIGHTY = (Severity.HIGH, Severity.MEDIUM, None)


def list_stuck(paths: DocumentPaths, plan: StepPlan) -> tuple[str, ...]:
    """List what has been disputed three times in the exchange that a review belongs to; nothing outside missions."""
    if paths.files is None:
        return ()
    folder = paths.files.folder
    place = recognise(plan.output[len(folder.path) + 1 :])
    mission = read_mission(paths.work_tree, paths.files.root_files.root, folder).mission
    return tuple(_list_titles(found for found in mission.exchanges if _is_of(found, place.stage, place.round)))


def _is_of(exchange: Exchange, stage: object, round_number: int | None) -> bool:
    return exchange.stage is stage and exchange.round == round_number


def _list_titles(exchanges: Iterable[Exchange]) -> Iterable[str]:
    for exchange in exchanges:
        for finding in exchange.findings:
            if finding.stuck and finding.final_severity in WEIGHTY:
                yield finding.title
