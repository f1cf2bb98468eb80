"""Whose doing it is when a work tree changes while a step runs."""

from tandemweb.domain.run import FailureKind, RunStatus
from tests.services.running import Bench, bench, wait_for
from tests.services.test_driving import WRITES, save, step

__all__ = ["bench"]

WAITS = "import os, time\nopen('../begun', 'w').close()\nwhile not os.path.exists('../go'): time.sleep(0.02)\n"


def test_what_another_run_wrote_meanwhile_is_not_the_reader_s_doing(bench: Bench):
    save(bench, step("one", WAITS), name="reader")
    save(bench, step("one", "open('app.py', 'a').write('y')", WRITES + 'next = { "*" = "end" }'), name="writer")
    reader = bench.start("reader", "all")
    wait_for((bench.path.parent / "begun").exists)
    assert bench.wait_for_end(bench.start("writer", "all")).status is RunStatus.DONE
    (bench.path.parent / "go").touch()
    assert bench.wait_for_end(reader).status is RunStatus.DONE

    save(bench, step("one", f"{WAITS}open('app.py', 'a').write('z')"), name="reader")
    reader = bench.wait_for_end(bench.start("reader", "all"))
    assert reader.steps[0].failure is FailureKind.ELSEWHERE, "who wrote before it is no excuse"
