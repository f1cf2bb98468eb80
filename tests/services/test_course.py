"""The way of a run where its steps do not all end alike, and one that nobody waits for any more."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from tandemweb.domain.run import RunStatus
from tandemweb.services import stages
from tandemweb.services.driving import drive
from tandemweb.services.reconciling import reconcile_runs
from tandemweb.services.resuming import resume_run
from tandemweb.services.stages import StageOrder, start_stage, stop_run
from tests.conftest import GitRepository
from tests.services.missions_for_runs import make_mission
from tests.services.running import Bench, bench, make_bench, wait_for
from tests.services.test_driving import HEAD, WRITES, save, step

__all__ = ["bench"]


def test_a_step_that_was_cut_off_is_no_failed_one_whatever_stands_beside_it(bench: Bench):
    group = 'group = "both"\nnext = { failed = "three", "*" = "end" }\n'
    save(
        bench,
        step("one", "raise SystemExit(3)", group),
        step("two", "import os; os.kill(os.getpid(), 9)", group),
        step("three", "pass"),
        first="both",
    )
    run = bench.wait_for_end(bench.start("test", "all"))
    assert run.status is RunStatus.INTERRUPTED
    assert [ended.status for ended in run.steps] == [RunStatus.FAILED, RunStatus.INTERRUPTED]
    assert run.reason.startswith("Step two: ")


def test_a_driver_that_comes_after_the_run_was_given_up_leaves_it(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    save(bench, step("one", "open('made', 'w').close()", WRITES + 'next = { "*" = "end" }'))
    with monkeypatch.context() as patched:
        patched.setattr(stages, "start_driver", lambda folder: None)  # it is slow
        run = bench.start("test", "all")
    folder = bench.folder(run)
    request = json.loads(folder.request.read_text())
    folder.request.write_text(json.dumps(request | {"created_at": "2026-01-01T00:00:00Z"}))
    assert [ended.status for ended in reconcile_runs(bench.data_folder)] == [RunStatus.INTERRUPTED]

    drive(folder.path)

    assert not folder.driver.exists()
    assert not (bench.path / "made").exists()


SUCCESS = {"type": "result", "subtype": "success", "is_error": False, "result": "Done", "num_turns": 1}


def play_claude(bench: Bench, script: str) -> None:
    """Let a Python script stand for claude; what it says last is that it is done."""
    program = bench.path.parent / "claude"
    program.write_text(f"#!{sys.executable}\n{script}\nprint({json.dumps(json.dumps(SUCCESS))})\n")
    program.chmod(0o755)
    (bench.data_folder / "settings.toml").write_text(f'[agents.claude]\nexecutable = "{program}"\n')


def claude_step(name: str, more: str) -> str:
    text = step(name, "", 'prompt = "Do it."\ndelivery = "nothing"\n' + more).replace('"command"', '"claude"')
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("argv"))


def test_what_an_agent_puts_into_its_own_tree_steers_no_other(bench: Bench):
    makes = "import pathlib; pathlib.Path('.claude').mkdir(exist_ok=True)\n"
    play_claude(bench, makes + "pathlib.Path('.claude/settings.json').write_text('hooks')")
    own = WRITES + 'work-tree = "claude"\n'
    save(bench, claude_step("one", own + 'next = { "*" = "two" }'), claude_step("two", own + 'next = { "*" = "end" }'))
    run = bench.wait_for_end(bench.start("test", "all"))
    assert (run.status, run.waits_for) == (RunStatus.DONE, "trust")
    assert [ended.name for ended in run.steps] == ["one"]
    assert ".claude/settings.json" in run.reason


def test_two_runs_do_not_go_on_with_one_conversation_at_once(bench: Bench):
    """Both would succeed, and claude forgets what one of them said."""
    waits = "import os, time\nopen('../begun', 'a').write('x')\nwhile not os.path.exists('../go'): time.sleep(0.02)"
    play_claude(bench, waits)
    save(bench, claude_step("one", 'next = { "*" = "end" }'))
    (bench.path.parent / "go").touch()
    run = bench.wait_for_end(bench.start("test", "all"))
    (bench.path.parent / "go").unlink()

    first = resume_run(bench.data_folder, run.id, 1, "Go on.", request_key="one browser")
    wait_for(lambda: (bench.path.parent / "begun").read_text() == "xx")
    second = bench.wait_for_end(resume_run(bench.data_folder, run.id, 1, "Go on.", request_key="another"))
    assert second.status is RunStatus.FAILED
    assert "goes on with this conversation now" in second.reason

    (bench.path.parent / "go").touch()
    assert bench.wait_for_end(first).status is RunStatus.DONE
    third = bench.wait_for_end(resume_run(bench.data_folder, run.id, 1, "Go on.", request_key="later"))
    assert (third.status, (bench.path.parent / "begun").read_text()) == (RunStatus.DONE, "xxx")


def test_one_run_works_in_an_isolated_tree_wherever_it_was_begun(bench: Bench, git_repository: GitRepository):
    other = bench.path.parent / "other"
    git_repository.git("worktree", "add", "-q", str(other))
    waits = (
        f"import os, time\nopen('begun', 'a').write('x')\nwhile not os.path.exists('{bench.path}/go'): time.sleep(0.02)"
    )
    save(bench, step("one", waits, WRITES + 'work-tree = "apart"\nnext = { "*" = "end" }'))
    first = bench.start("test", "all")
    bench.wait_for_status(first, RunStatus.RUNNING)
    second = bench.start("test", "all", work_tree=str(other))
    wait_for(lambda: "work tree" in bench.read(second).reason)
    (bench.path / "go").touch()
    assert [bench.wait_for_end(run).status for run in (first, second)] == [RunStatus.DONE, RunStatus.DONE]


def test_a_link_in_place_of_a_document_is_none_that_was_there_before(bench: Bench):
    (bench.path / "made.txt").symlink_to("/etc/hostname")
    script = "import os; os.remove('made.txt'); open('made.txt', 'w').write('x')"
    save(bench, step("one", script, WRITES + 'output = "made.txt"\nnext = { "*" = "end" }'))
    run = bench.wait_for_end(bench.start("test", "all"))
    assert (run.status, [ended.name for ended in run.steps]) == (RunStatus.DONE, ["one"])


def test_an_agent_that_fills_the_disk_with_what_it_says_is_ended(bench: Bench):
    save(bench, step("one", "import os, time; os.ftruncate(2, 2**30 + 1); time.sleep(600)"))
    run = bench.wait_for_end(bench.start("test", "all"))
    assert run.status is RunStatus.FAILED
    assert "more than 1 GB" in run.reason


def test_one_mission_has_one_run_whatever_work_trees_it_is_begun_in(bench: Bench, git_repository: GitRepository):
    mission = make_mission(bench)
    trees = [str(bench.path.parent / f"tree-{number}") for number in range(3)]
    for tree in trees:
        git_repository.git("worktree", "add", "-q", tree)
    head = HEAD.format(name="slow", first="one").replace("false", "true")
    bench.save_workflow("slow", head + step("one", "import time; time.sleep(600)"))
    orders = [StageOrder(tree, "slow", "all", mission_path=mission, work_tree=tree) for tree in trees]
    with ThreadPoolExecutor() as pool:
        runs = list(pool.map(lambda order: start_stage(bench.data_folder, bench.project, order), orders))
    assert len({run.id for run in runs}) == 1
    stop_run(bench.data_folder, runs[0].id)
    bench.wait_for_end(runs[0])


def test_one_run_writes_a_git_work_tree_though_a_folder_of_it_is_a_project_too(bench: Bench):
    (bench.path / "apps").mkdir()
    inner = make_bench(bench.path / "apps")
    waits = "import os, time\nopen('../begun', 'w').close()\nwhile not os.path.exists('../go'): time.sleep(0.02)"
    save(bench, step("one", waits, WRITES + 'next = { "*" = "end" }'), name="outer")
    save(bench, step("one", "pass", WRITES + 'next = { "*" = "end" }'), name="inner")
    first = bench.start("outer", "all")
    wait_for((bench.path.parent / "begun").exists)
    second = start_stage(inner.data_folder, inner.project, StageOrder("inner", "inner", "all"))
    wait_for(lambda: "work tree" in bench.read(second).reason)
    (bench.path.parent / "go").touch()
    assert [bench.wait_for_end(run).status for run in (first, second)] == [RunStatus.DONE, RunStatus.DONE]
