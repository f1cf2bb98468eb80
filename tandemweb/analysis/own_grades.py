"""Grades that a project declares for itself, ``S1 is High``, ``Annoying (Medium)``, and mentions that bear them.

A project's ``Evaluator.md`` may say by which words its reviewers rate and what these mean. A mention that has no
severity otherwise has the one of such a word where it is graded by it: at its beginning, in brackets, in a cell, in a
field, in the heading above it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from tandemweb.analysis.documents import DocumentReading
from tandemweb.analysis.severity import get_severity
from tandemweb.analysis.wording import words_in
from tandemweb.domain.finding import Mention, Severity

SEARCHED = 20_000  # characters of a project's context in which grades are looked for
MOST_GRADES = 12
FEWEST_LEVELS = 2  # that what is declared tells apart; less is no scale but a remark
RATED_WITHIN = 300  # characters of an item in which its grade stands
_LEVEL = r"(critical|high|medium|low)"
_QUOTED = r"[*_`\"“”']{0,3}"
_GRADE = rf"{_QUOTED}([A-Z][\w-]{{1,20}}(?: [a-z][\w-]{{1,12}}){{0,2}}|[A-Z]{{1,3}}-?\d){_QUOTED}"
_DECLARED = re.compile(
    rf"(?:^|[\s|(:,;-]){_GRADE}\s*"
    rf"(?:\((?i:{_LEVEL})\)|(?:=|→|->|:|—|–|\||(?i:is|means|counts as|stands for))\s*{_QUOTED}(?i:{_LEVEL})\b(?!\w))",
    re.MULTILINE,
)
_TWO = re.compile(
    rf"(?:^|[\s|(:,;-]){_GRADE}\s*(?:,|and|&|/)\s*{_GRADE}\s+(?i:are|mean|count as)\s+{_QUOTED}(?i:{_LEVEL})\b",
    re.MULTILINE,
)
_NO_GRADE = words_in("severity priority it this that pass fail blocked effort codex claude")


def read_grades(text: str) -> Mapping[str, Severity]:
    """Read which words a project rates by and what each counts as, the words in lower case; known ones are left out."""
    declared: dict[str, Severity] = {}
    for word, level in _list_declared(text[:SEARCHED]):
        severity = get_severity(level)
        if severity and word.lower() not in _NO_GRADE:
            declared.setdefault(word.lower(), severity)
    is_scale = len(declared) <= MOST_GRADES and len(set(declared.values())) >= FEWEST_LEVELS
    return {word: severity for word, severity in declared.items() if get_severity(word) is None} if is_scale else {}


def _list_declared(text: str) -> Iterator[tuple[str, str]]:
    for match in _TWO.finditer(text):
        yield match[1], match[3]
        yield match[2], match[3]
    for match in _DECLARED.finditer(text):
        yield match[1], match[2] or match[3]


def apply_grades(reading: DocumentReading, grades: Mapping[str, Severity]) -> DocumentReading:
    """Give the mentions without a severity that of the project's own grade that they bear."""
    if not grades:
        return reading
    words = "|".join(re.escape(word) for word in sorted(grades, key=len, reverse=True))
    borne = re.compile(
        rf"\A[\W_]{{0,4}}({words})(?=[\])*_`]*\s*(?:[:—–|.,)\]]|-\s|\Z))|[\[(]({words})[\])]|\|\s*({words})\s*(?:\||\Z)"
        rf"|\b(?:severity|priority|grade|rating)[\s*_]*[:=|][\s*_]*({words})\b",
        re.IGNORECASE,
    )
    headed = re.compile(
        rf"[\W\d_]*({words})\b(?:\s+(?:findings|issues|points|disagreements|items))?[\W\d_]*", re.IGNORECASE
    )
    problems = reading.problems
    mentions = tuple(_grade(mention, grades, borne, headed) for mention in reading.mentions)
    understood = {one.line for one, was in zip(mentions, reading.mentions, strict=True) if one is not was}
    return replace(
        reading,
        mentions=mentions,
        candidates=tuple(_grade(mention, grades, borne, headed) for mention in reading.candidates),
        problems=tuple(one for one in problems if one.code != "severity-unknown" or one.line not in understood),
    )


def _grade(
    mention: Mention, grades: Mapping[str, Severity], borne: re.Pattern[str], headed: re.Pattern[str]
) -> Mention:
    if mention.severity is not None:
        return mention
    label = mention.label if mention.label and mention.label.lower() in grades else None
    match = borne.search(mention.text[:RATED_WITHIN]) if label is None else None
    above = headed.fullmatch(mention.section) if label is None and match is None else None
    word = label or (next(filter(None, match.groups())) if match else above[1] if above else None)
    if word is None:
        return mention
    return replace(mention, severity=grades[word.lower()], severity_word=word, label=None if label else mention.label)
