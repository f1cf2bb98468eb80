"""Mentions of one problem across the documents of an exchange become one finding.

Every pair of mentions that is taken for one finding carries its reason and score; thresholds are named constants;
nothing depends on the order in which a set or a dictionary happens to be walked.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

from tandemweb.analysis.convergence import judge_finding
from tandemweb.analysis.evidence import Item, Pairs, build_items, weigh_pairs
from tandemweb.analysis.exchange import ExchangeDocument as ExchangeDocument
from tandemweb.analysis.grouping import group_items, rank_item
from tandemweb.domain.finding import Finding, MatchReason, Mention

KEY_LENGTH = 16  # hexadecimal digits
_BLANKS = re.compile(r"\W+")


def match_exchange(documents: Sequence[ExchangeDocument]) -> tuple[Finding, ...]:
    """Findings of one exchange, in order of their first mention.

    ``documents`` come in the order they were written (a placeholder stays in, with its role). Every mention given is
    in exactly one finding; a candidate is in at most one.
    """
    items = build_items([(document.author, document.role, document.mentions) for document in documents])
    pairs = weigh_pairs(items)
    seen: Counter[str] = Counter()
    findings = []
    for group in group_items(items, pairs):
        findings.append(_build_finding(documents, items, pairs, group, seen))
    return tuple(findings)


def _build_finding(
    documents: Sequence[ExchangeDocument], items: Sequence[Item], pairs: Pairs, group: Sequence[int], seen: Counter[str]
) -> Finding:
    said: list[list[Mention]] = [[] for _ in documents]
    for place in sorted(group, key=lambda place: rank_item(items[place], place), reverse=True):
        said[items[place].document].append(items[place].mention)
    converged = judge_finding(documents, said)
    return Finding(
        key=_build_key(items[group[0]].mention, seen),
        title=_choose_title(said),
        mentions=tuple(items[place].mention for place in group),
        raised_by=converged.raised_by,
        severity_by=converged.severity_by,
        final_severity=converged.final_severity,
        agreement=converged.agreement,
        outcome=converged.outcome,
        trail=converged.trail,
        reasons=_explain(pairs, group),
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


def _explain(pairs: Pairs, group: Sequence[int]) -> tuple[MatchReason, ...]:
    """For each mention after the first the strongest reason that ties it to another of its finding."""
    reasons = []
    for index, place in enumerate(group):
        ties = [
            (pairs.score(pair), -abs(index - other), other, pair)
            for other, pair in ((other, (min(place, group[other]), max(place, group[other]))) for other in range(len(group)))
            if other != index and pair in pairs.reasons
        ]
        if index and ties:
            score, _, other, pair = max(ties)
            parts = pairs.reasons[pair]
            reason = max(sorted(parts), key=lambda name: parts[name])
            reasons.append(MatchReason(min(index, other), max(index, other), reason, round(score, 3)))
    return tuple(dict.fromkeys(reasons))
