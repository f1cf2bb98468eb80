"""Going through the sections of a document, with what its own heading or one above it says of each."""

from collections.abc import Iterator
from functools import lru_cache

from tandemweb.analysis.headings import RAISING
from tandemweb.analysis.outline import Section
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.severity import StatedSeverity

Place = tuple[Section, Topic, StatedSeverity | None]


@lru_cache(maxsize=1)  # each rule goes through the same document
def walk(root: Section) -> tuple[Place, ...]:
    """Give all sections with the topic and severity that hold there, their own or inherited."""
    return tuple(_walk(root))


def _walk(root: Section) -> Iterator[Place]:
    stack: list[Place] = [(root, Topic.UNKNOWN, None)]
    while stack:
        section, topic, severity = stack.pop()
        yield section, topic, severity
        stack += [(child, *_inherit(child, topic, severity)) for child in reversed(section.sections)]


def _inherit(section: Section, topic: Topic, severity: StatedSeverity | None) -> tuple[Topic, StatedSeverity | None]:
    if section.is_title and section.topic not in {Topic.FINDINGS, Topic.RISKS}:
        return Topic.UNKNOWN, None
    if section.topic is Topic.SEVERITY:
        return (topic if topic in RAISING or topic is Topic.PRAISE else Topic.FINDINGS), section.severity
    if section.topic is Topic.UNKNOWN:
        return topic, section.severity or (severity if topic in RAISING else None)
    keeps = topic in {Topic.REJECTED, Topic.PREVIOUS} and section.topic in {Topic.FINDINGS, Topic.RISKS}
    return (topic if keeps else section.topic), section.severity
