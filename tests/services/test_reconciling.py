"""What outlives a driver or an agent is ended before another run may write where it works."""

import os
import signal

from tandemweb.agents.identity import find_marked, identify
from tandemweb.domain.run import RunStatus
from tests.services.running import Bench, bench, wait_for
from tests.services.test_driving import WRITES, save, step

__all__ = ["bench"]

ENDS = WRITES + 'next = { "*" = "end" }'
BEGINS = "import os, time\nopen('pid.tmp','w').write(str(os.getpid()))\nos.rename('pid.tmp','pid')\n"

# Fails while the process lives; a zombie does not.
LOOKS = """
from pathlib import Path
status = Path("/proc", Path("pid").read_text(), "stat")
raise SystemExit(status.exists() and ") Z " not in status.read_text())
"""


def read_pid(bench: Bench) -> int:
    path = bench.path / "pid"
    return int(wait_for(lambda: path.exists() and path.read_text()))


def test_the_next_run_waits_until_the_agent_of_a_killed_driver_is_ended(bench: Bench):
    save(bench, step("one", f"{BEGINS}time.sleep(600)", ENDS), name="first")
    save(bench, step("one", LOOKS, ENDS), name="second")
    first = bench.start("first", "all")
    pid = read_pid(bench)
    os.kill(bench.driver_pid(first), signal.SIGKILL)
    second = bench.wait_for_end(bench.start("second", "all"))
    assert (second.status, identify(pid)) == (RunStatus.DONE, None)


def test_what_an_agent_leaves_in_the_background_ends_with_its_run(bench: Bench):
    child = f"{BEGINS}time.sleep(600)"
    script = f"""
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {child!r}], start_new_session=True)
while not os.path.exists("pid"):
    time.sleep(0.01)
"""
    save(bench, step("one", script, ENDS))
    run = bench.wait_for_end(bench.start("test", "all"))
    assert run.status is RunStatus.DONE
    assert identify(read_pid(bench)) is None
    assert find_marked(f"{run.id}/01-one") == []


def test_what_a_failed_agent_started_is_ended_before_the_next_step(bench: Bench):
    child = f"{BEGINS}time.sleep(600)"
    script = f"""
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {child!r}], start_new_session=True)
while not os.path.exists("pid"):
    time.sleep(0.01)
raise SystemExit(3)
"""
    save(bench, step("one", script, WRITES + 'next = { failed = "two", "*" = "end" }'), step("two", LOOKS))
    run = bench.wait_for_end(bench.start("test", "all"))
    assert (run.status, [ended.outcome for ended in run.steps]) == (RunStatus.DONE, ["", "done"])
