"""Places in what a side changed that speak of a point of the spec: what leads there, and never whether it is met. Pure.

A place speaks of a point by its number, by a name that the point quotes, or by telling words that it shares with it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from tandemweb.analysis.testing import find_test_name, is_test_file
from tandemweb.domain.commit import Commit
from tandemweb.domain.comparison import CriterionEvidence, EvidenceKind
from tandemweb.domain.finding import Criterion
from tandemweb.domain.telling_words import extract_stems

MOST = 5  # pieces of evidence of one kind
LEAST_SHARED, LEAST_SHARE = 2, 0.5  # telling words of a commit's subject or a test's name that a point has too
LONGEST_QUOTE = 200

_QUOTED = re.compile(r"`(\S(?:[^`\n]{1,78}\S))`")
_PLAIN = re.compile(r"[a-z]{1,5}")  # a common word says nothing, quoted or not
_NUMBERED = (
    r"\b(?:criteri(?:on|a)|ac|points?|items?|spec|requirements?|req|rules?)[\s_#.:§-]{0,3}(?:\d+\s*(?:,|and|&|-)\s*)*"
)
_SPLIT_NAME = re.compile(r"_+")


@dataclass(frozen=True, slots=True)
class SideChanges:
    """What a side did: its commits, and the lines that it added by path, with their numbers."""

    commits: Sequence[Commit]
    added: Mapping[str, Sequence[tuple[int, str]]]


@dataclass(frozen=True, slots=True)
class NamedFinding:
    """A finding of a review: where it stands, the points it names, and the files."""

    path: str
    line: int
    quote: str
    criteria: frozenset[int]
    files: frozenset[str] = frozenset()


def find_evidence(
    point: Criterion, changes: SideChanges, findings: Iterable[NamedFinding] = ()
) -> tuple[CriterionEvidence, ...]:
    """Find what of one side speaks of a point: commits, files, tests and findings, at most a few of each."""
    numbered = re.compile(rf"{_NUMBERED}0*{point.number}\b(?!\.\d)", re.IGNORECASE)
    quoted = tuple(name for name in dict.fromkeys(_QUOTED.findall(point.text)) if not _PLAIN.fullmatch(name))
    stems = extract_stems(point.text)
    return (
        *islice(_find_commits(changes.commits, numbered, quoted, stems), MOST),
        *_choose(_find_lines(changes.added, numbered, quoted, stems)),
        *islice(_find_findings(findings, point.number, changes.added.keys()), MOST),
    )


def _find_commits(
    commits: Iterable[Commit], numbered: re.Pattern[str], quoted: Sequence[str], stems: frozenset[str]
) -> Iterator[CriterionEvidence]:
    for commit in commits:
        reason = _say_reason(f"{commit.subject}\n{commit.body}", numbered, quoted) or _say_shared(commit.subject, stems)
        if reason:
            yield CriterionEvidence(EvidenceKind.COMMIT, commit.subject[:LONGEST_QUOTE], reason, oid=commit.oid)


def _find_lines(
    added: Mapping[str, Sequence[tuple[int, str]]],
    numbered: re.Pattern[str],
    quoted: Sequence[str],
    stems: frozenset[str],
) -> Iterator[CriterionEvidence]:
    """Yield one line at most of each file, and each test whose name tells."""
    for path, lines in added.items():
        kind = EvidenceKind.TEST if is_test_file(path) else EvidenceKind.FILE
        if path in quoted:
            yield CriterionEvidence(kind, path, "the point names this file", path)
            continue
        is_found = False
        for number, text in lines:
            name = find_test_name(path, text) if kind is EvidenceKind.TEST else None
            reason = "" if is_found else _say_reason(text, numbered, quoted)
            is_found = is_found or bool(reason)
            reason = reason or (_say_shared(_SPLIT_NAME.sub(" ", name), stems) if name else "")
            if reason:
                yield CriterionEvidence(kind, text.strip()[:LONGEST_QUOTE], reason, path, number)


def _choose(found: Iterable[CriterionEvidence]) -> Iterator[CriterionEvidence]:
    counts = dict.fromkeys(EvidenceKind, 0)
    for evidence in found:
        counts[evidence.kind] += 1
        if counts[evidence.kind] <= MOST:
            yield evidence


def _find_findings(
    findings: Iterable[NamedFinding], number: int, changed: Iterable[str]
) -> Iterator[CriterionEvidence]:
    own = frozenset(changed)
    for finding in findings:
        if number in finding.criteria and (not finding.files or finding.files & own):
            reason = "a review names the point" + (" and a file of this side" if finding.files else "")
            quote = finding.quote[:LONGEST_QUOTE]
            yield CriterionEvidence(EvidenceKind.FINDING, quote, reason, finding.path, finding.line)


def _say_reason(text: str, numbered: re.Pattern[str], quoted: Sequence[str]) -> str:
    if numbered.search(text):
        return "names the point by its number"
    named = next((name for name in quoted if name in text and _stands_alone(name, text)), None)
    return f"has {named}" if named else ""


def _stands_alone(name: str, text: str) -> bool:
    """Whether a name is no part of a longer word."""
    return re.search(rf"(?<![\w-]){re.escape(name)}(?!\w)", text) is not None


def _say_shared(text: str, stems: frozenset[str]) -> str:
    own = extract_stems(text)
    shared = own & stems
    if len(shared) < LEAST_SHARED or len(shared) < LEAST_SHARE * len(own):
        return ""
    return f"shares its words: {', '.join(sorted(shared))}"
