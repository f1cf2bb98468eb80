"""Reviews in Markdown by a fresh model: of a plan, or (red team) of the code."""

import re
from collections.abc import Iterator
from dataclasses import replace

from tandemweb.analysis.blocks import BlockKind, extract_blocks, plain
from tandemweb.analysis.confidence import find_confidence_pair
from tandemweb.analysis.documents import extract_document
from tandemweb.analysis.items import Place, to_mentions
from tandemweb.analysis.outline import outline
from tandemweb.analysis.readings import OtherReading
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.severity import WORD, get_severity
from tandemweb.analysis.walking import walk
from tandemweb.domain.finding import Mention
from tandemweb.domain.mission import Role, Stage
from tandemweb.domain.review import ReviewFinding

_TRAILING = re.compile(rf"\s*[\[(]({WORD})(?:\s+(?:severity|priority))?[\])][.:]?$", re.IGNORECASE)
_RATING = re.compile(rf"[\[(]({WORD})(?:\s+(?:severity|priority))?[\])]", re.IGNORECASE)
_ORDINAL = re.compile(r"^\d{1,2}[.)]\s+")
RATED_WITHIN = 200  # characters of an item within which a word in brackets rates it
_VERDICT = re.compile(
    r"^[^\w\n]*(?:overall |final )?(?:verdict|outcome|conclusion|decision)\b[\s*_]*[:—–-][\s*_]*([^\n*.;]{1,120})",
    re.IGNORECASE | re.MULTILINE,
)


def extract_review(text: str, path: str) -> OtherReading:
    """Read the findings of a review, in document order, with severity words as written."""
    mentions = list_findings(text, path)
    return OtherReading(
        title=find_title(text),
        findings=tuple(ReviewFinding(mention) for mention in mentions),
        verdict=find_verdict(text),
        confidence=find_confidence_pair(text),
        problems=extract_document(text, path=path, author=None, role=None, stage=None).problems,
    )


def find_title(text: str) -> str:
    """Give the first heading; empty where there is none."""
    return next((plain(block.text) for block in extract_blocks(text).blocks if block.kind is BlockKind.HEADING), "")


def find_verdict(text: str) -> str | None:
    match = _VERDICT.search(text)
    return match[1].strip() if match else None


def list_findings(text: str, path: str) -> tuple[Mention, ...]:
    """List what an independent evaluation would tell, and rated items under headings that announce nothing."""
    reading = extract_document(text, path=path, author=None, role=Role.INDEPENDENT, stage=Stage.EVALUATION)
    known = {mention.line for mention in reading.mentions}
    rated = (mention for mention in _list_rated(text, path) if mention.line not in known)
    return tuple(sorted(map(_tidy, (*reading.mentions, *rated)), key=lambda mention: mention.line))


def _list_rated(text: str, path: str) -> Iterator[Mention]:
    for section, topic, severity in walk(outline(extract_blocks(text).blocks)):
        if topic is not Topic.UNKNOWN:
            continue
        for item in section.items:
            for mention in to_mentions(item, Place(path, section.title, topic, severity, is_review=False)):
                if item.lead.severity is not None or _TRAILING.search(mention.title):
                    yield mention


def _tidy(mention: Mention) -> Mention:
    """Take the severity off the title's end; a file that is only named is no place."""
    rating = _TRAILING.search(mention.title) or _RATING.search(mention.text, 0, RATED_WITHIN)
    word = mention.severity_word or (rating[1] if rating else None)
    return replace(
        mention,
        title=_ORDINAL.sub("", _TRAILING.sub("", mention.title)),
        severity=mention.severity or (get_severity(word) if word else None),
        severity_word=word,
        file_references=tuple(place for place in mention.file_references if place.line_start is not None),
    )
