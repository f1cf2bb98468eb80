"""Names as a reason: a review comes back to a point in a word or two, ``umlauts: real, but …``, ``trash, deferred``.

So does a merged document under a heading that names the report that it answers.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tandemweb.analysis.entries import UNREAD_ROLES, Entry
from tandemweb.analysis.marks import MODELS, normal_mark, other_model
from tandemweb.analysis.pairs import Pairs
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.stems import count_stems

SAME_NAME_SCORE = 0.85
NAMED_SCORE = 0.6  # the name fits one item of the document under review, and no other
MOST_NAMED = 300  # items of one document: among more a word or two names none
SEARCHED = 400  # characters of an item in which it may be called so
_OWN_MARK = re.compile(r"[\s*_-]*(?:\[[ xX]\]\s*)?(?:([A-Z]{1,2}-?\d{1,2})[.:)]\s+)?")
_LEFT_OPEN = frozenset((Topic.OUT_OF_SCOPE, Topic.DEFERRED))
_PLAIN = r"[^`:,;(—–|\n]"
_CODE = r"`[^`\n]{1,40}`"
_NAME = re.compile(
    rf"[\s*_\"“'-]*((?:{_CODE}|{_PLAIN}{{2}})(?:{_CODE}|{_PLAIN}){{0,38}}?)[*_`\"”']*\s*(?:[:,;(—–|]|\.\s|-\s|\.?(?:\n|\Z))"
)
_CAUSE = re.compile(  # "FAIL: seeds of zero", "FAIL (inverted sign, above)"
    r"\bFAIL(?:ED|S)?\b[*_\s]*(?:[|:,—–-]\s*([^|\n.;]{2,40})\s*[|.]?"
    r"|\(([^()\n]{2,60}?)(?:,? (?:see )?(?:above|below))?\)\W*)\s*\Z",
    re.IGNORECASE,
)
_GRADE = re.compile(r"\b(?:p[0-4]|high|medium|low|critical|major|minor)\b|\d{1,2}[.)]", re.IGNORECASE)

# "I withdraw my point on the filter", "I maintain TLS"
_ON_POINT = re.compile(
    r"[\s*_]*I (?:still )?(?:withdraw|maintain|keep|drop|hold|retract|stand by|take back)\s+"
    r"(?:(?:my|the|that) (?:point|finding|claim|objection|concern|remark)s? (?:on|about|that)\s+|my\s+|on to\s+)?"
    r"(?:the\s+)?",
    re.IGNORECASE,
)
_OWN_POINT = re.compile(
    r"\bmy (?:own )?(?!(?:own|open|other|first|second|third|fourth|fifth|sixth|last|only|whole|new|old|main)\b)"
    r"([\w`-]{3,30}(?: [\w`-]{2,30})?) (?:point|finding|gap|risk|worry|concern|problem|issue|item)\b",
    re.IGNORECASE,
)

Called = tuple[int, frozenset[str], frozenset[str]]  # an item: its place, the words of its title and of its text


def follow_names(entries: Sequence[Entry], pairs: Pairs) -> None:
    _follow_failures(entries, pairs)
    _follow_left_open(entries, pairs)
    _follow_own_points(entries, pairs)
    _follow_versions(entries, pairs)
    named = [(place, stems) for place, entry in enumerate(entries) if (stems := _read_name(entry))]
    called: dict[int, list[Called]] = {}
    for place, stems in named[:MOST_NAMED]:
        for document in _list_spoken_of(entries[place], entries):
            if document not in called:
                called[document] = _list_called(document, entries)
            target = find_called(stems, called[document])
            if target is not None:
                pairs.add(place, target, "reference", NAMED_SCORE)
                if entries[place].role == "review":
                    break


def _follow_failures(entries: Sequence[Entry], pairs: Pairs) -> None:
    """Lead a criterion that fails for a word or two, ``FAIL — `1½` ``, to the one item of its document called so."""
    called: dict[int, list[Called]] = {}
    for place, entry in enumerate(entries):
        cause = _CAUSE.search(entry.mention.text) if entry.is_verdict and not entry.references else None
        stems = frozenset(count_stems(cause[1] or cause[2])) if cause else frozenset()
        if not stems:
            continue
        if entry.document not in called:
            called[entry.document] = [one for one in _list_called(entry.document, entries) if entries[one[0]].is_own]
        target = find_called(stems, called[entry.document])
        if target is not None:
            pairs.add(place, target, "reference", NAMED_SCORE)


def _follow_left_open(entries: Sequence[Entry], pairs: Pairs) -> None:
    """Tie what a plan lists as left out of it to the point of the same name, word for word, in that plan."""
    for place, entry in enumerate(entries):
        if entry.role != "merged" or entry.topic not in _LEFT_OPEN or entry.is_own:
            continue
        stems = frozenset(count_stems(entry.mention.text))
        for other in range(place - 1, -1, -1):
            one = entries[other]
            if one.document != entry.document:
                break
            if one.topic not in _LEFT_OPEN and stems and frozenset(count_stems(one.mention.title)) == stems:
                pairs.add(place, other, "reference", SAME_NAME_SCORE)
                break


def _follow_versions(entries: Sequence[Entry], pairs: Pairs) -> None:
    """Tie what two versions of a plan call by one name, that no other item of either has."""
    called: dict[tuple[str, frozenset[str]], list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        stems = frozenset(count_stems(entry.mention.title)) if entry.role == "merged" and not entry.is_verdict else None
        if stems:
            called[entry.author, stems].append(place)
    for places in called.values():
        documents = Counter(entries[place].document for place in places)
        alone = [place for place in places if documents[entries[place].document] == 1]
        for earlier, later in pairwise(alone):
            pairs.add(earlier, later, "reference", NAMED_SCORE)


def _follow_own_points(entries: Sequence[Entry], pairs: Pairs) -> None:
    """Lead who comes back to a point of his report by its name, ``merged with my own latency point``, to that point."""
    called: dict[str, list[Called]] = {}
    for place, entry in enumerate(entries):
        own = _OWN_POINT.search(entry.mention.text, 0, SEARCHED) if entry.role not in UNREAD_ROLES else None
        if own is None:
            continue
        if entry.author not in called:
            first = min(one.document for one in entries if one.author == entry.author)
            is_report = any(one.document == first and one.role == "independent" for one in entries)
            called[entry.author] = _list_called(first, entries) if is_report else []
        target = find_called(frozenset(count_stems(own[1])), called[entry.author])
        if target is not None:
            pairs.add(place, target, "reference", NAMED_SCORE)


def _read_name(entry: Entry) -> frozenset[str]:
    """Read the words by which an item of a review names a point; none where it names one by a mark."""
    if entry.is_verdict or not (entry.role == "review" or _answers(entry)):
        return frozenset()
    own = _OWN_MARK.match(entry.mention.text)
    mark = normal_mark(own[1]) if own and own[1] else ""
    if any(reference.opens and reference.mark != mark for reference in entry.references):
        return frozenset()
    start = own.end() if own else 0
    told = _ON_POINT.match(entry.mention.text, start)
    name = _NAME.match(entry.mention.text, told.end() if told else start)
    if name and any(model in name[1].lower() for model in MODELS):
        return frozenset()  # whose item it is, and its mark
    if name and any(one.path in name[1] and " " not in name[1].strip() for one in entry.mention.file_references):
        return frozenset()  # a place in the code
    return frozenset(count_stems(_GRADE.sub(" ", name[1]))) if name else frozenset()


def _answers(entry: Entry) -> bool:
    """Whether an item of a merged document stands under a heading that names the other model and not its author."""
    section = entry.mention.section.lower()
    return (
        entry.role == "merged"
        and "|" not in entry.mention.text
        and other_model(entry.author) in section
        and entry.author not in section
    )


def _list_spoken_of(entry: Entry, entries: Sequence[Entry]) -> Iterator[int]:
    """List the numbers of the documents that an item speaks of, those that are likelier first.

    A review speaks of the plan under review and of its author's last review, an answer of what the other wrote last.
    """
    if entry.role == "merged":
        others = (one.document for one in entries if one.document < entry.document and one.author != entry.author)
        yield from (max(others, default=-1), entry.document)
        return
    for role in ("merged", "review"):
        is_own = role == "review"
        yield max(
            (
                one.document
                for one in entries
                if one.role == role and (one.author == entry.author) is is_own and one.document < entry.document
            ),
            default=-1,
        )


def _list_called(document: int, entries: Sequence[Entry]) -> list[Called]:
    """Items of a document with the words of their titles and of their texts; a review's are called by their titles."""
    items = [
        (
            place,
            frozenset(count_stems(one.mention.title)),
            frozenset() if one.role == "review" else frozenset(count_stems(one.mention.text[:SEARCHED])),
        )
        for place, one in enumerate(entries)
        if one.document == document and not one.is_verdict and not one.is_remark
    ]
    return items if len(items) <= MOST_NAMED else []


def find_called(stems: frozenset[str], items: Sequence[Called]) -> int | None:
    """Find the one item that has all words of a name, in its title or else in its text; of equal titles the first."""
    titled = [(place, title) for place, title, _ in items if stems <= title]
    if titled:
        return titled[0][0] if all(title == titled[0][1] for _, title in titled) else None
    called = [place for place, _, text in items if stems <= text]
    return called[0] if len(called) == 1 else None


def list_nearest_called(stems: frozenset[str], items: Sequence[Called]) -> frozenset[int]:
    """List the items that have most of a name's words, at least half of them."""
    shared = {place: len(stems & (title | text)) for place, title, text in items}
    most = max(shared.values(), default=0)
    return (
        frozenset(place for place, count in shared.items() if count == most)
        if 0 < len(stems) <= 2 * most
        else frozenset()
    )
