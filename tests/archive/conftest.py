"""Fixtures of the archive layer: a project made of a mapping of files."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from archive.missions_on_disk import Archive
from tandemweb.domain.mission import Naming

Write = Callable[[Mapping[str, str | bytes]], Path]


@pytest.fixture
def write_project(tmp_path: Path) -> Write:
    """Write files (path -> content) below a project folder, which is returned; may be called several times."""

    def write(files: Mapping[str, str | bytes]) -> Path:
        project = tmp_path / "project"
        project.mkdir(exist_ok=True)
        for name, content in files.items():
            target = project / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)
        return project

    return write


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Give a folder that every user may enter, unlike pytest's own temporary ones."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def as_nobody() -> Callable[[], AbstractContextManager[None]]:
    """Give a context in which permissions count even where the tests run as root."""

    @contextmanager
    def drop() -> Iterator[None]:
        was_root = os.geteuid() == 0
        if was_root:
            os.seteuid(65534)
        try:
            yield
        finally:
            if was_root:
                os.seteuid(0)

    return drop


@pytest.fixture(params=list(Naming), ids=str)
def archive(request: pytest.FixtureRequest, tmp_path: Path) -> Archive:
    """Give an archive with a Config.json and no mission yet, in every naming convention."""
    return _make_archive(tmp_path, request.param)


@pytest.fixture
def pascal(tmp_path: Path) -> Archive:
    """Give an archive with a Config.json and no mission yet, in PascalCase."""
    return _make_archive(tmp_path, Naming.PASCAL)


def _make_archive(folder: Path, naming: Naming) -> Archive:
    made = Archive(folder / "project", folder / "data", naming)
    made.write_config()
    return made
