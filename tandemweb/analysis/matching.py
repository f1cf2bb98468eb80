"""Mentions of one problem across the documents of an exchange become one finding.

Every pair of mentions that is taken for one finding carries its reason and score; thresholds are named constants;
nothing depends on the order in which a set or a dictionary happens to be walked.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tandemweb.domain.finding import Finding, Mention


@dataclass(frozen=True, slots=True)
class ExchangeDocument:
    """One document of an exchange as matching needs it.

    ``author`` and ``role`` are the words of ``domain.mission.Author`` and ``Role`` (plain strings will do);
    ``step`` is the number in its name (None for a final copy, a report, feedback). ``candidates`` are neutral items
    (facts, questions, edge cases, ideas, decisions) that count only when another document takes them up.
    ``approved`` is a review's answer. ``text`` is the whole document: quotes come from it, verbatim.
    """

    path: str
    author: str
    role: str
    step: int | None
    mentions: tuple[Mention, ...]
    candidates: tuple[Mention, ...] = ()
    approved: bool | None = None
    text: str = ""


def match_exchange(documents: Sequence[ExchangeDocument]) -> tuple[Finding, ...]:
    """Findings of one exchange, in order of their first mention.

    ``documents`` come in the order they were written (a placeholder stays in, with its role). Every mention given is
    in exactly one finding; a candidate is in at most one.
    """
    raise NotImplementedError
