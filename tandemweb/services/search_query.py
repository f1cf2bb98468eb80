"""What a person typed into the search box, taken apart. Whatever it is, it is a query; notes say what was left out."""

import re

from tandemweb.domain.finding import Agreement, Severity
from tandemweb.domain.mission import Author, DocumentKind
from tandemweb.domain.search import Narrowing, SearchField, SearchKind, SearchQuery, Term

LONGEST_QUERY = 1_000
MOST_TERMS = 16
MOST_NARROWINGS = 16
SHORTEST_PREFIX = 2
_TOKEN = re.compile(r'(-(?=[^\s-]))?(?:([A-Za-z]+):)?(?:"([^"]*)(?:"|$)|(\S*))')
_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
PHASES = (
    "planning", "ready-for-execution", "generation", "evaluation", "user-review", "complete", "abandoned",
)  # fmt: skip
VERDICTS = ("PASS", "PASS_WITH_GAPS", "FAIL", "BLOCKED")
# What an operator can be, where that is a list; used for completion too.
CHOICES: dict[SearchField, tuple[str, ...]] = {
    SearchField.AUTHOR: tuple(Author),
    SearchField.SEVERITY: tuple(word.lower() for word in Severity),
    SearchField.AGREEMENT: tuple(Agreement),
    SearchField.PHASE: PHASES,
    SearchField.VERDICT: VERDICTS,
    SearchField.KIND: (*SearchKind, *(kind for kind in DocumentKind if kind is not DocumentKind.OTHER)),
}
_COUNTS_AS = {
    "critical": "high", "major": "high", "serious": "high", "p0": "high", "p1": "high", "moderate": "medium",
    "p2": "medium", "minor": "low", "info": "low", "p3": "low",
}  # fmt: skip


def extract_query(text: str) -> SearchQuery:
    """Read words, ``"phrases"``, ``word*``, ``-not`` and operators such as ``severity:high,medium`` or ``-kind:file``.

    Never raises. At most 1,000 characters, 16 words and 16 operators count. A word before a colon that is no operator
    stands for itself, as in ``src/mod.py:12``.
    """
    notes = [f"Only the first {LONGEST_QUERY:,} characters count."] if len(text) > LONGEST_QUERY else []
    terms: list[Term] = []
    excluded: list[Term] = []
    narrowings: list[Narrowing] = []
    shown = text[:LONGEST_QUERY].replace("\0", " ")
    for match in _TOKEN.finditer(shown):
        minus, name, phrase, word = match.groups()
        field = _find_field(name)
        if field:
            narrowings += _narrow(field, word if phrase is None else f'"{phrase}', bool(minus), notes)
            continue
        term = _term(match, minus, is_last=match.end() == len(shown))
        if term and any(map(str.isalnum, term.text)):  # signs alone are no word of the index
            (excluded if minus else terms).append(term)
    if len(terms) > MOST_TERMS:
        notes.append(f"Only the first {MOST_TERMS} words count.")
    return SearchQuery(
        tuple(terms[:MOST_TERMS]), tuple(excluded[:MOST_TERMS]), tuple(narrowings[:MOST_NARROWINGS]), tuple(notes)
    )


def _find_field(name: str | None) -> SearchField | None:
    return SearchField(name.lower()) if name and name.lower() in set(SearchField) else None


def _term(match: re.Match[str], minus: str | None, *, is_last: bool) -> Term | None:
    _, name, phrase, _ = match.groups()
    if phrase is not None:
        text = f"{name}:{phrase}" if name else phrase
        return Term(text.strip()) if text.strip() else None
    text = match[0][len(minus or "") :].strip()
    if text.endswith("*") and len(text) > SHORTEST_PREFIX:
        return Term(text.rstrip("*"), is_prefix=True)
    is_open = is_last and not minus and len(text) >= SHORTEST_PREFIX
    return Term(text, is_open=is_open) if text else None


def _narrow(field: SearchField, value: str, is_excluded: bool, notes: list[str]) -> list[Narrowing]:
    given = [value.strip('"')] if value.startswith('"') else value.split(",")
    wanted = [text.strip() for text in given if text.strip()]
    if not wanted:
        choices = CHOICES.get(field)
        notes.append(f"{field}: can be {', '.join(choices)}." if choices else f"{field}: needs a value.")
        return []
    values = tuple(known for text in wanted if (known := _read_value(field, text, notes)) is not None)
    # A value that nothing has finds nothing: an operator is never quietly dropped.
    return [Narrowing(field, values, is_excluded)]


def _read_value(field: SearchField, text: str, notes: list[str]) -> str | None:
    if field in {SearchField.BEFORE, SearchField.AFTER}:
        if _DAY.fullmatch(text):
            return text
        notes.append(f"{field}: takes a day, a month or a year, as 2026-03-14, not {text!r}.")
        return None
    choices = CHOICES.get(field)
    if choices is None or field is SearchField.AUTHOR:
        return text
    folded = _fold(_COUNTS_AS.get(text.lower(), text) if field is SearchField.SEVERITY else text)
    for choice in choices:
        if _fold(choice) == folded:
            return choice
    # Verdicts and phases are words that projects may write as they like.
    if field not in {SearchField.VERDICT, SearchField.PHASE}:
        notes.append(f"{field}: can be {', '.join(choices)}, not {text!r}.")
    return text


def _fold(text: str) -> str:
    return text.casefold().replace("-", "").replace("_", "")


def list_completions(text: str, names: dict[SearchField, tuple[str, ...]], limit: int = 8) -> tuple[str, ...]:
    """Give whole queries that go on from ``text``: its last word completed to an operator or to a value of one.

    ``names`` are values that only the index knows (projects, missions).
    """
    match = re.search(r"(\S*)$", text)
    last = match[1] if match else ""
    before = text[: len(text) - len(last)]
    minus = "-" if last.startswith("-") else ""
    name, colon, value = last.removeprefix("-").partition(":")
    if not colon:
        ends = [f"{field}:" for field in SearchField if name and field.startswith(name.lower())]
    else:
        field = _find_field(name)
        known = {**CHOICES, **names}.get(field, ()) if field else ()
        *_, typed = value.rpartition(",")
        kept = value[: len(value) - len(typed)]
        matching = [choice for choice in known if choice.lower().startswith(typed.lower()) and choice != typed]
        ends = [f"{field}:{kept}{_quote(choice)} " for choice in matching]
    return tuple(f"{before}{minus}{end}" for end in ends[:limit])


def _quote(value: str) -> str:
    return f'"{value}"' if re.search(r"[\s,\"]", value) else value
