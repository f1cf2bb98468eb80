"""Letting agents start in a project, as a person does on its page of trust."""

from datetime import UTC, datetime
from pathlib import Path

from tandemweb.domain.mission import Project
from tandemweb.services.trusting import examine_project, trust_project


def trust(data_folder: Path, project: Project) -> None:
    """Allow agents in the project as it is now."""
    digest = examine_project(data_folder, project).digest
    trust_project(data_folder, project, digest, at=datetime.now(UTC))
