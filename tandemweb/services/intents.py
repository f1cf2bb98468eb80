"""What people wanted of the missions they created, kept in the data folder, one file for each mission."""

import hashlib
import json
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from tandemweb.domain.intent import MissionIntent, WorkPlace
from tandemweb.store.own_files import write_own_file


def save_intent(data_folder: Path, project_path: str, mission_path: str, intent: MissionIntent) -> None:
    """Keep what was wanted. Raises StoreError."""
    path = _find_path(data_folder, project_path, mission_path)
    values = {
        "mission": mission_path,
        "goal": intent.goal,
        "workflow": intent.workflow,
        "work_place": intent.work_place,
        "plan_step": intent.plan_step,
        "created_at": intent.created_at.isoformat(),
    }
    write_own_file(path, json.dumps(values, indent=2).encode())


def find_intent(data_folder: Path, project_path: str, mission_path: str) -> MissionIntent | None:
    """Find what was wanted of a mission; None for one that was not created here."""
    path = _find_path(data_folder, project_path, mission_path)
    with suppress(OSError, ValueError, KeyError, TypeError):
        values = json.loads(path.read_bytes())
        return MissionIntent(
            goal=str(values["goal"]),
            workflow=str(values["workflow"]),
            work_place=WorkPlace(values["work_place"]),
            created_at=datetime.fromisoformat(values["created_at"]),
            plan_step=str(values["plan_step"]),
        )
    return None


def _find_path(data_folder: Path, project_path: str, mission_path: str) -> Path:
    place = os.fsencode(project_path) + b"\0" + os.fsencode(mission_path)
    return data_folder / "intents" / f"{hashlib.sha256(place).hexdigest()[:32]}.json"
