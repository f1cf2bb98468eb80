"""What a difference comes down to, and in which function it is. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tandemweb.analysis.syntax import Syntax
from tandemweb.domain.chunk import Region, RegionKind, Span, Trait

Lines = Sequence[bytes]


def describe(
    regions: Iterable[Region], versions: Sequence[Lines], syntaxes: Sequence[Syntax | None]
) -> Iterator[Region]:
    """Give the regions with their traits and the functions around them.

    ``versions`` and ``syntaxes`` are the base's, then each side's; None for a version that is not there.
    """
    for region in regions:
        if region.kind is RegionKind.STABLE:
            yield region
            continue
        spans = (region.base, *region.sides)
        functions = tuple(
            syntax.find_function(span) if syntax else "" for syntax, span in zip(syntaxes, spans, strict=True)
        )
        traits = frozenset(_find_traits(region, spans, versions, syntaxes))
        yield replace(region, traits=traits, functions=functions)


def _find_traits(
    region: Region, spans: Sequence[Span], versions: Sequence[Lines], syntaxes: Sequence[Syntax | None]
) -> Iterator[Trait]:
    # Where all sides agree they differ from the base; else it is the sides that are held against each other.
    compared = range(1 if region.kind is not RegionKind.SAME else 0, len(spans))
    if any(syntaxes[number] is None for number in compared):
        return
    texts = [versions[number][slice(*spans[number])] for number in compared]
    if _is_one(texts):
        yield Trait.WHITESPACE
    elif _is_one(syntax.code[slice(*spans[number])] for number in compared if (syntax := syntaxes[number])):
        yield Trait.COMMENT


def _is_one(texts: Iterable[Lines]) -> bool:
    """Whether texts are the same but for blanks and line ends."""
    return len({b"".join(b"".join(lines).split()) for lines in texts}) == 1
