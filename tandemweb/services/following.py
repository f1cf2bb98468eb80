"""Findings of a mission from round to round: fixed, still there, back again, and the commits between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tandemweb.analysis.rounds import FindingCourse, RoundSighting, RoundStatus, follow_findings
from tandemweb.domain.commit import Commit
from tandemweb.domain.finding import Finding, Severity
from tandemweb.domain.mission import Author, DocumentKind, Exchange, Mission, Stage
from tandemweb.services.convergence import MODELS, find_silent
from tandemweb.store.commit_list import CommitRow
from tandemweb.store.commit_paths import list_mission_commits
from tandemweb.store.commit_spans import list_commits_in_spans
from tandemweb.store.database import Database

EVALUATED = {DocumentKind.DISCUSSION, DocumentKind.EVALUATION}


@dataclass(frozen=True, slots=True)
class FollowedSighting:
    """What one round says of a finding. ``key`` is None where the round no longer mentions it.

    ``commits`` came between the round before and this one and touch the files that the finding names
    (``names_files``), or any file outside the archive where it names none that they touch. ``silent`` are the
    models that raised the finding where none of them answered in this round: it may still be there, unmentioned.
    """

    round: int
    status: RoundStatus
    key: str | None
    commits: tuple[Commit, ...] = ()
    names_files: bool = False
    silent: tuple[Author, ...] = ()


@dataclass(frozen=True, slots=True)
class FollowedFinding:
    """One problem from the round that first raised it to the last. ``severity`` is the last that it was given."""

    title: str
    severity: Severity | None
    sightings: tuple[FollowedSighting, ...]

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(sighting.key for sighting in self.sightings if sighting.key)


def follow_mission(
    index: Database, project: str, mission: Mission, commits: Sequence[CommitRow] | None = None
) -> tuple[FollowedFinding, ...]:
    """Follow the findings of a mission that was evaluated more than once; nothing for any other.

    ``commits`` are its ``list_mission_commits``, where they are known already.
    """
    rounds = [exchange for exchange in mission.exchanges if _is_evaluated(exchange)]
    if len(rounds) < 2:  # from one round to another
        return ()
    known_rows = list_mission_commits(index, project, mission.path) if commits is None else commits
    rows = known_rows[::-1]
    starts = [_find_first_commit(rows, exchange) for exchange in rounds]
    spans = {later.round: (start, end) for later, start, end in zip(rounds[1:], starts, starts[1:], strict=False)}
    known = {number: (start, end) for number, (start, end) in spans.items() if start is not None}
    between = dict(zip(known, list_commits_in_spans(index, project, list(known.values())), strict=True))
    courses = _follow_rounds(tuple((exchange.round, exchange.findings) for exchange in rounds))
    return tuple(
        _follow(course, {exchange.round: exchange for exchange in rounds}, between, mission) for course in courses
    )


@lru_cache(maxsize=8)  # the pages of a mission and of its rounds follow the same findings
def _follow_rounds(rounds: tuple[tuple[int, tuple[Finding, ...]], ...]) -> tuple[FindingCourse, ...]:
    return follow_findings(rounds)


def _is_evaluated(exchange: Exchange) -> bool:
    return exchange.stage is Stage.EVALUATION and any(d.kind in EVALUATED for d in exchange.documents)


def _find_first_commit(rows: Sequence[CommitRow], exchange: Exchange) -> str | None:
    """Find the commit (oldest first) that brought the first evaluation document of a round."""
    paths = {document.path for document in exchange.documents if document.kind in EVALUATED}
    return next((row.commit.oid for row in rows if any(change.path in paths for change in row.commit.changes)), None)


def _follow(
    course: FindingCourse,
    rounds: Mapping[int, Exchange],
    between: Mapping[int, tuple[Commit, ...]],
    mission: Mission,
) -> FollowedFinding:
    said = [
        finding for sighting in course.sightings if (finding := _find_finding(rounds[sighting.round], sighting.key))
    ]
    names = {
        reference.path for finding in said for mention in finding.mentions for reference in mention.file_references
    }
    raisers = {raiser for finding in said for raiser in finding.raised_by}
    return FollowedFinding(
        title=course.title,
        severity=next((finding.final_severity for finding in reversed(said) if finding.final_severity), None),
        sightings=tuple(
            _see(
                sighting, between.get(sighting.round, ()), names, mission.root.path, _silent(rounds, sighting, raisers)
            )
            for sighting in course.sightings
        ),
    )


def _silent(rounds: Mapping[int, Exchange], sighting: RoundSighting, raisers: set[str]) -> tuple[Author, ...]:
    """Name the models that raised a finding where none of them gave an answer in this round."""
    silent = find_silent(rounds[sighting.round])
    raising = [author for author in MODELS if author in raisers]
    return tuple(raising) if raising and all(author in silent for author in raising) else ()


def _see(
    sighting: RoundSighting, commits: Sequence[Commit], names: set[str], archive: str, silent: tuple[Author, ...]
) -> FollowedSighting:
    if sighting.status is RoundStatus.NEW:
        return FollowedSighting(sighting.round, sighting.status, sighting.key)
    named = tuple(commit for commit in commits if any(_is_named(change.path, names) for change in commit.changes))
    outside = tuple(commit for commit in commits if any(not _is_inside(c.path, archive) for c in commit.changes))
    return FollowedSighting(
        round=sighting.round,
        status=sighting.status,
        key=sighting.key,
        commits=named or outside,
        names_files=bool(named),
        silent=silent if sighting.key is None else (),
    )


def _find_finding(exchange: Exchange, key: str | None) -> Finding | None:
    return next((finding for finding in exchange.findings if finding.key == key), None)


def _is_named(path: str, names: set[str]) -> bool:
    """``src/report.py`` is meant by ``report.py`` too."""
    return any(path == name or path.endswith(f"/{name}") for name in names)


def _is_inside(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")
