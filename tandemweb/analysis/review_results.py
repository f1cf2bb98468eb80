"""Results of a codex review as JSON: a verdict and findings with file range and confidence, cut off or not."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tandemweb.analysis.readings import OtherReading
from tandemweb.analysis.severity import get_severity
from tandemweb.domain.finding import FileReference, Mention
from tandemweb.domain.problem import Problem
from tandemweb.domain.review import ReviewFinding

REVIEWER = "Codex"
LINE_LIMIT = 10_000_000  # a larger line number is a mistake
_FINDINGS = re.compile(r'"findings"\s*:\s*\[')
_VERDICT = re.compile(r'"verdict"\s*:\s*"((?:[^"\\]|\\.){1,200})"')
_REVIEWER_KEY = re.compile(r'"reviewer"\s*:\s*"([^"\\\n]{1,60})"')  # not codex's own: who else it was says so
_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder(parse_constant=lambda _: None)


@dataclass(frozen=True, slots=True)
class _Found:
    """A complete object of the findings array, by its first and last line."""

    values: dict[str, Any]
    line: int
    end_line: int


def extract_review_results(text: str, path: str) -> OtherReading:
    """Read the findings that are complete; whatever is broken, cut off or odd becomes a problem."""
    found: list[_Found] = []
    problems = list(_scan(text, path, found))
    named = _REVIEWER_KEY.search(text)
    reviewer = named[1] if named else REVIEWER
    findings = tuple(ReviewFinding(_mention(one, path, reviewer)) for one in found)
    problems += [problem for one in found for problem in _list_oddities(one, path)]
    verdict = _VERDICT.search(text)
    return OtherReading(
        title="",
        findings=findings,
        reviewers=(reviewer,),
        verdict=verdict[1] if verdict else None,
        problems=tuple(problems),
    )


def _scan(text: str, path: str, found: list[_Found]) -> Iterator[Problem]:
    """Collect the objects of the findings array one by one, as far as they are whole."""
    start = _FINDINGS.search(text)
    position = start.end() if start else len(text)
    line = text.count("\n", 0, position) + 1
    while start:
        begin = _skip_gap(text, position)
        line += text.count("\n", position, begin)
        values, end = _decode_object(text, begin)
        if values is None:
            break
        found.append(_Found(values, line, line + text.count("\n", begin, end)))
        position, line = end, found[-1].end_line
    reason, where = _find_flaw(text)
    if reason:
        kept = f" The {len(found)} findings before that are shown." if found else ""
        yield Problem(path, where, "review-unreadable", f"{reason}{kept}")


def _skip_gap(text: str, position: int) -> int:
    gap = _BETWEEN.match(text, position)
    return gap.end() if gap else position


def _decode_object(text: str, begin: int) -> tuple[dict[str, Any] | None, int]:
    """Decode the object that begins at a position; None where there is none that is whole."""
    if text[begin : begin + 1] != "{":
        return None, begin
    try:
        return _DECODER.raw_decode(text, begin)
    except (ValueError, RecursionError):
        return None, begin


def _find_flaw(text: str) -> tuple[str, int | None]:
    """Say why a text is no review result, and the line where it breaks; empty for a whole one."""
    try:
        is_object = isinstance(_DECODER.decode(text), dict)
    except json.JSONDecodeError as error:
        return f"It is not valid JSON: {error.msg} in line {error.lineno}.", error.lineno
    except RecursionError:
        return "It is nested too deeply.", None
    except ValueError:  # a number of thousands of digits
        return "It holds a number that is too long.", None
    return ("", None) if is_object else ("It holds no JSON object.", None)


def _mention(found: _Found, path: str, reviewer: str) -> Mention:
    values = found.values
    word = _text(values, "severity") or None
    recommendation = _text(values, "recommendation")
    return Mention(
        path=path,
        line=found.line,
        end_line=found.end_line,
        title=_text(values, "title"),
        text="\n\n".join(filter(None, (_text(values, "body"), recommendation))),
        severity=get_severity(word) if word else None,
        severity_word=word,
        file_references=_file_references(values),
        confidence=_confidence(values),
        reviewers=(reviewer,),
    )


def _file_references(values: dict[str, Any]) -> tuple[FileReference, ...]:
    path = _text(values, "file")
    if not path:
        return ()
    start = _line_number(values.get("line_start"))
    end = _line_number(values.get("line_end"))
    return (FileReference(path, start, max(start, end or start) if start else None),)


def _confidence(values: dict[str, Any]) -> float | None:
    value = values.get("confidence")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        return None
    return float(value)


def _list_oddities(found: _Found, path: str) -> Iterator[Problem]:
    values = found.values
    if not _text(values, "title"):
        yield Problem(path, found.line, "review-finding-untitled", "This finding has no title.")
    word = _text(values, "severity")
    if word and get_severity(word) is None:
        yield Problem(path, found.line, "review-severity-unknown", f"The severity {word!r} is none that is known.")
    if values.get("confidence") is not None and _confidence(values) is None:
        message = f"The confidence {str(values['confidence'])[:40]!r} is no number between 0 and 1."
        yield Problem(path, found.line, "review-confidence-odd", message)


def _line_number(value: Any) -> int | None:
    is_line = isinstance(value, int) and not isinstance(value, bool) and 0 < value < LINE_LIMIT
    return value if is_line else None


def _text(values: dict[str, Any], key: str) -> str:
    value = values.get(key)
    return value.strip() if isinstance(value, str) else ""
