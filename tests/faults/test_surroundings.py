"""What happens around a running server: disks, clocks, repositories, other processes. Each with what the user sees."""

import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import psutil
import pytest
from archive.missions_on_disk import Archive
from conftest import GitRepository, init_repository
from effort import choose
from run_folders import make_run, wait_until
from services.examples import archive
from serving import RunningServer, running_server
from sqlite_utils import Database, Migrations
from store.test_corrections import ANCHOR

from faults.running import Machine
from faults.test_killed_saves import PHASES, begin_undriven, dump_state, read_files, save_workflow, trust
from tandemweb.agents.run_folder import get_run_folder, list_run_folders
from tandemweb.agents.run_reading import read_run
from tandemweb.domain.mission import Naming
from tandemweb.domain.run import RunStatus
from tandemweb.services.stages import StageOrder, start_stage
from tandemweb.store.corrections import CorrectionKind, list_corrections, save_correction
from tandemweb.store.migrations_state import state_migrations
from tandemweb.store.projects import list_projects
from tandemweb.store.state import STATE_VERSION, open_state, open_state_reader
from tests.services.running import Bench, bench

__all__ = ["bench"]
pytestmark = [pytest.mark.faults, pytest.mark.timeout(choose(300, 3600))]

GONE = "No such file or directory"
MISSION = "/projects/project/missions/tandemkit/001-DateRanges"


@pytest.fixture
def project(tmp_path: Path) -> GitRepository:
    repository = init_repository(tmp_path / "project")
    repository.commit("Start", archive("001-DateRanges"))
    return repository


def read(server: RunningServer, cookie: str, path: str) -> tuple[int, str]:
    answer = server.get(path, cookie)
    return answer.status, " ".join(unescape(re.sub("<[^>]+>", " ", answer.body.decode())).split())


def wait_for_page(server: RunningServer, cookie: str, path: str, words: str = "") -> None:
    def is_there() -> bool:
        status, text = read(server, cookie, path)
        return status == 200 and words in text

    wait_until(is_there, 60)


@pytest.mark.parametrize("verb", [*PHASES, "correct", "settings", "start"])
def test_a_full_disk_or_one_that_is_read_only_loses_nothing(machine: Machine, verb: str):
    """Where nothing can be written the answer says so, all that was there is there, and with room it is done."""
    if verb in PHASES:
        made = Archive(machine.project, machine.data, Naming.PASCAL)
        made.write_mission(**PHASES[verb])
        made.write({made.spell("plan", number): f"# Plan {number}\n\nDark.\n" for number in (1, 2)})
        if verb == "create":
            made.write_config(currentMission=None, nextMissionNumber=2)
        if verb == "undo":
            machine.do_whole("feedback")
    else:
        save_workflow(machine)
        trust(machine)
        (machine.data / "settings.toml").write_text("[runs]\nparallel_limit = 3\n")
    before, state = read_files(machine.project), dump_state(machine)
    settings = machine.data / "settings.toml"
    for disk in ("full:0", "full:20", "readonly") if verb in PHASES else ("full:0", "readonly"):
        status, said = machine.do(verb, disk)
        assert status == 1, (disk, said)
        told = "[Rr]ead-?only" if disk == "readonly" else "too large|full|disk|room|written"
        assert re.search(rf"tandemweb\.\S+Error: .*({told})", said), (disk, said)
        assert read_files(machine.project) == before, disk
        assert dump_state(machine) == state, disk
        assert not settings.exists() or "parallel_limit = 3" in settings.read_text()
    assert machine.do(verb)[0] == 0, "once there is room"
    for one in list_run_folders(machine.data):
        wait_until(lambda one=one: read_run(one).status.is_end or not one.driver.exists(), 60)


def test_an_upgrade_keeps_corrections_and_rebuilds_the_index(tmp_path: Path, project: GitRepository):
    """A data folder as an earlier version left it: ``state.db`` of two migrations, an index of another schema."""
    data = tmp_path / "home/tandemweb"
    data.mkdir(parents=True, mode=0o700)
    with closing(sqlite3.connect(data / "state.db", isolation_level=None)) as connection:
        old = Database(connection)
        earlier = Migrations("state")
        for migration in state_migrations._migrations[:2]:
            earlier(name=migration.name)(migration.fn)
        earlier.apply(old)
        old.conn.execute(
            "INSERT INTO projects (slug, name, path) VALUES ('project', 'project', ?)", (str(project.path),)
        )
        old.conn.execute(
            "INSERT INTO corrections (kind, project, mission_path, stage, round, path, line, quote, finding_key, value,"
            " note, created_at) VALUES ('severity', 'project', 'TandemKit/001-DateRanges', 'evaluation', 1,"
            " 'TandemKit/001-DateRanges/x.md', 3, 'a quote', 'f1', 'HIGH', 'the-old-note', '2026-01-01T00:00:00+00:00')"
        )
        old.conn.execute("PRAGMA user_version = 2")
    with closing(sqlite3.connect(data / "index.db")) as connection:
        connection.execute("CREATE TABLE missions (name TEXT)")
        connection.execute("PRAGMA user_version = 3")
    with running_server(tmp_path / "home") as server:
        wait_for_page(server, server.log_in(), MISSION)
    with open_state_reader(data) as state:
        assert [kept.note for kept in list_corrections(state, "project")] == ["the-old-note"]
        assert [kept.slug for kept in list_projects(state)] == ["project"]
    with closing(sqlite3.connect(data / "state.db")) as present:
        assert present.execute("PRAGMA user_version").fetchone() == (STATE_VERSION,)
    with closing(sqlite3.connect(data / "state.db.backup-2")) as backup:
        assert backup.execute("SELECT note FROM corrections").fetchall() == [("the-old-note",)]


def test_two_servers_on_one_data_folder(tmp_path: Path, project: GitRepository):
    """The second reads, says who keeps the index, and takes over when the first is killed; nothing saved is lost."""
    home = tmp_path / "home"
    with ExitStack() as stack:
        first = stack.enter_context(running_server(home, str(project.path)))
        wait_for_page(first, first.log_in(), MISSION)
        second = stack.enter_context(running_server(home))
        cookie = second.log_in()
        wait_for_page(second, cookie, MISSION)
        wait_until(lambda: [line for line in second.lines if first.origin in line and "only reads" in line], 60)
        for number in range(5):
            with open_state(home / "tandemweb") as state, state.transaction() as transaction:
                save_correction(
                    transaction, CorrectionKind.SEVERITY, ANCHOR, "LOW", created_at=datetime.now(UTC), note=str(number)
                )
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
        project.write({"TandemKit/002-Later/State.json": archive("002-Later")["TandemKit/002-Later/State.json"]})
        wait_for_page(second, cookie, "/projects/project/missions/tandemkit/002-Later")
    with open_state_reader(home / "tandemweb") as state:
        assert len(list_corrections(state, "shop", with_undone=True)) == 5


def test_an_index_that_is_damaged_at_random_while_it_is_served(tmp_path: Path, project: GitRepository):
    """Pages say something in words meanwhile, and are back by themselves; what people decided is not touched."""
    home = tmp_path / "home"
    index = home / "tandemweb/index.db"
    with running_server(home, str(project.path)) as server:
        cookie = server.log_in()
        with open_state(home / "tandemweb") as state, state.transaction() as transaction:
            save_correction(transaction, CorrectionKind.SEVERITY, ANCHOR, "LOW", created_at=datetime.now(UTC))
        for seed in range(choose(3, 40)):
            wait_for_page(server, cookie, MISSION)
            chance = random.Random(seed)
            with closing(sqlite3.connect(index, timeout=30)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            with index.open("r+b") as file:
                for _ in range(chance.choice((1, 5, 200))):
                    file.seek(chance.randrange(index.stat().st_size))
                    file.write(chance.randbytes(40))
            for path in (MISSION, "/", "/search?q=range"):
                status, text = read(server, cookie, path)
                assert "Traceback" not in text
                assert status in {200, 404, 500, 503}, (seed, path, text[:300])
                assert status == 200 or re.search(r"\w+ \w+ \w+", text), "an error says something"
        for path in (MISSION, "/"):
            wait_for_page(server, cookie, path)
        assert server.is_running()
    with open_state_reader(home / "tandemweb") as state:
        assert len(list_corrections(state, "shop")) == 1


def test_a_project_that_is_moved_deleted_and_put_back(tmp_path: Path, project: GitRepository):
    home = tmp_path / "home"
    with running_server(home, str(project.path)) as server:
        cookie = server.log_in()
        wait_for_page(server, cookie, MISSION)
        away = project.path.rename(tmp_path / "away")
        wait_for_page(server, cookie, "/projects/project", GONE)
        wait_for_page(server, cookie, MISSION, "Date ranges")  # what was read is still there to be read
        status, text = read(server, cookie, "/projects/project/commits")
        assert status < 500 or re.search(r"repository|folder", text), text[:400]
        away.rename(project.path)
        wait_for_page(server, cookie, MISSION, "Date ranges")
        # Force-pushed: everything that was known is gone from the branch, and its objects with it.
        project.git("checkout", "-q", "--orphan", "other")
        project.commit("Another history", {"README.md": "new\n"})
        project.git("branch", "-D", "main")
        project.git("branch", "-m", "main")
        project.git("reflog", "expire", "--expire=now", "--all")
        project.git("gc", "-q", "--prune=now")
        wait_for_page(server, cookie, "/projects/project/commits", "Another history")
        shutil.rmtree(project.path)
        wait_for_page(server, cookie, "/projects/project", GONE)
        assert server.is_running()


STEP = """
name = "test"
title = "Test"
mission = false
[stages.all]
title = "All"
first = "one"
[steps.one]
title = "One"
stage = "all"
agent = "command"
argv = [{python}, "-c", "{script}"]
{more}
next = {{ "*" = "end" }}
"""


def save_step(bench: Bench, script: str, more: str = "") -> None:
    bench.save_workflow("test", STEP.format(python=f'"{sys.executable}"', script=script, more=more))


def test_a_work_tree_that_is_removed_under_a_run(bench: Bench, tmp_path: Path):
    tree = tmp_path / "tree"
    GitRepository(bench.path).git("worktree", "add", "-q", "-b", "other", str(tree))
    save_step(bench, f"import time; open('{tmp_path}/begun','w'); time.sleep(1)", 'output = "out.md"\naccess = "write"')
    run = bench.start("test", "all", work_tree=str(tree))
    wait_until((tmp_path / "begun").exists)
    shutil.rmtree(tree)
    ended = bench.wait_for_end(run)
    assert ended.status is RunStatus.FAILED
    assert re.search(r"out\.md|work tree|folder", ended.reason or ended.steps[-1].reason), ended
    assert bench.read(run).steps[0].name == "one", "its record stays"


def test_a_driver_that_sleeps_is_no_dead_one(bench: Bench):
    """A laptop that is closed: what was stopped is still running, and goes on where it was."""
    save_step(bench, "import time; [(print(n, flush=True), time.sleep(0.05)) for n in range(40)]")
    run = bench.start("test", "all")
    wait_until(lambda: bench.read(run).steps)
    driver = psutil.Process(bench.driver_pid(run))
    family = [driver, *driver.children(recursive=True)]
    for process in family:
        process.suspend()
    end = time.monotonic() + choose(2, 8)
    while time.monotonic() < end:
        assert bench.read(run).status is RunStatus.RUNNING
        time.sleep(0.1)
    for process in family:
        process.resume()
    ended = bench.wait_for_end(run)
    assert ended.status is RunStatus.DONE
    log = bench.folder(run).get_step(ended.steps[0].folder).stdout.read_text()
    assert log.split() == [str(number) for number in range(40)], "no line is lost, and none comes twice"


def test_a_server_that_sleeps_goes_on(tmp_path: Path, project: GitRepository):
    with running_server(tmp_path / "home", str(project.path)) as server:
        cookie = server.log_in()
        wait_for_page(server, cookie, MISSION)
        server.process.send_signal(signal.SIGSTOP)
        project.write({"TandemKit/002-Later/State.json": archive("002-Later")["TandemKit/002-Later/State.json"]})
        time.sleep(choose(2, 8))  # the sleep is the fault
        server.process.send_signal(signal.SIGCONT)
        wait_for_page(server, cookie, "/projects/project/missions/tandemkit/002-Later")


JUMPING = """
import datetime, sys, time
from pathlib import Path
begun, jump, real = time.monotonic(), float(sys.argv[2]), time.time
def shift():
    return jump if time.monotonic() - begun > 1.0 else 0.0
class Jumping(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) + datetime.timedelta(seconds=shift())
datetime.datetime = Jumping
time.time = lambda: real() + shift()
from tandemweb.services.driving import drive
drive(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("jump", [86400, -86400], ids=["a day ahead", "a day back"])
def test_a_clock_that_jumps_ends_no_run(machine: Machine, jump: int):
    """Limits are counted by a clock that nobody sets, and who lives is not asked of any clock."""
    save_workflow(machine)
    trust(machine)
    begin_undriven(machine)
    (own,) = list_run_folders(machine.data)
    request = own.request.read_text()
    own.request.write_text(re.sub(r'"seconds": null', '"seconds": 600', request, count=1))
    driver = subprocess.Popen([sys.executable, "-c", JUMPING, str(own.path), str(jump)], cwd=own.path)
    while driver.poll() is None:
        assert read_run(own).status in {RunStatus.QUEUED, RunStatus.RUNNING, RunStatus.DONE}
        time.sleep(0.02)
    ended = read_run(own)
    assert (ended.status, ended.waits_for) == (RunStatus.DONE, "look"), ended
    assert len(ended.steps) == 2


def test_a_run_that_never_began_does_not_wait_for_a_clock_that_was_set_back(bench: Bench):
    run = make_run(bench.data_folder, bench.project, at=datetime.now(UTC) + timedelta(days=1), is_driven=False)
    found = read_run(get_run_folder(bench.data_folder, run.id))
    assert found.status is RunStatus.INTERRUPTED
    assert "start it again" in found.reason
    save_step(bench, "pass")
    again = start_stage(bench.data_folder, bench.project, StageOrder("again", "test", "all"))
    assert bench.wait_for_end(again).status is RunStatus.DONE
