"""Archives on disk for tests of writers, in each naming convention, and what stands in them afterwards."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tandemweb.domain.mission import Naming

AT = datetime(2026, 11, 28, 18, 15, tzinfo=UTC)
WRITTEN_AT = "2026-11-28T18:15:00Z"
NAMES = {
    Naming.PASCAL: "001-AddDarkMode",
    Naming.CAMEL: "001-addDarkMode",
    Naming.KEBAB: "001-add-dark-mode",
    Naming.SNAKE: "001-add_dark_mode",
}
FILES = {
    Naming.PASCAL: {
        "planning": "Planner-Discussion",
        "assets": "Assets",
        "plan": "Planner-Discussion/Claude-{:02d}.md",
        "review": "Planner-Discussion/Codex-{:02d}.md",
        "note": "Planner-Discussion/User-{:02d}.md",
        "report": "Generator/Round-{:02d}.md",
        "manifest": "Generator/ChangedFiles-{:02d}.txt",
        "discussion": "Evaluator/Round-{:02d}-Discussion/Claude-{:02d}.md",
        "discussion note": "Evaluator/Round-{:02d}-Discussion/User-{:02d}.md",
        "evaluation": "Evaluator/Round-{:02d}.md",
        "feedback": "UserFeedback/Feedback-{:02d}.md",
    },
    Naming.CAMEL: {
        "planning": "plannerDiscussion",
        "assets": "assets",
        "plan": "plannerDiscussion/claude{:02d}.md",
        "review": "plannerDiscussion/codex{:02d}.md",
        "note": "plannerDiscussion/user{:02d}.md",
        "report": "generator/round{:02d}.md",
        "manifest": "generator/changedFiles{:02d}.txt",
        "discussion": "evaluator/round{:02d}Discussion/claude{:02d}.md",
        "discussion note": "evaluator/round{:02d}Discussion/user{:02d}.md",
        "evaluation": "evaluator/round{:02d}.md",
        "feedback": "userFeedback/feedback{:02d}.md",
    },
    Naming.KEBAB: {
        "planning": "planner-discussion",
        "assets": "assets",
        "plan": "planner-discussion/claude-{:02d}.md",
        "review": "planner-discussion/codex-{:02d}.md",
        "note": "planner-discussion/user-{:02d}.md",
        "report": "generator/round-{:02d}.md",
        "manifest": "generator/changed-files-{:02d}.txt",
        "discussion": "evaluator/round-{:02d}-discussion/claude-{:02d}.md",
        "discussion note": "evaluator/round-{:02d}-discussion/user-{:02d}.md",
        "evaluation": "evaluator/round-{:02d}.md",
        "feedback": "user-feedback/feedback-{:02d}.md",
    },
    Naming.SNAKE: {
        "planning": "planner_discussion",
        "assets": "assets",
        "plan": "planner_discussion/claude_{:02d}.md",
        "review": "planner_discussion/codex_{:02d}.md",
        "note": "planner_discussion/user_{:02d}.md",
        "report": "generator/round_{:02d}.md",
        "manifest": "generator/changed_files_{:02d}.txt",
        "discussion": "evaluator/round_{:02d}_discussion/claude_{:02d}.md",
        "discussion note": "evaluator/round_{:02d}_discussion/user_{:02d}.md",
        "evaluation": "evaluator/round_{:02d}.md",
        "feedback": "user_feedback/feedback_{:02d}.md",
    },
}


@dataclass(frozen=True)
class Archive:
    """A project with one archive root ``TandemKit`` that has a Config.json, and the data folder beside it."""

    project: Path
    data: Path
    naming: Naming

    @property
    def root(self) -> Path:
        return self.project / "TandemKit"

    @property
    def name(self) -> str:
        return NAMES[self.naming]

    @property
    def mission(self) -> Path:
        return self.root / self.name

    @property
    def mission_path(self) -> str:
        return f"TandemKit/{self.name}"

    def spell(self, what: str, *numbers: int) -> str:
        return FILES[self.naming][what].format(*numbers)

    def write(self, files: Mapping[str, str | bytes]):
        """Write files of the mission."""
        for name, content in files.items():
            path = self.mission / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def write_mission(self, **state: Any):
        """Write a mission of its own with a State.json that holds keys which nobody knows."""
        self.write({"State.json": write_state(**state)})
        self.write_config(currentMission=self.name, nextMissionNumber=2)

    def write_config(self, **values: Any):
        self.root.mkdir(parents=True, exist_ok=True)
        config = {
            "currentMission": None,
            "nextMissionNumber": 1,
            "own": {"x": [1, 2]},
            "namingConvention": self.naming.value,
        }
        (self.root / "Config.json").write_text(json.dumps({**config, **values}, indent=3) + "\n")

    def read_state(self) -> dict[str, Any]:
        return json.loads((self.mission / "State.json").read_bytes())

    def read_config(self) -> dict[str, Any]:
        return json.loads((self.root / "Config.json").read_bytes())

    def snapshot(self) -> dict[str, bytes | None]:
        """Give everything below the root by path, folders as None."""
        return {
            str(path.relative_to(self.root)): path.read_bytes() if path.is_file() else None
            for path in sorted(self.root.rglob("*"))
        }


def write_state(**values: Any) -> str:
    state = {
        "phase": "planning",
        "round": 0,
        "generatorStatus": None,
        "own": {"keep": [1, 2, 3]},
        "evaluatorStatus": None,
        "verdict": None,
        "userFeedbackRounds": 0,
        "started": "2026-11-01T09:00:00Z",
        "updated": "2026-11-01T09:00:00Z",
    }
    return json.dumps({**state, **values}, indent=2) + "\n"
