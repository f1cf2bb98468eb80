"""Plans in phases, with findings that a reviewer inserted as phases of their own, and whether the others were kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tandemweb.analysis.blocks import Block, BlockKind, extract_blocks, plain
from tandemweb.analysis.confidence import find_confidence_pair
from tandemweb.analysis.leads import read_lead
from tandemweb.analysis.readings import OtherReading
from tandemweb.analysis.references import find_files
from tandemweb.analysis.severity import StatedSeverity, find_field_severity
from tandemweb.domain.finding import Mention
from tandemweb.domain.review import ReviewFinding

_PHASE = re.compile(r"\W*(?:phase|step|stage|milestone|task|part|iteration)s?\s+\d", re.IGNORECASE)
_INSERTED = re.compile(
    r"^\W*(?:(?:(?:phase|step|stage|milestone|task|part)\s+)?\d+(?:\.\d+)*[a-z]?\W*|"
    r"(?:phase|step|stage|milestone|task|part)\s\W*)?"
    r"(?P<reviewer>codex|claude|gemini|gpt[\w.-]*|reviewer|red[ -]team)(?:'s)?(?:\s+review)?\s+findings?\b\W*"
    r"(?P<title>.*)$",
    re.IGNORECASE,
)
_NAMES = {"codex": "Codex", "claude": "Claude", "gemini": "Gemini"}
_PROGRESS = re.compile(r"\[[ xX]\]|[✅☑✔❌⏳🚧]\ufe0f?")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class _Phase:
    """A heading with all blocks up to the next heading of its level or above."""

    heading: Block
    blocks: tuple[Block, ...]


def extract_plan(text: str, path: str) -> OtherReading:
    """Read a plan; each inserted phase is a finding of the reviewer it names."""
    blocks = extract_blocks(text).blocks
    title = next((block.text for block in blocks if block.kind is BlockKind.HEADING), "")
    findings = tuple(
        _finding(phase, match, path) for phase in _sections(blocks) if (match := _INSERTED.match(phase.heading.text))
    )
    return OtherReading(plain(title), findings, confidence=find_confidence_pair(text))


def find_rewritten_phases(before: str, after: str) -> tuple[str, ...]:
    """Headings of the original phases of ``before`` that ``after`` lacks or words otherwise (inserted ones left out).

    Other line breaks and ticked boxes are no rewording.
    """
    kept = set(_original_phases(after))
    return tuple(heading for heading, words in _original_phases(before) if (heading, words) not in kept)


def _original_phases(text: str) -> Iterator[tuple[str, str]]:
    for phase in _sections(extract_blocks(text).blocks):
        heading = phase.heading.text
        if _PHASE.match(heading) and not _INSERTED.match(heading):
            yield _normal(plain(heading)), _normal("\n".join(_own_words(phase)))


def _own_words(phase: _Phase) -> Iterator[str]:
    """Words of a phase without findings that were inserted below it."""
    inserted_level = 0
    for block in phase.blocks:
        if block.kind is BlockKind.HEADING:
            if inserted_level and block.level <= inserted_level:
                inserted_level = 0
            if _INSERTED.match(block.text):
                inserted_level = block.level
        if not inserted_level:
            yield block.text


def _sections(blocks: tuple[Block, ...]) -> Iterator[_Phase]:
    for place, block in enumerate(blocks):
        if block.kind is not BlockKind.HEADING:
            continue
        end = place + 1
        while end < len(blocks) and not (blocks[end].kind is BlockKind.HEADING and blocks[end].level <= block.level):
            end += 1
        yield _Phase(block, blocks[place + 1 : end])


def _normal(text: str) -> str:
    return _SPACE.sub(" ", _PROGRESS.sub(" ", text)).strip()


def _finding(phase: _Phase, match: re.Match[str], path: str) -> ReviewFinding:
    body = "\n\n".join(block.text for block in phase.blocks if block.kind is not BlockKind.CODE)
    severity = _find_severity(body)
    reviewer = match["reviewer"]
    return ReviewFinding(
        Mention(
            path=path,
            line=phase.heading.line,
            end_line=phase.blocks[-1].end_line if phase.blocks else phase.heading.end_line,
            title=plain(match["title"]).strip(),
            text=plain(body),
            severity=severity.severity if severity else None,
            severity_word=severity.word if severity else None,
            section=plain(phase.heading.text),
            file_references=tuple(place for place in find_files(body) if place.line_start is not None),
            reviewers=(_NAMES.get(reviewer.lower(), reviewer),),
        )
    )


def _find_severity(body: str) -> StatedSeverity | None:
    return find_field_severity(body) or read_lead(body.lstrip()).severity
