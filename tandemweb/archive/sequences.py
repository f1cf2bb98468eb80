"""Whether the rounds and steps of a mission follow each other without gaps, and agree with State.json."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from tandemweb.archive.layout import OTHER, Place
from tandemweb.archive.missions import MissionFile, MissionFolder
from tandemweb.archive.state import StateReading
from tandemweb.domain.mission import Author, DocumentKind, Stage
from tandemweb.domain.problem import Problem

PHASES_AFTER_EVALUATION = frozenset(("user-review", "complete"))


def check_sequences(mission: MissionFolder, state: StateReading) -> Iterator[Problem]:
    """Problems for missing rounds and steps, two files of one place, and a round that State.json only claims."""
    yield from _check_duplicates(mission)
    yield from _check_rounds(mission, state)
    yield from _check_steps(mission)
    yield from _check_state_round(mission, state)


def find_gaps(numbers: Iterable[int], last: int) -> tuple[tuple[int, int], ...]:
    """Ranges (first, last) of numbers from 1 to ``last`` that are not among ``numbers``."""
    gaps = []
    expected = 1
    for number in sorted({number for number in numbers if number <= last} | {last + 1}):
        if number > expected:
            gaps.append((expected, number - 1))
        expected = max(expected, number + 1)
    return tuple(gaps)


def _check_duplicates(mission: MissionFolder) -> Iterator[Problem]:
    first: dict[Place, MissionFile] = {}
    for document in mission.documents:
        if document.place == OTHER:
            continue
        other = first.setdefault(document.place, document)
        if other is not document:
            message = f"The file has the same place in the mission as {other.path[len(mission.path) + 1 :]}."
            yield Problem(document.path, None, "duplicate-document", f"{message} Both are shown.")


def _check_rounds(mission: MissionFolder, state: StateReading) -> Iterator[Problem]:
    last = _last_round(mission)
    reports = _rounds(mission, DocumentKind.REPORT)
    for gap in find_gaps(reports, last):
        yield _missing(mission, "missing-round", f"the generator's report of {_name('round', gap)}", last)
    finished = last if state.state.phase in PHASES_AFTER_EVALUATION else last - 1
    for gap in find_gaps(_rounds(mission, DocumentKind.EVALUATION), finished):
        yield _missing(mission, "missing-round", f"the final evaluation of {_name('round', gap)}", last)


def _check_steps(mission: MissionFolder) -> Iterator[Problem]:
    steps: defaultdict[tuple[Stage | None, int | None, Author], list[MissionFile]] = defaultdict(list)
    for document in mission.documents:
        place = document.place
        if place.kind is DocumentKind.DISCUSSION and place.author is not None:
            steps[place.stage, place.round, place.author].append(document)
    for (_, _, author), documents in steps.items():
        numbers = [document.place.step or 0 for document in documents]
        folder = documents[0].path.rpartition("/")[0]
        for gap in find_gaps(numbers, max(numbers)):
            what = f"{author.value.capitalize()}'s {_name('document', gap)}"
            message = f"There is no file for {what}, though the discussion goes on to {max(numbers)}."
            yield Problem(folder, None, "missing-step", message)


def _check_state_round(mission: MissionFolder, state: StateReading) -> Iterator[Problem]:
    claimed, last = state.state.round, _last_round(mission)
    if claimed is None:
        return
    # While it is being generated, a round has no file yet.
    written = claimed - 1 if state.state.phase == "generation" else claimed
    if written > last:
        found = f"the last one on disk is {last}" if last else "there is none on disk"
        message = f"State.json says round {claimed}, but {found}."
        yield Problem(state.path, state.lines.get("round"), "round-not-on-disk", message)


def _rounds(mission: MissionFolder, *kinds: DocumentKind) -> set[int]:
    places = (document.place for document in mission.documents)
    return {place.round for place in places if place.kind in kinds and place.round is not None}


def _last_round(mission: MissionFolder) -> int:
    places = (document.place for document in mission.documents if document.place.stage is Stage.EVALUATION)
    return max((place.round for place in places if place.round is not None), default=0)


def _name(what: str, gap: tuple[int, int]) -> str:
    first, last = gap
    return f"{what} {first}" if first == last else f"{what}s {first} to {last}"


def _missing(mission: MissionFolder, code: str, what: str, last: int) -> Problem:
    message = f"There is no file for {what}, though the mission has rounds up to {last}."
    return Problem(mission.path, None, code, message)
