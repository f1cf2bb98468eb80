"""Runs exported Actions workflows on this machine: jobs in the order of their needs, each in a clone of its own."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_NEEDED = re.compile(r"needs\.([\w-]+)\.(?:outputs\.([\w-]+)|result)")
_EXPRESSION = re.compile(r"\$\{\{ (.*?) \}\}")


@dataclass
class ActionsRunner:
    """``repository`` is what jobs check out, ``environment`` what every ``run`` sees; ``approvals`` name environments.

    ``order`` are the jobs that ran, ``outcomes`` their outputs.
    """

    repository: Path
    folder: Path
    environment: Mapping[str, str]
    approvals: frozenset[str] = frozenset()
    order: list[str] = field(default_factory=list)
    results: dict[str, str] = field(default_factory=dict)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def run(self, text: str) -> None:
        """Run all jobs whose conditions hold."""
        jobs: dict[str, dict[str, Any]] = yaml.safe_load(text)["jobs"]
        waiting = dict(jobs)
        while waiting:
            ready = [key for key, job in waiting.items() if all(need in self.results for need in job.get("needs", ()))]
            assert ready, f"jobs that need each other: {list(waiting)}"
            for key in ready:
                self._run_job(key, waiting.pop(key))

    @property
    def last_artifact(self) -> Path:
        return max((self.folder / "artifacts").iterdir(), key=lambda path: path.stat().st_mtime_ns)

    def _run_job(self, key: str, job: dict[str, Any]) -> None:
        self.results[key], self.outputs[key] = "skipped", {}
        condition = _EXPRESSION.fullmatch(job["if"]) if "if" in job else None
        if condition and not self._evaluate(condition[1], {}):
            return
        if "environment" in job and job["environment"] not in self.approvals:
            return
        self.order.append(key)
        for step in job.get("strategy", {}).get("matrix", {}).get("step", [""]):
            self.results[key] = self._run_leg(key, job, step)
            if self.results[key] != "success":
                return

    def _run_leg(self, key: str, job: dict[str, Any], member: str) -> str:
        place = self.folder / "jobs" / f"{key}-{member}"
        temporary, work = place / "temporary", place / self.repository.name
        temporary.mkdir(parents=True)
        values = {"matrix.step": member, "runner.temp": str(temporary)}
        outputs: dict[str, str] = {}
        for step in job["steps"]:
            if "uses" in step:
                self._use(step["uses"].partition("@")[0], step.get("with", {}), values, work)
            elif not step["run"].startswith("npm install"):
                status, said = self._run_command(step, values, work, temporary)
                if status:
                    return "failure"
                outputs |= {f"steps.{step.get('id')}.outputs.{name}": value for name, value in said.items()}
        for name, value in job.get("outputs", {}).items():
            self.outputs[key][name] = str(self._fill(value, outputs))
        return "success"

    def _use(self, action: str, given: Mapping[str, str], values: Mapping[str, str], work: Path) -> None:
        if action == "actions/checkout":
            subprocess.run(["git", "clone", "-q", str(self.repository), str(work)], check=True)
            return
        artifact = self.folder / "artifacts" / self._fill(given["name"], values)
        path = Path(self._fill(given["path"], values))
        if action == "actions/upload-artifact":
            assert not artifact.exists(), f"the artifact {artifact.name} is there already"
            shutil.copytree(path, artifact)
        else:
            assert action == "actions/download-artifact"
            shutil.copytree(artifact, path, dirs_exist_ok=True)

    def _run_command(
        self, step: dict[str, Any], values: Mapping[str, str], work: Path, temporary: Path
    ) -> tuple[int, dict[str, str]]:
        output = temporary / "output"
        output.touch()
        own = {"RUNNER_TEMP": str(temporary), "GITHUB_OUTPUT": str(output), "TANDEM_FRESH": "1"}
        own |= {
            name: self._fill(value, values) for name, value in step.get("env", {}).items() if "secrets." not in value
        }
        ended = subprocess.run(
            ["bash", "-e", "-c", step["run"]],
            check=False,
            cwd=work,
            env={**os.environ, **self.environment, **own},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=280,
        )
        self.told.append(f"{step['run']}\n{ended.stdout}{ended.stderr}")
        lines = [line.partition("=") for line in output.read_text().splitlines()]
        return ended.returncode, {name: value for name, _, value in lines}

    def _fill(self, text: str, values: Mapping[str, str]) -> str:
        return _EXPRESSION.sub(lambda match: str(self._evaluate(match[1], values)), text)

    def _evaluate(self, expression: str, values: Mapping[str, str]) -> Any:
        """Evaluate what these workflows use of the language: comparisons, ``&&``, ``||``, outputs and results."""
        if expression in values:
            return values[expression]
        if re.fullmatch(r"(steps|matrix|runner)\.[\w.-]+", expression):
            return ""

        def find(match: re.Match[str]) -> str:
            return repr(self.outputs[match[1]].get(match[2], "") if match[2] else self.results[match[1]])

        python = _NEEDED.sub(find, expression).replace("!cancelled()", "True")
        return eval(python.replace("&&", " and ").replace("||", " or "), {"__builtins__": {}})
