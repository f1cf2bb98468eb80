"""Why two mentions may be one finding: every pair of an exchange with its reasons and their scores.

Reasons are independent pieces of evidence: the score of a pair is the chance that not all of them mislead. A pair is
taken for one finding from ``LINK_THRESHOLD`` on; grouping decides among pairs that exclude each other.
"""

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from tandemweb.analysis.marks import Reference, find_sources, get_opening, index_marks, is_plain_number, list_references, normal_mark, split_off_letter
from tandemweb.analysis.sections import Topic, read_heading
from tandemweb.analysis.similarity import Features, compare, extract_features, overlap
from tandemweb.domain.finding import Mention, Severity

LINK_THRESHOLD = 0.5
REFERENCE_SCORE = 0.9  # an item opens with another author's mark: "(Codex F1)"
BARE_REFERENCE_SCORE = 0.8  # the same without saying whose mark it is
PASSING_REFERENCE_SCORE = 0.3  # the mark stands somewhere in the text, perhaps as a comparison
CROWDED_FACTOR = 0.7  # an item that opens with several marks may be one of its own about all of them
CROWDED_REVIEW_FACTOR = 0.3  # in a review it is one
UNLIKE_FACTOR = 0.6  # a mark that leads to an item without one word in common may be another document's mark
UNLIKE_TEXT = 0.03
LABEL_SCORE = 0.4  # an author goes on with a mark; marks are given anew often enough
NUMBER_LABEL_SCORE = 0.25
CRITERION_SCORE = 0.45  # both about one acceptance criterion
CRITERION_ROW_SCORE = 0.55  # one is the criterion's own verdict
PASSING_CRITERION_FACTOR = 0.5  # named somewhere in the text, perhaps as one that holds
VERDICT_SCORE = 0.6  # the same author's verdicts on one criterion, explained in one of two documents
PLACE_SCORE = 0.35  # both name exactly the same lines of code
TEXT_MIDDLE = 0.36  # likeness at which two texts are as likely one as two
TEXT_STEEPNESS = 12.0
TEXT_CEILING = 0.97
BEST_BONUS = 0.08  # likeness added where each is by far the other's nearest in its document
BEST_MARGIN = 0.06
SOURCE_BONUS = 0.08  # a merged document names this report as the source of its item
FOREIGN_MALUS = 0.15  # it names another one only
SAME_TEXT = 0.75  # likeness from which two items of one document say the same
WORDS_SHARE, TITLE_SHARE, WORDING_SHARE = 0.5, 0.3, 0.2
WORDING_FLOOR = 0.4  # titles have this much in common by chance
MERGING_ROLES = frozenset(("merged", "final"))
_FAILS = re.compile(r"\b(?:FAIL(?:ED|S)?|BLOCKED|NOT MET|UNMET)\b")
_CRITERION = re.compile(
    r"(?:\bAC|\bcriteri(?:on|a))[\s#-]*(\d{1,3})\b(\s+(?:still\s+)?(?:holds?|pass(?:es)?|stays?|is (?:met|fine|unaffected)))?",
    re.IGNORECASE,
)
UNREAD_ROLES = frozenset(("independent", "report"))  # written without having read the other documents
_FIRST_NUMBER = re.compile(r"^[\s|#*\-+>_`~]*(?:AC|C|criterion|acceptance criterion)?[\s#*-]*(\d{1,3})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Item:
    """A mention in its place: ``document`` counts the documents of the exchange in order."""

    document: int
    author: str
    role: str
    mention: Mention
    references: tuple[Reference, ...]
    sources: frozenset[str] = frozenset()

    @property
    def is_criterion_verdict(self) -> bool:
        """The row, heading or bullet in which a document says that a criterion fails."""
        mention = self.mention
        if mention.severity is not None or not mention.criteria:
            return False
        for text in (mention.text, mention.title):
            first = _FIRST_NUMBER.match(text)
            if first is not None and int(first[1]) in mention.criteria:
                return True
        return _FAILS.search(get_opening(mention)) is not None and _opens_with(mention, set(mention.criteria))

    @property
    def is_remark(self) -> bool:
        """It speaks of an item: a criterion's verdict, a row of what became of a review's points."""
        if self.is_criterion_verdict:
            return True
        return not self.is_own and read_heading(self.mention.section)[0] is Topic.ADOPTED

    @property
    def is_own(self) -> bool:
        """It has a severity or a mark: an item of its own rather than a remark on one."""
        return self.mention.severity is not None or (self.mention.label is not None and not self.is_criterion_verdict)


@dataclass(slots=True)
class Pairs:
    """Reasons by pair of places, the smaller place first."""

    reasons: dict[tuple[int, int], dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    likeness: dict[tuple[int, int], float] = field(default_factory=dict)

    def add(self, left: int, right: int, reason: str, score: float) -> None:
        pair = (min(left, right), max(left, right))
        self.reasons[pair][reason] = max(score, self.reasons[pair].get(reason, 0.0))

    def alike(self, left: int, right: int) -> float:
        return self.likeness.get((min(left, right), max(left, right)), 0.0)

    def score(self, pair: tuple[int, int]) -> float:
        return 1 - math.prod(1 - score for score in self.reasons.get(pair, {}).values())


def weigh_pairs(items: Sequence[Item]) -> Pairs:
    """Evidence for every pair of items, of one document as well as of two."""
    pairs = Pairs()
    _compare_texts(items, pairs)
    _follow_references(items, pairs)
    for left, right in combinations(range(len(items)), 2):
        one, other = items[left], items[right]
        if one.mention.criteria and other.mention.criteria and not _is_same_line(one, other):
            _weigh_criterion(pairs, left, right, one, other)
        if one.document != other.document:
            _weigh_label(pairs, left, right, one, other)
            if place := overlap(one.mention.file_references, other.mention.file_references):
                pairs.add(left, right, "file-range", PLACE_SCORE * place)
    _explain_verdicts(items, pairs)
    return pairs


def _explain_verdicts(items: Sequence[Item], pairs: Pairs) -> None:
    """A criterion that one document only marks as failed, and the item by which another explains the same failure.

    A verdict with several explanations leads to the likest of them.
    """
    verdicts = [place for place, item in enumerate(items) if item.is_criterion_verdict]
    explained: dict[int, list[int]] = defaultdict(list)
    for pair in pairs.reasons:
        for verdict, item in (pair, pair[::-1]):
            same = items[verdict].document == items[item].document
            if same and items[verdict].is_criterion_verdict and pairs.score(pair) >= LINK_THRESHOLD:
                if items[item].is_own:
                    explained[verdict].append(item)
    for bare in verdicts:
        for verdict in sorted(explained):
            one, other = items[bare], items[verdict]
            if bare not in explained and one.document != other.document and _same_criterion(one, other):
                item = max(explained[verdict], key=lambda place: (pairs.alike(bare, place), -place))
                pairs.add(bare, item, "criterion", VERDICT_SCORE if one.author == other.author else CRITERION_ROW_SCORE)


def _same_criterion(one: Item, other: Item) -> bool:
    return not set(one.mention.criteria).isdisjoint(other.mention.criteria)


def _compare_texts(items: Sequence[Item], pairs: Pairs) -> None:
    features, weights = extract_features([item.mention for item in items])
    for left, right in combinations(range(len(items)), 2):
        alike = _likeness(features[left], features[right], weights)
        if alike > UNLIKE_TEXT:
            pairs.likeness[left, right] = alike
    nearest = _find_nearest(items, pairs)
    for (left, right), alike in pairs.likeness.items():
        bonus = BEST_BONUS if nearest.get((left, items[right].document)) == right and (
            nearest.get((right, items[left].document)) == left
        ) else 0.0
        if items[left].document != items[right].document:
            source = _weigh_source(items[left], items[right]) or _weigh_source(items[right], items[left])
            pairs.add(left, right, "text", _chance(alike + bonus + source))
        elif _is_same_line(items[left], items[right]):
            continue
        elif items[left].is_remark != items[right].is_remark:
            pairs.add(left, right, "text", _chance(alike))
        elif alike >= SAME_TEXT:
            pairs.add(left, right, "text", alike)


def _is_same_line(one: Item, other: Item) -> bool:
    """One row that speaks of several findings is several mentions, one for each."""
    return one.document == other.document and one.mention.line == other.mention.line


def _weigh_source(merged: Item, independent: Item) -> float:
    """Likeness to add where a merged document says that its item comes from this report, or from another."""
    if independent.role not in UNREAD_ROLES or not merged.sources:
        return 0.0
    return SOURCE_BONUS if independent.author in merged.sources else -FOREIGN_MALUS


def _likeness(left: Features, right: Features, weights: Mapping[str, float]) -> float:
    if left.title_text == right.title_text and left.words == right.words:
        return 1.0
    parts = compare(left, right, weights)
    wording = max(0.0, parts.wording - WORDING_FLOOR) / (1 - WORDING_FLOOR)
    return WORDS_SHARE * parts.words + TITLE_SHARE * parts.title + WORDING_SHARE * wording


def _chance(alike: float) -> float:
    """Likeness as a probability that two texts mean one thing; next to nothing for chance similarities."""
    return TEXT_CEILING / (1 + math.exp(-TEXT_STEEPNESS * (alike - TEXT_MIDDLE)))


def _find_nearest(items: Sequence[Item], pairs: Pairs) -> dict[tuple[int, int], int]:
    """For an item and a document the item there that is nearest by a margin."""
    by_target: dict[tuple[int, int], list[tuple[float, int]]] = defaultdict(list)
    for (left, right), alike in pairs.likeness.items():
        if items[left].document != items[right].document:
            by_target[left, items[right].document].append((alike, right))
            by_target[right, items[left].document].append((alike, left))
    nearest = {}
    for key, candidates in by_target.items():
        candidates.sort(key=lambda candidate: (-candidate[0], candidate[1]))
        if len(candidates) == 1 or candidates[0][0] - candidates[1][0] >= BEST_MARGIN:
            nearest[key] = candidates[0][1]
    return nearest


def _follow_references(items: Sequence[Item], pairs: Pairs) -> None:
    documents: dict[int, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        if not item.is_criterion_verdict:
            documents[item.document].append(place)
    bearers = {
        document: {
            mark: tuple(places[inner] for inner in inners)
            for mark, inners in index_marks([items[place].mention for place in places]).items()
        }
        for document, places in documents.items()
    }
    subjects: dict[tuple[int, str], list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        targets = {
            reference: target
            for reference in item.references
            if (target := _find_target(place, reference, items, bearers, pairs)) is not None
        }
        named = {target for reference, target in targets.items() if reference.opens}
        for reference, target in targets.items():
            score = _reference_score(place, target, reference, pairs)
            if len(named) > 1 and not item.is_criterion_verdict:
                score *= CROWDED_REVIEW_FACTOR if item.role == "review" else CROWDED_FACTOR
            pairs.add(place, target, "reference", score)
        if len(named) == 1:
            mark = next(reference.mark for reference in targets if reference.opens)
            subjects[item.document, mark].append(place)
    _join_second_looks(items, subjects, pairs)


def _join_second_looks(items: Sequence[Item], subjects: Mapping[tuple[int, str], Sequence[int]], pairs: Pairs) -> None:
    """What a document says under a heading of its own of an item that it lists as well ("On X3")."""
    for places in subjects.values():
        for left, right in combinations(places, 2):
            one, other = items[left].mention, items[right].mention
            severities = {one.severity, other.severity} - {None}
            if (one.label is None or other.label is None) and len(severities) < 2:  # noqa: PLR2004 - both, or one
                pairs.add(left, right, "reference", BARE_REFERENCE_SCORE)


def _find_target(
    place: int,
    reference: Reference,
    items: Sequence[Item],
    bearers: Mapping[int, Mapping[str, tuple[int, ...]]],
    pairs: Pairs,
) -> int | None:
    """The item that a mark means: the likest of those that bear it, a nearer document before a farther one."""
    item = items[place]
    ranked = []
    for document, marks in bearers.items():
        for target in marks.get(reference.mark, ()):
            other = items[target]
            if target == place or document > item.document:
                continue
            if item.role in UNREAD_ROLES and document != item.document:
                continue
            if reference.author is not None and (other.author != reference.author or document == item.document):
                continue
            if document == item.document and item.mention.label and not _names_same(item, other, reference):
                continue
            ranked.append((pairs.alike(place, target) + _nearness(item, other), -target, target))
    return max(ranked)[2] if ranked else None


def _names_same(item: Item, other: Item, reference: Reference) -> bool:
    """An item with severity and mark of its own does not restate another of its document, unless both bear one mark."""
    return reference.opens and (item.mention.severity is None or _has_same_label(item.mention, other.mention))


def _has_same_label(one: Mention, other: Mention) -> bool:
    """Whether two items bear one mark; ``5`` and its part ``5a`` count."""
    if one.label is None or other.label is None:
        return False
    left, right = normal_mark(one.label), normal_mark(other.label)
    return left == right or split_off_letter(left) == right or left == split_off_letter(right)


def _nearness(item: Item, other: Item) -> float:
    if item.document == other.document:
        return 0.4
    return 0.15 * (other.author != item.author) - 0.02 * (item.document - other.document)


def _reference_score(place: int, target: int, reference: Reference, pairs: Pairs) -> float:
    if not reference.opens:
        return PASSING_REFERENCE_SCORE
    if reference.author is not None:
        return REFERENCE_SCORE
    doubtful = pairs.alike(place, target) <= UNLIKE_TEXT and is_plain_number(reference.mark) is False
    return BARE_REFERENCE_SCORE * (UNLIKE_FACTOR if doubtful else 1.0)


def _weigh_criterion(pairs: Pairs, left: int, right: int, one: Item, other: Item) -> None:
    shared = set(one.mention.criteria) & set(other.mention.criteria)
    if not shared:
        return
    verdicts = one.is_criterion_verdict + other.is_criterion_verdict
    if one.document == other.document and verdicts == 0:
        return
    score = CRITERION_ROW_SCORE if verdicts else CRITERION_SCORE
    if not all(item.is_criterion_verdict or _opens_with(item.mention, shared) for item in (one, other)):
        score *= PASSING_CRITERION_FACTOR
    if one.document == other.document and Severity.LOW in (one.mention.severity, other.mention.severity):
        score *= PASSING_CRITERION_FACTOR  # what makes a criterion fail is not called low
    spread = max(len(one.mention.criteria), len(other.mention.criteria))
    pairs.add(left, right, "criterion", score / spread)


def _opens_with(mention: Mention, criteria: set[int]) -> bool:
    opening = f"{get_opening(mention)}\n{mention.section}"
    return any(int(match[1]) in criteria and not match[2] for match in _CRITERION.finditer(opening))


def _weigh_label(pairs: Pairs, left: int, right: int, one: Item, other: Item) -> None:
    """Merged documents carry their marks on from one version to the next; reviews number anew."""
    if one.mention.label is None or other.mention.label is None or one.author != other.author:
        return
    if {one.role, other.role} <= {"merged", "final"} and one.mention.label == other.mention.label:
        plain = is_plain_number(one.mention.label)
        pairs.add(left, right, "label", NUMBER_LABEL_SCORE if plain else LABEL_SCORE)


def build_item(document: int, author: str, role: str, mention: Mention) -> Item:
    sources = find_sources(mention, str(author)) if role in MERGING_ROLES else frozenset()
    return Item(document, str(author), str(role), mention, list_references(mention), sources)
