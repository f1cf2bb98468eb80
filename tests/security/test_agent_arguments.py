"""Words of people, archives and agents in commands, branches and paths: they stay words, and lead nowhere."""

import json
import re
import sys
import threading
from pathlib import Path

import pytest

from tandemweb.agents.run_folder import list_run_folders
from tandemweb.domain.run import Run, RunStatus
from tandemweb.errors import TandemwebError
from tandemweb.services.new_missions import MissionRequest, preview_creation
from tandemweb.services.stages import StageOrder, start_stage
from tandemweb.services.workflows import UntrustedWorkflowError, get_workflow, list_workflows, trust_workflow
from tests.faults.verbs import AT
from tests.services.running import Bench, bench

pytestmark = pytest.mark.security
__all__ = ["bench"]

HEAD = """
name = "{name}"
title = "Test"
mission = false
[parameters.feature]
title = "Feature"
[stages.all]
title = "All"
first = "one"
[steps.one]
title = "One"
stage = "all"
agent = "command"
"""
NO_BRANCHES = [
    "--force",
    "-b",
    "../../evil",
    "a b",
    "x;touch evil",
    "$(touch evil)",
    "a..b",
    "refs@{0}",
    "x.lock/y",
    "a\nb",
]


def save(bench: Bench, text: str, name: str = "test") -> None:
    bench.save_workflow(name, HEAD.format(name=name) + text)


def argv(script: str, *more: str) -> str:
    return f"argv = {json.dumps([sys.executable, '-c', script, *more])}\n"


def run(bench: Bench, **wishes: object) -> Run:
    return bench.wait_for_end(bench.start("test", "all", **wishes))


def list_everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if "/.git/" not in f"/{path}"}


@pytest.mark.parametrize("feature", NO_BRANCHES)
def test_a_branch_that_is_an_option_or_a_way_out_is_refused(bench: Bench, feature: str):
    save(bench, argv("open('made', 'w')") + 'work-tree = "claude"\naccess = "write"\nnext = { "*" = "end" }\n')
    before = bench_stock(bench)
    ended = run(bench, parameters={"feature": feature})
    assert ended.status is RunStatus.FAILED
    assert re.search(r"branch|name", ended.reason), ended.reason
    assert bench_stock(bench) == before
    assert not (bench.data_folder.parent / "evil").exists()


def bench_stock(bench: Bench) -> tuple[set[str], list[str]]:
    """Give the files of the project, and the branches and work trees that its repository has."""
    heads = [str(path) for path in (bench.path / ".git/refs/heads").rglob("*") if path.is_file()]
    trees = [str(path) for path in (bench.path / ".git/worktrees").glob("*")]
    return list_everything(bench.path), sorted(heads + trees)


@pytest.mark.parametrize("feature", ["../outside", "/etc/cron.d/x", "a/../../outside", ".git/hooks/post-commit", "."])
def test_a_document_that_leads_out_is_not_written(bench: Bench, feature: str):
    save(
        bench,
        argv("print('the document')") + 'output = "{feature}"\ndelivery = "message"\nnext = { "*" = "end" }\n',
    )
    before = list_everything(bench.path.parent)
    hooks = list_everything(bench.path / ".git/hooks")
    ended = run(bench, parameters={"feature": feature})
    assert ended.status is RunStatus.FAILED, ended
    assert {path for path in list_everything(bench.path.parent) - before if "tandemweb" not in path} == set()
    assert list_everything(bench.path / ".git/hooks") == hooks


@pytest.mark.parametrize(
    "words",
    ["--dangerously-skip-permissions", "-c core.fsmonitor=x", "'; touch evil; '", "$(touch evil)", "`touch evil`"],
)
def test_what_a_person_types_is_no_shell_and_no_option(bench: Bench, words: str):
    script = "import json, sys; json.dump([sys.argv[1:], sys.stdin.read()], open('told.log', 'w'))"
    save(bench, argv(script, "--", "<{feature}>") + 'prompt = "{goal}"\nnext = { "*" = "end" }\n')
    ended = run(bench, parameters={"feature": words}, goal=words)
    assert ended.status is RunStatus.DONE, ended
    arguments, prompt = json.loads((bench.path / "told.log").read_text())
    assert arguments == ["--", f"<{words}>"], "one word, whatever is in it"
    assert words in prompt
    assert not list(bench.path.rglob("evil"))


@pytest.mark.parametrize(
    "name", ["../../evil", "--help", "A/B", "a\0b", ".git", "A" * 300, "<script>", "A\nB", "-rf", ""]
)
def test_a_mission_s_name_is_no_path_and_no_option(bench: Bench, name: str):
    wanted = MissionRequest("TandemKit", name, "A goal.", "tandem")
    with pytest.raises(TandemwebError) as refused:
        preview_creation(bench.project, wanted, at=AT)
    assert "\n" not in str(refused.value).strip()


def test_an_agent_that_puts_a_link_in_place_of_its_document_is_not_followed(bench: Bench, tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text("# The secret\n")
    script = f"import os; os.symlink({str(secret)!r}, 'out.md'); print('done')"
    save(bench, argv(script) + 'access = "documents"\noutput = "out.md"\nnext = { "*" = "end" }\n')
    ended = run(bench)
    assert ended.status is RunStatus.FAILED, ended
    assert "The secret" not in str(ended)
    assert secret.read_text() == "# The secret\n"


def test_an_agent_that_swaps_a_folder_for_a_link_while_its_message_is_written(bench: Bench, tmp_path: Path):
    """The check of the path and its use are one: whatever the swapping does, nothing is written outside."""
    outside = tmp_path / "outside"
    outside.mkdir()
    script = f"import os; os.symlink({str(outside)!r}, 'docs'); print('# The document')"
    save(bench, argv(script) + 'output = "docs/out.md"\ndelivery = "message"\nnext = { "*" = "end" }\n')
    ended = run(bench)
    assert ended.status is RunStatus.FAILED, ended
    assert list(outside.iterdir()) == []


def test_a_workflow_that_is_swapped_while_it_is_started_is_never_another(bench: Bench):
    """What starts is byte for byte what was allowed, or nothing is."""
    folder = bench.path / ".tandemweb/workflows"
    folder.mkdir(parents=True)
    good = HEAD.format(name="theirs") + argv("pass") + 'next = { "*" = "end" }\n'
    evil = good.replace('"pass"', "\"open('evil', 'w')\"")
    (folder / "theirs.toml").write_text(good)
    entry = next(entry for entry in list_workflows(bench.data_folder, bench.project) if entry.name == "theirs")
    assert entry.workflow
    trust_workflow(bench.data_folder, bench.project, "theirs", entry.workflow.digest, at=AT)
    is_over = threading.Event()

    def swap() -> None:
        number = 0
        while not is_over.is_set():
            number += 1
            (folder / "next").write_text(evil if number % 2 else good)
            (folder / "next").replace(folder / "theirs.toml")
            if number % 7 == 0:
                (folder / "theirs.toml").unlink()
                (folder / "theirs.toml").symlink_to("/etc/passwd")

    thread = threading.Thread(target=swap)
    thread.start()
    given = refused = 0
    try:
        for _ in range(300):
            try:
                assert get_workflow(bench.data_folder, "theirs", bench.project).text == good
                given += 1
            except TandemwebError:
                refused += 1
    finally:
        is_over.set()
        thread.join()
    assert given > 0
    assert refused > 0
    (folder / "theirs.toml").unlink()
    (folder / "theirs.toml").write_text(evil)
    with pytest.raises(UntrustedWorkflowError):
        start_stage(bench.data_folder, bench.project, StageOrder("press", "theirs", "all"))
    assert list_run_folders(bench.data_folder) == []
    assert not (bench.path / "evil").exists()


def test_settings_in_a_repository_are_not_ours(bench: Bench):
    """A project cannot name the program that is started, nor how, by files that look like the user's."""
    text = f'[agents.claude]\nexecutable = "{bench.path}/evil.sh"\n'
    for name in (
        "settings.toml",
        ".tandemweb/settings.toml",
        "tandemweb/settings.toml",
        ".tandemweb/workflows/settings.toml",
    ):
        path = bench.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    program = bench.path / "claude"
    program.write_text("#!/bin/sh\ntouch evil\n")
    program.chmod(0o755)
    claude = HEAD.replace('agent = "command"', 'agent = "claude"').format(name="test")
    bench.save_workflow("test", claude + 'prompt = "Look."\nnext = { "*" = "end" }\n')
    bench.trust()
    ended = run(bench)
    assert ended.status is RunStatus.FAILED
    assert ended.steps[0].failure is not None
    assert not (bench.path / "evil").exists()
