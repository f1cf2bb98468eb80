"""Why lines are as they are: from line to commit, mission and round, and what was said there.

Where a link of that chain is not known, the answer says so and ends there.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tandemweb.analysis.relevance import (
    CodeChange,
    RelatedFinding,
    find_related_criteria,
    find_related_decisions,
    find_related_findings,
)
from tandemweb.analysis.user_words import extract_feedback, extract_intent
from tandemweb.domain.commit import Commit
from tandemweb.domain.decision import Quote
from tandemweb.domain.difference import CommitDifference, Hunk
from tandemweb.domain.finding import Criterion, Decision
from tandemweb.domain.link import CommitLink
from tandemweb.domain.mission import Document, DocumentKind, Mission
from tandemweb.domain.telling_words import extract_stems
from tandemweb.errors import NotFoundError
from tandemweb.history.blame_parsing import BlameRun
from tandemweb.history.differences import read_commit_difference
from tandemweb.history.opening import Repository
from tandemweb.store.commit_list import list_commits_by_oid
from tandemweb.store.database import Database
from tandemweb.store.documents import read_texts
from tandemweb.store.links import LinkedMission, group_by_commit, list_links
from tandemweb.store.mission_reading import get_mission

MOST_RUNS = 20  # commits that one answer tells about
MOST_QUOTES = 3
MOST_PASSAGES = 3
PASSAGE_LINES = 4
_FEEDBACK = re.compile(r"\bfeedback\b", re.IGNORECASE)
_ITEM = re.compile(r"\s*(?:[-*+]\s|#|\||\d{1,3}[.)]\s)")
_CELL_END = re.compile(r"(?<!\\)\|")
_BEGINNING = 800  # characters of a report in which it says what it answers


@dataclass(frozen=True, slots=True)
class Passage:
    """Where a report names a commit, in its own words."""

    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class MissionStory:
    """What a mission says about a change. ``words`` are the user's that started it."""

    link: CommitLink
    root: str  # slug
    mission: str  # folder name
    title: str
    findings: tuple[RelatedFinding, ...]
    criteria: tuple[Criterion, ...]
    decisions: tuple[Decision, ...]
    words: tuple[Quote, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class LineStory:
    """Lines that one commit wrote. ``commit`` is None when the index does not know it; no ``missions``: none known."""

    first: int
    last: int
    oid: str
    path_then: str
    line_then: int
    commit: Commit | None
    missions: tuple[MissionStory, ...]


def explain_lines(
    index: Database, repository: Repository, project: str, runs: Sequence[BlameRun], lines: Sequence[str]
) -> tuple[LineStory, ...]:
    """Tell the story of blamed lines; ``lines`` is the whole file's text, line by line. One git process per commit.

    Neighbouring lines of one commit are told together; beyond the first twenty commits nothing is told.
    """
    oids = list(dict.fromkeys(run.oid for run in runs))[:MOST_RUNS]
    commits = list_commits_by_oid(index, project, oids)
    links = group_by_commit(list_links(index, project, oids=oids))
    missions: dict[str, tuple[Mission, Mapping[str, str]]] = {}
    differences: dict[str, CommitDifference | None] = {}
    stories = []
    for run in _join_runs([run for run in runs if run.oid in set(oids)]):
        commit = commits.get(run.oid)
        linked = links.get(run.oid, ())
        for one in linked:
            if one.link.mission_path not in missions:
                missions[one.link.mission_path] = _read_mission(index, project, one)
        if linked and run.oid not in differences:
            differences[run.oid] = _find_difference(repository, run.oid)
        told = _tell(run, commit, differences[run.oid], linked, missions, lines) if commit and linked else ()
        stories.append(LineStory(run.first, run.last, run.oid, run.path, run.original_line, commit, tuple(told)))
    return tuple(stories)


def _join_runs(runs: Sequence[BlameRun]) -> list[BlameRun]:
    """Make one run of all that a commit wrote without another's line between."""
    joined: list[BlameRun] = []
    for run in runs:
        last = joined[-1] if joined else None
        if last and (last.oid, last.path, last.last + 1) == (run.oid, run.path, run.first):
            count = last.count + run.count
            joined[-1] = BlameRun(last.first, count, last.oid, last.path, last.original_line, last.is_boundary)
        else:
            joined.append(run)
    return joined


def _read_mission(index: Database, project: str, linked: LinkedMission) -> tuple[Mission, Mapping[str, str]]:
    mission = get_mission(index, project, linked.root, linked.mission)
    wanted = {DocumentKind.SPEC, DocumentKind.FEEDBACK, DocumentKind.REPORT, DocumentKind.SUMMARY}
    paths = [document.path for document in mission.documents if document.kind in wanted]
    return mission, read_texts(index, project, paths)


def _tell(
    run: BlameRun,
    commit: Commit,
    difference: CommitDifference | None,
    linked: Sequence[LinkedMission],
    missions: Mapping[str, tuple[Mission, Mapping[str, str]]],
    lines: Sequence[str],
) -> Iterator[MissionStory]:
    new = (run.original_line, run.original_line + run.count - 1)
    old = _find_replaced(difference, run.path, new) if difference else None
    code = "\n".join(lines[run.first - 1 : run.last])
    for one in linked:
        mission, texts = missions[one.link.mission_path]
        passages = tuple(_list_passages(one.link, texts))
        told = tuple(passage.text for passage in passages)
        message = f"{commit.subject}\n{commit.body}"
        change = CodeChange(run.path, new, old, one.link.round, message, code, told)
        findings = find_related_findings(mission.exchanges, change)
        yield MissionStory(
            link=one.link,
            root=one.root,
            mission=one.mission,
            title=one.title,
            findings=findings,
            criteria=find_related_criteria(mission, change, findings),
            decisions=find_related_decisions(mission.decisions, change),
            words=_choose_words(mission, texts, one.link.round, f"{message}\n{code}"),
            passages=passages,
        )


def _find_difference(repository: Repository, oid: str) -> CommitDifference | None:
    try:
        return read_commit_difference(repository, oid)
    except NotFoundError:
        return None


def _find_replaced(difference: CommitDifference, path: str, new: tuple[int, int]) -> tuple[int, int] | None:
    """Find the lines that stood, before the commit, where these stand after it."""
    file = next((file for file in difference.files if file.change.path == path), None)
    hunks = [hunk for hunk in file.hunks if _reaches(hunk, new)] if file else []
    if not hunks:
        return None
    return hunks[0].old_start, hunks[-1].old_start + max(hunks[-1].old_count - 1, 0)


def _reaches(hunk: Hunk, lines: tuple[int, int]) -> bool:
    return hunk.new_start <= lines[1] and lines[0] < hunk.new_start + max(hunk.new_count, 1)


def _list_passages(link: CommitLink, texts: Mapping[str, str]) -> Iterator[Passage]:
    """Give what reports and summaries say where they name the commit."""
    name = link.oid[:7]
    count = 0
    for path, text in texts.items():
        lines = text.split("\n")
        for number, line in enumerate(lines, start=1):
            if name in line and count < MOST_PASSAGES:
                count += 1
                yield Passage(path, number, _cut_passage(lines, number - 1))


def _cut_passage(lines: Sequence[str], position: int) -> str:
    """Give the row or item that a line belongs to, or the line with what follows it in its paragraph."""
    kept = [lines[position]]
    if kept[0].lstrip().startswith("|"):
        return " · ".join(cell.strip() for cell in _CELL_END.split(kept[0]) if cell.strip())
    for line in lines[position + 1 : position + PASSAGE_LINES]:
        if not line.strip() or _ITEM.match(line):
            break
        kept.append(line)
    return " ".join(line.strip() for line in kept)


def _choose_words(mission: Mission, texts: Mapping[str, str], number: int | None, about: str) -> tuple[Quote, ...]:
    """Choose what the user said that led to the round: feedback that opened it, else what started the mission."""
    feedback = _find_feedback(mission, texts, number)
    specs = [document for document in mission.documents if document.kind is DocumentKind.SPEC]
    intent = [quote for document in specs for quote in extract_intent(texts.get(document.path, ""), document.path)]
    words = extract_stems(about)

    def count_shared(quote: Quote) -> int:
        return len(words & extract_stems(quote.text))

    said = extract_feedback(texts[feedback.path], feedback.path) if feedback else ()
    others = [quote for quote in intent[1:] if count_shared(quote) > 1]
    return tuple([*sorted(said, key=count_shared, reverse=True)[: MOST_QUOTES - 1], *intent[:1], *others][:MOST_QUOTES])


def _find_feedback(mission: Mission, texts: Mapping[str, str], number: int | None) -> Document | None:
    """Find the feedback that opened a round: the n-th round whose report speaks of feedback answers the n-th."""
    reports = sorted(
        (document for document in mission.documents if document.kind is DocumentKind.REPORT and document.round),
        key=lambda document: document.round or 0,
    )
    answering = [document.round for document in reports if _FEEDBACK.search(texts.get(document.path, "")[:_BEGINNING])]
    feedback = sorted(
        (document for document in mission.documents if document.kind is DocumentKind.FEEDBACK), key=lambda d: d.path
    )
    if number not in answering or not feedback:
        return None
    return feedback[min(answering.index(number), len(feedback) - 1)]
