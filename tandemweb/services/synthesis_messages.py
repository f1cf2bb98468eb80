"""What the commits of a synthesis say. Pure."""

from collections.abc import Sequence

from tandemweb.domain.comparison import Comparison, Side

SOURCE, BASE = "Tandemweb-Source", "Tandemweb-Base"


def compose_message(comparison: Comparison, sides: Sequence[int], file_count: int) -> str:
    """Say whose work a commit is; its trailers name all sources, since each was picked against the others."""
    counted = "1 file" if file_count == 1 else f"{file_count} files"
    names = " and ".join(comparison.sides[side].name for side in sides)
    subject = f"Take {counted} from {names}" if sides else f"Edit {counted} by hand"
    compared = " and ".join(side.name for side in comparison.sides)
    purpose = f"Picked from a comparison of {compared}"
    body = f"{purpose}, implementations of {comparison.spec}." if comparison.spec else f"{purpose}."
    trailers = [*map(_say_source, comparison.sides), f"{BASE}: {comparison.base}"]
    return "\n".join((subject, "", body, "", *trailers, ""))


def _say_source(side: Side) -> str:
    return f"{SOURCE}: {side.ref or side.oid} {side.oid}"
