"""ChangedFiles-NN.txt: the paths that a round of the generator changed."""

from dataclasses import dataclass

from tandemweb.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class ManifestReading:
    """``paths`` in the order of the file, without repetitions, relative to the project as the generator wrote them."""

    path: str
    paths: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


def read_manifest(project_path: str, path: str) -> ManifestReading:
    """Read a manifest; CRLF, NUL separators and git's quoted paths are understood."""
    raise NotImplementedError
