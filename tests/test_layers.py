"""Imports run down only; each third-party package has one importer."""

import ast
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "tandemweb"

LAYERS = {
    "domain": set(),
    "archive": {"domain", "whole_files"},
    "analysis": {"domain"},
    "history": {"domain"},
    "store": {"domain", "whole_files"},
    "agents": {"domain", "whole_files"},
    "services": {"domain", "archive", "analysis", "history", "store", "agents"},
    "web": {"domain", "store", "services", "history", "archive"},
    "demo": {"domain", "history"},
    "rehearsal": set(),
    "mcp": {"domain", "services", "store"},
    "commands": {"domain", "services", "store", "web", "mcp"},
    "cli": {"domain", "services", "store", "web", "demo", "commands"},
    "__main__": {"cli"},
    "__init__": set(),
    "errors": set(),
    "whole_files": set(),
}
EVERYWHERE = {"errors"}
ONLY_IMPORTERS = {
    "flask": {"web"},
    "jinja2": {"web"},
    "werkzeug": {"web"},
    "_typeshed": {"web"},  # types only
    "markupsafe": {"web"},
    "htmx_flask": {"web"},
    "waitress": {"web"},
    "pygments": {"web"},
    "markdown_it": {"analysis", "web"},
    "mdit_py_plugins": {"web"},
    "rapidfuzz": {"analysis"},
    "tree_sitter": {"analysis"},
    "git": {"history"},
    "sqlite3": {"store"},
    "sqlite_utils": {"store"},
    "subprocess": {"agents"},
    "signal": {"agents", "web"},
    "psutil": {"agents"},
    "watchfiles": {"services"},
    "tomlkit": {"services"},
    "click": {"cli", "commands"},
    "mcp": {"mcp"},
    "platformdirs": {"store"},
}


def imports_of(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module is not None
            yield node.module
            if node.module == "tandemweb":
                yield from (f"tandemweb.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_down(path: Path):
    layer = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    allowed = LAYERS[layer] | EVERYWHERE | {layer}
    for name in imports_of(path):
        parts = name.split(".")
        if parts[0] == "tandemweb":
            assert len(parts) == 1 or parts[1] in allowed or parts[1] == "__version__", f"{layer} may not import {name}"
        elif parts[0] in ONLY_IMPORTERS:
            assert layer in ONLY_IMPORTERS[parts[0]], f"{layer} may not import {name}"
        else:
            assert parts[0] in sys.stdlib_module_names, f"{name}: no layer is named as its importer"
