"""One document of an exchange as matching and convergence need it."""

from dataclasses import dataclass

from tandemweb.domain.finding import Mention


@dataclass(frozen=True, slots=True)
class ExchangeDocument:
    """One document of an exchange.

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
