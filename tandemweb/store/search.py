"""Full-text search over documents. Whatever a person types is a valid query."""

from dataclasses import dataclass

from tandemweb.store.database import Database

HIT_START, HIT_END = "\ue000", "\ue001"  # around each hit in titles and excerpts


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One document. ``title`` and ``excerpt`` are plain text with hits between HIT_START and HIT_END."""

    project: str
    project_name: str
    root: str | None
    mission: str | None
    path: str
    kind: str
    author: str | None
    round: int | None
    title: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class SearchPage:
    """``is_partial``: the deadline passed, there may be more. ``terms`` are the words looked for."""

    hits: tuple[SearchHit, ...]
    terms: tuple[str, ...]
    has_more: bool = False
    is_partial: bool = False


def search(
    index: Database, query: str, *, project: str | None = None, offset: int = 0, limit: int = 30, deadline: float = 0.25
) -> SearchPage:
    """Find documents that hold every word of ``query``, best first; never raises for what a query holds.

    Words stand for themselves; ``word*`` (3 letters or more) finds its continuations, words in double quotes stand
    together. At most 16 words and 256 characters count. ``deadline`` is in seconds.
    """
    raise NotImplementedError
