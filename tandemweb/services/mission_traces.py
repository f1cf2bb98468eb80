"""What missions leave behind in documents and in git, gathered for ``history.linking`` to weigh commits against."""

import hashlib
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from tandemweb.analysis.commit_names import extract_commit_names
from tandemweb.analysis.references import find_files
from tandemweb.archive.layout import recognise
from tandemweb.domain.commit import ChangeStatus, Commit
from tandemweb.domain.mission import Document, DocumentKind, Mission, MissionState, Stage
from tandemweb.domain.telling_words import extract_stems
from tandemweb.history.traces import FileList, MissionTrace, Moment, MomentKind, NamedCommit, NameStance
from tandemweb.services.archive_paths import MissionChange

NAMING = {DocumentKind.REPORT, DocumentKind.SUMMARY}
TELLING = {DocumentKind.SPEC, DocumentKind.REPORT, DocumentKind.FEEDBACK, DocumentKind.SUMMARY}
TRACED = TELLING | {DocumentKind.MANIFEST}  # what ``build_trace`` asks for of a mission's documents
CLOSED = {"complete", "abandoned"}
WORKING = {"working", "researching"}
TEXT_LIMIT = 200_000  # characters of one document
DIGEST_LENGTH = 20  # hexadecimal digits
_FILES_HEADING = re.compile(r"^#{1,6}\s.*\bfiles?\b.*$", re.IGNORECASE | re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}\s", re.MULTILINE)
_BY_KIND = {
    DocumentKind.SPEC: MomentKind.PLANNED,
    DocumentKind.REPORT: MomentKind.HANDED_OVER,
    DocumentKind.MANIFEST: MomentKind.HANDED_OVER,
    DocumentKind.EVALUATION: MomentKind.EVALUATED,
    DocumentKind.FEEDBACK: MomentKind.FEEDBACK,
    DocumentKind.SUMMARY: MomentKind.CLOSED,
}

FindCommit = Callable[[str], str | None]


class KnownPaths:
    """Every path of code that a history knows, to find what documents mean by shorter ones."""

    def __init__(self, commits: Iterable[Commit]) -> None:
        self._paths = {
            path for commit in commits for change in commit.changes for path in (change.path, change.old_path) if path
        }
        self._by_name: defaultdict[str, list[str]] = defaultdict(list)
        for path in self._paths:
            self._by_name[path.rpartition("/")[2]].append(path)

    def find(self, written: str, root_path: str) -> str:
        """Find the file that is meant: from the top, from where the archive stands, or the only one that ends so."""
        above = root_path.rpartition("/")[0]
        for candidate in (written, f"{above}/{written}"):
            if candidate in self._paths:
                return candidate
        matching = [path for path in self._by_name.get(written.rpartition("/")[2], ()) if path.endswith(f"/{written}")]
        return matching[0] if len(matching) == 1 else written


def make_finder(oids: Iterable[str]) -> FindCommit:
    """Make a function that finds the one commit whose id begins with a name."""
    ordered = sorted(oids)

    def find(name: str) -> str | None:
        place = bisect_left(ordered, name)
        found = ordered[place : place + 2]
        if not found or not found[0].startswith(name):
            return None
        return None if len(found) > 1 and found[1].startswith(name) else found[0]

    return find


def build_trace(
    mission: Mission,
    changes: Sequence[MissionChange],
    texts: Mapping[str, str],
    states: Mapping[str, MissionState],
    known: KnownPaths,
    find_commit: FindCommit,
    authors: Mapping[str, str],
) -> MissionTrace:
    """Gather one mission. ``changes`` oldest first; ``states`` by blob; ``authors``: who wrote a commit, by its id."""
    told = [document for document in mission.documents if document.path in texts]
    touching = frozenset(change.oid for change in changes)
    files = _list_files(mission, told, texts, known)
    moments = tuple(_list_moments(changes, states))
    handed_over = {moment.round for moment in moments if moment.kind is MomentKind.HANDED_OVER} | files.keys()
    working = _find_working_round(mission, handed_over)
    if working and working not in files:
        planned = [document for document in told if document.kind is DocumentKind.SPEC]
        found = _find_in_documents(planned, texts, known, mission)
        files |= {working: found} if found else {}
    return MissionTrace(
        path=mission.path,
        name=mission.name,
        started_at=mission.state.started_at,
        updated_at=None if working else mission.state.updated_at,
        working_round=working,
        moments=moments,
        touching=touching,
        files=files,
        named=tuple(_list_named(told, texts, find_commit)),
        words=_gather_words(mission, told, texts),
        authors=frozenset(authors[oid] for oid in touching if oid in authors),
    )


def digest_evidence(mission: Mission) -> str:
    """Sum up all that ``build_trace`` reads of a mission: while that stays, the mission's links do.

    Its documents count by content where their texts are read, else by the place that they have.
    """
    documents = [
        (document.path, document.kind, document.round, document.content_hash if document.kind in TELLING else "")
        for document in mission.documents
    ]
    told = (
        mission.path,
        mission.name,
        mission.title,
        mission.root.path,
        replace(mission.state, unknown={}),
        documents,
        [criterion.text for criterion in mission.criteria],
        sorted((number, tuple(paths)) for number, paths in mission.changed_files.items()),
    )
    return hashlib.sha256(repr(told).encode("utf-8", "surrogateescape")).hexdigest()[:DIGEST_LENGTH]


def list_naming_documents(mission: Mission) -> tuple[str, ...]:
    """Name the documents whose texts ``build_trace`` needs."""
    return tuple(document.path for document in mission.documents if document.kind in TELLING)


def _find_working_round(mission: Mission, handed_over: Iterable[int | None]) -> int | None:
    state = mission.state
    if state.phase in CLOSED or not state.round or state.round in handed_over:
        return None
    return state.round if state.phase == "generation" or state.generator_status in WORKING else None


def _list_files(
    mission: Mission, told: Sequence[Document], texts: Mapping[str, str], known: KnownPaths
) -> dict[int, FileList]:
    files = {}
    manifests = {d.round: d.path for d in mission.documents if d.kind is DocumentKind.MANIFEST}
    for number, paths in mission.changed_files.items():
        listed = frozenset(known.find(path, mission.root.path) for path in paths)
        if listed:
            files[number] = FileList(listed, manifests.get(number, mission.path), is_manifest=True)
    for document in told:
        if document.kind is DocumentKind.REPORT and document.round and document.round not in files:
            found = _find_in_documents([document], texts, known, mission)
            files |= {document.round: found} if found else {}
    return files


def _find_in_documents(
    documents: Sequence[Document], texts: Mapping[str, str], known: KnownPaths, mission: Mission
) -> FileList | None:
    for document in documents:
        text = texts[document.path][:TEXT_LIMIT]
        sections = [_section(text, match.end()) for match in _FILES_HEADING.finditer(text)]
        lines = "\n".join(sections or [text]).splitlines()
        named = {reference.path for line in lines for reference in find_files(line)}
        if named:
            return FileList(frozenset(known.find(path, mission.root.path) for path in named), document.path)
    return None


def _section(text: str, start: int) -> str:
    following = _HEADING.search(text, start)
    return text[start : following.start() if following else len(text)]


def _list_named(told: Sequence[Document], texts: Mapping[str, str], find_commit: FindCommit) -> Iterator[NamedCommit]:
    for document in told:
        if document.kind not in NAMING:
            continue
        for name in extract_commit_names(texts[document.path][:TEXT_LIMIT]):
            oid = find_commit(name.name)
            if oid:
                stance = NameStance.OWN if name.is_own else NameStance.MENTIONED
                stance = NameStance.FOREIGN if name.is_foreign else stance
                yield NamedCommit(oid, stance, document.round, document.path, name.line)


def _gather_words(mission: Mission, told: Sequence[Document], texts: Mapping[str, str]) -> frozenset[str]:
    spoken = [mission.name, mission.title, *(criterion.text for criterion in mission.criteria)]
    spoken += [texts[document.path][:TEXT_LIMIT] for document in told if document.kind in TELLING]
    return extract_stems("\n".join(spoken))


def _list_moments(changes: Sequence[MissionChange], states: Mapping[str, MissionState]) -> Iterator[Moment]:
    before = MissionState()
    for found in changes:
        change, blob = found.change, found.change.blob
        if blob is None:
            continue
        place = recognise(found.inner)
        if place.kind is DocumentKind.STATE and blob in states:
            after = states[blob]
            kind = _read_state_moment(before, after)
            if kind:
                yield Moment(found.oid, kind, after.round, change.path, blob)
            before = after
        elif change.status is ChangeStatus.ADDED:
            kind = _BY_KIND.get(place.kind)
            if place.kind is DocumentKind.DISCUSSION:
                kind = MomentKind.PLANNED if place.stage is Stage.PLANNING else MomentKind.EVALUATED
            if kind:
                yield Moment(found.oid, kind, place.round, change.path, blob)


def _read_state_moment(before: MissionState, after: MissionState) -> MomentKind | None:
    if after.phase in CLOSED:
        return MomentKind.CLOSED
    if after.phase in {"planning", "ready-for-execution"}:
        return MomentKind.PLANNED
    if after.phase == "user-review" or (
        after.generator_status == "ready-for-eval" and after.evaluator_status == "done"
    ):
        return MomentKind.EVALUATED
    if after.generator_status == "ready-for-eval":
        return MomentKind.HANDED_OVER
    if (after.user_feedback_round_count or 0) > (before.user_feedback_round_count or 0):
        return MomentKind.FEEDBACK
    return None
