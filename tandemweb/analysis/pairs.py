"""Pairs of mentions with the reasons for taking them for one finding."""

from collections import defaultdict
from dataclasses import dataclass, field

from tandemweb.analysis.similarity import Comparison

_NO_REASONS: dict[str, float] = {}
LINK_THRESHOLD = 0.5  # score from which a pair is taken for one finding
JOINING_SCORE = LINK_THRESHOLD  # enough to join, too little to prevail over any other reason

Group = tuple[int, ...]  # places of what is taken for one finding


@dataclass(slots=True)
class Pairs:
    """Reasons by pair of places, the smaller place first, and how alike the texts are.

    Reasons are independent pieces of evidence: a pair's score is the chance that not all of them mislead.
    """

    texts: Comparison
    reasons: dict[tuple[int, int], dict[str, float]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, left: int, right: int, reason: str, score: float) -> None:
        """Note a reason; of one kind of reason the strongest counts."""
        reasons = self.reasons[order(left, right)]
        if score > reasons.get(reason, 0.0):
            reasons[reason] = score

    def alike(self, left: int, right: int) -> float:
        return self.texts.alike(left, right)

    def score(self, left: int, right: int) -> float:
        misled = 1.0
        for score in self.reasons.get((left, right) if left < right else (right, left), _NO_REASONS).values():
            misled *= 1 - score
        return 1 - misled

    def list_linked(self) -> list[tuple[int, int, float]]:
        """List the pairs that are taken for one finding, with their scores, in order of places."""
        scored = ((left, right, self.score(left, right)) for left, right in self.reasons)
        return sorted(pair for pair in scored if pair[2] >= LINK_THRESHOLD)


def order(left: int, right: int) -> tuple[int, int]:
    return (left, right) if left < right else (right, left)
