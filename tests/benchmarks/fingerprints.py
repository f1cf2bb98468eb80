"""Prints a line for each archive of the corpus: a digest of all that is read out of it, and of its export.

What makes reading faster must leave every line as it was:  python fingerprints.py > before;  change;  compare.
More folders (generated archives, own projects) can be given as arguments.
"""

import hashlib
import json
import sys
import tempfile
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from corpus.clones import NAMES, STYLES, clone_corpus

from tandemweb.archive.missions import list_missions
from tandemweb.archive.roots import find_roots
from tandemweb.archive.tree import read_tree
from tandemweb.domain.mission import FileStamp
from tandemweb.services.exporting import export_project
from tandemweb.services.project_documents import read_project_documents
from tandemweb.services.reading import read_mission


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in (*NAMES, *STYLES):
            print_line(name, clone_corpus(name, Path(folder) / name))
    for given in sys.argv[1:]:
        print_line(given, Path(given))


def print_line(name: str, path: Path) -> None:
    read, exported = read_everything(path), json.dumps(export_project(path), sort_keys=True)
    print(f"{name:<14} read {digest(read)}   exported {digest(exported)}", flush=True)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def read_everything(path: Path) -> str:
    tree = read_tree(str(path))
    roots = find_roots(tree)
    readings = [read_mission(str(path), root, folder) for root in roots for folder in list_missions(tree, root)]
    return repr([spell_out(readings), spell_out(read_project_documents(tree, roots))])


def spell_out(value: Any) -> Any:
    """Take a value apart into lists; sets in order, and no stamps of files: no two clones share them."""
    if isinstance(value, FileStamp | Path):
        return None
    if is_dataclass(value) and not isinstance(value, type):
        return [type(value).__name__, *(spell_out(getattr(value, field.name)) for field in fields(value))]
    if isinstance(value, dict):
        return [[spell_out(key), spell_out(held)] for key, held in value.items()]
    if isinstance(value, set | frozenset):
        return sorted((spell_out(member) for member in value), key=repr)
    if isinstance(value, list | tuple):
        return [spell_out(member) for member in value]
    return repr(value)


if __name__ == "__main__":
    main()
