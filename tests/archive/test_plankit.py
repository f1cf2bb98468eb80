from pathlib import Path

import pytest

from tandemweb.archive.plankit import list_plan_steps

STEP = """# Design Streak Calendar

Feature: Streak System (from Roadmap v2.0 — Streaks)

⚠️ Created 2026-02-19. Review current codebase before implementing.

## Layout

```
# no heading
```
- [ ] Twelve months
"""
ROADMAP = """# Roadmap

## v2.0 — Streaks

### Streak System

A grid.

### Streak Freeze

One freeze a month.

- Frozen days show a snowflake.

---

## v1.0 — Core ✅

### Habit Creation

## v3.0

### Old idea ✅
"""
FILES = {
    "Ideas.md": "# Ideas\n\n### Not a step\n",
    "Roadmap.md": ROADMAP,
    "Progress.md": "# Progress\n- [x] Done — `Features/005-StreakSystem/B-Done.md`\n- [ ] Open\n",
    "Features/005-StreakSystem/A-DesignStreakCalendar.md": STEP,
    "Features/005-StreakSystem/B-Done.md": "# Done already\n",
    "Features/006-SmartReminders.md": "no heading\n",
}


def write(project: Path, folder: str, files: dict[str, str]) -> str:
    for name, text in files.items():
        path = project / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(project)


@pytest.mark.parametrize("folder", ["PlanKit", "plan-kit"])
def test_unfinished_steps_then_features_without_steps(tmp_path: Path, folder: str):
    steps = list_plan_steps(write(tmp_path, folder, FILES))
    assert [(step.key.removeprefix(f"{folder}/"), step.title, step.feature) for step in steps] == [
        ("Features/006-SmartReminders.md:1", "Smart Reminders", ""),
        ("Features/005-StreakSystem/A-DesignStreakCalendar.md:1", "Design Streak Calendar", "Streak System"),
        ("Roadmap.md:9", "Streak Freeze", "v2.0 — Streaks"),
    ]
    assert steps[2].goal == "Streak Freeze\n\nOne freeze a month.\n\n- Frozen days show a snowflake."
    assert steps[1].goal.startswith("Design Streak Calendar\n\nFeature: Streak System")


def test_without_a_folder_there_are_none(tmp_path: Path):
    assert list_plan_steps(str(tmp_path)) == ()


@pytest.mark.security
def test_links_and_floods_are_nothing_to_fear(tmp_path: Path):
    outside = tmp_path / "outside"
    write(outside, "Features", {"A.md": "# Secret\n"})
    (tmp_path / "project").mkdir()
    (tmp_path / "project/PlanKit").symlink_to(outside)
    assert list_plan_steps(str(tmp_path / "project")) == ()
    (tmp_path / "project/PlanKit").unlink()
    many = {f"Features/{number:03d}-X.md": "# " + "x" * 100_000 for number in range(300)}
    steps = list_plan_steps(write(tmp_path / "project", "PlanKit", many))
    assert len(steps) == 200
    assert all(len(step.goal) < 5000 for step in steps)
