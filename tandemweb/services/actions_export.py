"""A workflow for GitHub Actions: a job for each step, which calls the exported script that is committed beside it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tandemweb.domain.mission import Project
from tandemweb.domain.workflow import AgentKind, Step, Workflow
from tandemweb.services.actions_graph import Place, Way, unroll
from tandemweb.services.script_export import ScriptRequest, plan_script
from tandemweb.services.script_words import comment
from tandemweb.services.stages import StageOrder

# By commit; each was looked up in its own repository, where the tag of the release named behind it leads to it.
CHECKOUT = "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0"
UPLOAD = "actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2"
DOWNLOAD = "actions/download-artifact@d3f86a106a0bac45b974a628896c90dbdf5c8093 # v4.3.0"
PACKAGES = {AgentKind.CLAUDE: "@anthropic-ai/claude-code@2.1.197", AgentKind.CODEX: "@openai/codex@0.169.0"}
SECRETS = {
    AgentKind.CLAUDE: {"ANTHROPIC_API_KEY": "ANTHROPIC_API_KEY"},
    AgentKind.CODEX: {"CODEX_API_KEY": "OPENAI_API_KEY", "OPENAI_API_KEY": "OPENAI_API_KEY"},
}
FOLDER = ".github/tandem"
KEPT_DAYS = 30
USUAL_MINUTES = 60
SPARE_MINUTES = 15  # for everything around a step
_NAMED = "name: {}"


@dataclass(frozen=True, slots=True)
class _Job:
    """One job: what it is called, what it needs, and the lines that are its own."""

    key: str
    title: str
    ways: tuple[Way, ...]
    lines: tuple[str, ...]


def export_actions(data_folder: Path, project: Project, order: StageOrder) -> str:
    """Write a workflow for GitHub Actions. Raises as ``export_script`` does."""
    return render_actions(plan_script(data_folder, project, order))


def name_script(workflow: Workflow) -> str:
    """Give the path that the script is committed under."""
    return f"{FOLDER}/{workflow.name}.sh"


def name_actions(workflow: Workflow) -> str:
    """Give the path that the Actions workflow is committed under."""
    return f".github/workflows/tandem-{workflow.name}.yml"


def render_actions(request: ScriptRequest) -> str:
    """Write the text. The same request gives the same text."""
    workflow = request.workflow
    unrolled = unroll(workflow, request.first)
    sections = [_render_head(request)]
    for place, ways in unrolled.ways.items():
        sections += _render_place(workflow, place, tuple(ways))
    return "\n".join(sections)


def _render_head(request: ScriptRequest) -> str:
    workflow = request.workflow
    about = f" on {comment(request.mission_path)}" if request.mission_path else ""
    return f"""# {comment(workflow.title)}{about}: each step a job, each hand-over an artifact.
#
# Commit it as {name_actions(workflow)}, with the script beside it as {name_script(workflow)}.
# Secrets: ANTHROPIC_API_KEY for claude, OPENAI_API_KEY for codex. Where a person decides, the job waits for the
# approval that its environment (tandem-…) asks for: give each environment required reviewers, or nobody is asked.
# What came out is in the artifact of the last job: download it, and in the project's folder
#     sh {name_script(workflow)} unpack FOLDER
# puts it in place; tandemweb reads it then. The archive has to be committed: a runner sees nothing else.

name: {_text(workflow.title)}

on:
  workflow_dispatch:

permissions:
  contents: read

concurrency:
  group: tandem-{workflow.name}-${{{{ github.ref }}}}
  cancel-in-progress: false

env:
  TANDEM_FRESH: "1"

jobs:"""


def _render_place(workflow: Workflow, place: Place, ways: tuple[Way, ...]) -> Iterator[str]:
    if place.choice:
        yield _render_gate(workflow, place, ways)
        return
    members = workflow.list_members(place.node)
    if len(members) == 1:
        yield _render_step(workflow, place, members[0], ways)
        return
    yield _render_matrix(workflow, place, members, ways)
    yield _render_join(workflow, place, members, ways)


def _render_step(workflow: Workflow, place: Place, step: Step, ways: tuple[Way, ...]) -> str:
    lines = [
        "outputs:",
        "  outcome: ${{ steps.step.outputs.outcome }}",
        "steps:",
        *_indent(_begin(workflow, ways, (step,))),
        *_indent(
            [
                f"- {_NAMED.format(_text(step.title))}",
                "  id: step",
                *_indent(_list_secrets((step,))),
                f'  run: sh {name_script(workflow)} step {step.name} --outcome-to "$GITHUB_OUTPUT"',
            ]
        ),
        *_indent(_end(workflow, _artifact(workflow, place))),
    ]
    return _render_job(_Job(place.key, _title(step.title, place), ways, (*_limits((step,)), *lines)))


def _render_matrix(workflow: Workflow, place: Place, members: Sequence[Step], ways: tuple[Way, ...]) -> str:
    names = ", ".join(step.name for step in members)
    lines = [
        "strategy:",
        "  fail-fast: false",
        "  matrix:",
        f"    step: [{names}]",
        "steps:",
        *_indent(_begin(workflow, ways, members)),
        *_indent(
            [
                "- name: ${{ matrix.step }}",
                "  env:",
                "    STEP: ${{ matrix.step }}",
                *_indent(_indent(_list_secret_values(members))),
                f'  run: sh {name_script(workflow)} step "$STEP"',
            ]
        ),
        *_indent(_end(workflow, f"{_artifact(workflow, place)}-${{{{ matrix.step }}}}")),
    ]
    title = " and ".join(step.title for step in members)
    return _render_job(_Job(f"{place.key}_steps", _title(title, place), ways, (*_limits(members), *lines)))


def _render_join(workflow: Workflow, place: Place, members: Sequence[Step], ways: tuple[Way, ...]) -> str:
    """Put together what the steps of a group left, and say what the group came to."""
    parts: list[str] = []
    for step in members:
        name = f"{_artifact(workflow, place)}-{step.name}"
        parts += _download(name, f"${{{{ runner.temp }}}}/parts/{step.name}")
    lines = [
        "timeout-minutes: 15",
        "outputs:",
        "  outcome: ${{ steps.step.outputs.outcome }}",
        "steps:",
        *_indent(_begin(workflow, ways, ())),
        *_indent(parts),
        *_indent(
            [
                "- name: Put together",
                "  id: step",
                "  env:",
                "    TANDEM_PARTS: ${{ runner.temp }}/parts",
                f'  run: sh {name_script(workflow)} join {place.node} --outcome-to "$GITHUB_OUTPUT"',
            ]
        ),
        *_indent(_end(workflow, _artifact(workflow, place))),
    ]
    return _render_job(
        _Job(place.key, _title(f"{place.node}: together", place), ways, tuple(lines)), f"{place.key}_steps"
    )


def _render_gate(workflow: Workflow, place: Place, ways: tuple[Way, ...]) -> str:
    gate = workflow.find_gate(place.node)
    title = gate.title if gate else place.node
    lines = [
        "timeout-minutes: 15",
        f"environment: tandem-{place.node}",
        "outputs:",
        "  outcome: ${{ steps.step.outputs.outcome }}",
        "steps:",
        *_indent(_begin(workflow, ways, ())),
        *_indent(
            [
                f"- {_NAMED.format(_text(f'{title}: {place.choice}'))}",
                "  id: step",
                f'  run: sh {name_script(workflow)} decide {place.node}={place.choice} --outcome-to "$GITHUB_OUTPUT"',
            ]
        ),
        *_indent(_end(workflow, _artifact(workflow, place))),
    ]
    return _render_job(_Job(place.key, _title(f"{title}: {place.choice}", place), ways, tuple(lines)))


def _render_job(job: _Job, *also: str) -> str:
    head = [f"{job.key}:", f"  name: {_text(job.title)}", "  runs-on: ubuntu-latest"]
    needed = [*dict.fromkeys(way.place.key for way in job.ways), *also]
    if needed:
        head.append(f"  needs: [{', '.join(needed)}]")
    conditions = " || ".join(_condition(way) for way in job.ways)
    parts = ["!cancelled()", *(f"needs.{key}.result == 'success'" for key in also)]
    if conditions:
        parts.append(f"({conditions})")
    if needed:
        head.append(f"  if: ${{{{ {' && '.join(parts)} }}}}")
    return "\n".join(f"  {line}".rstrip() for line in [*head, *_indent(job.lines)]) + "\n"


def _condition(way: Way) -> str:
    outcome = f"needs.{way.place.key}.outputs.outcome"
    if way.unless:
        return "(" + " && ".join([f"{outcome} != ''", *(f"{outcome} != '{word}'" for word in way.words)]) + ")"
    return f"{outcome} == '{way.words[0]}'"


def _begin(workflow: Workflow, ways: Sequence[Way], members: Sequence[Step]) -> list[str]:
    """Write the steps that bring a job to where the one before it was."""
    lines = ["- uses: " + CHECKOUT, "  with:", "    fetch-depth: 0", "    persist-credentials: false"]
    packages = [PACKAGES[kind] for kind in PACKAGES if any(step.agent is kind for step in members)]
    if packages:
        lines += ["- name: Install the agents", f"  run: npm install --global {' '.join(packages)}"]
    if ways:
        # Of those that may come before, the one that came: its outcome leads here.
        chosen = " || ".join(f"({_condition(way)} && '{_artifact(workflow, way.place)}')" for way in ways)
        lines += _download(f"${{{{ {chosen} }}}}", "${{ runner.temp }}/before")
        lines += ["- name: Take over", f'  run: sh {name_script(workflow)} unpack "$RUNNER_TEMP/before"']
    return lines


def _end(workflow: Workflow, artifact: str) -> list[str]:
    return [
        "- name: Hand over",
        f'  run: sh {name_script(workflow)} pack "$RUNNER_TEMP/after"',
        "- uses: " + UPLOAD,
        "  with:",
        f"    name: {artifact}",
        "    path: ${{ runner.temp }}/after",
        "    include-hidden-files: true",
        "    if-no-files-found: error",
        f"    retention-days: {KEPT_DAYS}",
    ]


def _download(name: str, path: str) -> list[str]:
    return ["- uses: " + DOWNLOAD, "  with:", f"    name: {name}", f"    path: {path}"]


def _list_secrets(members: Sequence[Step]) -> list[str]:
    values = _list_secret_values(members)
    return ["env:", *_indent(values)] if values else []


def _list_secret_values(members: Sequence[Step]) -> list[str]:
    return [
        f"{variable}: ${{{{ secrets.{secret} }}}}"
        for kind, secrets in SECRETS.items()
        if any(step.agent is kind for step in members)
        for variable, secret in secrets.items()
    ]


def _limits(members: Sequence[Step]) -> list[str]:
    minutes = max(int((step.limits.seconds or USUAL_MINUTES * 60) / 60) for step in members)
    return [f"timeout-minutes: {minutes + SPARE_MINUTES}"]


def _artifact(workflow: Workflow, place: Place) -> str:
    return f"{workflow.name}-{place.key}"


def _title(title: str, place: Place) -> str:
    rounds = f" ({'.'.join(map(str, place.rounds))})" if place.rounds else ""
    return f"{title}{rounds}"


def _text(text: str) -> str:
    """Write a text for YAML, with nothing in it that Actions would take for an expression."""
    return json.dumps(comment(text).replace("${{", "$ {{"), ensure_ascii=False)


def _indent(lines: Sequence[str]) -> list[str]:
    return [f"  {line}" for line in lines]
