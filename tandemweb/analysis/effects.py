"""Whether a plan acts on a point that it does not list: a criterion, an edge case, a decision says what follows."""

from collections.abc import Sequence

from tandemweb.analysis.exchange import ExchangeDocument
from tandemweb.analysis.marks import MODELS
from tandemweb.analysis.sections import Topic, read_heading
from tandemweb.analysis.similarity import compare_texts
from tandemweb.domain.finding import Mention

ACTED_ON = 0.2  # likeness from which a line of the final plan follows from a point
LEFT_OUT = frozenset((Topic.OUT_OF_SCOPE, Topic.IDEAS, Topic.INTENT))

Said = Sequence[Sequence[Mention]]  # of one finding: its mentions in each document


def find_acted_on(documents: Sequence[ExchangeDocument], findings: Sequence[Said]) -> frozenset[int]:
    """Places of those findings that the final document does not list, but has a line that follows from.

    What a review had the last word on is met or not by what was written after it: it is none of these.
    """
    finals = [place for place, document in enumerate(documents) if document.role == "final"]
    lines = [line for place in finals for line in documents[place].candidates if _counts(line)]
    unlisted = {number: said for number, said in enumerate(findings) if not any(said[place] for place in finals)}
    asked = {number for number, said in unlisted.items() if not _ends_with_review(documents, said)}
    if not lines or not asked:
        return frozenset()
    points: list[Mention] = []
    owners: list[int] = []
    for number, said in unlisted.items():
        mains = [mentions[0] for mentions in said if mentions]
        points += mains
        owners += [number] * len(mains)
    compared = compare_texts([*points, *lines])
    followed = (owners[left] for left, right, _ in compared.list_pairs(ACTED_ON) if left < len(points) <= right)
    return frozenset(asked.intersection(followed))


def _ends_with_review(documents: Sequence[ExchangeDocument], said: Said) -> bool:
    spoken = [
        document for document, mentions in zip(documents, said, strict=True) if mentions and document.author in MODELS
    ]
    return bool(spoken) and spoken[-1].role == "review"


def _counts(line: Mention) -> bool:
    return read_heading(line.section)[0] not in LEFT_OUT
