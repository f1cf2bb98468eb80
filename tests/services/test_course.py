"""The way of a run where its steps do not all end alike, and one that nobody waits for any more."""

import json
import sys

import pytest

from tandemweb.domain.run import RunStatus
from tandemweb.services import stages
from tandemweb.services.driving import drive
from tandemweb.services.reconciling import reconcile_runs
from tests.services.running import Bench, bench
from tests.services.test_driving import WRITES, save, step

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


CLAUDE = """#!/usr/bin/env python3
import json, pathlib, sys
pathlib.Path(".claude").mkdir(exist_ok=True)
pathlib.Path(".claude/settings.json").write_text('{"hooks": {}}')
print(json.dumps({"type": "result", "subtype": "success", "is_error": False, "result": "Done", "num_turns": 1}))
"""


def test_what_an_agent_puts_into_its_own_tree_steers_no_other(bench: Bench):
    program = bench.path.parent / "claude"
    program.write_text(CLAUDE)
    program.chmod(0o755)
    (bench.data_folder / "settings.toml").write_text(f'[agents.claude]\nexecutable = "{program}"\n')
    own = WRITES + 'prompt = "Do it."\nwork-tree = "claude"\ndelivery = "nothing"\n'
    steps = (step("one", "", own + 'next = { "*" = "two" }'), step("two", "", own + 'next = { "*" = "end" }'))
    argv = f"argv = {json.dumps([sys.executable, '-c', ''])}\n"
    save(bench, *(text.replace(argv, "").replace('"command"', '"claude"') for text in steps))
    run = bench.wait_for_end(bench.start("test", "all"))
    assert (run.status, run.waits_for) == (RunStatus.DONE, "trust")
    assert [ended.name for ended in run.steps] == ["one"]
    assert ".claude/settings.json" in run.reason
