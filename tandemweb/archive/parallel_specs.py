"""SPEC.md: the one spec that parallel implementations (``impl/claude``, ``impl/codex``) are made from."""

import re

from tandemweb.archive.outlines import extract_outline, is_markdown, stem_words
from tandemweb.domain.mission import DocumentKind

NAME = "spec of parallel implementations"

_CRITERIA = re.compile(r"(?:\d+[.)] )?(?:acceptance criteria|acceptance|criteria|requirements)\b.{0,40}")
_NUMBERED_ITEM = re.compile(r" {0,3}\d{1,3}[.)] +\S")


def could_hold(path: str) -> bool:
    return is_markdown(path) and stem_words(path) == ("spec",)


def recognise(path: str, text: str) -> DocumentKind | None:
    """Find a spec whose points are numbered, so that implementations can be held against them one by one."""
    if not could_hold(path):
        return None
    outline = extract_outline(text)
    has_criteria = any(_CRITERIA.fullmatch(heading) for heading in outline.headings)
    item_count = sum(_NUMBERED_ITEM.match(line) is not None for line in outline.lines)
    return DocumentKind.PARALLEL_SPEC if item_count >= (2 if has_criteria else 3) else None
