"""From pairs to groups: the strongest pair first, and never two different items of one document in one group.

Within a document an item may have companions: the criterion row that it explains, a section that looks at it again.
Companions follow their item; a criterion's verdict, which may fail for several reasons, ties no groups together.
"""

from collections.abc import Sequence

from tandemweb.analysis.evidence import LINK_THRESHOLD, Item, Pairs


def group_items(items: Sequence[Item], pairs: Pairs) -> tuple[tuple[int, ...], ...]:
    """Places of ``items`` in groups, each place in exactly one, groups in order of their first place."""
    leaders = _find_leaders(items, pairs)
    groups = {place: [place] for place in range(len(items)) if place not in leaders}
    group_of = {place: place for place in groups}
    for left, right in _strong_pairs(items, pairs):
        if not (_ties(left, items, leaders) and _ties(right, items, leaders)):
            continue
        keep, drop = sorted((group_of[_follow(left, leaders)], group_of[_follow(right, leaders)]))
        if keep == drop or _share_document(items, groups[keep], groups[drop]):
            continue
        for place in groups[drop]:
            group_of[place] = keep
        groups[keep] += groups.pop(drop)
    for place in sorted(leaders):
        groups[group_of[_follow(place, leaders)]].append(place)
    return tuple(sorted(tuple(sorted(group)) for group in groups.values()))


def _ties(place: int, items: Sequence[Item], leaders: dict[int, int]) -> bool:
    """Whether a pair with this item joins groups: not a criterion's verdict that an item of its own explains."""
    if place not in leaders or not items[place].is_criterion_verdict:
        return True
    return not items[_follow(place, leaders)].is_own


def _find_leaders(items: Sequence[Item], pairs: Pairs) -> dict[int, int]:
    """For each companion the item of its own document that it belongs to."""
    leaders: dict[int, int] = {}
    for left, right in _strong_pairs(items, pairs, within=True):
        companion, leader = sorted((left, right), key=lambda place: rank_item(items[place], place))
        if companion not in leaders and _follow(leader, leaders) != companion:
            leaders[companion] = leader
    return leaders


def rank_item(item: Item, place: int) -> tuple[bool, bool, int, int]:
    """Companions first: what has neither severity nor mark (of these what says less), then what comes later."""
    mention = item.mention
    is_marked = mention.label is not None and not item.is_criterion_verdict
    return (mention.severity is not None, is_marked, 0 if item.is_own else len(mention.text), -place)


def _follow(place: int, leaders: dict[int, int]) -> int:
    while place in leaders:
        place = leaders[place]
    return place


def _strong_pairs(items: Sequence[Item], pairs: Pairs, *, within: bool = False) -> list[tuple[int, int]]:
    scored = (
        (pairs.score(pair), pair)
        for pair in pairs.reasons
        if (items[pair[0]].document == items[pair[1]].document) is within
    )
    return [pair for score, pair in sorted(scored, key=lambda entry: (-entry[0], entry[1])) if score >= LINK_THRESHOLD]


def _share_document(items: Sequence[Item], one: Sequence[int], other: Sequence[int]) -> bool:
    return not {items[place].document for place in one}.isdisjoint(items[place].document for place in other)
