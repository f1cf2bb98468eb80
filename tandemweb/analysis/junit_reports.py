"""Test results in the XML that JUnit began and most tools write: ``testsuite`` with ``testcase`` in it.

What wrote the file is not trusted: a document type is refused, and with it every entity; nothing is fetched; depth,
count and lengths have limits. Whatever else is in the file is skipped.
"""

import math
import xml.parsers.expat as expat  # noqa: PLR0402 no document type comes through, see _refuse
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tandemweb.domain.case_results import CaseOutcome, CaseResult

LARGEST = 16 * 1024 * 1024  # bytes of one file
MOST_CASES = 20_000
DEEPEST = 64
LONGEST_NAME, LONGEST_TEXT, MOST_TEXT = 500, 4_000, 4_000_000  # characters
_OUTCOMES = {"failure": CaseOutcome.FAILED, "error": CaseOutcome.ERROR, "skipped": CaseOutcome.SKIPPED}
_WORST = (CaseOutcome.FAILED, CaseOutcome.ERROR, CaseOutcome.PASSED, CaseOutcome.SKIPPED)


class UnreadableReportError(ValueError):
    """The file is no such report, or one that is refused; the text says why."""


@dataclass(frozen=True, slots=True)
class JunitReport:
    cases: tuple[CaseResult, ...]
    is_truncated: bool = False


def extract_junit_report(content: bytes) -> JunitReport:
    """Read the cases, in order. Raises UnreadableReportError."""
    if len(content) > LARGEST:
        raise UnreadableReportError(f"it has more than {LARGEST >> 20} MiB")
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.add
    parser.buffer_text = True
    try:
        parser.Parse(content, True)  # noqa: FBT003 in one piece: many small ones of a long token take for ever
    except expat.ExpatError as error:
        raise UnreadableReportError(f"it is no whole XML: {error}") from error
    except (ValueError, LookupError) as error:  # an encoding that is none
        if isinstance(error, UnreadableReportError):
            raise
        raise UnreadableReportError(f"it cannot be read: {error}") from error
    if not reader.is_report:
        raise UnreadableReportError("it holds no testsuite")
    return JunitReport(tuple(reader.cases), reader.is_truncated)


def merge_cases(cases: list[CaseResult]) -> tuple[CaseResult, ...]:
    """Give each name once: of several results under one name the worst counts."""
    found: dict[str, CaseResult] = {}
    for case in cases:
        known = found.get(case.name)
        if known is None or _WORST.index(case.outcome) < _WORST.index(known.outcome):
            found[case.name] = case
    return tuple(found.values())


def _refuse(*_: object) -> None:
    raise UnreadableReportError("it has a document type, which could hold entities; that is refused")


@dataclass(slots=True)
class _Reader:
    """Collects cases while the parser goes through the file."""

    cases: list[CaseResult] = field(default_factory=list)
    is_report: bool = False
    is_truncated: bool = False
    depth: int = 0
    case: CaseResult | None = None
    inside: str = ""  # the element of a case whose text is taken
    text: list[str] = field(default_factory=list)
    length: int = 0
    kept: int = 0  # characters of all texts

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise UnreadableReportError(f"its elements stand more than {DEEPEST} deep in each other")
        local = name.rpartition(" ")[2]
        if local in {"testsuite", "testsuites"}:
            self.is_report = True
        elif local == "testcase" and self.is_report:
            self.case = CaseResult(_compose_name(attributes), CaseOutcome.PASSED, _read_seconds(attributes))
        elif local in _OUTCOMES and self.case is not None and not self.inside:
            self.inside, self.text, self.length = local, [], 0
            self.add(attributes.get("message", "") + "\n" if attributes.get("message") else "")

    def add(self, text: str) -> None:
        if self.inside and self.length < LONGEST_TEXT and self.kept < MOST_TEXT:
            piece = text[: LONGEST_TEXT - self.length]
            self.text.append(piece)
            self.length += len(piece)

    def end(self, name: str) -> None:
        self.depth -= 1
        local = name.rpartition(" ")[2]
        if self.case is None:
            return
        if self.inside and local == self.inside:
            self._take_outcome()
        elif local == "testcase":
            if len(self.cases) < MOST_CASES:
                self.cases.append(self.case)
            else:
                self.is_truncated = True
            self.case = None

    def _take_outcome(self) -> None:
        case, outcome = self.case, _OUTCOMES[self.inside]
        assert case is not None  # noqa: S101 the caller has looked
        if _WORST.index(outcome) < _WORST.index(case.outcome) or case.outcome is CaseOutcome.PASSED:
            text = "".join(self.text).strip()
            self.kept += len(text)
            self.case = replace(case, outcome=outcome, text=text)
        self.inside = ""


def _compose_name(attributes: Mapping[str, str]) -> str:
    group = attributes.get("classname") or attributes.get("file") or ""
    name = attributes.get("name") or "(no name)"
    return f"{group}::{name}"[:LONGEST_NAME] if group else name[:LONGEST_NAME]


def _read_seconds(attributes: Mapping[str, str]) -> float | None:
    try:
        seconds = float(attributes.get("time", "").replace(",", ""))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
