"""Going on from a run: with one step of several that began together, and in a conversation."""

from tandemweb.domain.run import RunStatus
from tandemweb.services.resuming import resume_run
from tests.services.running import Bench, bench
from tests.services.test_driving import save, step

__all__ = ["bench"]

SPEAKS = """
import json, pathlib
told = pathlib.Path("../told")
count = int(told.read_text()) + 10 if told.exists() else 100
told.write_text(str(count))
print(json.dumps({"type": "thread.started", "thread_id": "T"}))
print(json.dumps({"type": "turn.completed", "usage": {"input_tokens": count}}))
"""


def test_what_failed_beside_a_chosen_step_is_not_taken_as_done(bench: Bench):
    group = 'group = "both"\nnext = { "*" = "three" }\n'
    save(
        bench,
        step("one", "import os; os.path.exists('../one') or 1/0", group),
        step("two", "import os; os.path.exists('../two') or 1/0", group),
        step("three", "pass"),
        first="both",
    )
    run = bench.wait_for_end(bench.start("test", "all"))
    (bench.path.parent / "two").touch()
    again = bench.wait_for_end(resume_run(bench.data_folder, run.id, 2, request_key="two again"))
    assert (again.status, [ended.name for ended in again.steps]) == (RunStatus.FAILED, ["one", "two"])

    (bench.path.parent / "one").touch()
    last = bench.wait_for_end(resume_run(bench.data_folder, again.id, 1, request_key="one again"))
    assert (last.status, [ended.name for ended in last.steps]) == (RunStatus.DONE, ["one", "three"])


def test_tokens_of_a_conversation_are_counted_once(bench: Bench):
    """Codex tells the running total of the whole thread."""
    (bench.path.parent / "speak.py").write_text(SPEAKS)
    save(bench, step("one", "exec(open('../speak.py').read())"))
    run = bench.wait_for_end(bench.start("test", "all"))
    assert run.usage.input_tokens == 100
    for number in (1, 2):
        run = bench.wait_for_end(resume_run(bench.data_folder, run.id, 1, "Go on.", request_key=f"more {number}"))
        assert (run.steps[0].session_id, run.usage.input_tokens) == ("T", 10)
