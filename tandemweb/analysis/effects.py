"""Whether a plan acts on a point that it does not list: a criterion, an edge case, a decision says what follows."""

from collections.abc import Sequence

from tandemweb.analysis.exchange import ExchangeDocument
from tandemweb.analysis.sections import Topic, read_heading
from tandemweb.analysis.similarity import compare_texts
from tandemweb.domain.finding import Mention

ACTED_ON = 0.2  # likeness from which a line of the final plan follows from a point
LEFT_OUT = frozenset((Topic.OUT_OF_SCOPE, Topic.IDEAS, Topic.INTENT))

Said = Sequence[Sequence[Mention]]  # of one finding: its mentions in each document


def find_acted_on(documents: Sequence[ExchangeDocument], findings: Sequence[Said]) -> frozenset[int]:
    """Places of those findings that the final document does not list, but has a line that follows from."""
    finals = [place for place, document in enumerate(documents) if document.role == "final"]
    lines = [line for place in finals for line in documents[place].candidates if _counts(line)]
    if not lines:
        return frozenset()
    points: list[Mention] = []
    owners: list[int] = []
    for number, said in enumerate(findings):
        if not any(said[place] for place in finals):
            mains = [mentions[0] for mentions in said if mentions]
            points += mains
            owners += [number] * len(mains)
    compared = compare_texts([*points, *lines])
    return frozenset(owners[left] for left, right, _ in compared.list_pairs(ACTED_ON) if left < len(points) <= right)


def _counts(line: Mention) -> bool:
    return read_heading(line.section)[0] not in LEFT_OUT
