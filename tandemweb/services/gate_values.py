"""What a gate is given, and what it says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a step left behind: the text of its document ("" where it has none) and its process's exit status.

    ``stuck_on`` are titles of what the two models still dispute after three exchanges. ``before`` is the text of the
    document before the step, "" where there was none.
    """

    path: str = ""
    text: str = ""
    exit_status: int | None = 0
    stuck_on: tuple[str, ...] = ()
    before: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """``outcome`` is "" where the document is not what the protocol asks; ``reason`` says why, or adds to a word."""

    outcome: str
    reason: str = ""
