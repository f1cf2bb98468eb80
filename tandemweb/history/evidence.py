"""The sentences that tell why a commit is linked to a mission. Pure."""

from collections.abc import Sequence

from tandemweb.domain.commit import Commit
from tandemweb.domain.link import Evidence, EvidenceKind
from tandemweb.history.order import HistoryOrder
from tandemweb.history.spans import Span
from tandemweb.history.traces import FileList, MissionTrace, NamedCommit
from tandemweb.history.weighing import Fit

SHORT = 9  # digits of a commit in a sentence


def say_named(named: NamedCommit) -> Evidence:
    text = f"{_name(named.path)}, line {named.line}, names this commit as the mission's own work."
    return Evidence(EvidenceKind.NAMED, text, path=named.path, line=named.line)


def say_mission_files(trace: MissionTrace) -> Evidence:
    return Evidence(EvidenceKind.MISSION_FILES, f"The commit also holds files of {trace.path}.")


def say_files(files: FileList, fit: Fit) -> Evidence:
    count = len(fit.listed) + len(fit.others)
    what = (
        "The file" if count == 1 else f"All {count} files" if not fit.others else f"{len(fit.listed)} of {count} files"
    )
    verb = "stands" if count == 1 or len(fit.listed) == 1 else "stand"
    kind = EvidenceKind.MANIFEST if files.is_manifest else EvidenceKind.REPORT
    return Evidence(kind, f"{what} that it changes {verb} in {_name(files.source)}.", path=files.source)


def say_place(span: Span, oid: str, order: HistoryOrder, trace: MissionTrace) -> Evidence | None:
    """Say where the commit stands; nothing when it is outside the span."""
    if oid not in span.oids:
        return None
    if span.end == oid and span.start:
        text = f"It brought round {span.round} to its end, after {span.start[:SHORT]}."
    elif span.start and span.end:
        text = f"It stands after {span.start[:SHORT]} and before {span.end[:SHORT]}, which ended round {span.round}."
    elif span.start:
        text = f"It stands after {span.start[:SHORT]}, and round {span.round} has not ended."
    else:
        time = order.time(oid)
        if not (time and trace.started_at):
            return None
        started = f"the mission started ({trace.started_at:%Y-%m-%d %H:%M})"
        return Evidence(EvidenceKind.TIME, f"It was made {time:%Y-%m-%d %H:%M}, after {started}.", commit=span.end)
    return Evidence(EvidenceKind.PLACE, text, commit=span.end or span.start)


def say_branch(name: str) -> Evidence:
    return Evidence(EvidenceKind.BRANCH, f"It is on the branch {name}, which is called like the mission.")


def say_author(commit: Commit) -> Evidence:
    return Evidence(EvidenceKind.AUTHOR, f"{commit.author_name}, who wrote it, also committed files of the mission.")


def say_same_patch(other: str) -> Evidence:
    text = f"It makes the same change as {other[:SHORT]}, which is linked."
    return Evidence(EvidenceKind.SAME_PATCH, text, commit=other)


def say_same_content(others: Sequence[str]) -> Evidence:
    named = ", ".join(oid[:SHORT] for oid in others[:5])
    text = f"It brings the very contents that {named} brought on another branch."
    return Evidence(EvidenceKind.SAME_PATCH, text, commit=others[0])


def _name(path: str) -> str:
    """Give the end of a path that tells documents of one mission apart."""
    return "/".join(path.split("/")[-2:])
