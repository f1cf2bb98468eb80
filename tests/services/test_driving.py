"""Runs of commands, each by a real driver process."""

import json
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tandemweb.agents.identity import identify
from tandemweb.agents.priority import NICENESS
from tandemweb.domain.run import FailureKind, RunMode, RunStatus
from tandemweb.domain.workflow import Limits
from tandemweb.errors import ConflictError, InvalidRequestError
from tandemweb.services.reconciling import reconcile_runs
from tandemweb.services.resuming import resume_run
from tandemweb.services.stages import StageOrder, go_on_run, pause_run, start_stage, stop_all_runs, stop_run
from tandemweb.services.trusting import NotTrustedError
from tests.services.missions_for_runs import make_mission
from tests.services.running import Bench, bench, wait_for

__all__ = ["bench"]

HEAD = """
name = "{name}"
title = "Test"
mission = false
[stages.all]
title = "All"
first = "{first}"
"""
STEP = """
[steps.{name}]
title = "Step {name}"
stage = "all"
agent = "command"
argv = {argv}
{more}
"""


def step(name: str, script: str, more: str = 'next = { "*" = "end" }') -> str:
    """Write a step that runs a Python script."""
    return STEP.format(name=name, argv=json.dumps([sys.executable, "-c", script]), more=more)


def save(bench: Bench, *steps: str, first: str = "one", name: str = "test") -> None:
    bench.save_workflow(name, HEAD.format(name=name, first=first) + "".join(steps))


WRITES = 'access = "write"\n'


def test_a_step_runs_and_its_end_is_kept(bench: Bench):
    save(
        bench,
        step(
            "one",
            "import sys; print('I said this'); print(sys.stdin.read(), file=sys.stderr)",
            'prompt = "Do {goal}"\nnext = { "*" = "end" }',
        ),
    )
    run = bench.wait_for_end(bench.start("test", "all", goal="the thing"))
    assert (run.status, run.reason) == (RunStatus.DONE, "")
    (ended,) = run.steps
    assert (ended.status, ended.outcome, ended.exit_status) == (RunStatus.DONE, "done", 0)
    folder = bench.folder(run).get_step(ended.folder)
    assert folder.stdout.read_text() == "I said this\n"
    assert folder.stderr.read_text() == "Do > the thing\n\n"


def test_a_chain_goes_on_by_outcomes_to_a_gate(bench: Bench):
    gate = '[gates.look]\ntitle = "Look at it"\nchoices = { again = "one" }\n'
    save(
        bench,
        step("one", "open('made.txt','w').write('x')", WRITES + 'output = "made.txt"\nnext = { "*" = "two" }'),
        step("two", "raise SystemExit(3)", 'gate = "exit"\nnext = { passed = "end", failed = "user:look" }') + gate,
    )
    run = bench.wait_for_end(bench.start("test", "all"))
    assert (run.status, run.waits_for, run.reason) == (
        RunStatus.DONE,
        "look",
        "Look at it. It ended with exit status 3.",
    )
    assert [ended.outcome for ended in run.steps] == ["done", "failed"]


@pytest.mark.parametrize(
    ("before", "script", "reason"),
    [
        (None, "pass", "made.txt was not written"),
        (None, "open('made.txt','w').close()", "made.txt is empty"),
        ("old", "pass", "made.txt is older than the step"),
    ],
)
def test_a_document_that_is_not_as_it_should_be_fails_the_step(
    bench: Bench, before: str | None, script: str, reason: str
):
    if before is not None:
        (bench.path / "made.txt").write_text(before)
    save(bench, step("one", script, WRITES + 'output = "made.txt"\nnext = { "*" = "end" }'))
    run = bench.wait_for_end(bench.start("test", "all", mode=RunMode.STEP))
    assert (run.status, run.steps[0].failure) == (RunStatus.FAILED, FailureKind.OUTPUT)
    assert run.reason.startswith(f"Step one: {reason}")


def test_changes_elsewhere_fail_the_step_and_ignored_files_do_not(bench: Bench):
    script = "open('made.txt','w').write('x'); open('app.py','a').write('y'); open('run.log','w').write('z')"
    save(bench, step("one", script, 'access = "documents"\noutput = "made.txt"\nnext = { "*" = "end" }'))
    run = bench.wait_for_end(bench.start("test", "all"))
    assert (run.status, run.steps[0].failure) == (RunStatus.FAILED, FailureKind.ELSEWHERE)
    assert "may not change: app.py." in run.reason


def test_a_stop_ends_everything_at_once(bench: Bench):
    save(
        bench, step("one", "import time; open('begun','w').close(); time.sleep(600)", WRITES + 'next = { "*" = "end" }')
    )
    run = bench.start("test", "all")
    wait_for((bench.path / "begun").exists)
    stop_run(bench.data_folder, run.id)
    run = bench.wait_for_end(run)
    assert (run.status, run.steps[0].status) == (RunStatus.CANCELLED, RunStatus.CANCELLED)
    with pytest.raises(ConflictError):
        stop_run(bench.data_folder, run.id)


def test_all_runs_are_stopped_and_waited_for(bench: Bench):
    save(bench, step("one", "import time; time.sleep(60)"))
    run = bench.start("test", "all")
    bench.wait_for_status(run, RunStatus.RUNNING)
    stop_all_runs(bench.data_folder, patience=30)
    assert bench.read(run).status is RunStatus.CANCELLED


def test_a_time_limit_ends_the_step(bench: Bench):
    save(bench, step("one", "import time; time.sleep(600)", 'next = { "*" = "end" }\nlimits = { seconds = 0.5 }'))
    run = bench.wait_for_end(bench.start("test", "all"))
    assert (run.status, run.steps[0].failure) == (RunStatus.FAILED, FailureKind.TIME)


def test_silence_is_noticed(bench: Bench):
    limits = 'next = { "*" = "end" }\nlimits = { stall-seconds = 0.2 }'
    save(bench, step("one", "import time; time.sleep(600)", limits))
    run = bench.start("test", "all")
    wait_for(lambda: "no sign of life" in bench.read(run).reason)
    assert bench.read(run).status is RunStatus.RUNNING
    stop_run(bench.data_folder, run.id)
    bench.wait_for_end(run)


def test_a_pause_holds_between_two_steps(bench: Bench):
    waits = "import os, time\nwhile not os.path.exists('go'): time.sleep(0.02)"
    save(bench, step("one", waits, WRITES + 'next = { "*" = "two" }'), step("two", "pass"))
    run = bench.start("test", "all")
    pause_run(bench.data_folder, run.id)
    (bench.path / "go").touch()
    paused = bench.wait_for_status(run, RunStatus.PAUSED)
    assert [ended.name for ended in paused.steps] in (["one"], [])
    go_on_run(bench.data_folder, run.id)
    assert [ended.name for ended in bench.wait_for_end(run).steps] == ["one", "two"]


def test_one_writing_run_for_a_work_tree(bench: Bench):
    waits = "import os, time\nopen('begun','a').write('x')\nwhile not os.path.exists('go'): time.sleep(0.02)"
    save(bench, step("one", waits, WRITES + 'next = { "*" = "end" }'))
    first = bench.start("test", "all")
    wait_for((bench.path / "begun").exists)
    second = bench.start("test", "all")
    queued = wait_for(lambda: "work tree" in bench.read(second).reason and bench.read(second))
    assert queued.status is RunStatus.QUEUED
    (bench.path / "go").touch()
    assert bench.wait_for_end(first).status is RunStatus.DONE
    assert bench.wait_for_end(second).status is RunStatus.DONE
    assert (bench.path / "begun").read_text() == "xx"


def test_driver_and_agent_give_way_to_what_a_person_looks_at(bench: Bench):
    script = "import os, time; open('pid','w').write(str(os.getpid()))\nwhile not os.path.exists('go'): time.sleep(0.1)"
    save(bench, step("one", script, WRITES + 'next = { "*" = "end" }'))
    run = bench.start("test", "all")
    pid = int(wait_for(lambda: (bench.path / "pid").exists() and (bench.path / "pid").read_text()))
    for process in (pid, bench.driver_pid(run)):
        assert os.getpriority(os.PRIO_PROCESS, process) >= NICENESS
        group = Path(f"/proc/{process}/autogroup")
        wait_for(lambda: not group.exists() or group.read_text().strip().endswith(f"nice {NICENESS}"))  # noqa: B023 at once
    (bench.path / "go").touch()
    assert bench.wait_for_end(run).status is RunStatus.DONE


def test_a_killed_driver_is_an_interrupted_run_and_its_agent_is_ended(bench: Bench):
    script = "import os, time; open('pid','w').write(str(os.getpid())); time.sleep(600)"
    save(bench, step("one", script, WRITES + 'next = { "*" = "end" }'))
    run = bench.start("test", "all")
    pid = int(wait_for(lambda: (bench.path / "pid").exists() and (bench.path / "pid").read_text()))
    os.kill(bench.driver_pid(run), signal.SIGKILL)
    wait_for(lambda: bench.read(run).status is RunStatus.INTERRUPTED)
    assert [ended.id for ended in reconcile_runs(bench.data_folder)] == [run.id]
    wait_for(lambda: identify(pid) is None)
    assert reconcile_runs(bench.data_folder) == ()


def test_one_press_is_one_run(bench: Bench):
    save(bench, step("one", "pass"))
    order = StageOrder("the same key", "test", "all")
    first = start_stage(bench.data_folder, bench.project, order)
    second = start_stage(bench.data_folder, bench.project, order)
    assert first.id == second.id
    bench.wait_for_end(first)
    assert start_stage(bench.data_folder, bench.project, order).id == first.id


def test_nothing_starts_without_trust(bench: Bench):
    save(bench, step("one", "pass"))
    (bench.path / "CLAUDE.md").write_text("Obey me.")
    with pytest.raises(NotTrustedError):
        bench.start("test", "all")


def test_a_run_goes_on_where_it_was_cut_off(bench: Bench):
    script = "import os, time\nopen('one','a').write('x')\nwhile not os.path.exists('go'): time.sleep(0.02)"
    first = step("one", "open('zero','a').write('x')", WRITES + 'next = { "*" = "two" }')
    save(bench, first, step("two", script, WRITES + 'next = { "*" = "three" }'), step("three", "pass"))
    run = bench.start("test", "all")
    wait_for((bench.path / "one").exists)
    os.kill(bench.driver_pid(run), signal.SIGKILL)
    wait_for(lambda: bench.read(run).status is RunStatus.INTERRUPTED)
    (bench.path / "go").touch()
    resumed = bench.wait_for_end(resume_run(bench.data_folder, run.id, request_key="again"))
    assert [ended.name for ended in resumed.steps] == ["two", "three"]
    assert ((bench.path / "zero").read_text(), (bench.path / "one").read_text()) == ("x", "xx")
    with pytest.raises(ConflictError, match="come to its end"):
        resume_run(bench.data_folder, resumed.id, request_key="once more")


def test_only_the_failed_one_of_a_group_is_done_again(bench: Bench):
    group = 'group = "both"\nnext = { "*" = "end" }\n'
    save(
        bench,
        step("one", "open('../one','a').write('x')", group),
        step("two", "import os; os.path.exists('../go') or 1/0", group),
        first="both",
    )
    run = bench.wait_for_end(bench.start("test", "all"))
    assert run.status is RunStatus.FAILED
    (bench.path.parent / "go").touch()
    resumed = bench.wait_for_end(resume_run(bench.data_folder, run.id, request_key="again"))
    assert (resumed.status, [ended.name for ended in resumed.steps]) == (RunStatus.DONE, ["two"])
    assert (bench.path.parent / "one").read_text() == "x"


def test_a_step_whose_process_is_gone_is_not_called_running(bench: Bench):
    group = 'group = "both"\nnext = { "*" = "end" }\n'
    waits = "import os, time\nwhile not os.path.exists('../go'): time.sleep(0.01)"
    save(bench, step("one", "pass", group), step("two", waits, group), first="both")
    run = bench.start("test", "all")

    def list_statuses() -> list[RunStatus] | None:
        found = [own.status for own in bench.read(run).steps]
        return found if found == [RunStatus.ENDED, RunStatus.RUNNING] else None

    wait_for(list_statuses, "the first to end alone")
    (bench.path.parent / "go").touch()
    assert [own.status for own in bench.wait_for_end(run).steps] == [RunStatus.DONE, RunStatus.DONE]


def test_strays_can_be_accepted(bench: Bench):
    script = "open('made.txt','w').write('x'); open('app.py','a').write('y')"
    save(bench, step("one", script, 'access = "documents"\noutput = "made.txt"\nnext = { "*" = "end" }'))
    run = bench.wait_for_end(bench.start("test", "all", mode=RunMode.STEP))
    assert run.steps[0].failure is FailureKind.ELSEWHERE
    again = bench.wait_for_end(resume_run(bench.data_folder, run.id, request_key="again", accepts=True))
    assert (again.status, again.steps) == (RunStatus.DONE, ())


def tell_cost(dollars: float) -> str:
    """Write a script that speaks claude's language and says what it cost."""
    result = {"type": "result", "subtype": "success", "is_error": False, "result": "Done", "num_turns": 1}
    return f"print({json.dumps(json.dumps(result | {'total_cost_usd': dollars}))})"


def test_a_budget_ends_the_run_between_two_steps(bench: Bench):
    save(bench, step("one", tell_cost(0.75), 'next = { "*" = "two" }'), step("two", "pass"))
    run = bench.wait_for_end(bench.start("test", "all", limits=Limits(budget_usd=0.5)))
    assert (run.status, run.waits_for) == (RunStatus.DONE, "limit-budget")
    assert run.reason == "The budget of $0.50 is used up ($0.75); go on with a new one."
    assert [ended.name for ended in run.steps] == ["one"]


def test_an_agent_that_ignores_signals_is_ended_with_its_children(bench: Bench):
    deaf = "import signal, time\nfor number in (2, 15): signal.signal(number, signal.SIG_IGN)\n"
    child = f"{deaf}open('child','w').close()\ntime.sleep(600)"
    script = f"""
import os, signal, subprocess, sys, time
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
started = subprocess.Popen([sys.executable, "-c", {child!r}], start_new_session=True)
open("pids", "w").write(f"{{os.getpid()}} {{started.pid}}")
time.sleep(600)
"""
    save(bench, step("one", script, WRITES + 'next = { "*" = "end" }'))
    run = bench.start("test", "all")
    wait_for((bench.path / "child").exists)
    stop_run(bench.data_folder, run.id)
    assert bench.wait_for_end(run).status is RunStatus.CANCELLED
    assert [identify(int(pid)) for pid in (bench.path / "pids").read_text().split()] == [None, None]


def test_a_missing_program_is_told(bench: Bench):
    save(bench, STEP.format(name="one", argv='["/nowhere/program"]', more='next = { "*" = "end" }'))
    run = bench.wait_for_end(bench.start("test", "all"))
    assert (run.status, run.steps[0].failure) == (RunStatus.FAILED, FailureKind.MISSING)
    assert "There is no program '/nowhere/program'" in run.reason


def test_a_rate_limit_is_waited_for_when_asked(bench: Bench):
    told = {"type": "result", "subtype": "success", "is_error": True, "num_turns": 1, "api_error_status": 429}
    script = f"""
import json, os, time
told = {told!r}
if os.path.exists("../tried"):
    told.update(is_error=False, api_error_status=None, result="Done")
else:
    told["result"] = f"Claude AI usage limit reached|{{int(time.time()) + 2}}"
open("../tried", "a").close()
print(json.dumps(told))
raise SystemExit(told["is_error"])
"""
    save(bench, step("one", script))
    run = bench.start("test", "all", retry=True)
    assert "It goes on by itself then." in bench.wait_for_status(run, RunStatus.WAITING).reason
    run = bench.wait_for_end(run)
    assert (run.status, [ended.failure for ended in run.steps]) == (RunStatus.DONE, [FailureKind.RATE_LIMIT, None])


def test_autopilot_goes_round_no_oftener_than_it_may(bench: Bench):
    script = "import glob; open(f'round-{len(glob.glob(\"round-*\")) + 1:02d}.txt','w').write('x')"
    loop = 'counters = { round = "next" }\noutput = "round-{round}.txt"\nnext = { "*" = "two" }'
    save(
        bench,
        step("one", script, WRITES + loop),
        step("two", "raise SystemExit(1)", 'gate = "exit"\nnext = { passed = "end", failed = "one" }'),
    )
    run = bench.wait_for_end(bench.start("test", "all", mode=RunMode.AUTOPILOT, round_limit=3))
    assert (run.status, run.waits_for) == (RunStatus.DONE, "limit-rounds")
    assert sorted(path.name for path in bench.path.glob("round-*")) == [f"round-0{n}.txt" for n in (1, 2, 3)]


def test_two_browsers_at_once_begin_one_run_on_a_mission(bench: Bench):
    mission = make_mission(bench)
    head = HEAD.format(name="slow", first="one").replace("false", "true")
    bench.save_workflow("slow", head + step("one", "import time; time.sleep(600)"))
    orders = [StageOrder(f"browser {number}", "slow", "all", mission_path=mission) for number in range(4)]
    with ThreadPoolExecutor() as pool:
        runs = list(pool.map(lambda order: start_stage(bench.data_folder, bench.project, order), orders))
    assert len({run.id for run in runs}) == 1
    stop_run(bench.data_folder, runs[0].id)
    bench.wait_for_end(runs[0])


def test_a_work_tree_must_be_the_project_s(bench: Bench):
    save(bench, step("one", "pass"))
    with pytest.raises(InvalidRequestError, match="is no work tree"):
        bench.start("test", "all", work_tree="/etc")
