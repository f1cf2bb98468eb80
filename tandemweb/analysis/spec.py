"""Acceptance criteria and key decisions out of a spec or a summary."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tandemweb.analysis.blocks import Block, BlockKind, Structure, extract_blocks, plain
from tandemweb.analysis.criterion_statements import speaks_of_another
from tandemweb.analysis.item_cutting import Form, Item
from tandemweb.analysis.leads import read_lead
from tandemweb.analysis.outline import Section, outline
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.wording import is_empty, words_in
from tandemweb.domain.finding import Criterion, Decision
from tandemweb.domain.problem import Problem


@dataclass(frozen=True, slots=True)
class SpecReading:
    """What ``Spec.md`` or ``Summary.md`` lays down, in document order."""

    path: str
    title: str
    criteria: tuple[Criterion, ...] = ()
    decisions: tuple[Decision, ...] = ()
    problems: tuple[Problem, ...] = ()


_NUMBER = re.compile(
    r"[\s*_`\[(✅☑☐]*(?:\[[ xX]\][\s*_]*)?(?:(?:acceptance\s+)?(?:criterion|AC|REQ|requirement|"
    r"C)[\s#.:-]{0,3}(\d{1,3})\b|(\d{1,3})(?=[.):]|\s*[—–·]))"
    r"[\s*_\])]*[.:)—–·-]*[\s*_]*",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"(?:^|\n)[ \t>*_+-]*(rationale|reason(?:ing)?|why|because|justification|"
    r"alternatives?(?: (?:considered|rejected))?|rejected(?: alternatives?)?|"
    r"considered|options? rejected|instead of|not chosen|decision|trade-?offs?|consequences?)[\s*_]*[:—–][\s*_]*",
    re.IGNORECASE,
)
_ALTERNATIVE = re.compile(r"alternativ|reject|considered|instead|not chosen", re.IGNORECASE)
_REASON = re.compile(r"rationale|reason|why|because|justification", re.IGNORECASE)
_RATHER = re.compile(r"\b(?:rather than|instead of|over|not)\s+(?:an?\s+|the\s+)?([^.,;:—–(]{3,80})", re.IGNORECASE)
_UNDECIDED = re.compile(r"(?<![\w-])(?:left open|undecided|open|to be decided|tbd|deferred|up to)\b", re.IGNORECASE)
_OF_SPEC = re.compile(
    r"(?:(?:as|see|those|same|unchanged|all)\b[\s,:(]*){1,3}(?:(?:laid down |listed )?(?:in|of|from)\s+)?(?:the\s+)?"
    r"[`\[*_]*spec(?:ification)?\b",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(r"\b(?:except|but|besides|apart from|in addition|plus|new|changed|save)\b", re.IGNORECASE)
_RESTATED = 0.5  # share of a decision's words that another tells, too
_REPEATED = 0.8  # share from which it is that decision, whatever else repeats it
_STEM = 4  # letters: "flushing" and "flush", "starting" and "start" are one
_WORD = re.compile(r"[^\W_]{2,}")
_STOP_WORDS = words_in(
    "an the of in on is are to and or with without be as it its from for by at that this instead rather than "
    "not no do does was were has"
)
_LONGEST_TITLE = 200


def extract_spec(text: str, path: str) -> SpecReading:
    """Read the numbered criteria and the key decisions. Never raises; linear in the text's length."""
    structure = extract_blocks(text)
    root = outline(structure.blocks)
    criteria = _first_of_each(_criteria(root, path))
    decisions = tuple(_decisions(root, path))
    return SpecReading(path, _title(structure), criteria, decisions, tuple(_problems(root, criteria, path)))


def find_new_decisions(summary: tuple[Decision, ...], spec: tuple[Decision, ...]) -> tuple[Decision, ...]:
    """Choose the decisions of a summary that the spec does not have, or had left open.

    Each of the spec's is told again once: what only shares words with one that another item repeats is new. An item
    may name several at once.
    """
    decided = [decision for decision in spec if not _UNDECIDED.search(decision.title)]
    known = [_stems(decision.text) for decision in decided]
    told = [_stems(decision.title) for decision in summary]
    ranked = sorted(
        (-_share(stems, other), number, place)
        for number, stems in enumerate(told)
        for place, other in enumerate(known)
        if _share(stems, other) >= _RESTATED
    )
    repeating, repeated = set[int](), set[int]()
    for share, number, place in ranked:
        if number not in repeating and (place not in repeated or -share >= _REPEATED):
            repeating.add(number)
            repeated.add(place)
    left = frozenset().union(*(_stems(one.title) for place, one in enumerate(decided) if place not in repeated))
    repeating |= {number for number, stems in enumerate(told) if _share(stems, left) >= _REPEATED}
    return tuple(
        decision
        for number, decision in enumerate(summary)
        if number not in repeating and not (spec and _points_to_spec(decision))
    )


def _points_to_spec(decision: Decision) -> bool:
    """Say whether an item only sends its reader to the spec (``As in Spec.md: …``), without anything of its own."""
    return _OF_SPEC.match(decision.text) is not None and _OTHERWISE.search(decision.text) is None


def _share(stems: frozenset[str], other: frozenset[str]) -> float:
    return len(stems & other) / len(stems) if stems else 0.0


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in _WORD.findall(text.lower()) if word not in _STOP_WORDS)


def _title(structure: Structure) -> str:
    first = next((b for b in structure.blocks if b.kind is BlockKind.HEADING), None)
    return plain(first.text).split("\n", 1)[0][:_LONGEST_TITLE] if first else ""


def _under(root: Section, topic: Topic) -> Iterator[Section]:
    """Yield the sections of a topic and all below them, in document order."""
    stack = [(root, False)]
    while stack:
        section, inside = stack.pop()
        inside = (section.topic is topic and not section.is_title) or (inside and section.topic is Topic.UNKNOWN)
        if inside:
            yield section
        stack += [(child, inside) for child in reversed(section.sections)]


def _criteria(root: Section, path: str) -> Iterator[Criterion]:
    for section in _under(root, Topic.CRITERIA):
        numbered = _numbered(section.title) if section.topic is Topic.UNKNOWN else None
        if numbered:
            body = "\n\n".join(b.text for b in section.blocks if b.kind in {BlockKind.PARAGRAPH, BlockKind.ITEM})
            yield Criterion(numbered[0], plain("\n\n".join(filter(None, (numbered[1], body)))), path, section.line)
            continue
        for item in section.items:
            yield from _criterion(item, path)


def _numbered(text: str) -> tuple[int, str] | None:
    match = _NUMBER.match(text)
    return (int(match[1] or match[2]), text[match.end() :]) if match else None


def _criterion(item: Item, path: str) -> Iterator[Criterion]:
    if item.form is Form.ROW:
        numbered = _numbered(f"{item.cells[0].strip()}.") if item.cells and len(item.cells) > 1 else None
        if numbered:
            yield Criterion(numbered[0], plain(item.cells[1]), path, item.line)
        return
    numbered = None if speaks_of_another(item.text, item.ordinal) else _numbered(item.text)
    if numbered and (item.form is not Form.PARAGRAPH or not item.text[0].isdigit()):
        rest = item.whole_text()[len(item.text) - len(numbered[1]) :]
        yield Criterion(numbered[0], plain(rest).strip(), path, item.line)
    elif item.ordinal is not None:
        yield Criterion(item.ordinal, plain(item.whole_text()), path, item.line)


def _first_of_each(found: Iterator[Criterion]) -> tuple[Criterion, ...]:
    chosen: dict[int, Criterion] = {}
    for criterion in found:
        chosen.setdefault(criterion.number, criterion)
    return tuple(chosen.values())


def _decisions(root: Section, path: str) -> Iterator[Decision]:
    for section in _under(root, Topic.DECISIONS):
        if section.topic is Topic.UNKNOWN:
            if section.parent and section.parent.topic is Topic.UNKNOWN:
                continue  # below a decision that is a heading
            if _is_decision(section):
                yield _from_heading(section, path)
                continue
        for item in section.items:
            if item.form in {Form.LIST, Form.LEAD, Form.ROW} and not is_empty(item.text):
                yield _from_item(item, path)


def _is_decision(section: Section) -> bool:
    """Say whether a heading is a decision itself; one over a list without fields groups decisions."""
    items = section.items
    return bool(items) and (items[0].form is not Form.LIST or _FIELD.match(items[0].text) is not None)


def _from_heading(section: Section, path: str) -> Decision:
    spoken = [b.text for b in section.blocks if b.kind in {BlockKind.PARAGRAPH, BlockKind.ITEM}]
    lead = read_lead(section.title, numbered=True)
    return _decision(lead.title, "\n\n".join(spoken), path, section.line, section.end_line)


def _from_item(item: Item, path: str) -> Decision:
    if item.form is Form.ROW:
        cells = [c for c in item.cells if c.strip() and not re.fullmatch(r"[A-Z]{0,2}\d{1,2}\.?", c.strip())] or [
            item.text
        ]
        return _decision(plain(cells[0]), "\n\n".join(cells[1:]), path, item.line, item.end_line)
    lead = read_lead(item.text)
    whole = item.whole_text()
    start = whole.find(lead.title[-20:]) if lead.title else -1
    rest = whole[start + len(lead.title[-20:]) :] if start >= 0 else plain(whole)
    return _decision(lead.title, rest, path, item.line, item.end_line)


def _decision(title: str, rest: str, path: str, line: int, end_line: int) -> Decision:
    title = " ".join(title.split())[:_LONGEST_TITLE]
    fields = list(_FIELD.finditer(rest))
    parts = {
        match.start(): plain(rest[match.end() : _next_start(fields, n, rest)]).strip() for n, match in enumerate(fields)
    }
    reasons = [parts[m.start()] for m in fields if _REASON.match(m[1])]
    others = [parts[m.start()] for m in fields if _ALTERNATIVE.match(m[1])]
    loose = plain(rest[: fields[0].start()] if fields else rest).strip(" *_.:—–-\n")
    alternatives = others or [match[1].strip() for match in _RATHER.finditer(title)]
    text = plain(f"{title}\n{rest}").strip()
    return Decision(title, path, line, end_line, text, "\n".join(reasons) or loose, tuple(alternatives))


def _next_start(fields: list[re.Match[str]], index: int, text: str) -> int:
    return fields[index + 1].start() if index + 1 < len(fields) else len(text)


def _problems(root: Section, criteria: tuple[Criterion, ...], path: str) -> Iterator[Problem]:
    sections = list(_under(root, Topic.CRITERIA))
    spoken: list[Block] = [b for s in sections for b in s.blocks if b.kind in {BlockKind.PARAGRAPH, BlockKind.ITEM}]
    if spoken and not criteria:
        message = "There is a section for acceptance criteria, but no numbered criterion was recognised in it."
        yield Problem(path, sections[0].line, "criteria-not-understood", message)
    numbers = [criterion.number for criterion in criteria]
    if numbers and sorted(numbers) != list(range(1, len(numbers) + 1)):
        message = f"The criteria are not numbered 1 to {len(numbers)}: {', '.join(map(str, numbers[:40]))}."
        yield Problem(path, criteria[0].line, "criteria-numbering", message)
