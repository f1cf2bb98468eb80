"""Exported scripts as text, and their gates and JSON against the ones that runs use."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

from tandemweb.archive.json_edits import set_keys
from tandemweb.errors import InvalidRequestError, TandemwebError
from tandemweb.services.gates import GATES, Evidence
from tandemweb.services.script_export import export_script
from tandemweb.services.script_parts import render_parts
from tandemweb.services.script_words import here_document, quote
from tandemweb.services.stages import StageOrder
from tandemweb.services.workflows import get_workflow
from tests.conftest import init_repository
from tests.run_folders import wait_until
from tests.services.missions_for_runs import make_mission
from tests.services.running import Bench, make_bench

SHIPPED = (
    *("consensus-review", "cross-model-plan", "four-phases", "parallel", "plan-build-check"),
    *("plan-execute-red-team", "quick-actions", "tandem", "tandemkit-plugin"),
)
HOSTILE = "'; touch PWNED; $(touch PWNED) `touch PWNED` \" \\ ${x} {round} * ?"
HOSTILE_GOAL = f"{HOSTILE}\nEND_OF_GOAL\nEND_OF_PROMPT\ntouch PWNED\n"


@pytest.fixture
def place(tmp_path: Path) -> Bench:
    path = tmp_path / "shop"
    repository = init_repository(path)
    repository.commit("First", {"app.py": "print('hello')\n"})
    return make_bench(path)


def export(place: Bench, name: str, **wishes: object) -> str:
    workflow = get_workflow(place.data_folder, name)
    required = {parameter.name: "greeting" for parameter in workflow.parameters if parameter.is_required}
    wishes["parameters"] = required | dict(wishes.get("parameters", {}))  # type: ignore[call-overload]
    stage = str(wishes.pop("stage", workflow.stages[0].name))
    mission = "TandemKit/001-SayHello" if workflow.needs_mission else ""
    return export_script(place.data_folder, place.project, StageOrder("", name, stage, mission, **wishes))  # type: ignore[arg-type]


def sh(text: str, *arguments: str, cwd: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    script = cwd.parent / "script.sh"
    script.write_text(text)
    path = {"PATH": f"{cwd.parent / 'programs'}:/usr/local/bin:/usr/bin:/bin", "HOME": str(cwd.parent)}
    return subprocess.run(
        ["sh", str(script), *arguments],
        check=False,
        cwd=cwd,
        env=path | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("name", SHIPPED)
def test_a_script_is_clean_and_stable(place: Bench, name: str, tmp_path: Path):
    make_mission(place)
    wishes = {"goal": HOSTILE_GOAL, "note": HOSTILE_GOAL}
    text = export(place, name, **wishes)
    assert text == export(place, name, **wishes)
    script = tmp_path / "script.sh"
    script.write_text(text)
    subprocess.run(["sh", "-n", str(script)], check=True)
    checker = shutil.which("shellcheck")
    if checker is None:
        assert os.environ.get("CI") != "true", "shellcheck is not installed"
        pytest.skip("shellcheck is not installed; the package of that name has it")
    told = subprocess.run([checker, "-s", "sh", str(script)], check=False, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout
    helped = sh(text, "--help", cwd=place.path)
    assert helped.returncode == 0
    assert all(step.name in helped.stdout for step in get_workflow(place.data_folder, name).steps)


FAKE_CODEX = r"""#!/bin/sh
cat >"$HOME/asked"
for word in "$@"; do
    if [ "${before-}" = -o ]; then printf '{"verdict": "approve", "findings": []}' >"$word"; fi
    before=$word
done
echo '{"type":"thread.started","thread_id":"t"}'
echo '{"type":"turn.completed","usage":{}}'
"""


def make_codex(folder: Path) -> None:
    (folder / "programs").mkdir()
    program = folder / "programs" / "codex"
    program.write_text(FAKE_CODEX)
    program.chmod(0o755)


def test_what_a_person_says_is_never_code(place: Bench, tmp_path: Path):
    make_codex(tmp_path)
    (place.path / "app.py").write_text("print('changed')\n")
    parameters = {"subject": HOSTILE.replace("/", ""), "focus": f"{HOSTILE}\n{HOSTILE}"}
    text = export(
        place, "quick-actions", stage="adversarial", goal=HOSTILE_GOAL, note=HOSTILE_GOAL, parameters=parameters
    )
    ended = sh(text, cwd=place.path)
    assert ended.returncode == 0, ended.stderr
    assert not list(tmp_path.rglob("PWNED"))
    asked = (tmp_path / "asked").read_text()
    assert f"Focus, in the user's words: {HOSTILE}\n{HOSTILE}\n" in asked
    assert "> END_OF_PROMPT\n> touch PWNED\n" in asked
    assert f"`reviews/codex/{HOSTILE}-adversarial.patch`" in asked
    answer = place.path / f"reviews/codex/{HOSTILE}-adversarial.json"
    assert json.loads(answer.read_text()) == {"verdict": "approve", "findings": []}


def test_paths_lead_nowhere_else(place: Bench):
    with pytest.raises(TandemwebError):
        export(place, "quick-actions", parameters={"subject": "../../../etc/x"})


def test_a_missing_parameter_is_named(place: Bench):
    with pytest.raises(InvalidRequestError, match="Feature"):
        export(place, "parallel", parameters={"feature": " "})


def test_one_step_alone_says_its_outcome_last(place: Bench, tmp_path: Path):
    make_codex(tmp_path)
    (place.path / "app.py").write_text("print('changed')\n")
    text = export(place, "quick-actions")
    first = sh(text, "step", "change", cwd=place.path)
    assert first.stdout.splitlines()[-1] == "done", first.stderr
    second = sh(text, "step", "review", "--outcome-to", str(tmp_path / "outcome"), cwd=place.path)
    assert second.stdout.splitlines()[-1] == "clean", second.stderr
    assert (tmp_path / "outcome").read_text() == "outcome=clean\nreview=clean\n"


def test_a_missing_agent_and_strays_fail(place: Bench, tmp_path: Path):
    (tmp_path / "programs").mkdir()
    (place.path / "app.py").write_text("print('changed')\n")
    text = export(place, "quick-actions")
    missing = sh(text, cwd=place.path)
    assert missing.returncode == 1
    assert "exit status 127" in missing.stderr
    program = tmp_path / "programs" / "codex"
    program.write_text(FAKE_CODEX + "echo stray >stray.txt\n")
    program.chmod(0o755)
    strayed = sh(text, cwd=place.path)
    assert strayed.returncode == 1
    assert "what it may not change: stray.txt" in strayed.stderr
    assert not (place.path / "reviews/codex/greeting.json").exists() or "stray" in strayed.stderr


REVIEWS = {
    "clean": "# R\n\n**Verdict: PASS**\n\n## High\nNone\n\n## Medium\n\n- None\n\n## Low\n1. **x** y\n",
    "findings": "# R\n\n**Verdict: FAIL**\n\n## High\n\n1. **It breaks** (app.py:1). Mend it.\n\n## Medium\nNone\n",
    "passes with a finding": "# R\n\nVerdict: PASS\n\n## Medium\n\n1. **It is slow** (app.py:1).\n",
    "no verdict": "# R\n\n## High\nNone\n",
}
PLAN = "# Plan\n\n## Step 1: a\n- [x] 1.1 do\n\n## Step 2: b\n- [ ] 2.1 do\n"
PHASES = "# P\n\n## Goal\nx\n\n## Phase 1: a\n\n- [ ] 1.1 a\n\n## Phase 2: b\n\n- [ ] 2.1 b\n"
FINDING = "## Phase 1.5: Codex Finding - gap\n\nSeverity: High\n\napp.py:1 breaks.\n\n"
INSERTED = PHASES.replace("## Phase 2", f"{FINDING}## Phase 2")
SPEC = "# S\n\n## Acceptance Criteria\n\n1. It greets.\n2. It ends.\n\n## Edge Cases\n\n- none\n"
CASES = [
    *(("review", "review.md", text, "") for text in REVIEWS.values()),
    ("review", "r.json", '{"verdict": "approve", "findings": []}', ""),
    ("review", "r.json", '{"verdict": "approve", "findings": [{"severity": "high", "title": "x"}]}', ""),
    ("review", "r.json", '{"verdict": "needs-attention", "findings": []}', ""),
    ("steps", "plans/x/PLAN.md", PLAN, ""),
    ("steps", "plans/x/PLAN.md", "# Plan\n\nWe will see.\n", ""),
    ("steps", "plans/x/PLAN.md", PLAN.replace("[ ]", "[x]"), ""),
    ("steps", "plans/greeting.md", PHASES, ""),
    ("progress", "PLAN.md", PLAN, PLAN.replace("[x]", "[ ]")),
    ("progress", "PLAN.md", PLAN, PLAN),
    ("progress", "PLAN.md", PLAN.replace("[ ]", "[x]"), PLAN),
    ("progress", "PLAN.md", "# Plan\n", PLAN),
    ("phases", "p.md", PHASES.replace("[ ] 1.1", "[x] 1.1"), PHASES),
    ("phases", "p.md", INSERTED, PHASES),
    ("phases", "p.md", PHASES.replace("1.1 a", "1.1 other"), PHASES),
    ("phases", "p.md", PHASES.replace("## Phase 2: b", "## Phase 2: c"), PHASES),
    ("phases", "p.md", INSERTED.replace("2.1 b", "2.1 c"), INSERTED),
    ("plan", "Claude-02.md", SPEC, ""),
    ("plan", "Claude-02.md", SPEC.replace("1. ", "- ").replace("2. ", "- "), ""),
    ("plan", "Claude-02.md", "# S\n\n## Goal\n\n1. x\n", ""),
    ("approval", "Codex-02.md", "# R\n\n## Agreement Status: APPROVED\n", ""),
    ("approval", "Codex-02.md", "# R\n\n## Agreement Status: NOT APPROVED\n\n## High Disagreements\n1. x\n", ""),
    ("approval", "Codex-02.md", "# R\n\nFine.\n", ""),
    *(("verdict", "Round-01.md", f"# E\n\n**Verdict: {word}**\n", "") for word in ("PASS", "FAIL", "BLOCKED", "GOOD")),
    ("verdict", "Round-01.md", "# E\n\n**Verdict:** PASS_WITH_GAPS\n", ""),
    ("evaluation", "Claude-01.md", "# E\n\n**Verdict: FAIL**\n", ""),
    ("evaluation", "Claude-01.md", "# E\n\nFine.\n", ""),
    ("decision", "r.md", "# R\n\n**Decision: KEEP**\n", ""),
    ("decision", "r.md", "# R\n\n```\n**Decision: KEEP**\n```\n\nDecision: PIVOT\n", ""),
    ("decision", "r.md", "# R\n", ""),
    ("opinion", "o.md", "# O\n\n**Opinion: OPEN**\n", ""),
    ("opinion", "o.md", "# O\n\n**Opinion: SETTLED**\n", ""),
    ("consensus", "reviews/c.md", "# C\n\n## Confirmed Issues\nNone\n\n## Dismissed Findings\nNone\n", ""),
    ("consensus", "reviews/c.md", "# C\n\n## Issues\nNone\n", ""),
    ("scope", "s.md", "# Scope check\n\n**Beyond the plan: 0**\n", ""),
    ("scope", "s.md", "# Scope check\n\n**Beyond the plan: 2**\n", ""),
    *(
        (
            "confidence",
            "c.md",
            f"# Confidence\n\n| Model | Confidence |\n| - | - |\n| Claude | {a} |\n| Codex | {b} |\n",
            "",
        )
        for a, b in (("0.85", "0.80"), ("0.85", "0.30"), ("0.50", "0.40"))
    ),
]


@pytest.mark.parametrize(("gate", "name", "text", "before"), CASES)
def test_a_gate_says_what_that_of_a_run_says(gate: str, name: str, text: str, before: str, tmp_path: Path):
    folder = tmp_path / "work"
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_text(text)
    (folder / "before").write_text(before)
    ended = sh(f"set -eu\n{render_parts(['course', f'gate-{gate}'])}\ngate_{gate} {quote(name)} before", cwd=folder)
    expected = GATES[gate].judge(Evidence(name, text, 0, (), before)).outcome
    assert ended.stdout.split("\n")[0] == expected, (ended.stdout, ended.stderr)


def test_a_dispute_through_three_exchanges_is_stuck(tmp_path: Path):
    folder = tmp_path / "work"
    folder.mkdir()
    for number in (2, 3, 4):
        text = (
            f"# R\n\n## Agreement Status: NOT APPROVED\n\n## High Disagreements\n\n1. **The name is wrong** {number}\n"
        )
        (folder / f"Codex-{number:02d}.md").write_text(text)
    parts = render_parts(["course", "gate-approval"])
    words = [sh(f"set -eu\n{parts}\ngate_approval Codex-0{n}.md x", cwd=folder).stdout.split("\n")[0] for n in (3, 4)]
    assert words == ["disputed", "stuck"]


STATES = [
    '{\n  "phase": "planning",\n  "round": 0,\n  "own": {"phase": [1, "}"]},\n  "verdict": null\n}\n',
    '{"phase":"planning","note":"a \\"quoted\\" {brace}"}',
    '{\r\n\t"phase" : "planning",\r\n\t"round": 2\r\n}\r\n',
    "{}\n",
    '{"phase": "a", "phase": "b"}\n',
]


@pytest.mark.parametrize("content", STATES)
def test_keys_of_state_are_set_as_by_a_run(content: str, tmp_path: Path):
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "State.json").write_bytes(content.encode())
    values = {"phase": "generation", "round": 1, "verdict": None}
    words = " ".join(f"{key} {quote(json.dumps(value))}" for key, value in values.items())
    ended = sh(f"set -eu\n{render_parts(['course', 'json-set'])}\njson_set State.json {words}", cwd=folder)
    assert ended.returncode == 0, ended.stderr
    assert (folder / "State.json").read_bytes() == set_keys(content.encode(), values, "State.json")


def test_what_json_says_is_read(tmp_path: Path):
    folder = tmp_path / "work"
    folder.mkdir()
    said = 'Zeile 1\n\t"Zitat" \\ é 🙂 \u2028 end'
    (folder / "line").write_text(json.dumps({"type": "result", "n": {"result": "no"}, "result": said}))
    ended = sh(f"set -eu\n{render_parts(['json'])}\njson_get line result", cwd=folder)
    assert ended.stdout == f"{said}\n"


def test_a_here_document_ends_where_it_should():
    text = "END_OF_X\nEND_OF_X_\n"
    assert here_document("cat", text, "x") == f"cat <<'END_OF_X__'\n{text}END_OF_X__\n"


@pytest.mark.parametrize(
    ("name", "stage", "sent"),
    [("quick-actions", "review", signal.SIGTERM), ("consensus-review", "review", signal.SIGINT)],
)
def test_who_stops_a_script_stops_its_agents(place: Bench, tmp_path: Path, name: str, stage: str, sent: signal.Signals):
    """One that works alone, and several at once; none goes on unseen."""
    programs, agents = tmp_path / "programs", tmp_path / "agents"
    for folder in (programs, agents):
        folder.mkdir()
    for agent in ("claude", "codex"):
        (programs / agent).write_text('#!/bin/sh\n: >"$HOME/agents/$$"\nsleep 60 &\nwait\n')
        (programs / agent).chmod(0o755)
    (place.path / "app.py").write_text("changed\n")
    script = tmp_path / "script.sh"
    script.write_text(export(place, name, stage=stage))
    environment = {"PATH": f"{programs}:/usr/bin:/bin", "HOME": str(tmp_path)}
    with subprocess.Popen(
        ["sh", str(script)], cwd=place.path, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as running:
        wait_until(lambda: len(list(agents.iterdir())) == (1 if sent is signal.SIGTERM else 3))
        running.send_signal(sent)
        assert running.wait(20) == 130
        assert b"stopped; the same command goes on from here" in running.stderr.read()
    wait_until(lambda: not any(psutil.pid_exists(int(agent.name)) for agent in agents.iterdir()))


def test_what_works_on_a_comparison_is_no_script(place: Bench):
    for name in ("judge", "compare-tests"):
        with pytest.raises(InvalidRequestError, match="which no script knows"):
            export(place, name)
