"""``tandemweb why``: from a line of code to the mission, round, finding and decision behind it."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from tandemweb.commands.terminal import clean_line
from tandemweb.errors import InvalidRequestError
from tandemweb.services.asking import Answer, explain_file
from tandemweb.services.blaming import Contribution
from tandemweb.services.why import LineStory, MissionStory
from tandemweb.store.paths import get_data_folder

_PLACE = re.compile(r"(?P<file>.+?):(?:(?P<first>\d{1,7})(?:-(?P<last>\d{1,7}))?|(?P<symbol>[^\W\d][\w.]*))", re.DOTALL)
_RELATIONS = {"planned": "weighed in planning", "asked": "asked for it", "warned": "warned of it"}


@click.command()
@click.argument("place", metavar="FILE[:LINE[-LINE]]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def why(place: str, as_json: bool) -> None:
    """Say why lines of a file are as they are: commit, mission, round, findings, decisions, the user's words.

    FILE alone tells its history as missions; FILE:NAME explains the definition of a function or class.
    """
    file, lines, symbol = parse_place(place)
    answer = explain_file(get_data_folder(), file, lines, symbol=symbol)
    if as_json:
        click.echo(json.dumps(asdict(answer), indent=2, default=_render_value))
        return
    for line in render_answer(answer):
        click.echo(clean_line(line.expandtabs()))


def parse_place(place: str) -> tuple[Path, tuple[int, int] | None, str | None]:
    """Take a place apart. A file of that very name, colon and all, comes first. Raises InvalidRequestError."""
    match = None if Path(place).exists() else _PLACE.fullmatch(place)
    if match is None:
        return Path(place), None, None
    if match["symbol"]:
        return Path(match["file"]), None, match["symbol"]
    first = int(match["first"])
    last = int(match["last"] or first)
    if not 1 <= first <= last:
        raise InvalidRequestError("Lines count from 1, the first before the last: FILE:5-9.")
    return Path(match["file"]), (first, last), None


def render_answer(answer: Answer) -> Iterator[str]:
    """Write an answer for a person, line by line."""
    if answer.first is None:
        yield f"{answer.path}, newest change first"
        for part in answer.contributions:
            yield from _render_contribution(part)
        return
    for number, story in enumerate(answer.stories):
        if number:
            yield ""
        yield from _render_story(answer.path, story)
    if answer.uncommitted:
        lines = ", ".join(map(str, answer.uncommitted[:10]))
        yield f"Not committed yet: line {lines}{' and more' if len(answer.uncommitted) > 10 else ''}"


def _render_contribution(part: Contribution) -> Iterator[str]:
    linked = part.linked
    about = f", round {linked.link.round}" if linked and linked.link.round else ""
    yield f"{linked.mission}{about} ({linked.link.strength})" if linked else "no mission known"
    for commit in part.commits:
        yield f"  {commit.oid[:9]}  {commit.subject}"


def _render_story(path: str, story: LineStory) -> Iterator[str]:
    lines = str(story.first) if story.first == story.last else f"{story.first}-{story.last}"
    commit = story.commit
    yield f"{path}:{lines}"
    yield f"  commit    {story.oid[:9]}  {commit.subject if commit else 'unknown to the index'}"
    if commit:
        day = f"{commit.committed_at:%Y-%m-%d %H:%M} UTC" if commit.committed_at else "at an unknown time"
        yield f"            {commit.author_name}, {day}"
    if not story.missions:
        yield "  mission   no mission known"
    for mission in story.missions:
        yield from _render_mission(mission)


def _render_mission(story: MissionStory) -> Iterator[str]:
    link = story.link
    yield f"  mission   {story.mission}{f', round {link.round}' if link.round else ''} ({link.strength})"
    for evidence in link.evidence:
        yield f"            - {evidence.text}"
    for related in story.findings:
        where = "planning" if related.stage == "planning" else f"round {related.round}"
        severity = f"{related.finding.final_severity} " if related.finding.final_severity else ""
        yield f"  finding   {severity}{related.finding.title}"
        yield f"            {_RELATIONS[related.relation]} ({where}, {related.finding.outcome}). {related.how}"
        yield f"            {related.mention.path}:{related.mention.line}"
    for criterion in story.criteria:
        yield f"  criterion {criterion.number}. {' '.join(criterion.text.split())}"
        yield f"            {criterion.path}:{criterion.line}"
    for decision in story.decisions:
        yield f"  decision  {decision.title}"
        yield f"            {decision.path}:{decision.line}"
    for quote in story.words:
        yield f'  user      "{quote.text}"'
        yield f"            {quote.path}:{quote.line}"


def _render_value(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
