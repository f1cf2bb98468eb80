"""Which commit implements which mission, and why that is believed. Commits never say so themselves."""

from dataclasses import dataclass
from enum import StrEnum


class LinkStrength(StrEnum):
    """How sure a link is: a document or the commit itself says it, or several signs point to it."""

    CERTAIN = "certain"
    LIKELY = "likely"


class EvidenceKind(StrEnum):
    NAMED = "named"  # a report or summary names the commit as its own
    MISSION_FILES = "mission-files"  # the commit also holds files of the mission
    MANIFEST = "manifest"  # ChangedFiles-NN.txt lists what it changes
    REPORT = "report"  # a report, or the spec, names the files it changes
    PLACE = "place"  # where it stands in the history, between two states of the mission
    TIME = "time"  # when it was made, where git holds no state of the mission
    BRANCH = "branch"  # a branch or worktree named like the mission
    AUTHOR = "author"
    SAME_PATCH = "same-patch"  # it makes the same change as a commit that is linked


@dataclass(frozen=True, slots=True)
class Evidence:
    """One sentence for a person, with where it can be seen: a document's line, a commit (full object id)."""

    kind: EvidenceKind
    text: str
    path: str | None = None
    line: int | None = None
    commit: str | None = None


@dataclass(frozen=True, slots=True)
class CommitLink:
    """One commit that implements one mission. ``round`` is None where only the mission is known."""

    oid: str
    mission_path: str
    round: int | None
    strength: LinkStrength
    evidence: tuple[Evidence, ...]
