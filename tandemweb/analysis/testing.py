"""Which files hold tests, and which lines begin one. Pure."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

_FILE = re.compile(
    r"(?:^|/)(?:tests?|specs?|__tests__)/|(?:^|/)test_[^/]+$|[._-](?:tests?|spec)\.[^/.]+$|(?:^|/)\w+Tests?\.\w+$"
)
_SCRIPT = re.compile(r"\s*(?:it|test)(?:\.\w+)*\(\s*([\"'`])(?P<name>.*?)\1")
_BEGINNINGS = {
    ".py": re.compile(r"\s*(?:async\s+)?def\s+(?P<name>test\w*)"),
    ".go": re.compile(r"func\s+(?P<name>(?:Test|Fuzz)\w*)"),
    ".rb": re.compile(r"\s*(?:(?:it|test|specify)\s+([\"'])(?P<name>.*?)\1|def\s+(?P<plain>test_\w+))"),
    ".swift": re.compile(r"\s*(?:@Test.*)?func\s+(?P<name>test\w*)"),
    **dict.fromkeys((".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts"), _SCRIPT),
    **dict.fromkeys((".java", ".kt", ".cs", ".rs"), re.compile(r"\s*(?P<name>[@#]?\[?(?:Test|test|Fact|Theory)\b\]?)")),
}


def is_test_file(path: str) -> bool:
    return _FILE.search(path) is not None


def find_test_name(path: str, line: str) -> str | None:
    """Give the name of the test that begins on a line, None where none does; an annotation stands for its test."""
    pattern = _BEGINNINGS.get(PurePosixPath(path).suffix.lower())
    match = pattern.match(line) if pattern else None
    return next((name for name in match.groupdict().values() if name), None) if match else None


def count_tests(path: str, lines: Iterable[str]) -> int:
    """Count the tests that begin on the lines of a file; none in a file that holds no tests."""
    return sum(find_test_name(path, line) is not None for line in lines) if is_test_file(path) else 0
