"""What people corrected, laid over what was read. Pure: the index keeps what the documents say, and nothing else.

The export shows what the documents say too, without corrections.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from tandemweb.domain.finding import Agreement, Finding, Outcome, Severity
from tandemweb.domain.mission import Exchange, Mission, Stage
from tandemweb.services.anchors import Anchoring, FoundFinding, find_anchored
from tandemweb.services.merging import merge_findings
from tandemweb.store.corrections import Correction, CorrectionKind

FIELDS = (CorrectionKind.SEVERITY, CorrectionKind.AGREEMENT, CorrectionKind.OUTCOME)


@dataclass(frozen=True, slots=True)
class AppliedCorrection:
    """A correction of one finding. ``was`` is what the documents say now, ``now`` what it was corrected to.

    For ``same-as`` these are titles. ``was_then`` is what they said when it was corrected, where that was another word.
    """

    id: int
    kind: CorrectionKind
    was: str
    now: str
    created_at: datetime
    note: str
    anchoring: Anchoring
    was_then: str = ""


@dataclass(frozen=True, slots=True)
class RemovedFinding:
    """What was read as a finding and is none."""

    finding: Finding
    correction: AppliedCorrection


@dataclass(frozen=True, slots=True)
class CorrectedExchange:
    """An exchange with its findings as corrected.

    ``corrections`` are those of each finding by its key; ``merged_keys`` the keys of the findings that became part of
    another, by that one's key.
    """

    exchange: Exchange
    corrections: Mapping[str, tuple[AppliedCorrection, ...]] = field(default_factory=dict)
    merged_keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    removed: tuple[RemovedFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class CorrectedMission:
    """``mission`` holds the corrected exchanges, ``exchanges`` tells what was corrected in each, in the same order.

    ``orphans`` are corrections whose finding cannot be found any more: nothing follows from them, but they are shown.
    """

    mission: Mission
    exchanges: tuple[CorrectedExchange, ...]
    orphans: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class _Placed:
    """A correction with the finding that it means; ``target`` is the other one of ``same-as``."""

    correction: Correction
    found: FoundFinding
    target: str = ""

    @property
    def kind(self) -> CorrectionKind:
        return self.correction.kind


def correct_mission(
    mission: Mission, corrections: Sequence[Correction], texts: Mapping[str, str] | None = None
) -> CorrectedMission:
    """Lay ``corrections`` (in force, oldest first) over a mission; a later one of a kind wins over an earlier one.

    ``texts`` are those of the documents by path; only findings that are put together need them.
    """
    members: defaultdict[tuple[Stage, int], list[_Placed]] = defaultdict(list)
    orphans = []
    for correction in corrections:
        placed = _place(mission.exchanges, correction)
        if placed is None:
            orphans.append(correction)
        else:
            members[placed.found.stage, placed.found.round].append(placed)
    corrected = tuple(
        _correct_exchange(exchange, members[exchange.stage, exchange.round], texts or {})
        for exchange in mission.exchanges
    )
    changed = replace(mission, exchanges=tuple(one.exchange for one in corrected))
    return CorrectedMission(changed, corrected, tuple(orphans))


def _place(exchanges: Sequence[Exchange], correction: Correction) -> _Placed | None:
    found = find_anchored(exchanges, correction.anchor)
    if found is None or correction.kind is not CorrectionKind.SAME_AS:
        return _Placed(correction, found) if found else None
    there = replace(
        correction.anchor,
        path=correction.target_path,
        quote=correction.target_quote,
        finding_key=correction.value,
    )
    target = find_anchored(exchanges, there)
    is_beside = target is not None and (target.stage, target.round) == (found.stage, found.round)
    return _Placed(correction, found, target.key) if target and is_beside else None


def _correct_exchange(exchange: Exchange, placed: Sequence[_Placed], texts: Mapping[str, str]) -> CorrectedExchange:
    latest = {(place.found.key, place.kind): place for place in placed}
    if not latest:
        return CorrectedExchange(exchange)
    findings = {finding.key: finding for finding in exchange.findings}
    merged = _group_merged(findings, latest)
    swallowed = {key for keys in merged.values() for key in keys}
    shown, told, removed = [], {}, []
    for key, finding in findings.items():
        if key in swallowed:
            continue
        others = [findings[other] for other in merged.get(key, ())]
        whole = merge_findings(exchange, finding, others, texts) if others else finding
        gone = latest.get((key, CorrectionKind.NO_FINDING))
        if gone:
            removed.append(RemovedFinding(whole, _tell(gone, "a finding", "not a finding")))
            continue
        own = _list_field_corrections((key, *merged.get(key, ())), latest)
        ties = [latest[other.key, CorrectionKind.SAME_AS] for other in others]
        notes = [_tell_field(place, whole) for place in own]
        notes += [_tell(tie, findings[tie.found.key].title, finding.title) for tie in ties]
        shown.append(_correct_fields(whole, own))
        if notes:
            told[key] = tuple(sorted(notes, key=lambda note: note.id))
    return CorrectedExchange(replace(exchange, findings=tuple(shown)), told, merged, tuple(removed))


_Latest = Mapping[tuple[str, CorrectionKind], _Placed]


def _group_merged(findings: Mapping[str, Finding], latest: _Latest) -> dict[str, tuple[str, ...]]:
    """Say for each finding that takes others in which ones these are; what is no finding is in none."""
    links = {
        key: place.target
        for (key, kind), place in latest.items()
        if kind is CorrectionKind.SAME_AS and (key, CorrectionKind.NO_FINDING) not in latest
    }
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for key in findings:
        target = _follow(links, key, list(findings))
        if target != key:
            groups[target].append(key)
    return {target: tuple(keys) for target, keys in groups.items()}


def _follow(links: Mapping[str, str], key: str, order: Sequence[str]) -> str:
    """Go from finding to finding to the last one; of a circle the first finding stands for all."""
    path = [key]
    while path[-1] in links:
        following = links[path[-1]]
        if following in path:
            return min(path[path.index(following) :], key=order.index)
        path.append(following)
    return path[-1]


def _list_field_corrections(keys: Iterable[str], latest: _Latest) -> list[_Placed]:
    """Give one correction per field: that of the finding itself before those of the ones it takes in."""
    chosen: dict[CorrectionKind, _Placed] = {}
    for key in keys:
        for kind in FIELDS:
            if (key, kind) in latest:
                chosen.setdefault(kind, latest[key, kind])
    return list(chosen.values())


def _correct_fields(finding: Finding, placed: Iterable[_Placed]) -> Finding:
    values = {place.kind: place.correction.value for place in placed}
    severity, agreement = values.get(CorrectionKind.SEVERITY), values.get(CorrectionKind.AGREEMENT)
    outcome = values.get(CorrectionKind.OUTCOME)
    return replace(
        finding,
        final_severity=Severity(severity) if severity else finding.final_severity,
        agreement=Agreement(agreement) if agreement else finding.agreement,
        outcome=Outcome(outcome) if outcome else finding.outcome,
    )


def read_field(finding: Finding, kind: CorrectionKind) -> str:
    """Give the word that a finding has in the field that this kind corrects, "" for none."""
    return str(
        {
            CorrectionKind.SEVERITY: finding.final_severity,
            CorrectionKind.AGREEMENT: finding.agreement,
            CorrectionKind.OUTCOME: finding.outcome,
        }.get(kind)
        or ""
    )


def _tell_field(place: _Placed, finding: Finding) -> AppliedCorrection:
    was = read_field(finding, place.kind)
    then = place.correction.was
    return _tell(place, was, place.correction.value, was_then=then if then != was else "")


def _tell(place: _Placed, was: str, now: str, *, was_then: str = "") -> AppliedCorrection:
    correction = place.correction
    return AppliedCorrection(
        id=correction.id,
        kind=correction.kind,
        was=was,
        now=now,
        created_at=correction.created_at,
        note=correction.note,
        anchoring=place.found.anchoring,
        was_then=was_then,
    )
