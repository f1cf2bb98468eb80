"""Names as a reason: a review comes back to a point in a word or two, ``umlauts: real, but …``, ``trash, deferred``."""

import re
from collections.abc import Sequence

from tandemweb.analysis.entries import Entry
from tandemweb.analysis.marks import normal_mark
from tandemweb.analysis.pairs import Pairs
from tandemweb.analysis.stems import count_stems

NAMED_SCORE = 0.6  # the name fits one item of the document under review, and no other
MOST_NAMED = 300  # items of one document: among more a word or two names none
SEARCHED = 400  # characters of an item in which it may be called so
_OWN_MARK = re.compile(r"[\s*_`-]*(?:\[[ xX]\]\s*)?(?:([A-Z]{1,2}-?\d{1,2})[.:)]\s+)?")
_NAME = re.compile(r"[\s*_`\"“'-]*([^:,;(—–\n]{2,40}?)[*_`\"”']*\s*(?:[:,;(—–]|\.\s|-\s|\.?(?:\n|\Z))")
_GRADE = re.compile(r"\b(?:p[0-4]|high|medium|low|critical|major|minor)\b|\d{1,2}[.)]", re.IGNORECASE)

Called = tuple[int, frozenset[str], frozenset[str]]  # an item: its place, the words of its title and of its text


def follow_names(entries: Sequence[Entry], pairs: Pairs) -> None:
    named = [(place, stems) for place, entry in enumerate(entries) if (stems := _read_name(entry))]
    called: dict[int, list[Called]] = {}
    for place, stems in named[:MOST_NAMED]:
        reviewed = _find_reviewed(entries[place], entries)
        if reviewed not in called:
            called[reviewed] = _list_called(reviewed, entries)
        target = find_called(stems, called[reviewed])
        if target is not None:
            pairs.add(place, target, "reference", NAMED_SCORE)


def _read_name(entry: Entry) -> frozenset[str]:
    """Read the words by which an item of a review names a point; none where it names one by a mark."""
    if entry.role != "review" or entry.is_verdict:
        return frozenset()
    own = _OWN_MARK.match(entry.mention.text)
    mark = normal_mark(own[1]) if own and own[1] else ""
    if any(reference.opens and reference.mark != mark for reference in entry.references):
        return frozenset()
    name = _NAME.match(entry.mention.text, own.end() if own else 0)
    return frozenset(count_stems(_GRADE.sub(" ", name[1]))) if name else frozenset()


def _find_reviewed(review: Entry, entries: Sequence[Entry]) -> int:
    """Find the number of the document under review; -1 where there is none."""
    documents = {one.document for one in entries if one.role == "merged" and one.author != review.author}
    return max((document for document in documents if document < review.document), default=-1)


def _list_called(document: int, entries: Sequence[Entry]) -> list[Called]:
    """Items of a document with the words of their titles and of their texts."""
    items = [
        (place, frozenset(count_stems(one.mention.title)), frozenset(count_stems(one.mention.text[:SEARCHED])))
        for place, one in enumerate(entries)
        if one.document == document and not one.is_verdict and not one.is_remark
    ]
    return items if len(items) <= MOST_NAMED else []


def find_called(stems: frozenset[str], items: Sequence[Called]) -> int | None:
    """Find the one item that has all words of a name, in its title or else in its text."""
    for called in (
        [place for place, title, _ in items if stems <= title],
        [place for place, _, text in items if stems <= text],
    ):
        if called:
            return called[0] if len(called) == 1 else None
    return None
