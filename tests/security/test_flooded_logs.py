"""An agent that prints faster than anybody reads is held to its limits, and can be stopped, all the same."""

import pytest

from tandemweb.agents.identity import identify
from tandemweb.domain.run import FailureKind, RunStatus
from tandemweb.services.run_details import read_events
from tandemweb.services.stages import stop_run
from tests.security.test_agent_arguments import argv, save
from tests.services.running import Bench, bench, wait_for

pytestmark = pytest.mark.security
__all__ = ["bench"]

END = 'next = { "*" = "end" }\n'
# Up to three million lines a second, and for longer than a test waits.
FLOOD = """
import os, time
begun = time.monotonic()
open('begun', 'w').write(str(os.getpid()))
while time.monotonic() - begun < 300:
    os.write(1, b'x\\n' * 32_768)
    time.sleep(0.01)
"""
LIMIT = 2**30
# Holes: no disk is filled.
LARGE = {
    "a log that is not read to its end": f"os.write(1, b'x\\n' * 2_000_000); os.ftruncate(1, {LIMIT + 1})",
    "an index": f"open(os.path.dirname(os.readlink('/proc/self/fd/1')) + '/events.idx', 'ab').truncate({LIMIT + 1})",
}


def is_at_work(bench: Bench) -> bool:
    return identify(int((bench.path / "begun").read_text())) is not None


def test_a_flood_is_ended_at_its_time_limit(bench: Bench):
    save(bench, argv(FLOOD) + "limits = { seconds = 1 }\n" + END)
    run = bench.wait_for_end(bench.start("test", "all"))
    assert (run.status, run.steps[0].failure) == (RunStatus.FAILED, FailureKind.TIME)
    assert not is_at_work(bench)

    window = read_events(bench.data_folder, run.id, run.steps[0])
    assert window.total > 0
    assert "its first" in window.problem, "who reads a log in part says so"
    assert read_events(bench.data_folder, run.id, run.steps[0]).total > window.total, "and reads on the next time"


def test_a_flood_is_stopped_by_a_person(bench: Bench):
    save(bench, argv(FLOOD) + END)
    run = bench.start("test", "all")
    wait_for(lambda: (bench.path / "begun").exists() and (bench.path / "begun").read_text())
    wait_for(lambda: bench.folder(run).list_steps()[0].stdout.stat().st_size > 5_000_000)
    stop_run(bench.data_folder, run.id)
    assert bench.wait_for_end(run).status is RunStatus.CANCELLED
    assert not is_at_work(bench)


@pytest.mark.parametrize("what", LARGE)
@pytest.mark.parametrize("rest", ["", "; time.sleep(600)"], ids=["that ends", "that goes on"])
def test_an_agent_is_ended_at_the_limit_of_its_logs(bench: Bench, what: str, rest: str):
    save(bench, argv(f"import os, time; {LARGE[what]}{rest}") + END)
    run = bench.wait_for_end(bench.start("test", "all"))
    assert (run.status, run.steps[0].status) == (RunStatus.FAILED, RunStatus.FAILED)
    assert "more than 1 GB" in run.reason
