"""From pairs to groups: the strongest pair first, and never two different items of one document in one group.

Within a document an item may have companions: the criterion row that it explains, a section that looks at it again.
Companions follow their item; a criterion's verdict, which may fail for several reasons, ties no groups together.
"""

import re
from collections.abc import Sequence

from tandemweb.analysis.entries import UNREAD_ROLES, Entry
from tandemweb.analysis.marks import MODELS
from tandemweb.analysis.pairs import LINK_THRESHOLD, Pairs, order
from tandemweb.analysis.sections import Topic

AGAIN_TOGETHER_SCORE = 0.8  # the same where each side has other items already
AGAIN_SCORE = 0.55  # score from which a second item of an investigation is about the same point
SURE_SCORE = 0.9  # score that outweighs a merged document's word on whose point it was
_SEE_BESIDE = re.compile(r"\bsee (?:above|below)\b", re.IGNORECASE)
UNREAD_MALUS = 0.05  # a merged document, which has read both reports, tells better what is one point and what two


def group_entries(entries: Sequence[Entry], pairs: Pairs) -> tuple[tuple[int, ...], ...]:
    """Places of ``entries`` in groups, each place in exactly one, groups in order of their first place."""
    within, across = _list_strong_pairs(entries, pairs)
    leaders = _find_leaders(entries, within)
    groups = {place: [place] for place in range(len(entries)) if place not in leaders}
    documents = {place: _take_up(entries[place]) for place in groups}
    group_of = {place: place for place in groups}
    for left, right in across:
        if not (_ties(left, entries, leaders) and _ties(right, entries, leaders)):
            continue
        keep, drop = sorted((group_of[_follow(left, leaders)], group_of[_follow(right, leaders)]))
        if keep == drop:
            continue
        shared = documents[keep] & documents[drop]
        score = pairs.score(left, right)
        # An answer may stand beside what the plan said before the review.
        is_answer = 1 in (len(groups[keep]), len(groups[drop])) and "order" in pairs.reasons[left, right]
        if shared and not is_answer and not _say_again(score, shared, groups[keep], groups[drop], entries, pairs):
            continue
        is_sure = score >= SURE_SCORE
        if is_sure or not _contradict([entries[place] for place in (*groups[keep], *groups[drop])]):
            for place in groups[drop]:
                group_of[place] = keep
            groups[keep] += groups.pop(drop)
            documents[keep] |= documents.pop(drop)
    for place in sorted(leaders):
        groups[group_of[_follow(place, leaders)]].append(place)
    return tuple(sorted(tuple(sorted(group)) for group in groups.values()))


def _take_up(entry: Entry) -> set[tuple[int, bool]]:
    """Name what an entry leaves to no second one: an answer is no rival of an item, a verdict is none of anything."""
    return set() if entry.is_verdict else {(entry.document, entry.is_answer)}


def _say_again(
    score: float,
    shared: set[tuple[int, bool]],
    one: Sequence[int],
    other: Sequence[int],
    entries: Sequence[Entry],
    pairs: Pairs,
) -> bool:
    """Whether documents come back to a point under another heading: a fact there, a question or decision here.

    What a document says of words that it quotes, or in a row that sends its reader there, may stand beside it.
    """
    if score < (AGAIN_SCORE if 1 in (len(one), len(other)) else AGAIN_TOGETHER_SCORE):
        return False
    for document, _ in shared:
        placed = [[place for place in group if entries[place].document == document] for group in (one, other)]
        if score >= AGAIN_TOGETHER_SCORE and any(
            _quotes(place, (*one, *other), pairs) or _points_beside(entries[place])
            for place in (*placed[0], *placed[1])
        ):
            continue
        here, there = ([entries[place] for place in places] for places in placed)
        topics = {entry.topic for entry in here} & {entry.topic for entry in there}
        is_plan = here[0].role in UNREAD_ROLES or Topic.DECISIONS in {entry.topic for entry in (*here, *there)}
        if topics or not is_plan:
            return False
    return True


def _points_beside(entry: Entry) -> bool:
    """Whether an item is a row that leaves the matter to where its document tells it: ``Accepted, see above``."""
    return entry.is_row and _SEE_BESIDE.search(entry.mention.text) is not None


def _quotes(place: int, group: Sequence[int], pairs: Pairs) -> bool:
    return any("quotation" in pairs.reasons.get(order(place, other), ()) for other in group)


def _contradict(entries: Sequence[Entry]) -> bool:
    """Whether a merged document credits its item to one report while another's item is among them."""
    raised = {entry.author for entry in entries if entry.role in UNREAD_ROLES and entry.author in MODELS}
    is_rated = any(entry.is_own for entry in entries)  # in plans "(Codex)" thanks the one who had it clearest
    return any(
        (is_rated and entry.own_sources and not raised <= entry.own_sources)
        or (entry.sources and raised and raised.isdisjoint(entry.sources))
        for entry in entries
    )


def rank_entry(entry: Entry, place: int) -> tuple[bool, bool, bool, int, int]:
    """Order of weight: what has severity and mark, of what has neither the longer one, what comes first.

    What answers a point has less weight than where the document lists it.
    """
    mention = entry.mention
    is_marked = mention.label is not None and not entry.is_verdict
    length = 0 if entry.is_own else mention.text.count(" ")
    return (mention.severity is not None, not entry.is_answer, is_marked, length, -place)


def _ties(place: int, entries: Sequence[Entry], leaders: dict[int, int]) -> bool:
    """Whether a pair with this entry joins groups: not a criterion's verdict that an item of its own explains."""
    return place not in leaders or not entries[place].is_verdict or not entries[_follow(place, leaders)].is_own


def _find_leaders(entries: Sequence[Entry], within: Sequence[tuple[int, int]]) -> dict[int, int]:
    """For each companion the item of its own document that it belongs to."""
    leaders: dict[int, int] = {}
    for pair in within:
        companion, leader = sorted(pair, key=lambda place: rank_entry(entries[place], place))
        if companion not in leaders and _follow(leader, leaders) != companion:
            leaders[companion] = leader
    return leaders


def _follow(place: int, leaders: dict[int, int]) -> int:
    while place in leaders:
        place = leaders[place]
    return place


def _list_strong_pairs(entries: Sequence[Entry], pairs: Pairs) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Pairs from the threshold on, strongest first: those within a document, those across two."""
    scored = sorted(
        (_are_unread(*pair, entries) * UNREAD_MALUS - score, pair)
        for pair in pairs.reasons
        if (score := round(pairs.score(*pair), 9)) >= LINK_THRESHOLD
    )
    within = [pair for _, pair in scored if entries[pair[0]].document == entries[pair[1]].document]
    across = [pair for _, pair in scored if entries[pair[0]].document != entries[pair[1]].document]
    return [pair for pair in within if not _are_parts(*pair, entries)], across


def _are_unread(one: int, other: int, entries: Sequence[Entry]) -> bool:
    return entries[one].role in UNREAD_ROLES and entries[other].role in UNREAD_ROLES


def _are_parts(one: int, other: int, entries: Sequence[Entry]) -> bool:
    """Whether two entries are one item that speaks of several points: one mention for each."""
    return entries[one].mention.line == entries[other].mention.line
