"""The verdicts that a document gives on acceptance criteria: tables, headings, bullets, running text."""

import re
from collections.abc import Iterator
from itertools import zip_longest

from tandemweb.analysis.blocks import Block, BlockKind, plain
from tandemweb.analysis.criterion_statements import (
    LEADING,
    MARK,
    RANGE,
    CriterionStatement,
    read_numbers,
    speaks_of_another,
)
from tandemweb.analysis.criterion_tables import read_tables
from tandemweb.analysis.item_cutting import Form, Item
from tandemweb.analysis.outline import Section
from tandemweb.analysis.references import spell_out
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.verdicts import find_verdict_words

INLINE = re.compile(
    rf"(?<![\w`])(?:AC|criteri(?:on|a)\s|(?-i:C(?=-?\d)))s?[\s#-]?({RANGE})(?![\w%])([\s*_:=—–(→-]*(?:is |are |still |"
    r"now |all |both )?[\s*_(]*)",
    re.IGNORECASE,
)
_MARKED_HEADING = re.compile(rf"[\W_]*{MARK}[\s#-]?\d", re.IGNORECASE)
_OUTSIDE = frozenset({Topic.UNKNOWN, Topic.VERDICT, Topic.SEVERITY})
_AC = re.compile(
    r"[\s*_]*(?:(?:ACs?|[Cc]riteri(?:on|a))[\s-]?|C-?(?=\d{1,2}\s*:))\d[\dAC\s,&/–-]{0,20}[\s*_:—–(-]*"
    r"(?:PASS|FAIL|BLOCKED|(?i:pass(?:ed)?|fail(?:ed)?|blocked|(?:not )?met)\b|[✅❌⛔])"
)
_NUMBERS_FROM_TWO = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER_WORDS = {word: number for number, word in enumerate(_NUMBERS_FROM_TWO, 2)}
_ALL = re.compile(
    rf"\ball\s+(?:the\s+)?(\d{{1,2}}|{'|'.join(_NUMBER_WORDS)})\s+(?:acceptance\s+|numbered\s+)?criteria\s+"
    r"(?:are\s+|now\s+|still\s+|have\s+|is\s+)?[*_]*(pass(?:ed)?|met|fulfilled|satisfied|fail(?:ed)?|blocked)\b",
    re.IGNORECASE,
)
_ALL_OF_THEM = re.compile(  # under a heading that says of what
    rf"\ball\s+(?:of\s+the\s+|the\s+)?(\d{{1,2}}|{'|'.join(_NUMBER_WORDS)})\s+(?:are\s+|now\s+|still\s+|of them\s+)?"
    r"[*_]*(pass(?:ed)?|met|fulfilled|satisfied|fail(?:ed)?|blocked)\b",
    re.IGNORECASE,
)
_RUN = re.compile(
    r"(?<![\w.:/-])(?:AC[\s-]?)?(\d{1,2}(?:\s?[-–]\s?\d{1,2})?)\s*[:=]?\s+[*_]*(PASS|FAIL|BLOCKED)(?:ED)?\b"
)
_ONE = re.compile(rf"[\s*_]*{_RUN.pattern}[*_]*\s*(?:[—–:;-]|\Z)")  # "9 PASS — over real sockets" below such a run
_ALL_LISTED = re.compile(r"[\s*_]*(?:all |the )?(?:acceptance )?(?:AC|criteria)s?\b[^.\n]{0,40}[:—–-]", re.IGNORECASE)
_SHORTEST_RUN = 3  # numbers with a verdict each, side by side, are criteria
_RANGE_ALONE = re.compile(r"\d{1,2}\s?(?:[-–]|to)\s?\d{1,2}\s*[:—–-]")
_DOUBTED = re.compile(
    r"\b(?:not|nearly|almost|if|unless|until|once|when|that|whether|should|must|but)\b[^.\n]{0,40}$", re.IGNORECASE
)
_BUT = re.compile(r"[\s,*_(—–-]*(?:but|except|apart|save|if|unless|once|when)\b", re.IGNORECASE)
_BEGINS = re.compile(rf"[\W_]*{MARK}", re.IGNORECASE)
_TICKED = ("[x]", "[X]")
_FEW = 3  # criteria judged one by one, beside a sentence on all
_LONGEST_RUN = 20_000  # characters of a paragraph in which criteria are looked for
FAR = 90  # characters of an item's first line in which its verdict may stand
_FIELD = re.compile(r"[\s*_>+-]*(?:verdict|result|status|outcome)[\s*_]*[:=—–-]", re.IGNORECASE)


def find_criteria_verdicts(root: Section) -> tuple[CriterionStatement, ...]:
    """Find every verdict on a numbered criterion, in document order; one criterion may occur more than once."""
    found: list[CriterionStatement] = []
    for section, inside in _walk(root, inside=False):
        is_marked = _MARKED_HEADING.match(section.title) is not None
        if inside:
            # "2. Acceptance criteria" is no criterion 2, "Criterion 2" is one
            found += _from_heading(section) if is_marked or section.topic is not Topic.CRITERIA else ()
            found += _from_blocks(section)
        elif section.topic in _OUTSIDE:
            found += _from_heading(section) if is_marked else ()
            found += read_tables(section.blocks, strict=True)
            found += read_marked(section.blocks)
    if not found or len({statement.number for statement in found}) <= _FEW:
        found += _all_at_once(root, {statement.number for statement in found if statement.column is None})
    return tuple(sorted(found, key=lambda s: s.line))


def _all_at_once(root: Section, told: set[int]) -> Iterator[CriterionStatement]:
    """Read ``All four criteria PASS`` for those that the document does not judge one by one."""
    for section, _ in _walk(root, inside=False):
        for block in section.blocks:
            if block.kind not in {BlockKind.PARAGRAPH, BlockKind.ITEM} or section.topic is Topic.PREVIOUS:
                continue
            pattern = _ALL if "criteria" in block.text else _ALL_OF_THEM if section.topic is Topic.CRITERIA else None
            match = pattern.search(block.text, 0, FAR * 2) if pattern else None
            if match is None or _DOUBTED.search(block.text, 0, match.start()) or _BUT.match(block.text, match.end()):
                continue
            words = find_verdict_words(match[2].upper())
            count = _NUMBER_WORDS.get(match[1].lower()) or int(match[1])
            line = block.line + block.text.count("\n", 0, match.start())
            for number in range(1, count + 1):
                if number not in told:
                    yield CriterionStatement(number, words[0][0], line, plain(block.text), None, block.end_line)
            return


def _walk(section: Section, *, inside: bool) -> Iterator[tuple[Section, bool]]:
    stack = [(section, inside)]
    while stack:
        current, within = stack.pop()
        yield current, within
        stack += [
            (child, child.topic is Topic.CRITERIA or (within and _stays_inside(child)))
            for child in reversed(current.sections)
        ]


def _stays_inside(section: Section) -> bool:
    return (
        section.topic in {Topic.UNKNOWN, Topic.CRITERIA, Topic.VERDICT, Topic.NEUTRAL}
        or read_numbers(section.title) is not None
    )


def _from_heading(section: Section) -> Iterator[CriterionStatement]:
    numbers = read_numbers(section.title)
    if not numbers:
        return
    words = find_verdict_words(section.title)
    verdict = words[-1][0] if words else None
    body = [b for b in section.blocks if b.kind in {BlockKind.PARAGRAPH, BlockKind.ITEM}]
    if verdict is None:
        verdict = next(filter(None, (_field_verdict(b.text) for b in body)), None)
    if verdict is None and body:
        verdict = _leading_verdict(body[0].text)
    if verdict is not None:
        evidence = plain("\n\n".join(b.text for b in body))
        for number in numbers:
            yield CriterionStatement(
                number, verdict, section.line, evidence, None, section.end_line, plain(section.title)
            )


def _field_verdict(text: str) -> str | None:
    """Read ``**Verdict: PASS** — …`` at the beginning of any line."""
    for line in text.split("\n"):
        field = _FIELD.match(line)
        if field:
            words = find_verdict_words(line[field.end() : field.end() + FAR].upper())
            return words[0][0] if words else None
    return None


def _leading_verdict(text: str) -> str | None:
    words = find_verdict_words(text[:FAR])
    return words[0][0] if words and words[0][1].start() <= LEADING else None


def _from_blocks(section: Section) -> Iterator[CriterionStatement]:
    yield from read_tables(section.blocks, strict=False)
    has_ticks = any(item.text.startswith(_TICKED) for item in section.items)
    for item in section.items:
        if item.form is not Form.ROW:
            own = list(_from_item(item)) or list(read_running_text(item))
            yield from own or (_from_box(item) if has_ticks else ())


def _from_box(item: Item) -> Iterator[CriterionStatement]:
    """Read a box without a word, where others of the list are ticked."""
    numbers = read_numbers(item.text) or ((item.ordinal,) if item.ordinal is not None else ())
    if item.text.startswith((*_TICKED, "[ ]")):
        verdict = "PASS" if item.text.startswith(_TICKED) else "FAIL"
        for number in numbers:
            yield CriterionStatement(
                number, verdict, item.line, plain(item.whole_text()), None, item.end_line, item.lead.title
            )


def read_marked(blocks: list[Block]) -> Iterator[CriterionStatement]:
    """Read what begins with ``AC2:`` outside a section for criteria."""
    for block in blocks:
        if block.kind in {BlockKind.PARAGRAPH, BlockKind.ITEM} and (_AC.match(block.text) or _lists_all(block.text)):
            yield from read_running_text(Item(Form.PARAGRAPH, block.line, block.end_line, block.text))


def _lists_all(text: str) -> bool:
    """Say whether a text judges one criterion after the other: ``Criteria: AC1 PASS, AC2 FAIL, AC3 PASS``."""
    return _ALL_LISTED.match(text) is not None and len(_RUN.findall(text, 0, FAR * 6)) >= _SHORTEST_RUN


def _from_item(item: Item) -> Iterator[CriterionStatement]:
    numbers = None if speaks_of_another(item.text, item.ordinal) else read_numbers(item.text)
    is_marked = numbers is not None
    if numbers is None and item.ordinal is not None:
        numbers = (item.ordinal,)
    if numbers is None or (item.form is Form.PARAGRAPH and not _begins_criterion(item.text)):
        return
    if is_marked and len(list(INLINE.finditer(item.text))) > 1 and len(list(read_running_text(item))) > len(numbers):
        return  # "AC4 FAIL, AC5 FAIL": several in one
    verdict = _item_verdict(item)
    if verdict:
        for number in numbers:
            yield CriterionStatement(
                number, verdict, item.line, plain(item.whole_text()), None, item.end_line, item.lead.title
            )


def _begins_criterion(text: str) -> bool:
    return _BEGINS.match(text) is not None or _RANGE_ALONE.match(text) is not None


def _item_verdict(item: Item) -> str | None:
    """Choose the verdict of an item: a field, or a word at its beginning, behind its title or at a clause's end."""
    whole = item.whole_text()
    field = _field_verdict(whole)
    if field:
        return field
    head = item.text.split("\n\n", 1)[0][:400]
    words = find_verdict_words(head)
    lowered = () if words else find_verdict_words(head[:FAR].upper())
    for word, match in words or lowered:
        before = head[: match.start()]
        if match.start() <= FAR or re.search(r"[*_:—–→=-]\s*[*_(\[]*$", before):
            return word
    for detail in item.details:
        if detail.kind in {BlockKind.ITEM, BlockKind.PARAGRAPH}:
            verdict = _leading_verdict(detail.text)
            if verdict:
                return verdict
    return None


def read_running_text(item: Item) -> Iterator[CriterionStatement]:
    """Read ``AC1 PASS, AC2 PASS (…), AC4 **FAIL**: see H2``, and ``all AC: 1 PASS, 2 FAIL, 3 PASS``."""
    text = item.text[:_LONGEST_RUN]
    matches = list(INLINE.finditer(text))
    run = list(_RUN.finditer(text))
    is_one = not matches and len(run) == 1 and _ONE.match(text) is not None
    if is_one or (len(run) >= _SHORTEST_RUN and len(run) > len(matches)):
        yield from _from_run(item, run)
        return
    for match, following in zip_longest(matches, matches[1:]):
        words = find_verdict_words(text[match.end() : match.end() + 30].upper())
        if words and words[0][1].start() <= 2:  # directly behind the number
            line = item.line + text.count("\n", 0, match.start())
            evidence = plain(text[match.start() : following.start() if following else match.end() + 400]).strip(" ,;\n")
            for number in spell_out(match[1]):
                yield CriterionStatement(
                    number, words[0][0], line, evidence, None, line, plain(match[0]).strip(" :—–-(")
                )


def _from_run(item: Item, run: list[re.Match[str]]) -> Iterator[CriterionStatement]:
    """Read ``all AC: 1 PASS, 2 FAIL (…), 3 PASS``: each number with its verdict, up to the next."""
    for match, following in zip_longest(run, run[1:]):
        line = item.line + match.string.count("\n", 0, match.start())
        end = following.start() if following else match.end() + 400
        evidence = plain(match.string[match.start() : end]).strip(" ,;\n")
        for number in spell_out(match[1]):
            yield CriterionStatement(number, find_verdict_words(match[2])[0][0], line, evidence, None, line, match[1])
