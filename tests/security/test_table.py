"""The table of attacks and faults is whole, and names tests that exist."""

import ast
import re
from pathlib import Path

import pytest

import security

pytestmark = pytest.mark.security

TESTS = Path(__file__).parent.parent


def list_proofs() -> list[str]:
    return re.findall(r"\S+\.py(?:::\S+)?", str(security.__doc__).partition("\n\n")[2].partition("\n\n")[2])


def test_every_control_and_fault_has_a_row():
    rows = re.findall(r"^([CR]\d+) ", str(security.__doc__), re.MULTILINE)
    assert rows == [f"C{number}" for number in range(1, 25)] + [f"R{number}" for number in range(1, 21)]


def test_every_proof_exists():
    assert len(list_proofs()) > 90
    for proof in list_proofs():
        path, *names = proof.split("::")
        scope: ast.AST = ast.parse((TESTS / path).read_text(encoding="utf-8"))
        for name in names:
            found = [node for node in ast.iter_child_nodes(scope) if getattr(node, "name", None) == name]
            assert found, f"{proof} is named in the table, and is not there"
            scope = found[0]
