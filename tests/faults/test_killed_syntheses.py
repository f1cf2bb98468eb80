"""The server killed at any write of a synthesis, of discarding one, and of a workflow of the user's own.

Nothing of the user's is lost, and the next start clears away what is left, or shows it.
"""

import re
import signal
from pathlib import Path

import pytest
from conftest import GitRepository
from effort import choose
from fingerprints import take_fingerprint
from forking import fork

from faults.running import Machine
from tandemweb.domain.synthesis import SynthesisStatus
from tandemweb.services.own_workflows import list_deleted
from tandemweb.services.synthesising import list_syntheses
from tandemweb.services.workflows import list_workflows
from tests.services.running import wait_for

from .test_killed_saves import trust

pytestmark = [pytest.mark.faults, pytest.mark.compare, pytest.mark.timeout(choose(300, 3600))]
QUICK = 5
RESULT = "impl/synthesis"
Files = dict[str, tuple[str, int]]


@pytest.fixture
def project(machine: Machine) -> GitRepository:
    """Give the project with two implementations, in the middle of work."""
    repository = GitRepository(machine.project)
    fork(repository, {"a": "1\n", "sub/b": "1\n"}, {"a": "A\n"}, {"a": "B\n"})
    repository.write({"a": "stashed\n"})
    repository.git("stash", "-q")
    repository.write({"a": "changed\n", "staged": "1\n", "new": "1\n"})
    repository.git("add", "staged")
    trust(machine)
    return repository


def wait_for_git(machine: Machine) -> None:
    """Wait until every git has ended whose parent was killed."""

    def list_running() -> list[bytes]:
        lines = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                lines.append((process / "cmdline").read_bytes())
            except OSError:
                continue
        places = (f"{machine.data}/".encode(), f"{machine.project}/".encode())
        return [line for line in lines if any(place in line for place in places)]

    wait_for(lambda: not list_running(), "git to end")


def start_again(machine: Machine) -> None:
    """Do what the next start does; nothing of what a killed one was at is left then."""
    wait_for_git(machine)
    machine.do_whole("clear")
    assert list(machine.data.glob("shadows/*/scratch/*")) == []
    kept = {own.id for own in list_syntheses(machine.data)}
    assert {path.name for path in machine.data.glob("syntheses/2*")} == kept


def is_whole(project: GitRepository, machine: Machine) -> bool:
    """Whether there is a synthesis; then all of it is."""
    made = list_syntheses(machine.data)
    if not made:
        return False
    (own,) = made
    assert own.status is SynthesisStatus.READY
    assert project.git("rev-parse", f"{own.branch}^{{tree}}") == project.git("rev-parse", "impl/claude^{tree}")
    assert project.git("-C", own.worktree, "status", "--porcelain") == ""
    return True


def without_result(found: Files) -> Files:
    own = re.compile(r"\.git/(logs/)?refs/heads/impl/synthesis|\.git/worktrees(/.*)?")
    return {name: what for name, what in found.items() if not own.fullmatch(name)}


def test_killed_while_a_synthesis_is_made(machine: Machine, project: GitRepository):
    before = take_fingerprint(machine.project)
    machine.keep()
    count = machine.do_whole("synthesise")
    assert count > 20
    for place in machine.kill_everywhere("synthesise", count, QUICK):
        start_again(machine)
        if is_whole(project, machine):
            assert without_result(take_fingerprint(machine.project)) == before, place
        else:
            assert take_fingerprint(machine.project) == before, place
            assert machine.do("synthesise")[0] == 0, place
            assert is_whole(project, machine), place


@pytest.mark.parametrize("verb", ["discard", "discard-changed"])
def test_killed_while_it_is_discarded(machine: Machine, project: GitRepository, verb: str):
    before = take_fingerprint(machine.project)
    machine.do_whole("synthesise")
    (own,) = list_syntheses(machine.data)
    work = Path(own.worktree, "a")
    if verb == "discard-changed":
        work.write_text("somebody went on")
    machine.keep()
    count = machine.do_whole(verb)
    assert take_fingerprint(machine.project) == before
    assert count > 5
    for place in machine.kill_everywhere(verb, count, QUICK):
        start_again(machine)
        if list_syntheses(machine.data):  # it had not begun: what somebody did there is there as well
            assert work.read_text() == ("somebody went on" if verb == "discard-changed" else "A\n"), place
            assert project.git("rev-parse", RESULT) == own.oid, place
            assert machine.do(verb)[0] == 0, place
        assert take_fingerprint(machine.project) == before, place
        assert list_syntheses(machine.data) == (), place


@pytest.mark.parametrize("verb", ["copy", "save", "undo", "delete"])
def test_killed_while_a_workflow_is_changed(machine: Machine, verb: str):
    """The file is what it was or what it was to be, its last version is kept, and another press ends the same."""
    for earlier in {"copy": (), "save": ("copy",), "undo": ("copy", "save"), "delete": ("copy", "save")}[verb]:
        machine.do_whole(f"{earlier}-workflow")
    file, last = machine.data / "workflows/mine.toml", machine.data / "workflows/.last/mine.toml"
    before = read(file)
    kept = {read(last), before}
    machine.keep()
    count = machine.do_whole(f"{verb}-workflow")
    after = read(file)
    assert before != after
    for place in machine.kill_everywhere(f"{verb}-workflow", count, QUICK):
        found = read(file)
        assert found in (before, after), place
        assert read(last) in kept, place
        assert found == before or before is None or read(last) == before, (place, "can be taken back")
        own = [entry for entry in list_workflows(machine.data) if entry.name == "mine"]
        assert [entry.problems for entry in own] == [()] * (found is not None), place
        assert list_deleted(machine.data) == (("mine",) if verb == "delete" and found is None else ()), place
        if found == before:
            status, said = machine.do(f"{verb}-workflow")
            assert status == 0, (place, said)
            assert read(file) == after or verb == "undo", place


def read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def test_a_kill_is_a_kill(machine: Machine):
    assert machine.do("copy-workflow", 1)[0] == -signal.SIGKILL
