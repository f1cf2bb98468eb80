"""Which decision took an earlier one's place: a later one on the same matter, or a reversal that says so.

Deterministic. A decision is compared with those whose title shares a rare word with its own; the score is how much of
each title the other decision says, weighed by how rare the words are, and how alike the titles are letter by letter.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from tandemweb.analysis.stems import count_stems
from tandemweb.domain.decision import DecisionSource, KeyDecision, Supersession

SAME_MATTER = 0.55  # the lowest score at which a later mission's decision is taken to be on the same matter
REVERSAL = 0.40  # the lowest score for one that says in words that it changes what was decided
RESTATED = 0.95  # titles this alike say the same again: nothing is superseded
WORDS_WEIGHT = 0.7  # of the score; the rest is the titles' wording
FEWEST_SHARED = 2  # words of both titles
MOST_BEARERS = 60  # decisions that share a word before it is too common to lead from one to another
_REVERSAL = re.compile(
    r"\b(?:no longer|not any ?more|instead of|rather than|supersedes?|replaces?|reverts?|reversed?|overrid(?:es?|den)|"
    r"withdraws?|changed? (?:their|my|his|her|its) mind|the spec had|used to|was decided|contrary to|unlike before)\b",
    re.IGNORECASE,
)
_SETTLING = re.compile(r"\bthe spec (?:left|leaves)\b|\bwas left open\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DatedDecision:
    """A decision with its mission (any name that is unique in the project); given in the order they were taken."""

    mission: str
    decision: KeyDecision


@dataclass(frozen=True, slots=True)
class _Features:
    title: frozenset[str]
    whole: frozenset[str]
    words: str
    reverses: bool
    settles: bool


def find_supersessions(decisions: Sequence[DatedDecision]) -> tuple[Supersession, ...]:
    """Link each decision to the one that took its place last. ``decisions`` are of one project, the oldest first."""
    features = [_extract_features(dated.decision) for dated in decisions]
    bearers = _list_bearers([feature.whole for feature in features])
    weights = {stem: math.log((len(features) + 1) / len(places)) + 0.1 for stem, places in bearers.items()}
    titles = _list_bearers([feature.title for feature in features])
    found: dict[str, Supersession] = {}
    for later, feature in enumerate(features):
        for earlier in sorted({place for stem in feature.title if _leads(titles[stem]) for place in titles[stem]}):
            if earlier < later:
                link = _link(decisions[later], decisions[earlier], feature, features[earlier], weights)
                if link:
                    found[link.earlier] = link
    return tuple(found.values())


def _leads(places: Sequence[int]) -> bool:
    return 1 < len(places) <= MOST_BEARERS


def _link(
    later: DatedDecision, earlier: DatedDecision, new: _Features, old: _Features, weights: dict[str, float]
) -> Supersession | None:
    if not _may_supersede(later, earlier) or len(old.title & new.title) < FEWEST_SHARED:
        return None
    wording = fuzz.token_sort_ratio(new.words, old.words) / 100
    if wording >= RESTATED:
        return None
    # Both ways: a short title of common words is in many long texts.
    said = math.sqrt(_say(old.title, new.whole, weights) * _say(new.title, old.whole, weights))
    score = round(WORDS_WEIGHT * said + (1 - WORDS_WEIGHT) * wording, 3)
    for reason in _list_reasons(later, earlier, new, score):
        return Supersession(later.decision.key, earlier.decision.key, reason, score)
    return None


def _list_reasons(later: DatedDecision, earlier: DatedDecision, new: _Features, score: float) -> Iterator[str]:
    if later.decision.source is DecisionSource.FEEDBACK and score >= REVERSAL:
        yield "the user's feedback asks for something else"
    elif new.reverses and score >= REVERSAL:
        yield "it says that it changes what was decided"
    elif new.settles and score >= REVERSAL:
        yield "it decides what was left open"
    elif later.mission != earlier.mission and score >= SAME_MATTER:
        yield "a later decision on the same matter"


def _may_supersede(later: DatedDecision, earlier: DatedDecision) -> bool:
    """Within a mission only feedback and the summary come after what they change."""
    if later.mission != earlier.mission:
        return True
    after = {DecisionSource.FEEDBACK, DecisionSource.SUMMARY}
    return later.decision.source in after and earlier.decision.source not in after


def _extract_features(decision: KeyDecision) -> _Features:
    title = frozenset(count_stems(decision.title))
    said = f"{decision.title}\n{decision.text}\n{decision.rationale}"
    return _Features(
        title=title,
        whole=title | count_stems(said).keys(),
        words=decision.title.lower(),
        reverses=_REVERSAL.search(said) is not None,
        settles=_SETTLING.search(said) is not None,
    )


def _list_bearers(words: Sequence[frozenset[str]]) -> dict[str, list[int]]:
    """Say for each word which decisions hold it."""
    bearers: defaultdict[str, list[int]] = defaultdict(list)
    for place, stems in enumerate(words):
        for stem in stems:
            bearers[stem].append(place)
    return bearers


def _say(title: frozenset[str], whole: frozenset[str], weights: dict[str, float]) -> float:
    total = sum(weights[stem] for stem in sorted(title))
    return sum(weights[stem] for stem in sorted(title & whole)) / total if total else 0.0
