"""What a person looks for, taken apart, and what is found."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

HIT_START, HIT_END = "\ue000", "\ue001"  # around each hit in titles and excerpts: plain text until it is escaped


class SearchKind(StrEnum):
    """What can be found. Documents are also found by their own kind (``spec``, ``report``, ...)."""

    MISSION = "mission"
    DECISION = "decision"
    FINDING = "finding"
    DOCUMENT = "document"
    COMMIT = "commit"
    FILE = "file"


class SearchField(StrEnum):
    """The word before the colon of an operator."""

    PROJECT = "project"
    MISSION = "mission"
    AUTHOR = "author"
    SEVERITY = "severity"
    AGREEMENT = "agreement"
    PHASE = "phase"
    VERDICT = "verdict"
    KIND = "kind"
    FILE = "file"
    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase. ``is_open``: the person may still be typing it, so its continuations count, after it."""

    text: str
    is_prefix: bool = False
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One operator: any of ``values`` will do; ``is_excluded`` turns it round."""

    field: SearchField
    values: tuple[str, ...]
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """``notes`` are sentences about what of the text could not be used."""

    terms: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    narrowings: tuple[Narrowing, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.terms or self.excluded or self.narrowings)


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One thing that was found. ``title`` and ``excerpt`` are plain text with hits between HIT_START and HIT_END.

    ``kind`` is a ``SearchKind`` other than document, or the kind of the document. ``key`` names the thing in its
    project: the finding's or decision's key, the commit's object id, else the path. ``at`` is when it was last
    committed, as far as that is known.
    """

    project: str
    project_name: str
    root: str | None
    mission: str | None
    kind: str
    key: str
    path: str
    line: int | None
    author: str | None
    stage: str | None
    round: int | None
    severity: str | None
    agreement: str | None
    verdict: str | None
    at: datetime | None
    title: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """``is_partial``: the deadline passed, there may be more, and the best may not stand first."""

    hits: tuple[SearchHit, ...] = ()
    has_more: bool = False
    is_partial: bool = False
