"""What leaves a comparison for other places: patches, and the text of a pull request. The rest of it is pages."""

import re
from collections.abc import Iterable, Sequence

from tandemweb.domain.case_results import CaseOutcome, SideTests
from tandemweb.domain.comparison import Comparison, FileMatrix, Relation, Side, SideSummary, SpecEvidence
from tandemweb.domain.judgement import JudgedFinding, Judgement
from tandemweb.domain.synthesis import Synthesis
from tandemweb.history.opening import Repository
from tandemweb.history.patches import read_patch

_LONGEST = 120  # characters of a point that is told
_FOLD = "<details><summary>{}</summary>\n\n{}\n\n</details>"
_RELATIONS = {
    Relation.ONE: "only one side changed it",
    Relation.SAME: "changed alike by all",
    Relation.DIFFERENT: "changed differently",
}


def read_side_patch(repository: Repository, comparison: Comparison, side: Side) -> bytes:
    """Give what makes one side out of the base, for ``git apply``. Raises NotFoundError for a commit that is gone."""
    return read_patch(repository, comparison.base, side.oid)


def read_synthesis_patch(repository: Repository, synthesis: Synthesis) -> bytes:
    """Give what makes a synthesis out of its base, for ``git apply``."""
    return read_patch(repository, synthesis.base, synthesis.oid)


def render_pull_request(
    comparison: Comparison,
    summaries: Sequence[SideSummary],
    matrix: FileMatrix,
    evidence: SpecEvidence,
    synthesis: Synthesis,
    tests: Sequence[tuple[str, SideTests]] = (),
    judgement: Judgement | None = None,
) -> str:
    """Write the description of a pull request in Markdown: the spec, what was taken from whom, and the evidence.

    ``tests`` are by the name of what was tested, ``judgement`` is a blind judge's, resolved.
    """
    title = evidence.title or comparison.spec or synthesis.branch
    parts = [
        f"# {_escape(_shorten(title))}",
        _tell_origin(comparison),
        "## What is in it",
        "\n".join(_tell_contributions(comparison, synthesis)),
        "## The implementations",
        "\n".join(_tell_sides(summaries)),
        *_tell_tests(tests),
        *_tell_judgement(judgement),
        *_tell_evidence(comparison, evidence),
        _FOLD.format(_count(len(matrix.rows), "file"), "\n".join(_tell_files(comparison, matrix))),
    ]
    return "\n\n".join(parts) + "\n"


def _tell_origin(comparison: Comparison) -> str:
    names = " and ".join(_code(side.name) for side in comparison.sides)
    spec = f" of {_code(comparison.spec)}" if comparison.spec else ""
    return f"Put together from {names}, implementations{spec} on top of {comparison.base[:12]}."


def _tell_contributions(comparison: Comparison, synthesis: Synthesis) -> Iterable[str]:
    for own in synthesis.contributions:
        names = " and ".join(_code(comparison.sides[side].name) for side in own.sides)
        source = f"from {names}" if names else "edited by hand"
        yield f"- {own.oid[:12]}: {_count(own.file_count, 'file')} {source}"


def _tell_sides(summaries: Iterable[SideSummary]) -> Iterable[str]:
    yield "| | commit | commits | files | lines | tests |"
    yield "| --- | --- | ---: | ---: | ---: | ---: |"
    for own in summaries:
        lines = "" if own.added_count is None else f"+{own.added_count} −{own.removed_count}"
        tests = "" if own.test_count is None else f"{own.test_count:+d}"
        name = _code(own.side.name).replace("|", "\\|")
        yield f"| {name} | {own.side.oid[:12]} | {own.commit_count} | {own.file_count} | {lines} | {tests} |"


def _tell_tests(tests: Sequence[tuple[str, SideTests]]) -> Iterable[str]:
    if not tests:
        return
    rows = ["| | exit status | passed | failed | skipped |", "| --- | ---: | ---: | ---: | ---: |"]
    for name, own in tests:
        passed, skipped = own.count([CaseOutcome.PASSED]), own.count([CaseOutcome.SKIPPED])
        counts = (passed, len(own.cases) - passed - skipped, skipped) if own.cases else ("", "", "")
        status = "none" if own.exit_status is None else own.exit_status
        rows.append(f"| {_code(name).replace('|', chr(92) + '|')} | {status} | " + " | ".join(map(str, counts)) + " |")
    yield "## Tests"
    yield "\n".join(rows)


def _tell_judgement(judgement: Judgement | None) -> Iterable[str]:
    if judgement is None:
        return
    winner = judgement.find(judgement.winner)
    named = f"would merge {_code(winner.name)}" if winner else "would merge none of them"
    yield "## A blind judge"
    yield f"A model that did not know whose work it was {named}. {_escape(' '.join(judgement.summary.split()))}"
    findings = [
        f"- {_escape(_shorten(finding.severity))}: {_escape(_shorten(finding.title))}{_tell_place(finding)}"
        for finding in judgement.findings
    ]
    if findings:
        yield "\n".join(findings)


def _tell_place(finding: JudgedFinding) -> str:
    if not finding.path:
        return ""
    return f" ({_code(f'{finding.path}:{finding.line}' if finding.line else finding.path)})"


def _tell_evidence(comparison: Comparison, evidence: SpecEvidence) -> Iterable[str]:
    if not evidence.rows:
        return
    yield "## The points of the spec, and what speaks of them"
    lines = []
    for row in evidence.rows:
        lines.append(f"- **{row.criterion.number}.** {_escape(_shorten(row.criterion.text))}")
        for side, shown in zip(comparison.sides, row.sides, strict=True):
            places = ", ".join(dict.fromkeys(_code(own.path) if own.path else own.oid[:12] for own in shown))
            lines.append(f"  - {_code(side.name)}: {places or 'nothing found'}")
    yield "\n".join(lines)


def _tell_files(comparison: Comparison, matrix: FileMatrix) -> Iterable[str]:
    for row in matrix.rows:
        who = f" ({_code(comparison.sides[row.changed_by[0]].name)})" if row.relation is Relation.ONE else ""
        yield f"- {_code(row.path)}: {_RELATIONS[row.relation]}{who}"


def _count(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _code(text: str) -> str:
    """Write a name as code, whatever is in it: on one line, between more back ticks than it has."""
    flat = " ".join(text.encode("utf-8", "replace").decode().split())
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", flat)), default=0))
    return f"{ticks} {flat} {ticks}" if len(ticks) > 1 else f"`{flat}`"


def _shorten(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else words[:_LONGEST].rstrip() + "…"


def _escape(text: str) -> str:
    """Keep text from being read as HTML; what of Markdown is in it may stay."""
    return text.encode("utf-8", "replace").decode().replace("&", "&amp;").replace("<", "&lt;")
