"""Whether a plan acts on a point that it does not list: a criterion, an edge case, a decision says what follows."""

from collections.abc import Sequence

from tandemweb.analysis.exchange import ExchangeDocument
from tandemweb.analysis.sections import Topic, read_heading
from tandemweb.analysis.similarity import compare_texts
from tandemweb.domain.finding import Mention

ACTED_ON = 0.3  # likeness from which a line of the final plan follows from a point
LEFT_OUT = frozenset((Topic.OUT_OF_SCOPE, Topic.IDEAS, Topic.INTENT))


def is_put_into_effect(documents: Sequence[ExchangeDocument], said: Sequence[Sequence[Mention]]) -> bool:
    """Whether the final document, silent on a finding, has a line that follows from it."""
    finals = [place for place, document in enumerate(documents) if document.role == "final"]
    if not finals or any(said[place] for place in finals):
        return False
    points = [mentions[0] for mentions in said if mentions]
    if not points:
        return False
    lines = [line for place in finals for line in documents[place].candidates if _counts(line)]
    compared = compare_texts([*points, *lines])
    return any(left < len(points) <= right for left, right, _ in compared.list_pairs(ACTED_ON))


def _counts(line: Mention) -> bool:
    return read_heading(line.section)[0] not in LEFT_OUT
