"""The questions of agents and their answers; nothing here knows the protocol.

Each question opens the index for itself, read-only, so that it sees what a running tandemweb has read meanwhile.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tandemweb.domain.finding import Agreement, Finding, Severity
from tandemweb.domain.mission import Exchange, Project, Stage
from tandemweb.domain.search import HIT_END, HIT_START, SearchHit
from tandemweb.errors import InvalidRequestError, NotFoundError
from tandemweb.mcp.results import (
    Decisions,
    FindingAnswer,
    Findings,
    Hit,
    Hits,
    MissionAnswer,
    RoundAnswer,
    Statement,
    WhyAnswer,
    describe_decision,
    describe_story,
)
from tandemweb.services.asking import explain_file
from tandemweb.services.registering import list_registered
from tandemweb.services.search_query import extract_query
from tandemweb.services.searching import answer_query
from tandemweb.store.connections import open_index_reader
from tandemweb.store.database import Database
from tandemweb.store.decision_list import DecisionFilter, list_decisions
from tandemweb.store.mission_list import MissionFilter, MissionRow, list_missions
from tandemweb.store.mission_reading import get_mission

MOST_RESULTS = 100
MOST_LINES = 400
LEADING_NUMBER = re.compile(r"0*(\d{1,9})")
OPEN = {Agreement.DISPUTED, Agreement.PARTIALLY_AGREED}


@dataclass(frozen=True, slots=True)
class Desk:
    """Where questions are answered. ``folder`` is where the agent works: its project is meant unless one is named."""

    data_folder: Path
    folder: Path

    @contextmanager
    def open_index(self) -> Iterator[Database]:
        with open_index_reader(self.data_folder) as index:
            yield index

    def find_project(self, slug: str | None = None, place: Path | None = None) -> Project | None:
        """Find the named project, else the innermost one that holds ``place`` (else the agent's folder)."""
        projects = list_registered(self.data_folder)
        if slug:
            return next((project for project in projects if slug in {project.slug, project.name}), None)
        inside = place or self.folder
        holding = [project for project in projects if inside.is_relative_to(project.path)]
        return max(holding, key=lambda project: len(project.path), default=None)

    def get_project(self, slug: str | None = None, place: Path | None = None) -> Project:
        found = self.find_project(slug, place)
        if found is None:
            known = ", ".join(project.slug for project in list_registered(self.data_folder)) or "none"
            problem = f"There is no project {slug!r}." if slug else f"{place or self.folder} is in no project."
            raise NotFoundError(f"{problem} Registered: {known}. To add one: tandemweb index PATH")
        return found


def search_missions(desk: Desk, query: str, limit: int) -> Hits:
    with desk.open_index() as index:
        answer = answer_query(index, query, limit=_bounded(limit))
    hits = tuple(_hit(hit) for group in answer.groups for hit in group.hits)
    return Hits(hits, answer.has_more, answer.is_partial, answer.query.notes)


def read_mission(desk: Desk, mission: str, project: str | None) -> MissionAnswer:
    with desk.open_index() as index:
        row = _get_row(index, mission, desk.get_project(project))
        found = get_mission(index, row.project, row.root, row.name)
        decisions = list_decisions(index, DecisionFilter(project=row.project, mission=row.name, limit=MOST_RESULTS))
    return MissionAnswer(
        project=row.project,
        root=row.root,
        name=row.name,
        title=found.title,
        path=found.path,
        phase=found.state.phase,
        verdict=found.state.verdict,
        started_at=found.state.started_at,
        updated_at=found.state.updated_at,
        criteria=tuple(f"{criterion.number}. {criterion.text}" for criterion in found.criteria),
        decisions=tuple(describe_decision(decision) for decision in decisions.rows if decision.root == row.root),
        rounds=tuple(_round(exchange) for exchange in found.exchanges),
        documents=tuple(document.path for document in found.documents),
    )


def list_mission_findings(
    desk: Desk, mission: str, project: str | None, severity: str | None, agreement: str | None, *, only_open: bool
) -> Findings:
    wanted_severity = _choose(Severity, severity.upper(), "severity") if severity else None
    wanted_agreement = _choose(Agreement, agreement.lower(), "agreement") if agreement else None
    with desk.open_index() as index:
        row = _get_row(index, mission, desk.get_project(project))
        found = get_mission(index, row.project, row.root, row.name)
    chosen = [
        _finding(exchange, finding)
        for exchange in found.exchanges
        for finding in exchange.findings
        if (wanted_severity is None or finding.final_severity is wanted_severity)
        and (wanted_agreement is None or finding.agreement is wanted_agreement)
        and (not only_open or finding.agreement in OPEN)
    ]
    return Findings(tuple(chosen[:MOST_RESULTS]), len(chosen))


def list_key_decisions(
    desk: Desk, query: str, project: str | None, file: str, after: str, before: str, limit: int
) -> Decisions:
    owner = desk.get_project(project) if project else desk.find_project()
    wanted = DecisionFilter(
        project=owner.slug if owner else None,
        file=file,
        after=after,
        before=before,
        terms=extract_query(query).terms,
        limit=_bounded(limit),
    )
    with desk.open_index() as index:
        page = list_decisions(index, wanted)
    return Decisions(tuple(map(describe_decision, page.rows)), page.total_count)


def explain(desk: Desk, file: str, line: int, end_line: int | None, project: str | None) -> WhyAnswer:
    last = end_line or line
    if line < 1 or last < line or last - line >= MOST_LINES:
        raise InvalidRequestError(f"Name lines from 1 on, at most {MOST_LINES} of them, the first one first.")
    given = Path(file)
    if project and not given.is_absolute():
        given = Path(desk.get_project(project).path) / given
    place = Path(os.path.normpath(desk.folder / given))
    desk.get_project(place=place)  # a question registers nothing
    found = explain_file(desk.data_folder, place, (line, last))
    stories = tuple(map(describe_story, found.stories))
    return WhyAnswer(found.project.slug, found.path, found.at, stories, found.uncommitted)


def _get_row(index: Database, mission: str, project: Project) -> MissionRow:
    rows = list_missions(index, MissionFilter(project=project.slug, limit=10_000)).rows
    exact = [row for row in rows if row.name.casefold() == mission.casefold()]
    found = exact or [row for row in rows if _number(row.name) == mission.lstrip("0")]
    if len(found) != 1:
        names = ", ".join(f"{row.root}/{row.name}" for row in found or rows[:20])
        problem = "is more than one" if found else "is no"
        raise NotFoundError(f"{mission!r} {problem} mission of {project.slug}. There: {names or 'none'}.")
    return found[0]


def _number(name: str) -> str | None:
    match = LEADING_NUMBER.match(name)
    return match[1] if match else None


def _round(exchange: Exchange) -> RoundAnswer:
    open_count = sum(finding.agreement in OPEN for finding in exchange.findings)
    return RoundAnswer(exchange.stage, exchange.round, exchange.final_verdict, len(exchange.findings), open_count)


def _finding(exchange: Exchange, finding: Finding) -> FindingAnswer:
    first = finding.mentions[0]
    return FindingAnswer(
        stage=exchange.stage,
        round=exchange.round if exchange.stage is Stage.EVALUATION else None,
        title=finding.title,
        text=first.text,
        severity=finding.final_severity,
        agreement=finding.agreement,
        outcome=finding.outcome,
        raised_by=finding.raised_by,
        path=first.path,
        line=first.line,
        trail=tuple(Statement(s.author, s.stance, s.path, s.line, s.quote) for s in finding.trail),
    )


def _hit(hit: SearchHit) -> Hit:
    title, excerpt = (text.replace(HIT_START, "").replace(HIT_END, "") for text in (hit.title, hit.excerpt))
    return Hit(hit.kind, hit.project, hit.mission, title, excerpt, hit.path, hit.line, hit.key, hit.at)


def _bounded(limit: int) -> int:
    return max(1, min(limit, MOST_RESULTS))


def _choose(choices: type[Severity] | type[Agreement], word: str, name: str) -> Severity | Agreement:
    try:
        return choices(word)
    except ValueError:
        raise InvalidRequestError(f"{name} is {word!r}; it can be one of: {', '.join(choices)}.") from None
