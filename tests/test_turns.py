from pathlib import Path
from types import SimpleNamespace

from turns import put_long_ones_first


def make_item(path: str, *markers: str) -> SimpleNamespace:
    return SimpleNamespace(path=Path(path), get_closest_marker=lambda marker: marker in markers or None)


def test_files_that_measure_come_first_then_long_ones_and_each_stays_in_its_order():
    items = [
        make_item("tests/agents/test_a.py"),
        make_item("tests/benchmarks/test_b.py"),
        make_item("tests/benchmarks/test_b.py", "benchmark"),
        make_item("tests/faults/test_c.py", "faults"),
        make_item("tests/store/test_d.py", "faults"),
        make_item("tests/services/test_e.py", "agents"),
        make_item("tests/load/test_f.py", "load"),
    ]
    ordered = list(items)
    put_long_ones_first(ordered)
    assert [items.index(item) for item in ordered] == [1, 2, 6, 3, 5, 0, 4]
