"""The marks by which documents speak of each other's items: ``F1``, ``H2``, ``Finding 5``, ``Codex M3``.

A mark is resolved against the items that really bear it, so that ``AC4``, ``UTF8`` or ``R2`` are no references
unless some item is called so.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from tandemweb.analysis.guarded import guard
from tandemweb.domain.finding import Mention

OPENING_LENGTH = 160  # characters of an item within which a mark names what the item is about
SEARCHED = 1500  # characters of an item in which marks are looked for at all
MARK = r"(?!(?:UTF|SHA|ISO|HTTP|RFC|MD|WPA|TLS|SSL|IPV|PEP|CO|PM)-?\d)[A-Z]{1,4}-?\d{1,3}[a-z]?"
_LETTERED = re.compile(rf"(?<![\w./`-])(?:((?i:claude|codex))(?:'s|-?\d\d)?[\s:,#]+)?({MARK})\b")
# The same in a text that names no model: a search that begins with a set of letters is far faster.
_UNNAMED = re.compile(r"[A-Z](?<![\w./`-].)[A-Z]{0,3}-?\d{1,3}[a-z]?\b")
_MARK = re.compile(MARK)
_NUMBERED = guard(
    r"(?<![\w-])(?:(?:(claude|codex)(?:'s)?\s+)?(?:finding|issue|point|item|problem|concern|gap|risk|observation|remark|question)s?"
    r"|(claude|codex)(?:'s)?)[\s:]+#?(\d{1,2}[a-z]?(?:(?:\s*,\s*|\s*(?:and|&|to|-|–)\s*)#?\d{1,2}[a-z]?)*)\b(?![.:]\d|%|-\d"
    r"|\s?(?:[KMGT]i?B|ms|bytes?|(?:second|minute|hour|day|week|row|line|test|time)s?)\b)",
    re.IGNORECASE,
)
# "On the lock (8): agreed": a number in brackets behind the words that say what is answered
_BRACKETED = re.compile(
    r"^(?:On (?:the|your)|I (?:do not|don['’]t|cannot) (?:accept|share|follow)) [^:.\n(]{2,80}\((\d{1,2})\)",
    re.IGNORECASE | re.MULTILINE,
)
_HASHED = re.compile(r"(?<![\w&/])#(\d{1,2}[a-z]?)\b")
_SPLIT_NUMBER = re.compile(r"(?<![\w./#-])(\d{1,2}[a-j])\b(?![./-]\w)")
_CODE = re.compile(r"`[^`\n]*`")
_BARE_LIST = re.compile(r"^[\s(]*#?(\d{1,2}[a-z]?(?:\s*,\s*#?\d{1,2}[a-z]?)*)[\s)]*$")
_NUMBER = re.compile(r"\d{1,2}[a-z]?")
_OPENING_END = re.compile(r"(?<=[.!?])\n(?!\s*\n)")
_PASSAGE = re.compile(r"“(?:[^\s”]+\s+){3}[^”]{1,400}”(?=\n\n)")  # as quoted answers are written, see ``items``
MODELS = ("claude", "codex")
_POINT = r"(?:finding|issue|point|item|problem|concern|gap|risk|observation|remark|question)"
_OWN = re.compile(
    rf"\b(?:my|mine,?)\s+(?=(?:{_POINT}s?\s+)?#?(?:[A-Z]{{1,4}}-?)?\d)"
    rf"|\b(?={_POINT}s?\s+#?\d{{1,2}}\s+of mine\b)",
    re.IGNORECASE,
)
_YOURS = guard(rf"\byour\s+(?=(?:{_POINT}s?\s+)?#?(?:[A-Z]{{1,4}}-?)?\d)", re.IGNORECASE)
# "Must fix 1": a number in the list of that name
_IN_LIST = guard(r"\b((?:must|should|could)[\s-]fix|nice[\s-]to[\s-]have)s?\s+#?(\d{1,2})\b", re.IGNORECASE)
_LIST_NAME = re.compile(r"[\W\d_]*((?:must|should|could)[\s-]fix|nice[\s-]to[\s-]have)s?[\W_]*", re.IGNORECASE)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_COUNTED = guard(
    rf"\b(?:(my|our)|(your)|(claude|codex)(?:-\d+)?['’]s)\s+({'|'.join(_ORDINALS)})\s+{_POINT}\b", re.IGNORECASE
)
_SEE = guard(
    r"\bsee\s+(?=[#\d])(#?\d{1,2}(?:(?:\s*,\s*|\s+and\s+|\s*&\s*)#?\d{1,2})*)\b(?![.:]\d|\s+\w)", re.IGNORECASE
)
_NO_LETTER = re.compile(r"[\W_]+")
_DIGIT = re.compile(r"\d")
_LETTER_DIGIT, _SPACED_DIGIT = re.compile(r"[A-Z]-?\d"), re.compile(r"\d(?<=[\s:#].)")
_HASH_DIGIT, _DIGIT_LETTER, _BRACKET_DIGIT = re.compile(r"#\d"), re.compile(r"\d[a-j]"), re.compile(r"\(\d")
_DIGIT_BESIDE = re.compile(r"\d(?:[a-j]|(?<=[\s:#(].))")  # one of the last four
# Documents repeat each other's items, and candidates are weighed before mentions: what texts name is kept, in 2 MB.
MOST_KEPT = 1024
_PARTS = re.compile(r"^([a-z]*)[\s_-]*()")
_PLAIN_NUMBER = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Reference:
    """A mark that an item names. ``opens`` when it stands in the title or at the beginning: then it is the subject."""

    author: str | None
    mark: str
    opens: bool


def get_opening(mention: Mention) -> str:
    """Title and beginning of an item: what it is about. It ends with a line that ends a sentence.

    Of an answer to a passage it is the passage, if that is more than a few words.
    """
    if mention.text.startswith("“") and (passage := _PASSAGE.match(mention.text)):
        return passage[0]
    beginning = mention.text[:OPENING_LENGTH]
    if "\n" in beginning and (".\n" in beginning or "!\n" in beginning or "?\n" in beginning):
        beginning = _OPENING_END.split(beginning, maxsplit=1)[0]
    return f"{mention.title}\n{beginning}"


@lru_cache(maxsize=MOST_KEPT)
def normal_mark(mark: str) -> str:
    """``f-01`` and ``F1`` are one mark."""
    letters, _, digits = _PARTS.sub(r"\1\0\2", mark.strip().lower(), count=1).partition("\0")
    return letters + digits.lstrip("0")


def get_series(mark: str) -> str:
    """``c1`` and ``c3`` are marks of one series; plain numbers have the empty one."""
    return "".join(takewhile(str.isalpha, mark))


def split_off_letter(mark: str) -> str:
    """``5a`` belongs to ``5``."""
    return mark[:-1] if mark[-1:].isalpha() and mark[-2:-1].isdigit() else mark


def is_plain_number(mark: str) -> bool:
    return bool(_PLAIN_NUMBER.match(mark))


def list_references(mention: Mention, author: str = "") -> tuple[Reference, ...]:
    """List the marks that an item names, the opening ones first. ``my 3`` is the third item of its ``author``."""
    return _list_references(get_opening(mention), mention.text, mention.section, mention.references, author)


def list_answered(mention: Mention, author: str) -> tuple[Reference, ...]:
    """List what a row without a mark of its own answers by number, below a heading that names the other's document."""
    if mention.label is not None or "|" not in mention.text or author not in MODELS:
        return ()
    numbers = _BARE_LIST.match(mention.text.strip().strip("|").split("|", 1)[0])
    other = other_model(author)
    if numbers is None or other not in mention.section.lower() or author in mention.section.lower():
        return ()
    return tuple(Reference(other, normal_mark(number), opens=True) for number in _NUMBER.findall(numbers[1]))


@lru_cache(maxsize=MOST_KEPT)
def _list_references(
    title_and_opening: str,
    text: str,
    section: str,
    references: tuple[tuple[str | None, str], ...],
    author: str,
) -> tuple[Reference, ...]:
    opening = _name_owners(title_and_opening, author)
    opening_marks = [*_scan(opening), *_scan_cells(text), *_scan(section)]
    # Beside "(Codex M4)" an "H3" is rather an HTML heading; beside "(my 1, W3)" it is the other's.
    authored = any(named and not is_plain_number(mark) for named, mark in opening_marks)
    found = [
        Reference(named, mark, opens=named is not None or not authored or is_plain_number(mark))
        for named, mark in opening_marks
    ]
    found += [Reference(named, normal_mark(mark), opens=False) for named, mark in references]
    found += [Reference(named, mark, opens=False) for named, mark in _scan(_name_owners(text[:SEARCHED], author))]
    kept: dict[tuple[str | None, str], Reference] = {}
    for reference in found:
        kept.setdefault((reference.author, reference.mark), reference)
    owned = {mark for named, mark in kept if named is not None}
    return tuple(found for (named, mark), found in kept.items() if named is not None or mark not in owned)


@lru_cache(maxsize=MOST_KEPT)
def other_model(author: str) -> str:
    """Whose marks an author means who does not say whose they are."""
    return next(model for model in reversed(MODELS) if model != author)


def _name_owners(text: str, author: str) -> str:
    """Put the name where a document says "my point 3", "item 3 of mine", "your F2"."""
    if author not in MODELS:
        return text
    lower = text.lower()  # the patterns are slow, and most items name nobody
    if "my" in lower or "our" in lower or "'s" in lower or "’s" in lower:
        text = _COUNTED.sub(lambda match: _count_out(match, author), text)
    if not _DIGIT.search(text):
        return text
    if "my" in lower or "mine" in lower:
        text = _OWN.sub(f"{author} ", text)
    return _YOURS.sub(f"{other_model(author)} ", text) if "your" in lower else text


def _count_out(match: re.Match[str], author: str) -> str:
    """Write "my third point" as "claude 3"."""
    owner = match[3] or (other_model(author) if match[2] else author)
    return f"{owner} {_ORDINALS.index(match[4].lower()) + 1}"


def list_seen(text: str) -> tuple[str, ...]:
    """List the numbers that a text sends its reader to: ``FAIL, see 2 and 3``."""
    match = _SEE.search(text)
    return tuple(_NUMBER.findall(match[1])) if match else ()


def name_in_list(section: str, ordinal: str) -> str:
    """Give the mark of an item that goes by its list and its number there; empty where its list has no such name."""
    name = _LIST_NAME.fullmatch(section)
    return normal_mark(f"{_NO_LETTER.sub('', name[1])}{ordinal}") if name and ordinal else ""


@lru_cache(maxsize=MOST_KEPT)
def _scan(text: str) -> tuple[tuple[str | None, str], ...]:
    if not _DIGIT.search(text):
        return ()
    text = _CODE.sub(" ", text)
    return tuple(_find_marks(text)) if _DIGIT.search(text) else ()


def _find_marks(text: str) -> Iterator[tuple[str | None, str]]:
    """Find marks outside code. Each pattern is slow: a cheap one says first whether its digits are there at all."""
    if _LETTER_DIGIT.search(text):
        yield from _find_lettered(text)
    if not _DIGIT_BESIDE.search(text):
        return
    if _SPACED_DIGIT.search(text):
        for match in _NUMBERED.finditer(text):
            author = match[1] or match[2]
            for number in _NUMBER.findall(match[3]):
                yield (author and author.lower()), normal_mark(number)
        yield from ((None, normal_mark(number)) for number in list_seen(text))
        for match in _IN_LIST.finditer(text):
            yield None, name_in_list(match[1], match[2])
    for pattern, hint in ((_HASHED, _HASH_DIGIT), (_SPLIT_NUMBER, _DIGIT_LETTER), (_BRACKETED, _BRACKET_DIGIT)):
        if hint.search(text):
            for match in pattern.finditer(text):
                yield None, normal_mark(match[1])


def _find_lettered(text: str) -> Iterator[tuple[str | None, str]]:
    lowered = text.lower()
    if not any(model in lowered for model in MODELS):
        yield from ((None, normal_mark(mark)) for mark in _UNNAMED.findall(text) if _MARK.match(mark))
        return
    for match in _LETTERED.finditer(text):
        yield (match[1] and match[1].lower()), normal_mark(match[2])


def _scan_cells(text: str) -> Iterator[tuple[str | None, str]]:
    """Take cells that hold nothing but numbers, the first aside, for names of items (``| 4 | FAIL | 1, 7 |``)."""
    if "|" in text and "\n" not in text.strip():
        for cell in text.strip().strip("|").split("|")[1:]:
            if match := _BARE_LIST.match(cell):
                for number in _NUMBER.findall(match[1]):
                    yield None, normal_mark(number)
