"""Results of codex reviews: JSON with a verdict, a summary and findings, cut off or not."""

import re

from tandemweb.archive.outlines import REVIEW_WORDS, path_words
from tandemweb.domain.mission import DocumentKind

NAME = "codex review"
EXTRA_WORDS = frozenset(("result", "results", "rescue", "output", "outputs", "report", "reports"))
LOOK_LIMIT = 64 * 1024  # characters

# Keys, not a parse: a result that was cut off while it was written is a result all the same.
_VERDICT = re.compile(r'"verdict"\s*:\s*"([^"\n]{1,60})"')
_OTHER_KEY = re.compile(r'"(findings|next_steps)"\s*:\s*\[|"(summary)"\s*:\s*"')
_KNOWN_VERDICTS = frozenset(("approve", "needs-attention"))


def could_hold(path: str) -> bool:
    return path.lower().endswith(".json") and not path_words(path).isdisjoint(REVIEW_WORDS | EXTRA_WORDS)


def recognise(path: str, text: str) -> DocumentKind | None:
    if not path.lower().endswith(".json"):
        return None
    beginning = text[:LOOK_LIMIT]
    verdict = _VERDICT.search(beginning)
    keys = {match[1] or match[2] for match in _OTHER_KEY.finditer(beginning)}
    if not beginning.lstrip().startswith("{") or verdict is None or not keys:
        return None
    if verdict[1] in _KNOWN_VERDICTS or {"findings", "summary"} <= keys:
        return DocumentKind.CODEX_REVIEW
    return None
