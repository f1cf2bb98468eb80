"""Acceptance criteria as a reason: items about the same one, verdicts and what explains them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

from tandemweb.analysis.entries import Entry
from tandemweb.analysis.pairs import LINK_THRESHOLD, Pairs
from tandemweb.domain.finding import Severity

CRITERION_SCORE = 0.45  # both about one acceptance criterion
CRITERION_ROW_SCORE = 0.55  # one is the criterion's own verdict
PASSING_FACTOR = 0.5  # named somewhere in the text, perhaps as one that holds
VERDICT_SCORE = 0.6  # the same author's verdicts on one criterion, explained in one of two documents
EXPLANATION_SCORE = 0.45  # the only explanations of one failure: with a few words in common they are one
ONLY_SCORE = 0.5  # both are all that their documents say of a criterion
ONLY_ALIKE = 0.05  # likeness of two items with a telling word in common
MOST_NAMING = 150  # entries: a criterion that more of them name tells nothing apart


def weigh_criteria(entries: Sequence[Entry], pairs: Pairs) -> None:
    naming = defaultdict(list)
    for place, entry in enumerate(entries):
        for number in entry.mention.criteria:
            naming[number].append(place)
    for number, places in naming.items():
        if len(places) > MOST_NAMING:
            continue
        for left, right in combinations(places, 2):
            score = _weigh(entries[left], entries[right], number)
            if score:
                pairs.add(left, right, "criterion", score)
        _join_only_items(number, places, entries, pairs)


def _join_only_items(number: int, places: Sequence[int], entries: Sequence[Entry], pairs: Pairs) -> None:
    """Tie the only rated items that two documents have about a criterion and nothing else, if they share a word."""
    items = defaultdict(list)
    for place in places:
        entry = entries[place]
        if number in entry.criteria and not entry.is_verdict and entry.mention.severity is not None:
            items[entry.document].append(place)
    only = [own[0] for own in items.values() if len(own) == 1 and len(entries[own[0]].mention.criteria) == 1]
    for left, right in combinations(only, 2):
        if pairs.alike(left, right) > ONLY_ALIKE:
            pairs.add(left, right, "criterion", ONLY_SCORE)


def _weigh(one: Entry, other: Entry, number: int) -> float:
    within = one.document == other.document
    if within and (one.mention.line == other.mention.line or not (one.is_verdict or other.is_verdict)):
        return 0.0
    score = CRITERION_ROW_SCORE if one.is_verdict or other.is_verdict else CRITERION_SCORE
    severities = (one.mention.severity, other.mention.severity)
    is_passing = number not in one.criteria or number not in other.criteria
    if is_passing and not (within and Severity.HIGH in severities):
        score *= PASSING_FACTOR
    if within and Severity.LOW in severities:
        score *= PASSING_FACTOR  # what makes a criterion fail is not called low
    return score / max(len(one.mention.criteria), len(other.mention.criteria))


def explain_verdicts(entries: Sequence[Entry], pairs: Pairs) -> None:
    """Lead a criterion that one document only marks as failed to the item by which another explains the failure.

    A verdict with several explanations leads to the likest of them.
    """
    explained = _find_explained(entries, pairs)
    for bare, one in enumerate(entries):
        if not one.is_verdict or bare in explained:
            continue
        for verdict in sorted(explained):
            other = entries[verdict]
            if one.document != other.document and not one.criteria.isdisjoint(other.criteria):
                item = _choose_explanation(bare, explained[verdict], entries, pairs)
                score = VERDICT_SCORE if one.author == other.author else CRITERION_ROW_SCORE
                pairs.add(bare, item, "criterion", score)
    _join_explanations(explained, entries, pairs)


def _join_explanations(explained: Mapping[int, Sequence[int]], entries: Sequence[Entry], pairs: Pairs) -> None:
    """Tie the only explanations that two documents have for the failure of one criterion."""
    alone = [verdict for verdict in sorted(explained) if len(explained[verdict]) == len(entries[verdict].criteria) == 1]
    for one, other in combinations(alone[:MOST_NAMING], 2):
        if entries[one].document != entries[other].document and entries[one].criteria == entries[other].criteria:
            pairs.add(explained[one][0], explained[other][0], "criterion", EXPLANATION_SCORE)


def _choose_explanation(bare: int, explanations: Sequence[int], entries: Sequence[Entry], pairs: Pairs) -> int:
    """Choose the likest explanation, first among those that are not said to come from another report."""

    def weight(place: int) -> tuple[bool, float, int]:
        sources = entries[place].sources
        return (not sources or entries[bare].author in sources, pairs.alike(bare, place), -place)

    return max(explanations, key=weight)


def _find_explained(entries: Sequence[Entry], pairs: Pairs) -> dict[int, list[int]]:
    """Verdicts with the items of their own document that explain them."""
    explained: dict[int, list[int]] = defaultdict(list)
    for left, right in list(pairs.reasons):
        if entries[left].document != entries[right].document or pairs.score(left, right) < LINK_THRESHOLD:
            continue
        for verdict, item in ((left, right), (right, left)):
            if entries[verdict].is_verdict and entries[item].is_own:
                explained[verdict].append(item)
    return explained
