"""The workflows outside missions, end to end by the real claude and codex, whose services play a script."""

import json
import re
import sys
from collections.abc import Callable, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from agents.harness import PlayedModels
from web.comparing import open_comparison, read, text_of

from tandemweb.domain.run import FailureKind, Run, RunMode, RunStatus
from tandemweb.domain.settings import Settings
from tandemweb.services.exporting import export_project
from tandemweb.services.script_export import export_script
from tandemweb.services.stages import StageOrder
from tandemweb.store.settings import read_settings, save_settings
from tests.conftest import GitRepository, init_repository
from tests.services.exported import build_agent_environment, copy_project, list_files, run_script
from tests.services.pages import check_findings_shown, open_pages
from tests.services.running import Bench, make_bench

pytestmark = pytest.mark.agents
PASS_TESTS = f"{sys.executable} -c 'import app'"
STEPS = """# Plan

The shortest way.

## Files to touch
- app.py: the greeting

## Step 1: greet
- [ ] 1.1 greet in app.py
*Test:* importing app works.

## Step 2: name
- [ ] 2.1 take a name in app.py

## Confidence
Claude confidence: 0.85
"""
REQUIREMENTS = "# Requirements\n\n1. **R1** It greets.\n2. **R2** It takes a name.\n\n## Out of scope\n\nColours.\n"


@pytest.fixture
def place(agents_home: Path) -> Bench:
    """Give a trusted project outside /tmp, where codex keeps its sandbox closed."""
    path = agents_home / "shop"
    repository = init_repository(path)
    repository.commit("First", {"app.py": "print('hello')\n", ".gitignore": "__pycache__/\n"})
    return make_bench(path)


class Theatre:
    """Lets the models play lanes, ``name=(regex, agent, *turns)``, for the driver and once more for a script."""

    def __init__(self, place: Bench, home: Path, play: Callable[[], PlayedModels]) -> None:
        self._place, self._home, self._play = place, home, play
        self.lanes: dict[str, dict[str, Any]] = {}

    def __call__(self, **lanes: tuple[Any, ...]) -> PlayedModels:
        for match, agent, *turns in lanes.values():  # what one prompt asks of both models is one lane
            lane = self.lanes.setdefault(match, {"match": match})
            lane[{"claude": "anthropic", "codex": "openai"}[agent]] = turns
        self._copy = copy_project(self._place, self._home / "copy")
        return self._play()

    def run_script(self, workflow: str, stage: str, wishes: Mapping[str, Any], *answers: str) -> GitRepository:
        """Go the same way with the exported script in a project as it was before: it leaves the same files."""
        script = self._home / f"{workflow}.sh"
        order = StageOrder("", workflow, stage, **{name: value for name, value in wishes.items() if name != "mode"})
        script.write_text(export_script(self._place.data_folder, self._place.project, order))
        self._play()
        environment = build_agent_environment(read_settings(self._place.data_folder), self._home)
        options = [word for answer in answers for word in ("--answer", answer)]
        run_script(script, self._copy, environment, *options)
        assert list_files(self._copy) == list_files(self._place.path)
        return GitRepository(self._copy)


@pytest.fixture
def perform(
    place: Bench,
    play_models: Callable[[Mapping[str, Any]], PlayedModels],
    make_settings: Callable[..., Settings],
    agents_home: Path,
) -> Theatre:
    def play() -> PlayedModels:
        models = play_models({"lanes": theatre.lanes})
        save_settings(place.data_folder, make_settings(models))
        return models

    theatre = Theatre(place, agents_home, play)
    return theatre


def end(place: Bench, run: Run, waits_for: str = "") -> Run:
    ended = place.wait_for_end(run)
    told = (ended.reason, [(step.name, step.outcome, step.reason) for step in ended.steps])
    assert (ended.status, ended.waits_for) == (RunStatus.DONE, waits_for), told
    return ended


def list_outcomes(run: Run) -> list[tuple[str, str]]:
    return [(step.name, step.outcome) for step in run.steps]


def review(title: str, verdict: str, high: str = "None") -> str:
    parts = ("Read: app.py", f"**Verdict: {verdict}**", "## High", high, "## Medium", "None", "## Low", "None")
    return "\n\n".join((f"# {title}", *parts)) + "\n"


def tick(box: str, plan: str, also: str = "true") -> dict[str, str]:
    return {"shell": f"{also} && sed -i 's/\\[ \\] {box}/[x] {box}/' {plan}"}


def append(line: str) -> str:
    return f'echo "{line}" >> app.py'


FAULT = "1. **It greets nobody** when the name is empty (app.py:1). Settle it with a default."


def read_findings(place: Bench) -> dict[str, list[str]]:
    """Read the project back; nothing in it may be a problem, and the pages show what was found."""
    documents = export_project(place.path)["documents"]
    assert [problem for document in documents for problem in document["problems"]] == []
    check_findings_shown(place, [document for document in documents if document["findings"]])
    return {document["path"]: [finding["title"] for finding in document["findings"]] for document in documents}


def test_plan_execute_red_team(place: Bench, perform: Theatre):
    plan = "plans/greeting/PLAN.md"
    thinking = "I would rather not say why, but the secret reason is the purple elephant."
    models = perform(
        requirements=("^Write it down as requirements", "claude", {"text": REQUIREMENTS}),
        plan=(
            "^You plan; you change nothing",
            "claude",
            {"shell": f"echo {thinking!r}"},
            {"text": STEPS},
            {"text": STEPS},
        ),
        review=(
            "^You review a plan",
            "codex",
            {"shell": f"cat plans/greeting/REQUIREMENTS.md {plan}"},
            {"text": review("Plan review 01", "FAIL", FAULT)},
            {"shell": f"cat {plan}"},
            {"text": review("Plan review 02", "PASS")},
        ),
        execute=(
            "^Do the first step of the plan",
            "codex",
            tick("1.1", plan, append("print('greet')")),
            {"text": "Done."},
            tick("2.1", plan, append("print('name')")),
            {"text": "Done."},
            {"shell": append("print('a default')")},
            {"text": "Mended."},
        ),
        attack=(
            "^You did not write this change",
            "claude",
            {
                "write": {
                    "path": "plans/greeting/reviews/red-team-01.md",
                    "content": review("Red-team review 01", "FAIL", FAULT),
                }
            },
            {"text": "Written."},
            {
                "write": {
                    "path": "plans/greeting/reviews/red-team-02.md",
                    "content": review("Red-team review 02", "PASS"),
                }
            },
            {"text": "Written."},
        ),
    )
    wishes = {"goal": "Greet people by name.", "parameters": {"feature": "greeting", "tests": PASS_TESTS}}
    planned = end(place, place.start("plan-execute-red-team", "plan", **wishes), "approve-plan")
    assert list_outcomes(planned)[2:] == [("plan-review", "findings"), ("plan", "done"), ("plan-review", "clean")]
    done = end(place, place.start("plan-execute-red-team", "execute", mode=RunMode.AUTOPILOT, **wishes), "finished")
    assert [name for name, _ in list_outcomes(done)] == [
        *("execute", "tests", "execute", "last-tests"),
        *("difference", "red-team", "fix", "fix-tests", "difference", "red-team"),
    ]
    assert (place.path / "app.py").read_text().endswith("print('greet')\nprint('name')\nprint('a default')\n")
    assert "+print('name')" in (place.path / "plans/greeting/difference-02.patch").read_text()
    assert read_findings(place)["plans/greeting/reviews/red-team-01.md"] == ["It greets nobody"]
    asked = [request for request in models.list_requests() if "You review a plan that you did not write" in request]
    assert any("It takes a name" in request and "greet in app.py" in request for request in asked)
    assert not any("purple elephant" in request for request in asked)
    perform.run_script("plan-execute-red-team", "plan", wishes, "approve-plan=approve", "finished=finish")


def test_a_failing_gate_stops(place: Bench, perform: Theatre):
    plan = "plans/greeting/PLAN.md"
    (place.path / "plans/greeting").mkdir(parents=True)
    (place.path / plan).write_text(STEPS)
    (place.path / "plans/greeting/REQUIREMENTS.md").write_text(REQUIREMENTS)
    perform(execute=("^Do the first step", "codex", tick("1.1", plan, append("this is no python")), {"text": "Done."}))
    wishes = {"goal": "Greet.", "parameters": {"feature": "greeting", "tests": PASS_TESTS}}
    stopped = end(place, place.start("plan-execute-red-team", "execute", **wishes), "tests-failed")
    assert list_outcomes(stopped) == [("execute", "more"), ("tests", "failed")]


def test_plan_build_check(place: Bench, perform: Theatre):
    plan = "plans/greeting/PLAN.md"
    perform(
        plan=("^You plan; you change nothing", "claude", {"text": STEPS}),
        review=(
            "^You review a plan",
            "codex",
            {"text": review("Plan review 01", "PASS") + "\n## Confidence\n\nCodex confidence: 0.80\n"},
        ),
        build=(
            "^Build exactly what the plan says",
            "codex",
            tick("1.1", plan, append("print('greet')") + " && echo x > stowaway.py"),
            tick("2.1", plan),
            {"text": "Done."},
        ),
        check=("^You hold a change against the plan", "claude", {"text": review("Review of the change 01", "PASS")}),
        request=("^Turn the plan into the text", "claude", {"text": "# Greet people\n\nIt greets.\n"}),
    )
    wishes = {"goal": "Greet.", "parameters": {"feature": "greeting", "tests": PASS_TESTS}}
    ended = end(place, place.start("plan-build-check", "plan", mode=RunMode.AUTOPILOT, **wishes), "finished")
    assert ("confidence", "ready") in list_outcomes(ended)
    assert ("scope", "beyond") in list_outcomes(ended)
    scope = (place.path / "plans/greeting/scope-01.md").read_text()
    assert "**Beyond the plan: 1**" in scope
    assert "1. `stowaway.py`" in scope.partition("## As planned")[0]
    assert "1. `app.py`" in scope.partition("## As planned")[2]
    assert (
        "| 0.80 | plans/greeting/reviews/plan-review-01.md:21 |"
        in (place.path / "plans/greeting/confidence.md").read_text()
    )
    read_findings(place)
    perform.run_script("plan-build-check", "plan", wishes, "finished=finish")


def test_confidences_far_apart_stop_at_the_user(place: Bench, perform: Theatre):
    perform(
        plan=("^You plan; you change nothing", "claude", {"text": STEPS}),
        review=(
            "^You review a plan",
            "codex",
            {"text": review("Plan review 01", "PASS") + "\n## Confidence\n\nCodex confidence: 0.30\n"},
        ),
    )
    wishes = {"goal": "Greet.", "parameters": {"feature": "greeting", "tests": PASS_TESTS}}
    stopped = end(place, place.start("plan-build-check", "plan", mode=RunMode.AUTOPILOT, **wishes), "confidence")
    assert "Claude 0.85, Codex 0.30" in stopped.reason


PHASES = """# Greeting

## Goal

Greet.

## Phase 1: greet

- [ ] 1.1 greet

**Test gate:** import works.

## Phase 2: name

- [ ] 2.1 name
"""
FINDING = "## Phase 1.5: Codex Finding - no default\n\nSeverity: High\n\napp.py:1 greets nobody.\n\n"


def test_cross_model_plan(place: Bench, perform: Theatre):
    plan = "plans/greeting.md"
    rewritten = PHASES.replace("- [ ] 1.1 greet", "- [ ] 1.1 greet loudly")
    inserted = PHASES.replace("## Phase 2", f"{FINDING}## Phase 2")
    overwrite = "cat > plans/greeting.md <<'END'\n{}END"
    verification = "reviews/greeting-verification-01.md"
    perform(
        plan=("^You plan; you change nothing", "claude", {"text": PHASES}),
        insert=(
            "^Hold this plan against the real code base",
            "codex",
            {"shell": overwrite.format(rewritten)},
            {"text": "Rewritten."},
            {"shell": overwrite.format(inserted)},
            {"text": "Inserted."},
        ),
        implement=(
            "^Do the first phase of the plan",
            "claude",
            tick("1.1", plan, append("print('greet')")),
            {"text": "Done."},
            tick("2.1", plan, append("print('name')")),
            {"text": "Done."},
        ),
        verify=(
            "^You verify work",
            "codex",
            {"write": {"path": verification, "content": review("Adversarial review 01", "PASS")}},
            {"text": "Written."},
        ),
    )
    wishes = {"goal": "Greet.", "parameters": {"feature": "greeting", "tests": PASS_TESTS}}
    planned = end(place, place.start("cross-model-plan", "plan", **wishes), "approve-plan")
    assert list_outcomes(planned) == [("plan", "done"), ("insert", "rewritten"), ("insert", "kept")]
    assert "put back: Phase 1: greet" in planned.steps[1].reason
    assert (place.path / plan).read_text() == inserted
    done = end(place, place.start("cross-model-plan", "implement", mode=RunMode.AUTOPILOT, **wishes), "finished")
    assert [name for name, _ in list_outcomes(done)] == ["implement", "gate", "implement", "last-gate", "verify"]
    assert read_findings(place)[plan] == ["no default"]
    perform.run_script("cross-model-plan", "plan", wishes, "approve-plan=approve", "finished=finish")


def test_four_phases(place: Bench, perform: Theatre):
    folder = "plans/greeting"
    plan = f"{folder}/PLAN.md"
    kept = "# Review of the prototype\n\n**Decision: KEEP**\n\n## Why\n\nIt works.\n\n## High\n\nNone\n"
    perform(
        prototype=(
            "^Posture: find out",
            "codex",
            {"shell": append("print('greet')")},
            {
                "write": {
                    "path": f"{folder}/prototype.md",
                    "content": "# Prototype\n\n## What can be tried\n\nimport app\n",
                }
            },
            {"text": "Done."},
        ),
        review=(
            "^Posture: decide",
            "claude",
            {"write": {"path": f"{folder}/reviews/review-prototype.md", "content": kept}},
            {"text": "Written."},
        ),
        pin=("^Posture: hold still", "claude", {"write": {"path": plan, "content": STEPS}}, {"text": "Pinned."}),
        refactor=(
            "^Posture: change the shape",
            "codex",
            tick("1.1", plan),
            {"text": "Done."},
            tick("2.1", plan),
            {"text": "Done."},
        ),
        held=(
            "^You did not do this refactoring",
            "claude",
            {"write": {"path": f"{folder}/reviews/red-team-01.md", "content": review("Red-team review 01", "PASS")}},
            {"text": "Written."},
        ),
        polish=(
            "^Posture: as if it were published",
            "claude",
            {"write": {"path": f"{folder}/polish.md", "content": "# Polish\n\n## What was polished\n\nNames.\n"}},
            {"text": "Done."},
        ),
    )
    wishes = {"goal": "Greet.", "parameters": {"feature": "greeting", "tests": PASS_TESTS}, "mode": RunMode.AUTOPILOT}
    end(place, place.start("four-phases", "prototype", **wishes), "keep")
    done = end(place, place.start("four-phases", "refactor", **wishes), "finished")
    assert [name for name, _ in list_outcomes(done)] == [
        *("pin", "pin-tests", "refactor", "refactor-tests", "refactor", "last-tests", "held", "polish", "polish-tests"),
    ]
    read_findings(place)
    perform.run_script("four-phases", "prototype", wishes, "keep=keep", "finished=finish")


SPEC = "# Spec: greeting\n\n## Acceptance Criteria\n\n1. It greets.\n2. It takes a name.\n3. It is short.\n"


def test_two_implementations_at_once(place: Bench, perform: Theatre):
    perform(
        codex=("^You work in an isolated checkout", "codex", {"shell": append("print('by codex')")}, {"text": "Done."}),
        other=(
            "^You work in an isolated checkout",
            "claude",
            {"shell": append("print('by claude')")},
            {"text": "Done."},
        ),
        spec=("^Write a spec", "claude", {"text": SPEC}),
    )
    wishes = {"goal": "Greet.", "parameters": {"feature": "greeting", "tests": PASS_TESTS}}
    end(place, place.start("parallel", "spec", **wishes), "approve-spec")
    done = end(place, place.start("parallel", "implement", **wishes), "compare")
    assert {name: outcome for name, outcome in list_outcomes(done) if name.startswith("tests")} == {
        "tests-claude": "passed",
        "tests-codex": "passed",
    }
    git = GitRepository(place.path)
    assert git.git("show", "greeting/impl/claude:app.py").endswith("print('by claude')")
    assert git.git("show", "greeting/impl/codex:app.py").endswith("print('by codex')")
    assert git.git("show", "greeting/impl/codex:plans/greeting/SPEC.md") == SPEC.rstrip()
    assert (place.path / "app.py").read_text() == "print('hello')\n"
    assert git.git("merge-base", "greeting/impl/claude", "greeting/impl/codex") != git.git("rev-parse", "main")
    assert git.git("status", "--porcelain") == "?? plans/"
    copy = perform.run_script("parallel", "spec", wishes, "approve-spec=approve", "compare=finish")
    for side in ("claude", "codex"):
        assert copy.git("show", f"greeting/impl/{side}:app.py").endswith(f"print('by {side}')")


def test_one_of_two_crashes(place: Bench, perform: Theatre):
    (place.path / "plans/greeting").mkdir(parents=True)
    (place.path / "plans/greeting/SPEC.md").write_text(SPEC)
    perform(
        codex=(
            "^You work in an isolated checkout",
            "codex",
            {"shell": append("print('half')")},
            {"status": 400, "error": {"type": "invalid_request_error", "message": "no"}},
        ),
        claude=(
            "^You work in an isolated checkout",
            "claude",
            {"shell": append("print('by claude')")},
            {"text": "Done."},
        ),
    )
    wishes = {"goal": "Greet.", "parameters": {"feature": "greeting", "tests": PASS_TESTS}}
    done = end(place, place.start("parallel", "implement", **wishes), "compare")
    failed = next(step for step in done.steps if step.name == "implement-codex")
    assert failed.failure is FailureKind.API, failed
    git = GitRepository(place.path)
    assert git.git("show", "greeting/impl/claude:app.py").endswith("print('by claude')")
    assert git.git("show", "greeting/impl/codex:app.py").endswith("print('half')")
    with open_pages(place) as client:
        listed = read(client, f"/projects/{place.project.slug}/comparisons")
        assert "greeting/impl/codex" in listed, "it suggests itself"
        address = open_comparison(client, ["greeting/impl/claude", "greeting/impl/codex"], slug=place.project.slug)
        (notice,) = re.findall(r'<div class="moved" role="note">.*?</div>', read(client, address), re.DOTALL)
        assert text_of(notice).startswith("B greeting/impl/codex is not finished: Codex implements ✕ failed")
        assert unescape(failed.reason) in unescape(text_of(notice))
        assert f'href="/runs/{done.id}?step={failed.number}#step-{failed.number}"' in notice
        (side,) = client.get(f"{address}.json").get_json()["unfinished"]
        assert (side["run_id"], side["step"]["failure"]) == (done.id, "api")


CONSENSUS = """# Consensus review: greeting

Reviewers: Claude, Codex, Fresh

## Confirmed Issues

### 1. It greets nobody

Severity: Major
Reviewers: Claude, Codex
app.py:1 has no default.

## Integration Findings

None

## Dismissed Findings

### 2. The name is ugly

Severity: Minor
Reviewers: Fresh
Why: a matter of taste.
"""


def test_consensus_review(place: Bench, perform: Theatre):
    (place.path / "app.py").write_text("print('hello')\nprint('you')\n")
    opinion = "# Opinion 0{}\n\n**Opinion: {}**\n\n## Confirmed\n\nNone\n"
    reviewed = {"text": review("Red-team review", "FAIL", FAULT)}
    turns = ({"text": opinion.format(1, "OPEN")}, {"text": opinion.format(2, "SETTLED")})
    perform(
        fresh=("look above all at how it fits", "claude", reviewed),
        claude=("^You did not write this change", "claude", reviewed),
        codex=("^You did not write this change", "codex", reviewed),
        opinion=(
            "^The first is the change, the others are the reviews",
            "claude",
            *turns[:1],
            *turns[:1],
            *turns[1:],
            *turns[1:],
        ),
        answer=("^The first is the change, the others are the reviews", "codex", *turns),
        minutes=("^You write the minutes", "claude", {"text": CONSENSUS}),
    )
    wishes = {"parameters": {"subject": "greeting", "target": ""}, "mode": RunMode.AUTOPILOT}
    done = end(place, place.start("consensus-review", "review", **wishes), "finished")
    assert len([name for name, _ in list_outcomes(done) if name.startswith("opinion")]) == 6
    findings = read_findings(place)
    assert findings["reviews/consensus/greeting.md"] == ["It greets nobody", "The name is ugly"]
    perform.run_script("consensus-review", "review", wishes, "finished=finish")


def answer_review(*findings: Mapping[str, Any]) -> str:
    verdict = "needs-attention" if findings else "approve"
    return json.dumps({"verdict": verdict, "summary": "Almost.", "findings": findings, "next_steps": []})


NOBODY = {
    "severity": "high",
    "title": "It greets nobody",
    "body": "No default.",
    "file": "app.py",
    "line_start": 2,
    "line_end": 2,
    "confidence": 0.9,
    "recommendation": "Add one.",
}


def test_quick_review_of_a_branch(place: Bench, perform: Theatre):
    git = GitRepository(place.path)
    git.git("checkout", "-q", "-b", "feature")
    git.commit("Greet", {"app.py": "print('hello')\nprint('you')\n"})
    git.git("checkout", "-q", "main")
    perform(
        review=(
            "^You review a change that you did not write",
            "codex",
            {"text": f"Here:\n```json\n{answer_review(NOBODY)}\n```"},
        )
    )
    wishes = {"parameters": {"subject": "greet", "target": "feature", "focus": ""}}
    done = end(place, place.start("quick-actions", "review", **wishes), "findings")
    assert "+print('you')" in (place.path / "reviews/codex/greet.patch").read_text()
    assert list_outcomes(done) == [("change", "done"), ("review", "findings")]
    assert read_findings(place)["reviews/codex/greet.json"] == ["It greets nobody"]
    perform.run_script("quick-actions", "review", wishes, "findings=finish")


def test_quick_attack_with_a_focus_on_the_work_tree(place: Bench, perform: Theatre):
    (place.path / "app.py").write_text("print('hello')\nprint('you')\n")
    models = perform(attack=("^Assume that this change is broken", "codex", {"text": answer_review(NOBODY)}))
    wishes = {"parameters": {"subject": "greet", "target": "", "focus": "Two people at once?"}}
    done = end(place, place.start("quick-actions", "adversarial", **wishes), "findings")
    assert list_outcomes(done) == [("adversarial-change", "done"), ("adversarial", "findings")]
    assert read_findings(place)["reviews/codex/greet-adversarial.json"] == ["It greets nobody"]
    assert any("Two people at once?" in request for request in models.list_requests())
    perform.run_script("quick-actions", "adversarial", wishes, "findings=finish")


def test_quick_rescue(place: Bench, perform: Theatre):
    report = {"path": "reviews/rescue/greet.md", "content": "# Rescue\n\n## What was wrong\n\nNo name.\n"}
    turns = ({"shell": append("print('name')")}, {"write": report}, {"text": "Done."})
    perform(rescue=("^Somebody is stuck with this task", "codex", *turns))
    wishes = {"goal": "Greet by name.", "parameters": {"subject": "greet", "target": "", "focus": ""}}
    done = end(place, place.start("quick-actions", "rescue", **wishes), "rescued")
    assert list_outcomes(done) == [("rescue", "done")]
    assert (place.path / "app.py").read_text() == "print('hello')\nprint('name')\n"
    perform.run_script("quick-actions", "rescue", wishes, "rescued=finish")
