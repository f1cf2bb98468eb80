"""A small archive as files, for tests that change one thing and look what follows."""

import json
from collections.abc import Mapping

SPEC = """# Date ranges

## Goal

Reports for a range of days.

## Acceptance Criteria

1. A report can be limited to a range.
2. An empty range is refused.

## Key Decisions

- **Half-open ranges:** the end day is not part of the range.
"""
REPORT = "# Generator Report — Round 01\n\n## What Was Done\n\nRanges, as the spec says.\n"
EVALUATION = """# Evaluation — Round 01

**Verdict: FAIL**

## Acceptance Criteria Results

1. PASS — `report.py:12` filters.
2. FAIL — `report.py:20` accepts an empty range.

## Issues Found (Not in Spec)

- **The end day is counted twice (Medium).** `report.py:31` adds it again.
"""
CODEX_EVALUATION = """# Independent evaluation — Round 01

**Verdict: FAIL**

## Acceptance Criteria Results

1. PASS
2. FAIL: an empty range gives an empty report and exit status 0.

## Open Questions

- Should the range be shown in the title?
"""
REVIEW = "# Review of Claude-02\n\n## Agreement Status: APPROVED\n\n## High Disagreements\n\nNone\n"
PLACEHOLDER = "# Codex-01 — Skipped (Codex Unavailable)\n\n**Status:** Codex was unavailable.\n**Reason:** limit.\n"


def state(**values: object) -> str:
    told = {
        "phase": "evaluation",
        "round": 1,
        "generatorStatus": "ready-for-eval",
        "evaluatorStatus": "evaluating",
        "verdict": None,
        "userFeedbackRounds": 0,
        "started": "2026-03-01T10:00:00Z",
        "updated": "2026-03-02T10:00:00Z",
    }
    return json.dumps({**told, **values}, indent=2) + "\n"


def mission(name: str, *, root: str = "TandemKit", **values: object) -> dict[str, str]:
    """Give a mission with planning and one failed round, as path -> content."""
    files = {
        "State.json": state(**values),
        "Spec.md": SPEC,
        "Planner-Discussion/Claude-01.md": SPEC,
        "Planner-Discussion/Codex-01.md": "# Investigation\n\nNothing stands in the way.\n",
        "Generator/Round-01.md": REPORT,
        "Generator/ChangedFiles-01.txt": "report.py\ntests/test_report.py\n",
        "Evaluator/Round-01-Discussion/Claude-01.md": EVALUATION,
        "Evaluator/Round-01-Discussion/Codex-01.md": CODEX_EVALUATION,
        "Evaluator/Round-01-Discussion/Claude-02.md": EVALUATION,
        "Evaluator/Round-01-Discussion/Codex-02.md": REVIEW,
        "Evaluator/Round-01.md": EVALUATION,
    }
    return {f"{root}/{name}/{path}": text for path, text in files.items()}


def archive(*names: str, root: str = "TandemKit") -> dict[str, str]:
    config = {"currentMission": names[-1], "nextMissionNumber": len(names) + 1, "namingConvention": "PascalCase"}
    files: dict[str, str] = {f"{root}/Config.json": json.dumps(config), f"{root}/Planner.md": "# Planner\n"}
    for name in names:
        files |= mission(name, root=root)
    return files


def shuffled(files: Mapping[str, str]) -> dict[str, str]:
    """Give the same files in another order: nothing may depend on it."""
    return dict(sorted(files.items(), reverse=True))
