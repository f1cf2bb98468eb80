"""The page where picks become a branch: what is picked, what keeps it from being made, and what was made."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tandemweb.domain.chunk import WHOLE_PLACES, Pick, Refusal
from tandemweb.domain.comparison import FileMatrix, FileRow, Relation
from tandemweb.domain.synthesis import Synthesis
from tandemweb.services.synthesising import DEFAULT_BRANCH, list_syntheses
from tandemweb.store.comparisons import list_picks
from tandemweb.web import urls
from tandemweb.web.comparison_cache import get_matrix
from tandemweb.web.comparison_head import ComparisonHead
from tandemweb.web.configuration import get_configuration
from tandemweb.web.databases import get_state
from tandemweb.web.matrix_rows import compared_address

REVIEWS = (
    ("Review", "quick-actions", "review"),
    ("Adversarial review", "quick-actions", "adversarial"),
    ("Consensus review", "consensus-review", "review"),
)


@dataclass(frozen=True, slots=True)
class PickedFile:
    """A file that something was picked of. ``words`` are the picks, as in ``Pick.word``, with how many there are."""

    path: str
    address: str
    words: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ShownRefusal:
    """Why picks do not hold together, with the way there."""

    refusal: Refusal
    address: str | None


@dataclass(frozen=True, slots=True)
class MadeBranch:
    """A synthesis that is there. ``goal`` is what a mission that goes on from it begins with.

    ``reviews`` are titles and addresses of the forms that start a review of it, filled in.
    """

    synthesis: Synthesis
    goal: str
    reviews: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SynthesisPage:
    """``untouched_count`` is of files that differ and of which nothing was picked: they stay as the base has them.

    ``message`` says why what was just asked for was not done; ``refusals`` where picks contradict each other; ``trust``
    leads to the page where a person has to allow it first.
    """

    head: ComparisonHead
    picked: tuple[PickedFile, ...]
    untouched_count: int
    made: tuple[MadeBranch, ...]
    branch: str
    message: str = ""
    refusals: tuple[ShownRefusal, ...] = ()
    trust: str | None = None


def build_page(
    head: ComparisonHead, branch: str = DEFAULT_BRANCH, *, message: str = "", refusals: Iterable[Refusal] = ()
) -> SynthesisPage:
    matrix = get_matrix(head.project, head.comparison)
    picked = tuple(_list_picked(head, matrix, list_picks(get_state(), head.comparison.id)))
    names = {file.path for file in picked}
    made = list_syntheses(get_configuration().data_folder, head.comparison.id)
    return SynthesisPage(
        head=head,
        picked=picked,
        untouched_count=sum(row.relation is not Relation.SAME and row.path not in names for row in matrix.rows),
        made=tuple(
            MadeBranch(synthesis, _compose_goal(head, synthesis), tuple(_list_reviews(head, synthesis)))
            for synthesis in reversed(made)
        ),
        branch=branch,
        message=message,
        refusals=show_refusals(head, refusals),
    )


def show_refusals(head: ComparisonHead, refusals: Iterable[Refusal]) -> tuple[ShownRefusal, ...]:
    rows = {row.key: row for row in get_matrix(head.project, head.comparison).rows}
    return tuple(ShownRefusal(refusal, _find_address(head, rows.get(refusal.file), refusal)) for refusal in refusals)


def _find_address(head: ComparisonHead, row: FileRow | None, refusal: Refusal) -> str | None:
    if row is None:
        return None
    place = None if refusal.place in WHOLE_PLACES else refusal.place or None
    address = compared_address(head.project.slug, head.comparison.id, row, place=place)
    return f"{address}#r-{place}" if place else address


def _list_picked(head: ComparisonHead, matrix: FileMatrix, picks: Sequence[Pick]) -> Iterator[PickedFile]:
    by_file: defaultdict[str, list[Pick]] = defaultdict(list)
    for pick in picks:
        by_file[pick.file].append(pick)
    for row in matrix.rows:
        if row.key in by_file:
            words = Counter(pick.word for pick in by_file[row.key])
            address = compared_address(head.project.slug, head.comparison.id, row)
            yield PickedFile(row.path, address, tuple(sorted(words.items())))


def _list_reviews(head: ComparisonHead, synthesis: Synthesis) -> Iterator[tuple[str, str]]:
    """List the review runs that can be asked about it; what they look at is all that it changes since the base."""
    subject = f"{synthesis.branch.replace('/', '-')}-{synthesis.oid[:8]}"
    fields = {"parameter-subject": subject, "parameter-target": f"{synthesis.base}..{synthesis.branch}"}
    for title, workflow, stage in REVIEWS:
        yield title, urls.workflow_try(workflow, project=head.project.slug, stage=stage, **fields)


def _compose_goal(head: ComparisonHead, synthesis: Synthesis) -> str:
    names = " and ".join(side.name for side in head.sides)
    spec = f" of {head.comparison.spec}" if head.comparison.spec else ""
    return (
        f"Go on from the branch {synthesis.branch} at {synthesis.oid[:12]}, which was put together from {names}, "
        f"implementations{spec}: look it through as a whole, and complete what the parts left open between them."
    )
