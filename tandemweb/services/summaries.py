"""What a mission's summary can say by itself: what the index knows of it, in the form of the protocol's Summary.md.

The user completes and corrects it before it is written: what was built, in prose, is nobody's to guess.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from tandemweb.domain.finding import Finding, Outcome
from tandemweb.domain.mission import Author, DocumentKind, Exchange, Mission, Role, Stage

NOTHING = "- None."
LONGEST_LINE = 300  # characters of a text that is quoted in one line
MOST_FILES = 200
SEVERITIES = {"HIGH": "High", "MEDIUM": "Medium", "LOW": "Low"}


def write_summary(mission: Mission, texts: Mapping[str, str], *, goal: str, at: datetime) -> str:
    """Write Summary.md of a mission. ``texts`` holds those of its documents that are quoted, by path."""
    parts = (
        _write_head(mission, goal or _find_goal(mission, texts), at),
        _write_part("What Was Built", [_find_built(mission, texts)]),
        _write_part("Key Decisions", _list_decisions(mission)),
        _write_part("Evaluator Findings Addressed", _list_findings(mission)),
        _write_part("User Feedback Addressed", _list_feedback(mission, texts)),
        _write_part("Files Changed", _list_files(mission)),
        _write_part("Acceptance Criteria Results", _list_criteria(mission)),
    )
    return "\n".join(parts)


def _write_head(mission: Mission, goal: str, at: datetime) -> str:
    rounds = _list_rounds(mission)
    feedback = sum(document.kind is DocumentKind.FEEDBACK for document in mission.documents)
    started = mission.state.started_at
    has_codex = any(
        document.author is Author.CODEX and document.role is not Role.PLACEHOLDER
        for exchange in rounds
        for document in exchange.documents
    )
    evaluators = "dual (Claude Code and Codex)" if has_codex else "Claude Code"
    own_count = max(0, len(rounds) - feedback)
    lines = (
        f"# {mission.name} — Summary\n",
        f"**Goal:** {goal}",
        f"**Started:** {started.date().isoformat() if started else 'unknown'}",
        f"**Completed:** {at.date().isoformat()}",
        f"**Rounds:** {len(rounds)} total ({own_count} AI iterations + {feedback} user feedback rounds)",
        f"**Evaluator(s):** {evaluators}",
    )
    return "\n".join(lines) + "\n"


def _write_part(title: str, lines: Iterable[str]) -> str:
    return f"## {title}\n\n" + ("\n".join(lines) or NOTHING) + "\n"


def _find_goal(mission: Mission, texts: Mapping[str, str]) -> str:
    """Take the spec's own words under its heading Goal; the mission's title where it has none."""
    text = _find_text(mission, texts, DocumentKind.SPEC)
    return _shorten(_find_section(text, "goal")) or mission.title


def _find_built(mission: Mission, texts: Mapping[str, str]) -> str:
    """Take what the last report of the generator says was done."""
    reports = [document for document in mission.documents if document.kind is DocumentKind.REPORT]
    last = max(reports, key=lambda document: document.round or 0, default=None)
    text = _find_section(texts.get(last.path, ""), "what was done") if last else ""
    return text or "(Say in a few sentences what was built.)"


def _find_text(mission: Mission, texts: Mapping[str, str], kind: DocumentKind) -> str:
    return next((texts.get(document.path, "") for document in mission.documents if document.kind is kind), "")


def _find_section(text: str, heading: str) -> str:
    """Give what stands under the first heading of the second level that says this, up to the next one."""
    lines: list[str] = []
    is_inside = False
    for line in text.split("\n"):
        if line.startswith(("# ", "## ")):
            if is_inside:
                break
            is_inside = line.lstrip("# ").strip().lower() == heading
        elif is_inside:
            lines.append(line)
    return "\n".join(lines).strip()


def _list_decisions(mission: Mission) -> Iterator[str]:
    for decision in mission.decisions:
        reason = f" — {_shorten(decision.rationale)}" if decision.rationale else ""
        yield f"- {_shorten(decision.title)}{reason}"


def _list_findings(mission: Mission) -> Iterator[str]:
    for exchange in _list_rounds(mission):
        for finding in exchange.findings:
            yield f"- Round {exchange.round}: {_shorten(finding.title)}{_write_severity(finding)} → {_say(finding)}"


def _write_severity(finding: Finding) -> str:
    return f" ({SEVERITIES[finding.final_severity]})" if finding.final_severity else ""


def _say(finding: Finding) -> str:
    words = {
        Outcome.CONFIRMED: "confirmed",
        Outcome.DOWNGRADED: "confirmed as less severe",
        Outcome.DISMISSED: "dismissed",
        Outcome.UNRESOLVED: "left open",
    }
    return words[finding.outcome]


def _list_feedback(mission: Mission, texts: Mapping[str, str]) -> Iterator[str]:
    for document in mission.documents:
        if document.kind is DocumentKind.FEEDBACK:
            yield f"- Feedback {document.step or ''}: {_shorten(texts.get(document.path, ''))}".rstrip()


def _list_files(mission: Mission) -> Iterator[str]:
    paths = sorted({path for changed in mission.changed_files.values() for path in changed})
    for path in paths[:MOST_FILES]:
        yield f"- `{path}`"
    if len(paths) > MOST_FILES:
        yield f"- and {len(paths) - MOST_FILES} more"


def _list_criteria(mission: Mission) -> Iterator[str]:
    rounds = _list_rounds(mission)
    finals: dict[int, list[str]] = {}
    for exchange in rounds:
        for verdict in exchange.criteria:
            if verdict.final:
                finals.setdefault(verdict.number, []).append(f"{verdict.final} in round {exchange.round}")
    for criterion in mission.criteria:
        said = finals.get(criterion.number, ["no verdict"])
        earlier = f" ({', '.join(said[:-1])})" if len(said) > 1 else ""
        yield f"{criterion.number}. {_shorten(criterion.text)} — {said[-1].partition(' in round')[0]}{earlier}"


def _list_rounds(mission: Mission) -> Sequence[Exchange]:
    return [exchange for exchange in mission.exchanges if exchange.stage is Stage.EVALUATION]


def _shorten(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_LINE else f"{line[: LONGEST_LINE - 1].rstrip()}…"
