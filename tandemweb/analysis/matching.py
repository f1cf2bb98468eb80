"""Mentions of one problem across the documents of an exchange become one finding.

Every pair of mentions that is taken for one finding carries its reason and score; thresholds are named constants;
nothing depends on the order in which a set or a dictionary happens to be walked.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from tandemweb.analysis.adoption import adopt_candidates
from tandemweb.analysis.convergence import judge_finding
from tandemweb.analysis.evidence import Item, Pairs, weigh_pairs
from tandemweb.analysis.exchange import ExchangeDocument as ExchangeDocument
from tandemweb.analysis.grouping import group_items, rank_item
from tandemweb.analysis.preparation import prepare_items
from tandemweb.domain.finding import Finding, MatchReason, Mention

KEY_LENGTH = 16  # hexadecimal digits
_BLANKS = re.compile(r"\W+")


def match_exchange(documents: Sequence[ExchangeDocument]) -> tuple[Finding, ...]:
    """Findings of one exchange, in order of their first mention.

    ``documents`` come in the order they were written (a placeholder stays in, with its role). Every mention given is
    in exactly one finding; a candidate is in at most one.
    """
    documents = adopt_candidates(documents)
    prepared = prepare_items(documents)
    pairs = weigh_pairs(prepared.items)
    copies: dict[int, list[Item]] = defaultdict(list)
    for item, original in prepared.copies:
        copies[original].append(item)
    members = [
        sorted(
            [(prepared.items[place], place) for place in group] + [(item, place) for place in group for item in copies[place]],
            key=lambda member: (member[0].document, member[0].mention.line),
        )
        for group in group_items(prepared.items, pairs)
    ]
    seen: Counter[str] = Counter()
    return tuple(_build_finding(documents, pairs, group, seen) for group in sorted(members, key=_first_place))


def _first_place(group: Sequence[tuple[Item, int]]) -> tuple[int, int, int]:
    item, place = group[0]
    return (item.document, item.mention.line, place)


def _build_finding(
    documents: Sequence[ExchangeDocument], pairs: Pairs, group: Sequence[tuple[Item, int]], seen: Counter[str]
) -> Finding:
    """Make a finding of its items, each given with its place among the pairs (a copy with that of its original)."""
    said: list[list[Mention]] = [[] for _ in documents]
    for item, place in sorted(group, key=lambda member: rank_item(*member), reverse=True):
        said[item.document].append(item.mention)
    converged = judge_finding(documents, said)
    return Finding(
        key=_build_key(group[0][0].mention, seen),
        title=_choose_title(said),
        mentions=tuple(item.mention for item, _ in group),
        raised_by=converged.raised_by,
        severity_by=converged.severity_by,
        final_severity=converged.final_severity,
        agreement=converged.agreement,
        outcome=converged.outcome,
        trail=converged.trail,
        reasons=_explain(pairs, [place for _, place in group]),
        stuck=converged.stuck,
    )


def _build_key(mention: Mention, seen: Counter[str]) -> str:
    """Stable while path and title of the first mention stay; equal ones are counted."""
    text = f"{mention.path}\n{_BLANKS.sub(' ', mention.title.lower()).strip()}"
    key = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:KEY_LENGTH]
    seen[key] += 1
    return key if seen[key] == 1 else f"{key}-{seen[key]}"


def _choose_title(said: Sequence[Sequence[Mention]]) -> str:
    """The last document's main words for it, an item's own title before a criterion's row."""
    mains = [mentions[0] for mentions in said if mentions]
    named = [mention for mention in mains if mention.severity is not None or mention.label is not None]
    return (named or mains)[-1].title


def _explain(pairs: Pairs, places: Sequence[int]) -> tuple[MatchReason, ...]:
    """For each mention after the first the strongest reason that ties it to another of its finding."""
    return tuple(
        dict.fromkeys(
            reason for index in range(1, len(places)) if (reason := _find_strongest(pairs, places, index)) is not None
        )
    )


def _find_strongest(pairs: Pairs, places: Sequence[int], index: int) -> MatchReason | None:
    ties = [
        (*_weigh(pairs, places[index], place), -abs(index - other), other)
        for other, place in enumerate(places)
        if other != index
    ]
    score, reason, _, other = max(ties)
    return MatchReason(min(index, other), max(index, other), reason, round(score, 3)) if score else None


def _weigh(pairs: Pairs, one: int, other: int) -> tuple[float, str]:
    """Score of a pair and its strongest reason; the same place twice is an item and its copy."""
    if one == other:
        return 1.0, "text"
    pair = (min(one, other), max(one, other))
    parts = pairs.reasons.get(pair, {})
    return pairs.score(pair), max(sorted(parts), key=lambda name: parts[name], default="")
