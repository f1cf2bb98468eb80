"""Documents of other archive kinds, anywhere in a project outside its mission archives."""

import re
from collections.abc import Sequence

from tandemweb.archive.outlines import stem_words
from tandemweb.archive.registry import KINDS
from tandemweb.archive.tree import Tree
from tandemweb.domain.mission import ArchiveRoot, DocumentKind

# Files that describe a project or a way of working: they speak of plans and reviews, but are none.
NEVER_NAMES = frozenset(
    (
        *("readme", "index", "changelog", "contributing", "license", "security", "agents", "claude", "gemini"),
        *("skill", "template", "todo"),
    )
)
# Folders of prompts for agents, which sound like the documents that they ask for.
NEVER_FOLDERS = frozenset(
    (
        *("commands", "skills", "agents", "subagents", "prompts", "templates", "rules", "workflows", "hooks"),
        *("issue_template", "pull_request_template"),
    )
)

_FRONT_MATTER = re.compile(r"---[ \t]*\n(?:.{0,2000}\n){0,60}?(?:allowed-tools|tools|description|argument-hint):")


def list_candidates(tree: Tree, roots: Sequence[ArchiveRoot]) -> tuple[str, ...]:
    """Paths that may be documents of another archive kind, by path alone; nothing is read."""
    root_prefixes = tuple(f"{root.path}/" for root in roots if root.path)
    is_all_archive = any(not root.path for root in roots)
    return tuple(
        path
        for path in tree.files
        if not is_all_archive and not path.startswith(root_prefixes) and _could_be_document(path)
    )


def recognise_document(path: str, text: str) -> DocumentKind | None:
    """Say what a candidate is, from its path and text; None: not an archive document."""
    if _FRONT_MATTER.match(text):
        return None
    found = (kind.recognise(path, text) for kind in KINDS)
    return next((kind for kind in found if kind is not None), None)


def _could_be_document(path: str) -> bool:
    if not path.lower().endswith((".md", ".markdown", ".json")):
        return False
    if "_".join(stem_words(path)) in NEVER_NAMES:
        return False
    folders = path.lower().split("/")[:-1]
    return NEVER_FOLDERS.isdisjoint(folders) and any(kind.could_hold(path) for kind in KINDS)
