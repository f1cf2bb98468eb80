"""What a file of a mission is, from its path alone: current and older layouts, every naming convention."""

from dataclasses import dataclass

from tandemweb.domain.mission import Author, DocumentKind, Role, Stage


@dataclass(frozen=True, slots=True)
class Place:
    """What a path says about its file.

    The planning exchange (and Spec.md, its final document) has round 1. Feedback and Summary.md have stage evaluation
    and round None: their exchange follows from what the documents say. A review by Codex may turn out to be a
    placeholder: only its text tells.
    """

    kind: DocumentKind
    author: Author | None = None
    role: Role | None = None
    stage: Stage | None = None
    round: int | None = None
    step: int | None = None

    @property
    def order(self) -> tuple[int, ...]:
        """Sorts the files of a mission as they are read: planning, spec, rounds (report, discussion, final), summary."""
        raise NotImplementedError


def recognise(path: str) -> Place:
    """What the file at ``path`` (relative to its mission folder) is; kind OTHER where no rule knows it."""
    raise NotImplementedError


def recognise_root_file(name: str) -> Place | None:
    """What a file directly in an archive root is (Config.json, Planner.md, ...); None where no rule knows it."""
    raise NotImplementedError
