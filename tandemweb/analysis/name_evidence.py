"""Names as a reason: a review comes back to a point in a word or two, ``umlauts: real, but …``, ``trash, deferred``."""

import re
from collections.abc import Mapping, Sequence

from tandemweb.analysis.entries import Entry
from tandemweb.analysis.marks import normal_mark
from tandemweb.analysis.pairs import Pairs
from tandemweb.analysis.stems import count_stems

NAMED_SCORE = 0.6  # the name fits one item of the document under review, and no other
SEARCHED = 400  # characters of an item in which it may be called so
_OWN_MARK = re.compile(r"[\s*_`-]*(?:\[[ xX]\]\s*)?(?:([A-Z]{1,2}-?\d{1,2})[.:)]\s+)?")
_NAME = re.compile(r"[\s*_`\"“'-]*([^:,;(—–\n]{2,40}?)[*_`\"”']*\s*(?:[:,;(—–]|\.\s|-\s|\.?(?:\n|\Z))")
_GRADE = re.compile(r"\b(?:p[0-4]|high|medium|low|critical|major|minor)\b|\d{1,2}[.)]", re.IGNORECASE)


def follow_names(entries: Sequence[Entry], pairs: Pairs) -> None:
    for place, entry in enumerate(entries):
        if entry.role != "review" or entry.is_verdict:
            continue
        own = _OWN_MARK.match(entry.mention.text)
        mark = normal_mark(own[1]) if own and own[1] else ""
        if any(reference.opens and reference.mark != mark for reference in entry.references):
            continue
        name = _NAME.match(entry.mention.text, own.end() if own else 0)
        stems = count_stems(_GRADE.sub(" ", name[1])) if name else {}
        target = _find_called(stems, entry, entries) if stems else None
        if target is not None:
            pairs.add(place, target, "reference", NAMED_SCORE)


def _find_called(stems: Mapping[str, int], entry: Entry, entries: Sequence[Entry]) -> int | None:
    """Find the one item of the document under review that has all words of a name, in its title or else in its text."""
    reviewed = max(
        (one.document for one in entries if one.document < entry.document and _is_reviewed(one, entry)), default=None
    )
    items = [
        place
        for place, one in enumerate(entries)
        if one.document == reviewed and not one.is_verdict and not one.is_remark
    ]
    for said in (_title, _text):
        called = [place for place in items if stems.keys() <= count_stems(said(entries[place])).keys()]
        if called:
            return called[0] if len(called) == 1 else None
    return None


def _is_reviewed(one: Entry, review: Entry) -> bool:
    return one.role == "merged" and one.author != review.author


def _title(entry: Entry) -> str:
    return entry.mention.title


def _text(entry: Entry) -> str:
    return entry.mention.text[:SEARCHED]
