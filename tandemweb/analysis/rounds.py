"""Findings of a mission followed across its rounds: fixed, still there, back again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tandemweb.analysis.entries import Entry, build_entry
from tandemweb.analysis.evidence import weigh_pairs
from tandemweb.analysis.pairs import LINK_THRESHOLD
from tandemweb.domain.finding import Finding, Mention, Outcome

REPRESENTATIVE_LENGTH = 3000  # characters of a finding's mentions that are compared


class RoundStatus(StrEnum):
    """What a round says of a finding that this or an earlier round raised."""

    NEW = "new"
    STILL_THERE = "still-there"
    FIXED = "fixed"  # accepted before, no longer mentioned
    NOT_MENTIONED = "not-mentioned"  # never accepted, so silence says nothing of a fix
    BACK_AGAIN = "back-again"


@dataclass(frozen=True, slots=True)
class RoundSighting:
    """A finding in one round. ``key`` is that round's finding's key; None where the round no longer mentions it."""

    round: int
    status: RoundStatus
    key: str | None


@dataclass(frozen=True, slots=True)
class FindingCourse:
    """One problem through the rounds of a mission, from the round that first raised it to the last."""

    title: str
    sightings: tuple[RoundSighting, ...]


@dataclass(slots=True)
class _Course:
    title: str
    latest: int  # place of the finding among all of the mission
    is_open: bool
    is_accepted: bool = False
    sightings: list[RoundSighting] = field(default_factory=list)


def follow_findings(rounds: Sequence[tuple[int, Sequence[Finding]]]) -> tuple[FindingCourse, ...]:
    """Follow all findings of a mission's evaluation rounds, given as ``(round, findings)`` in order.

    A round that no longer mentions an accepted finding has fixed it; a dismissed one needs no fix, its course ends.
    """
    entries = [_represent(index, finding) for index, (_, findings) in enumerate(rounds) for finding in findings]
    scores = _score_pairs(entries)
    courses: list[_Course] = []
    first = 0
    for number, findings in rounds:
        places = range(first, first + len(findings))
        first += len(findings)
        continued = _continue_courses(courses, places, scores)
        for course in courses:
            if course.is_open and id(course) not in map(id, continued.values()):
                status = RoundStatus.FIXED if course.is_accepted else RoundStatus.NOT_MENTIONED
                course.sightings.append(RoundSighting(number, status, None))
                course.is_open = False
        for place, finding in zip(places, findings, strict=True):
            if place not in continued:
                continued[place] = _Course(finding.title, place, is_open=True)
                courses.append(continued[place])
            _sight(continued[place], number, place, finding)
    return tuple(FindingCourse(course.title, tuple(course.sightings)) for course in courses)


def _sight(course: _Course, number: int, place: int, finding: Finding) -> None:
    if not course.sightings:
        status = RoundStatus.NEW
    else:
        status = RoundStatus.STILL_THERE if course.is_open else RoundStatus.BACK_AGAIN
    course.sightings.append(RoundSighting(number, status, finding.key))
    course.latest = place
    course.is_open = finding.outcome is not Outcome.DISMISSED
    course.is_accepted = finding.outcome in (Outcome.CONFIRMED, Outcome.DOWNGRADED)


def _continue_courses(
    courses: Sequence[_Course], places: Sequence[int], scores: dict[tuple[int, int], float]
) -> dict[int, _Course]:
    """Which course each finding of a round continues: the strongest pair first, each course and finding once."""
    candidates = sorted(
        (-score, index, place)
        for index, course in enumerate(courses)
        for place in places
        if (score := scores.get((course.latest, place), 0.0)) >= LINK_THRESHOLD
    )
    continued: dict[int, _Course] = {}
    taken: set[int] = set()
    for _, index, place in candidates:
        if index not in taken and place not in continued:
            continued[place] = courses[index]
            taken.add(index)
    return continued


def _score_pairs(entries: Sequence[Entry]) -> dict[tuple[int, int], float]:
    pairs = weigh_pairs(entries)
    rounds = [entry.document for entry in entries]
    return {pair: pairs.score(*pair) for pair in pairs.reasons if rounds[pair[0]] != rounds[pair[1]]}


def _represent(index: int, finding: Finding) -> Entry:
    """Make one entry of a finding: title, all that is said, all places and criteria. Marks begin anew each round."""
    mentions = finding.mentions
    text = "\n\n".join(dict.fromkeys(mention.text for mention in mentions))[:REPRESENTATIVE_LENGTH]
    whole = Mention(
        path=mentions[0].path,
        line=mentions[0].line,
        end_line=mentions[0].end_line,
        title=finding.title,
        text=text,
        severity=finding.final_severity,
        criteria=tuple(sorted({number for mention in mentions for number in mention.criteria})),
        file_references=tuple(dict.fromkeys(place for mention in mentions for place in mention.file_references)),
    )
    return build_entry(index, "", "", whole, with_references=False)
