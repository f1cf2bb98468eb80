"""Reviews and plans outside the mission layout, each kind read by its own module."""

from tandemweb.analysis.confidence import find_confidence_pair
from tandemweb.analysis.consensus import extract_consensus
from tandemweb.analysis.phases import extract_plan
from tandemweb.analysis.phases import find_rewritten_phases as find_rewritten_phases
from tandemweb.analysis.readings import OtherReading as OtherReading
from tandemweb.analysis.review_results import extract_review_results
from tandemweb.analysis.reviews import extract_review, find_title
from tandemweb.domain.mission import DocumentKind
from tandemweb.domain.review import ConfidencePair as ConfidencePair
from tandemweb.domain.review import ReviewFinding

OtherFinding = ReviewFinding

READERS = {
    DocumentKind.PLAN: extract_plan,
    DocumentKind.PLAN_REVIEW: extract_review,
    DocumentKind.RED_TEAM: extract_review,
    DocumentKind.CODEX_REVIEW: extract_review_results,
    DocumentKind.CONSENSUS: extract_consensus,
}


def extract_other(text: str, path: str, kind: DocumentKind) -> OtherReading:
    """Read a plan, plan review, red-team review, consensus review, review JSON or confidence document.

    Never raises, whatever the text; what was not understood stands in ``problems``.
    """
    reader = READERS.get(kind)
    if reader is not None:
        return reader(text, path)
    return OtherReading(find_title(text), confidence=find_confidence_pair(text))
