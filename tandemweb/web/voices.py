"""What each model says of a finding, for the two sides of its page."""

from collections.abc import Mapping
from dataclasses import dataclass

from tandemweb.domain.finding import Finding, Mention
from tandemweb.domain.mission import Author, Document, DocumentKind, Role


@dataclass(frozen=True, slots=True)
class Voice:
    """What one model says of a finding: ``mention`` with what it says after its title.

    ``mention`` is None when it raised nothing; ``silence`` says why.
    """

    author: Author
    mention: Mention | None
    body: str = ""
    silence: str = ""


def find_voice(finding: Finding, author: Author, documents: Mapping[str, Document]) -> Voice:
    """Let a model speak by its own investigation where that raises the finding, else by where it first names it."""
    own = [mention for mention in finding.mentions if _speaks(documents.get(mention.path), author)]
    if own:
        chosen = min(own, key=lambda mention: _weight(mention, documents[mention.path]))
        return Voice(author, chosen, cut_title(chosen))
    written = [d for d in documents.values() if d.author is author and d.kind is DocumentKind.DISCUSSION]
    if not written or all(document.role is Role.PLACEHOLDER for document in written):
        return Voice(author, None, silence=f"{author.capitalize()} did not answer.")
    return Voice(author, None, silence=f"Not raised by {author.capitalize()}.")


def _weight(mention: Mention, document: Document) -> tuple[bool, bool]:
    """Prefer a model's own investigation, and there the item that is rated to the row that only fails a criterion."""
    return document.role is not Role.INDEPENDENT, mention.severity is None


def cut_title(mention: Mention) -> str:
    """Give a mention's text from where its title ends, so that nothing stands twice."""
    _, found, rest = mention.text.partition(mention.title)
    return (rest if found else mention.text).lstrip(" .:;,)|*_—–-\n")


def _speaks(document: Document | None, author: Author) -> bool:
    return document is not None and document.author is author
