"""What two models still dispute after three exchanges: titles of findings, for the person who has to decide."""

from collections.abc import Iterator, Sequence

from tandemweb.archive.layout import recognise
from tandemweb.domain.finding import Finding, Severity, Stance
from tandemweb.domain.mission import Document, Exchange, Role
from tandemweb.services.document_paths import DocumentPaths
from tandemweb.services.reading import read_mission
from tandemweb.services.step_planning import StepPlan

STUCK_AFTER = 3  # reviews in a row
WEIGHTY = (Severity.HIGH, Severity.MEDIUM)
SETTLED = (Stance.ACCEPTS, Stance.WITHDRAWS)


def list_stuck(paths: DocumentPaths, plan: StepPlan) -> tuple[str, ...]:
    """List what has gone through three exchanges without an agreement, of the exchange that a review belongs to.

    Nothing outside missions, where no exchange is known.
    """
    if paths.files is None:
        return ()
    folder = paths.files.folder
    place = recognise(plan.output[len(folder.path) + 1 :])
    mission = read_mission(paths.work_tree, paths.files.root_files.root, folder).mission
    mine = (found for found in mission.exchanges if (found.stage, found.round) == (place.stage, place.round))
    return tuple(title for exchange in mine for title in _list_titles(exchange))


def _list_titles(exchange: Exchange) -> Iterator[str]:
    reviews = [document for document in exchange.documents if document.role is Role.REVIEW][-STUCK_AFTER:]
    for finding in exchange.findings:
        is_weighty = finding.final_severity in (*WEIGHTY, None)
        if (finding.stuck and is_weighty) or _is_raised_in_all(finding, reviews):
            yield finding.title


def _is_raised_in_all(finding: Finding, reviews: Sequence[Document]) -> bool:
    """Whether each of three reviews in a row, none of which approves, raises it as high or medium."""
    raised = {
        mention.path for mention in finding.mentions if mention.severity in WEIGHTY and mention.stance not in SETTLED
    }
    return len(reviews) == STUCK_AFTER and all(review.path in raised and review.approved is False for review in reviews)
