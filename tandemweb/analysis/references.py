"""What an item points at: files with lines, acceptance criteria, items of other documents."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from operator import itemgetter

from tandemweb.analysis.guarded import guard
from tandemweb.analysis.wording import words_in
from tandemweb.domain.finding import FileReference

_SUFFIXES = (
    r"py|pyi|js|mjs|cjs|ts|tsx|jsx|vue|svelte|swift|kt|kts|java|go|rs|rb|php|c|cc|cpp|cxx|h|hpp|m|mm|cs|"
    r"fs|scala|clj|ex|exs|erl|"
    r"hs|ml|lua|pl|r|jl|dart|zig|nim|sh|bash|zsh|fish|ps1|sql|html?|css|scss|sass|less|xml|json5?|ya?ml|"
    r"toml|ini|cfg|conf|env|"
    r"md|rst|txt|csv|tsv|plist|strings|xcstrings|gradle|lock|proto|graphql|tf|ipynb|tmpl|j2|jinja|jinja2|service"
)
_SUFFIX = re.compile(rf"\.(?:{_SUFFIXES})(?![\w/-])")  # begins with a literal: ten times as fast as a whole path
_BARE_FILE = guard(r"(?:[\w.@+-]+/){0,12}(?:Makefile|Dockerfile)\b")
_LINES = re.compile(
    r"(?:(?::|#L|, lines? |, Zeilen? | lines? |"
    r" \(lines? )(\d{1,6})(?:\s?[-–]\s?L?(\d{1,6}))?)?((?:,\s?:?\d{1,6}(?:[-–]\d{1,6})?){0,8})"
)
_PATH_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./@+-"
_LONGEST_PATH = 300
_MORE = re.compile(r"(\d{1,6})(?:[-–](\d{1,6}))?")
_CRITERIA = guard(
    r"\b(?:AC|A\.C\.|criteri(?:on|a)|acceptance criteri(?:on|a)|requirement)s?[\s#*_-]*(?:number |no\.? )?"
    r"(\d{1,2}\b(?:\s?(?:,|/|&|and|or|to|[-–])\s?(?:and )?(?:AC|criterion)?[\s#-]?\d{1,2}\b)*)",
    re.IGNORECASE,
)
_MAY_BE_AC = guard(r"ac[a-z]*-?\d", re.IGNORECASE)  # found far faster than a word of that kind
_CRITERIA_WORDS = words_in("criterion criteria requirement requirements ac acs")
_NUMBERS = re.compile(r"(\d{1,2})(?:\s?(?:[-–]|to)\s?(?:AC)?[\s#-]?(\d{1,2}))?", re.IGNORECASE)
_AUTHORED = guard(
    r"\b(codex|claude|generator)(?:'s|’s|-\d+(?:\.md)?)?(?:['’]s)?[\s,:§(]+(?:(?:open|own|independent)\s+)?"
    r"(?:(?:finding|issue|point|question|item|disagreement|gap|risk|concern|remark|suggestion|high|"
    r"medium|low|section|§)s?\s*)?[#§(]?"
    r"((?:[A-Z]{1,4}-?)?\d{1,3}[a-z]?\b(?:\s?(?:,|/|and|\+|"
    r"&)\s?(?:[A-Z]{1,4}-?)?\d{1,3}[a-z]?\b)*)(?!\s?(?:%|years?|days?|tests?|rows?|lines?|times|passed|"
    r"failed|of\b|/|(?:[KMGT]i?B|ms|bytes?|(?:hour|minute|second)s?)\b))",
    re.IGNORECASE,
)
_LABELLED = guard(
    r"\b(?:finding|issue|point|question|item|disagreement|gap|risk|concern|remark|suggestion|high|medium|"
    r"low|bug|problem)s?\s+#?"
    r"((?:[A-Z]{1,4}-?)?\d{1,2}[a-z]?\b(?:\s?(?:,|/|and|"
    r"&)\s?(?:[A-Z]{1,4}-?)?\d{1,2}[a-z]?\b)*)(?!\s?(?:%|tests?|rows?|lines?|times|of\b))",
    re.IGNORECASE,
)
# Begins with a set of letters: a search that begins with what must not stand before is far slower.
_BARE = re.compile(r"[A-Z](?<![\w`./:#-].)[A-Z]{0,2}-?\d{1,2}[a-z]?(?![\w`/:=-]|\.\w)")
_NO_MARK = re.compile(r"AC|UTF|SHA|ISO|RFC|HTTP|MD|UTC|V\d|R\d")
_CAPITAL_DIGIT = re.compile(r"[A-Z]-?\d")  # in every one of those, and found far faster
_ONE = re.compile(r"(?!AC)(?:[A-Za-z]{1,4}-?)?\d{1,3}[a-z]?")
_DIGIT = re.compile(r"\d")
_AUTHORS = words_in(
    "codex claude generator codex-01 codex-02 codex-03 codex-04 codex-05 claude-01 claude-02 claude-03 claude-04"
)
_ITEM_NOUNS = words_in(
    "finding findings issue issues point points question questions item items disagreement disagreements "
    "gap gaps risk risks concern "
    "concerns remark remarks suggestion suggestions high highs medium mediums low lows bug bugs problem problems"
)
_CODE = re.compile(r"`+[^`\n]*`+")
_BARE_LINES = re.compile(r"`:(\d{1,6})(?:[-–](\d{1,6}))?`")
_MOST_TEXT = 6000  # characters of one item that are searched
_MOST_NUMBERS = 60


def find_files(text: str) -> tuple[FileReference, ...]:
    """Find the files that a text names, with their lines (1-based, inclusive), in order and once each."""
    found: dict[FileReference, None] = {}
    text = text[:_MOST_TEXT]
    for path, end in _paths(text):
        lines = _LINES.match(text, end)
        start = int(lines[1]) if lines and lines[1] else None
        found[_reference(path, start, lines[2] if lines else None)] = None
        for more in _MORE.finditer(lines[3]) if lines and start else ():
            found[_reference(path, int(more[1]), more[2])] = None
    if found and "`:" in text:
        found |= dict.fromkeys(_find_bare_lines(text))
    return tuple(found)


def _find_bare_lines(text: str) -> Iterator[FileReference]:
    """Find lines of the file that was named last before them: ```operations.md` … `:97```."""
    named = list(_paths(text))
    for bare in _BARE_LINES.finditer(text):
        before = bisect_right(named, bare.start(), key=itemgetter(1))
        if before:
            yield _reference(named[before - 1][0], int(bare[1]), bare[2])


def _paths(text: str) -> Iterator[tuple[str, int]]:
    """Yield every path with the position behind it, in order."""
    paths = []
    for match in _SUFFIX.finditer(text):
        before = text[max(0, match.start() - _LONGEST_PATH) : match.start()]
        begin = match.start() - len(before) + len(before.rstrip(_PATH_CHARACTERS))
        path = text[begin : match.end()].lstrip("/.-+@")
        if len(path) > match.end() - match.start() and "//" not in path and text[begin - 1 : begin] != ":":
            paths.append((path, match.end()))
    if "file" in text:
        paths += [(match[0], match.end()) for match in _BARE_FILE.finditer(text)]
    return iter(sorted(paths, key=lambda pair: pair[1]) if len(paths) > 1 else paths)


def _reference(path: str, start: int | None, end: str | None) -> FileReference:
    last = int(end) if end else start
    return FileReference(path, start, last if start is None or (last or 0) >= start else start)


def find_criteria(text: str, words: frozenset[str]) -> tuple[int, ...]:
    """Find the numbers of the acceptance criteria that a text names, sorted; ranges are spelled out.

    ``words`` are those of the text, in lower case, marks such as ``ac4`` among them.
    """
    numbers: set[int] = set()
    if words.isdisjoint(_CRITERIA_WORDS) and not (
        _MAY_BE_AC.search(text) and any(word.startswith("ac") and word[-1].isdigit() for word in words)
    ):
        return ()
    for match in _CRITERIA.finditer(text[:_MOST_TEXT]):
        numbers.update(spell_out(match[1]))
    return tuple(sorted(numbers))


def spell_out(text: str) -> Iterator[int]:
    """Read ``1–3, 7`` as 1, 2, 3, 7."""
    for match in _NUMBERS.finditer(text):
        first = int(match[1])
        last = int(match[2]) if match[2] else first
        yield from range(first, min(last, first + _MOST_NUMBERS) + 1) if last >= first else (first, last)


def find_references(text: str, words: frozenset[str]) -> tuple[tuple[str | None, str], ...]:
    """Find the items of other documents that a text names: ``("codex", "F1")``, author None where it does not say.

    ``words`` are those of the text, in lower case, marks such as ``f1`` among them.
    """
    text = text[:_MOST_TEXT]
    if not _DIGIT.search(text):
        return ()
    if "`" in text:
        text = _CODE.sub("`", text)
    authored = [] if words.isdisjoint(_AUTHORS) else list(_authored(text))
    known = {label for _, label in authored}
    named: list[str] = [] if words.isdisjoint(_ITEM_NOUNS) else _LABELLED.findall(text)
    if _CAPITAL_DIGIT.search(text):
        named += (mark for mark in _BARE.findall(text) if not _NO_MARK.match(mark))
    bare = [(None, label.upper()) for name in named for label in _ONE.findall(name) if label.upper() not in known]
    return tuple(dict.fromkeys([*authored, *bare]))


def _authored(text: str) -> Iterator[tuple[str | None, str]]:
    for match in _AUTHORED.finditer(text):
        for label in _ONE.findall(match[2]):
            yield match[1].lower(), label.upper()
