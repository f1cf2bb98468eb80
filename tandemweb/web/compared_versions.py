"""Versions of a file that are not put line beside line: pictures, other binary files, links, submodules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tandemweb.domain.comparison import FileKind, FileRow, FileVersion
from tandemweb.domain.mission import Project
from tandemweb.errors import HistoryError, NotFoundError
from tandemweb.history.contents import read_blobs
from tandemweb.web import urls
from tandemweb.web.output_text import name_hidden
from tandemweb.web.raw import find_image_type
from tandemweb.web.repositories import open_history
from tandemweb.web.sides import ShownSide

LINK_BYTES = 4096


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """One version of a file. ``label`` says whose; ``image`` is a picture's address, ``target`` where a link leads.

    ``kind`` is None where there is no such file. ``address`` leads to the file as it is there.
    """

    label: str
    side: ShownSide | None
    path: str
    kind: FileKind | None
    mode: str = ""
    oid: str = ""
    size: int | None = None
    address: str = ""
    raw: str = ""
    image: str | None = None
    target: str = ""


def list_versions(project: Project, row: FileRow, base: str, sides: Sequence[ShownSide]) -> tuple[VersionFacts, ...]:
    """Give the facts of the base's version and of each side's, with sizes and where links lead."""
    contents = _read_contents(project, row)
    owners: list[tuple[ShownSide | None, str]] = [(None, base), *((side, side.oid) for side in sides)]
    return tuple(
        _compose(project.slug, version, side, commit, contents)
        for version, (side, commit) in zip(row.versions, owners, strict=True)
    )


def describe_versions(row: FileRow, sides: Sequence[ShownSide]) -> tuple[str, ...]:
    """Say what differs between versions beside their lines: names, modes, kinds."""
    said = []
    for side, file in zip(sides, row.sides, strict=True):
        version = file.version
        if version is None and row.base:
            said.append(f"{side.letter}: deleted")
        if version is None:
            continue
        if version.path != row.path:
            said.append(f"{side.letter}: {'renamed' if row.base else 'called'} {name_hidden(version.path)}")
        if row.base and version.mode != row.base.mode:
            said.append(f"{side.letter}: {_name_mode(row.base)} \u2192 {_name_mode(version)}")
    if row.base is None and row.is_mode_changed:
        said += [
            f"{side.letter}: {_name_mode(file.version)}"
            for side, file in zip(sides, row.sides, strict=True)
            if file.version
        ]
    return tuple(said)


def _name_mode(version: FileVersion) -> str:
    return version.kind if not version.is_regular else f"{version.kind} ({version.mode})"


def _read_contents(project: Project, row: FileRow) -> Mapping[str, tuple[bytes, int]]:
    oids = {version.oid for version in row.versions if version and version.kind is not FileKind.SUBMODULE}
    try:
        with open_history(project) as repository:
            return {blob.oid: (blob.data, blob.size) for blob in read_blobs(repository, sorted(oids), limit=LINK_BYTES)}
    except (HistoryError, NotFoundError):
        return {}


def _compose(
    slug: str,
    version: FileVersion | None,
    side: ShownSide | None,
    commit: str,
    contents: Mapping[str, tuple[bytes, int]],
) -> VersionFacts:
    label = side.letter if side else "base"
    if version is None:
        return VersionFacts(label, side, "", None)
    data, size = contents.get(version.oid, (b"", None))
    is_image = version.is_regular and find_image_type(version.path) is not None
    return VersionFacts(
        label=label,
        side=side,
        path=version.path,
        kind=version.kind,
        mode=version.mode,
        oid=version.oid,
        size=size,
        address=urls.file(slug, version.path, at=commit),
        raw=urls.raw(slug, version.path, at=commit) if version.is_regular else "",
        image=urls.blob(slug, version.path, at=commit) if is_image else None,
        target=data.decode("utf-8", "backslashreplace") if version.kind is FileKind.SYMLINK else "",
    )
