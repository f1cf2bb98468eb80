"""Whether a final document is the copy of the last document that Claude wrote in its exchange, as it should be."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import zip_longest

from tandemweb.archive.missions import MissionFile, MissionFolder
from tandemweb.domain.mission import Author, DocumentKind, Role, Stage
from tandemweb.domain.problem import Problem

# Editorial changes to a spec are allowed: as long as this share of its lines stayed, it counts as a copy.
EDITORIAL_SHARE = 0.8


def check_copies(mission: MissionFolder, texts: Mapping[str, str]) -> Iterator[Problem]:
    """Problems for finals (rounds and spec) that differ from their last merged document, with the first such line."""
    sources = _find_sources(mission)
    for final in mission.documents:
        source = sources.get((final.place.stage, final.place.round))
        if final.place.role is not Role.FINAL or source is None:
            continue
        text, source_text = texts.get(final.path), texts.get(source.path)
        if not text or not source_text:
            continue
        line = find_first_difference(text, source_text)
        is_edited = final.place.kind is DocumentKind.SPEC and _find_shared(text, source_text) >= EDITORIAL_SHARE
        if line is not None and not is_edited:
            yield _describe(final, source, mission, line)


def find_first_difference(left: str, right: str) -> int | None:
    """Find the 1-based line where two texts first differ, spaces at line ends and empty lines at the end aside."""
    lines = zip_longest(left.rstrip().split("\n"), right.rstrip().split("\n"))
    for number, (one, other) in enumerate(lines, start=1):
        if one is None or other is None or one.rstrip() != other.rstrip():
            return number
    return None


def _find_shared(left: str, right: str) -> float:
    """Find the share (0..1) of non-empty lines that two texts have in common."""
    one, other = (Counter(line.strip() for line in text.split("\n") if line.strip()) for text in (left, right))
    return (one & other).total() / max(one.total(), other.total(), 1)


def _find_sources(mission: MissionFolder) -> dict[tuple[Stage | None, int | None], MissionFile]:
    """Find the last Claude-NN.md of each exchange."""
    discussion = (
        document
        for document in mission.documents
        if document.place.kind is DocumentKind.DISCUSSION and document.place.author is Author.CLAUDE
    )
    ordered = sorted(discussion, key=lambda document: document.place.step or 0)
    return {(document.place.stage, document.place.round): document for document in ordered}


def _describe(final: MissionFile, source: MissionFile, mission: MissionFolder, line: int) -> Problem:
    inner = source.path[len(mission.path) + 1 :]
    if final.place.kind is DocumentKind.SPEC:
        message = f"The spec is no copy of {inner}, beyond editorial changes: it first differs in line {line}."
        return Problem(final.path, line, "spec-not-copy", message)
    message = f"The final evaluation is not the copy of {inner} that it should be: it first differs in line {line}."
    return Problem(final.path, line, "final-not-copy", message)
