"""Consensus reviews: what two or more reviewers confirmed, and what they dismissed."""

import re

from tandemweb.archive.outlines import REVIEW_WORDS, extract_outline, is_markdown, path_words
from tandemweb.domain.mission import DocumentKind

NAME = "consensus review"

_CONFIRMED = re.compile(r"(?:\d+[.)] )?confirmed\b(?: (?:issues?|findings?|problems?))?.{0,40}")
_OTHER_PART = re.compile(
    r"(?:\d+[.)] )?(?:dismissed|rejected|integration)\b(?: (?:issues?|findings?|problems?))?.{0,40}"
)


def could_hold(path: str) -> bool:
    return is_markdown(path) and not path_words(path).isdisjoint(REVIEW_WORDS)


def recognise(path: str, text: str) -> DocumentKind | None:
    if not is_markdown(path):
        return None
    headings = extract_outline(text).headings
    has_confirmed = any(_CONFIRMED.fullmatch(heading) for heading in headings)
    has_other = any(_OTHER_PART.fullmatch(heading) for heading in headings)
    return DocumentKind.CONSENSUS if has_confirmed and has_other else None
