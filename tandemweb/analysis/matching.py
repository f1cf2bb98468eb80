"""Mentions of one problem across the documents of an exchange become one finding.

Every pair of mentions that is taken for one finding carries its reason and score; thresholds are named constants;
nothing depends on the order in which a set or a dictionary happens to be walked.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from tandemweb.analysis.adoption import adopt_candidates
from tandemweb.analysis.convergence import Convergence, judge_finding
from tandemweb.analysis.effects import find_acted_on
from tandemweb.analysis.entries import Entry
from tandemweb.analysis.evidence import weigh_pairs
from tandemweb.analysis.exchange import ExchangeDocument as ExchangeDocument
from tandemweb.analysis.grouping import group_entries, rank_entry
from tandemweb.analysis.leftovers import pair_leftovers
from tandemweb.analysis.pairs import Pairs, order
from tandemweb.analysis.parting import part_items
from tandemweb.analysis.preparation import prepare_entries
from tandemweb.domain.finding import Finding, MatchReason, Mention, Stance

KEY_LENGTH = 16  # hexadecimal digits
LOOKS_AT_LEFTOVERS = 2  # what one look has joined tells the next what is left
_BLANKS = re.compile(r"\W+")

Member = tuple[Entry, int]  # an entry with its place among the pairs; a copy has that of its original


def match_exchange(documents: Sequence[ExchangeDocument]) -> tuple[Finding, ...]:
    """Match the mentions of one exchange; its findings come in order of their first mention.

    ``documents`` come in the order they were written (a placeholder stays in, with its role). Every mention given is
    in exactly one finding; a candidate is in at most one.
    """
    adopted = part_items(adopt_candidates(documents))
    prepared = prepare_entries(adopted)
    pairs = weigh_pairs(prepared.entries, [document.text for document in adopted])
    copies: dict[int, list[Entry]] = defaultdict(list)
    for entry, original in prepared.copies:
        copies[original].append(entry)
    grouped = group_entries(prepared.entries, pairs)
    for _ in range(LOOKS_AT_LEFTOVERS):
        if not pair_leftovers(prepared.entries, pairs, grouped):
            break
        grouped = group_entries(prepared.entries, pairs)
    groups = []
    for group in grouped:
        members = [(entry, place) for place in group for entry in (prepared.entries[place], *copies[place])]
        groups.append(_take_lines_once(sorted(members, key=_written_order)))
    groups.sort(key=_first_written)
    said = [_sort_by_document(group, len(adopted)) for group in groups]
    acted_on = find_acted_on(adopted, said)
    judged = [
        judge_finding(adopted, mentions, put_into_effect=number in acted_on, credited=_list_credited(groups[number]))
        for number, mentions in enumerate(said)
    ]
    seen: Counter[str] = Counter()
    return tuple(
        _build_finding(pairs, group, mentions, converged, seen)
        for group, mentions, converged in zip(groups, said, judged, strict=True)
    )


def _written_order(member: Member) -> tuple[int, int, int]:
    entry, place = member
    return (entry.document, entry.mention.line, place)


def _take_lines_once(group: Sequence[Member]) -> list[Member]:
    """Keep one mention of a line that was parted into several, where they are one finding after all."""
    lines: dict[tuple[int, int], Member] = {}
    for member in group:
        lines.setdefault((member[0].document, member[0].mention.line), member)
    return list(lines.values())


def _first_written(group: Sequence[Member]) -> tuple[int, int, int]:
    return _written_order(group[0])


def _list_credited(group: Sequence[Member]) -> frozenset[str]:
    """Whose point it was, as the first merged document that says so has it."""
    return next((entry.sources for entry, _ in group if entry.sources), frozenset())


def _sort_by_document(group: Sequence[Member], count: int) -> list[list[Mention]]:
    """Sort a finding's mentions by document, the main one of each first."""
    said: list[list[Mention]] = [[] for _ in range(count)]
    for entry, _ in sorted(group, key=lambda member: rank_entry(*member), reverse=True):
        said[entry.document].append(entry.mention)
    return said


def _build_finding(
    pairs: Pairs,
    group: Sequence[Member],
    said: Sequence[Sequence[Mention]],
    converged: Convergence,
    seen: Counter[str],
) -> Finding:
    return Finding(
        key=_build_key(group[0][0].mention, seen),
        title=_choose_title(said),
        mentions=tuple(entry.mention for entry, _ in group),
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
    """Build a key that is stable while path and title of the first mention stay; equal ones are counted."""
    text = f"{mention.path}\n{_BLANKS.sub(' ', mention.title.lower()).strip()}"
    key = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:KEY_LENGTH]
    seen[key] += 1
    return key if seen[key] == 1 else f"{key}-{seen[key]}"


def _choose_title(said: Sequence[Sequence[Mention]]) -> str:
    """Choose the words of who raises it, an item's own title before a criterion's row or an answer to it."""
    mains = [mentions[0] for mentions in said if mentions]
    named = [mention for mention in mains if mention.severity is not None or mention.label is not None]
    raising = [mention for mention in named if mention.stance is Stance.RAISES]
    return (raising or named or mains)[0].title


def _explain(pairs: Pairs, places: Sequence[int]) -> tuple[MatchReason, ...]:
    """For each mention after the first the strongest reason that ties it to another of its finding."""
    reasons = (_find_strongest(pairs, places, index) for index in range(1, len(places)))
    return tuple(dict.fromkeys(reason for reason in reasons if reason is not None))


def _find_strongest(pairs: Pairs, places: Sequence[int], index: int) -> MatchReason | None:
    score, reason, _, other = max(
        (*_weigh(pairs, places[index], place), -abs(index - other), other)
        for other, place in enumerate(places)
        if other != index
    )
    return MatchReason(min(index, other), max(index, other), reason, round(score, 3)) if score else None


def _weigh(pairs: Pairs, one: int, other: int) -> tuple[float, str]:
    """Score of a pair and its strongest reason; the same place twice is an item and its copy."""
    if one == other:
        return 1.0, "text"
    parts = pairs.reasons.get(order(one, other), {})
    return pairs.score(one, other), max(sorted(parts), key=lambda name: parts[name], default="")
