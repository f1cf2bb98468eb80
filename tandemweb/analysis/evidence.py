"""Why two mentions may be one finding: every pair of an exchange with its reasons and their scores."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from tandemweb.analysis.code_evidence import follow_code
from tandemweb.analysis.criterion_evidence import MOST_NAMING, explain_verdicts, weigh_criteria
from tandemweb.analysis.entries import MERGING_ROLES, UNREAD_ROLES, Entry
from tandemweb.analysis.letter_evidence import follow_letters
from tandemweb.analysis.marks import is_plain_number, normal_mark
from tandemweb.analysis.name_evidence import follow_names
from tandemweb.analysis.order_evidence import follow_order
from tandemweb.analysis.pairs import Pairs
from tandemweb.analysis.place_evidence import follow_places
from tandemweb.analysis.pointer_evidence import follow_pointers
from tandemweb.analysis.quotation_evidence import follow_quotations
from tandemweb.analysis.reference_evidence import follow_references
from tandemweb.analysis.refusal_evidence import follow_refusals
from tandemweb.analysis.reply_evidence import follow_replies
from tandemweb.analysis.similarity import compare_texts, overlap
from tandemweb.analysis.source_evidence import follow_sources

LABEL_SCORE = 0.4  # an author goes on with a mark; marks are given anew often enough
TOLD_ROW_SCORE = 0.85  # a row, and a section of the same document under its mark
NUMBER_LABEL_SCORE = 0.25
PLACE_SCORE = 0.45  # both name exactly the same lines of code, and nothing else in either document does
RATED_PLACE_SCORE = 0.49  # the same of two items that both are rated
TEXT_MIDDLE = 0.37  # likeness at which two texts are as likely one as two
TEXT_STEEPNESS = 12.0
TEXT_CEILING = 0.97
TEXT_FLOOR = 0.1  # likeness below which a text is no reason at all
BEST_BONUS = 0.04  # likeness added where each is by far the other's nearest in its document
BEST_MARGIN = 0.06
SOURCE_BONUS = 0.08  # a merged document names this report as the source of its item
FOREIGN_MALUS = 0.15  # it names another one only
SAME_TEXT = 0.75  # likeness from which two items of one document say the same


def weigh_pairs(entries: Sequence[Entry], documents: Sequence[str] = ()) -> Pairs:
    """Evidence for every pair of entries, of one document as well as of two; ``documents`` are their whole texts."""
    pairs = Pairs(compare_texts([entry.mention for entry in entries]))
    _weigh_texts(entries, pairs)
    follow_references(entries, pairs)
    follow_replies(entries, pairs)
    follow_letters(entries, pairs)
    follow_places(entries, pairs)
    follow_names(entries, pairs)
    follow_sources(entries, pairs)
    follow_code(entries, pairs)
    follow_pointers(entries, pairs)
    follow_quotations(entries, pairs, documents)
    weigh_criteria(entries, pairs)
    _weigh_labels(entries, pairs)
    _join_told_rows(entries, pairs)
    _weigh_places(entries, pairs)
    explain_verdicts(entries, pairs)
    follow_refusals(entries, pairs)
    follow_order(entries, pairs)
    return pairs


def _weigh_texts(entries: Sequence[Entry], pairs: Pairs) -> None:
    compared = sorted(pairs.texts.list_pairs(TEXT_FLOOR))
    nearest = _find_nearest(entries, compared)
    for left, right, alike in compared:
        one, other = entries[left], entries[right]
        if one.document != other.document:
            bonus = BEST_BONUS if _is_mutual(nearest, left, right, one, other) else 0.0
            weighed = alike + bonus + (_weigh_source(one, other) or _weigh_source(other, one))
            pairs.add(left, right, "text", _chance(weighed))
        elif one.mention.line == other.mention.line or _are_marked_apart(one, other):
            continue  # one row that speaks of several findings is several mentions, one for each
        elif _may_remark(one, other):
            pairs.add(left, right, "text", _chance(alike))
        elif alike >= SAME_TEXT:
            pairs.add(left, right, "text", alike)


def _are_marked_apart(one: Entry, other: Entry) -> bool:
    """Whether two items of a document bear two marks, or reply to two numbers: then they are two."""
    if one.reply and other.reply:
        return one.reply != other.reply
    left, right = one.mention.label, other.mention.label
    return left is not None and right is not None and normal_mark(left) != normal_mark(right)


def _may_remark(one: Entry, other: Entry) -> bool:
    """Whether one of two items of a document speaks of the other, rather than standing beside it in one list."""
    if one.is_verdict or other.is_verdict:
        return one.is_remark != other.is_remark
    return (one.is_remark or other.is_remark) and one.mention.section != other.mention.section


def _chance(alike: float) -> float:
    """Likeness as a probability that two texts mean one thing; next to nothing for chance similarities."""
    return TEXT_CEILING / (1 + math.exp(-TEXT_STEEPNESS * (alike - TEXT_MIDDLE)))


def _weigh_source(merged: Entry, independent: Entry) -> float:
    """Likeness to add where a merged document says that its item comes from this report, or from another."""
    if independent.role not in UNREAD_ROLES or not merged.sources:
        return 0.0
    return SOURCE_BONUS if independent.author in merged.sources else -FOREIGN_MALUS


def _is_mutual(nearest: dict[tuple[int, int], int], left: int, right: int, one: Entry, other: Entry) -> bool:
    return nearest.get((left, other.document)) == right and nearest.get((right, one.document)) == left


def _find_nearest(entries: Sequence[Entry], compared: Sequence[tuple[int, int, float]]) -> dict[tuple[int, int], int]:
    """For an entry and a document the entry there that is nearest by a margin."""
    best: dict[tuple[int, int], tuple[float, int]] = {}
    second: dict[tuple[int, int], float] = {}
    documents = [entry.document for entry in entries]
    for left, right, alike in compared:
        if documents[left] == documents[right]:
            continue
        for key, target in (((left, documents[right]), right), ((right, documents[left]), left)):
            known = best.get(key, (-BEST_MARGIN, target))
            if alike > known[0]:
                second[key] = known[0]
                best[key] = (alike, target)
            elif alike > second[key]:
                second[key] = alike
    return {key: target for key, (alike, target) in best.items() if alike - second[key] >= BEST_MARGIN}


def _weigh_labels(entries: Sequence[Entry], pairs: Pairs) -> None:
    """Note where merged documents carry a mark on from one version to the next; reviews number anew."""
    bearers = defaultdict(list)
    for place, entry in enumerate(entries):
        if entry.mention.label is not None and entry.role in MERGING_ROLES:
            bearers[entry.author, entry.mention.label].append(place)
    for (_, label), places in bearers.items():
        score = NUMBER_LABEL_SCORE if is_plain_number(label) else LABEL_SCORE
        for left, right in _of_two_documents(entries, places):
            pairs.add(left, right, "label", score)


def _join_told_rows(entries: Sequence[Entry], pairs: Pairs) -> None:
    """Tie each row to the section of its document that bears its mark, and tells what the row has no room for."""
    rows: dict[tuple[int, str], list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        if entry.mention.label is not None and entry.role in MERGING_ROLES:
            rows[entry.document, normal_mark(entry.mention.label)].append(place)
    for places in rows.values():
        told = [entries[place] for place in places]
        if [one.is_row for one in told] == [True, False]:
            row, section = (one.mention for one in told)
            if row.severity is None or section.severity in {None, row.severity}:
                pairs.add(places[0], places[1], "label", TOLD_ROW_SCORE)


def _weigh_places(entries: Sequence[Entry], pairs: Pairs) -> None:
    naming = defaultdict(list)
    for place, entry in enumerate(entries):
        for name in {reference.path.rpartition("/")[2].lower() for reference in entry.mention.file_references}:
            naming[name].append(place)
    few = (places for places in naming.values() if len(places) <= MOST_NAMING)
    named_alike = {pair for places in few for pair in combinations(places, 2) if _may_share_place(entries, *pair)}
    shares = {
        (left, right): share
        for left, right in sorted(named_alike)
        if (share := overlap(entries[left].mention.file_references, entries[right].mention.file_references))
    }
    rivals = Counter(key for left, right in shares for key in _list_rivals(entries, left, right))
    for (left, right), share in shares.items():
        spread = max(rivals[key] for key in _list_rivals(entries, left, right))
        rated = entries[left].mention.severity is not None and entries[right].mention.severity is not None
        pairs.add(left, right, "file-range", (RATED_PLACE_SCORE if rated else PLACE_SCORE) * share / spread)


def _may_share_place(entries: Sequence[Entry], left: int, right: int) -> bool:
    """Whether two items may be one for the lines they name; within a document a verdict and what explains it."""
    one, other = entries[left], entries[right]
    return one.document != other.document or (one.is_verdict != other.is_verdict)


def _list_rivals(entries: Sequence[Entry], left: int, right: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Keys under which those are counted that name the same place in one and the same other document."""
    return (left, entries[right].document), (right, entries[left].document)


def _of_two_documents(entries: Sequence[Entry], places: Iterable[int]) -> Iterator[tuple[int, int]]:
    return (pair for pair in combinations(places, 2) if entries[pair[0]].document != entries[pair[1]].document)
