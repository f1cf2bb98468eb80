"""Verdict words, a document's own verdict, a review's approval, and what a placeholder looks like."""

import re
from collections.abc import Iterator, Sequence

from tandemweb.analysis.blocks import Block, BlockKind, Structure, plain
from tandemweb.analysis.outline import Section
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.walking import walk
from tandemweb.analysis.wording import is_empty

_PASSED = r"PASS(?:ED|ES)?"
_GAPS = r"PASS(?:ED)?[\s_*-]*(?i:\(?\s*WITH[\s_-]*(?:MINOR |SOME |KNOWN |LOW )?GAPS?\s*\)?)"
_NOT_MET = r"NOT[\s_-]MET|NOT[\s_-]SATISFIED|NOT[\s_-]FULFILLED|UNMET|NOT[\s_-]PASS(?:ED|ING)?"
_FAIL = r"FAIL(?:ED|S|ING|URE)?|REJECTED"
_BLOCKED = r"BLOCKED"
_OTHER = (
    r"PASS(?:ED)?_(?:WITH_)?[A-Z_]+|PARTIAL(?:LY)?(?:[\s_-](?:PASS(?:ED)?|MET|FAIL))?|NOT[\s_-](?:TESTED|"
    r"VERIFIED|RUN|CHECKED|APPLICABLE)|N/A|SKIPPED|"
    r"INCONCLUSIVE|UNVERIFIED|UNTESTED|UNKNOWN|PENDING|WARN(?:ING)?|DEFERRED"
)
_EMOJI = "✅✔☑🟢❌✗✘🔴⛔"
_WORD = re.compile(
    rf"(?<![\w-])(?:({_GAPS})|({_NOT_MET})|({_OTHER})|({_PASSED}|MET|SATISFIED|FULFILLED)|({_FAIL})|"
    rf"({_BLOCKED}))(?![\w-])"
    rf"|([{_EMOJI}])",
)
_CORRECTS = re.compile(r"→|->|=>|~~|\b(?:no|rather|corrected|correction|changed|instead|now)\b", re.IGNORECASE)
_CODE = re.compile(r"`+[^`\n]*`+")
_PARTS = (
    "PASS",
    "FAIL",
    "BLOCK",
    "MET",
    "SATIS",
    "FULF",
    "REJEC",
    "PART",
    "NOT",
    "N/A",
    "SKIP",
    "INCON",
    "UNVER",
    "UNTES",
)
# One is in every word: a cheap look before the expression runs.
_PART = re.compile("|".join((*_PARTS, "UNKN", "PEND", "WARN", "DEFER", f"[{_EMOJI}]")))
_POSITIVE_EMOJI = frozenset("✅✔☑🟢")

_STATEMENT = re.compile(
    r"(?:^|\n)[\s>*_#+-]*+(?:(?:\d+[.)]|[^\w\s*_]{1,3})\s*)?(?:[*_]*)"
    r"(?:(?:my|the|our|overall|final|own|round(?: \d+)?|merged|joint|independent|codex(?:'s)?|"
    r"claude(?:'s)?|evaluation|evaluator|agreed|proposed|mission)\s+){0,4}"
    r"(?:verdict|result|decision|outcome|conclusion|status|assessment|overall)(?:\s+(?:for|of|"
    r"after)\s+(?:this\s+|the\s+)?(?:round|mission|evaluation)(?:\s+\d+)?)?"
    r"[\s*_]*(?:[:=—–→-]|\bis\b|\||\n)[\s*_:`\[(]*([^\n]{0,120})",
    re.IGNORECASE,
)
_FIRM = re.compile(r"verdict", re.IGNORECASE)
_AS_WRITTEN = re.compile(
    r"[\s*_`\[(]*[^\w\s]{0,3}[\s*_`\[(]*([A-Z][A-Z_]{2,40}(?:[ "
    r"-][A-Z][A-Z_]{2,20}){0,3})(?![\w])"
)
_HEADLINE = 40

_APPROVAL = re.compile(
    r"(?:^|\n)[\s>*_#+-]*+(?:\d+[.)]\s*)?[^\w\s]{0,3}\s*[*_]*(?:(?:overall|final|codex|review(?:er)?)\s+)?"
    r"(?:agreement(?:\s+status)?|approval(?:\s+status)?|approved|status|review(?:\s+(?:status|result|"
    r"outcome|verdict))?|decision|verdict|result|outcome)"
    r"[\s*_]*(?:[:=—–→|-]|\n)+[\s*_:`\[(✅❌✔✗⚠️🔴🟢🟡]*(not[\s_-]*(?:yet[\s_-]*)?approved?|approv(?:ed|"
    r"e)(?:[\s_-]+with[\s_-]+\w+)?|"
    r"disapproved?|rejected?|unapproved|changes[\s_-]requested|request[\s_-]changes|"
    r"needs[\s_-](?:changes|work|revision|attention)|"
    r"not[\s_-]agreed|agreed|disagree[ds]?|yes|no|lgtm)\b",
    re.IGNORECASE,
)
_BARE_APPROVAL = re.compile(
    r"[\s*_#`\[(✅❌✔✗⚠️🔴🟢]*(not[\s_-]*(?:yet[\s_-]*)?approved|approved|disapproved|"
    r"changes[\s_-]requested)\b(?=[\s*_`\])]*(?:$|[.!:,;—–\n]|-\s|\())",
    re.IGNORECASE,
)
_NEGATIVE = re.compile(r"not|dis|reject|unapproved|changes|needs|no$", re.IGNORECASE)

_ABSENT = re.compile(
    r"\b(?:skipped|unavailable|not available|did not (?:answer|respond|run|finish)|no (?:answer|response|"
    r"reply)|timed? ?out|placeholder|"
    r"could not be (?:reached|started|run)|not reachable|failed to (?:start|respond|run)|usage limit|"
    r"rate limit|quota)\b",
    re.IGNORECASE,
)
_REVIEWER = re.compile(r"\b(?:codex|claude|reviewer|agent|model|evaluator)\b", re.IGNORECASE)
_ANSWERS = frozenset({Topic.CRITERIA, Topic.CHECKS, Topic.FINDINGS, Topic.DISAGREEMENTS, Topic.SEVERITY, Topic.RISKS})
_SHORT = 1500  # characters; a longer text has been written by somebody who answered


def normalise_verdict(match: re.Match[str]) -> str:
    """Say what a found verdict word counts as; words outside the four stay as written."""
    gaps, unmet, other, passed, failed, blocked, emoji = match.groups()
    if gaps:
        return "PASS_WITH_GAPS"
    if unmet or failed:
        return "FAIL"
    if passed or blocked:
        return "PASS" if passed else "BLOCKED"
    if emoji:
        return "BLOCKED" if emoji == "⛔" else "PASS" if emoji in _POSITIVE_EMOJI else "FAIL"
    return " ".join(str(other).upper().split())


def find_verdict_words(text: str) -> list[tuple[str, re.Match[str]]]:
    """Find verdict words outside code spans, in order. A mark such as ✅ counts where no word follows it."""
    if not _PART.search(text):
        return []
    hidden = _CODE.sub(lambda m: " " * len(m[0]), text) if "`" in text else text
    found = [(normalise_verdict(m), m) for m in _WORD.finditer(hidden)]
    if any(m[7] is None for _, m in found):
        found = [(word, m) for word, m in found if m[7] is None]
    return found


def settle(words: Sequence[tuple[str, re.Match[str]]]) -> str:
    """Choose of several verdict words in one line the first, or what it is corrected to: ``BLOCKED → no, FAIL``."""
    chosen = words[0]
    for word in words[1:]:
        between = word[1].string[chosen[1].end() : word[1].start()]
        if not _CORRECTS.search(between):
            break
        chosen = word
    return chosen[0]


def find_own_verdict(structure: Structure, root: Section) -> tuple[str, int, bool] | None:
    """Find the verdict that an evaluation states as its own: word, line, whether the word is a known one."""
    statements = list(_statements(structure.blocks, root))
    if statements:
        firm = [s for s in statements if s[3]]
        return (firm or statements)[0][:3]
    for key, value, line in structure.front_matter:
        if key in {"verdict", "overall verdict", "result", "overall_verdict"}:
            read = _read_word(value)
            return (read[0], line, read[1]) if read else (value, line, False)
    return None


def _statements(blocks: Sequence[Block], root: Section) -> Iterator[tuple[str, int, bool, bool]]:
    """Yield every statement of an overall verdict: word, line, known, said with the word verdict."""
    hidden = _lines_of_criteria(root)
    for position, block in enumerate(blocks):
        if block.line in hidden or block.kind not in {
            BlockKind.PARAGRAPH,
            BlockKind.HEADING,
            BlockKind.ITEM,
            BlockKind.ROW,
        }:
            continue
        if block.kind is BlockKind.ROW:
            text = ": ".join(block.cells[:2])
        elif block.kind is BlockKind.HEADING and position + 1 < len(blocks) and _FIRM.search(block.text):
            text = f"{block.text}\n{blocks[position + 1].text}" if not find_verdict_words(block.text) else block.text
        else:
            text = block.text
        match = _STATEMENT.search(text[:600])
        word = _read_word(match[1]) if match else None
        if match and word:
            inside = text.count("\n", 0, match.start(1)) if block.kind is not BlockKind.HEADING else 0
            is_below = block.kind is BlockKind.HEADING and match.start(1) > len(block.text)
            line = blocks[position + 1].line if is_below else block.line + inside
            yield word[0], line, word[1], bool(_FIRM.search(match[0][: match.start(1) - match.start()]))


def _read_word(text: str) -> tuple[str, bool] | None:
    """Read the word behind ``Verdict:``; unknown words count as written when they are in capitals."""
    words = find_verdict_words(plain(text)[:_HEADLINE].upper()) or find_verdict_words(
        text[:_HEADLINE].replace("`", "").upper()
    )
    known = {"PASS", "PASS_WITH_GAPS", "FAIL", "BLOCKED"}
    written = _AS_WRITTEN.match(text)
    if words and not (written and "_" in written[1] and words[0][0] not in known):
        if words[0][1].start() > _HEADLINE - 10:
            return None
        word = settle(words)
        return word, word in known
    return (written[1], False) if written else None


def _lines_of_criteria(root: Section) -> frozenset[int]:
    """Lines of blocks under criteria, checks and the like, where a verdict is not the document's."""
    lines: set[int] = set()
    stack = [(root, False)]
    while stack:
        section, inside = stack.pop()
        inside = inside or section.topic in _NOT_OWN
        if inside:
            lines.update(block.line for block in section.blocks)
            if section.topic not in _NOT_OWN:
                lines.add(section.line)
        stack += [(child, inside) for child in section.sections]
    return frozenset(lines)


_NOT_OWN = frozenset(
    {Topic.CRITERIA, Topic.CHECKS, Topic.EDGE_CASES, Topic.PREVIOUS, Topic.FEEDBACK, Topic.ADOPTED, Topic.REJECTED,
     Topic.FINDINGS, Topic.RISKS, Topic.PRAISE, Topic.SUGGESTIONS, Topic.DISAGREEMENTS, Topic.AGREED, Topic.SEVERITY}
)  # fmt: skip


def find_approval(structure: Structure) -> tuple[bool, int] | None:
    """Find a review's answer: approved or not, and its line."""
    blocks = structure.blocks
    for pattern in (_APPROVAL, _BARE_APPROVAL):
        for position, block in enumerate(blocks):
            if block.kind in {BlockKind.CODE, BlockKind.QUOTE}:
                continue
            text = (block.text if block.kind is not BlockKind.ROW else ": ".join(block.cells[:2]))[:400]
            is_open = block.kind is BlockKind.HEADING and position + 1 < len(blocks)
            if is_open and blocks[position + 1].kind in {BlockKind.PARAGRAPH, BlockKind.ITEM}:
                text += "\n" + blocks[position + 1].text[:200]
            match = pattern.search(text) if pattern is _APPROVAL else pattern.match(text)
            if match:
                line = block.line + text.count("\n", 0, match.start(1))
                if block.kind is BlockKind.HEADING and match.start(1) > len(block.text):
                    line = blocks[position + 1].line
                return not _NEGATIVE.match(match[1]), line
    for key, value, line in structure.front_matter:
        if key in {"approved", "agreement", "agreement status", "status", "approval", "agreement_status"}:
            found = _BARE_APPROVAL.match(value) or re.match(r"(true|yes|false|no)$", value, re.IGNORECASE)
            if found:
                return not re.match(r"false|no", found[1], re.IGNORECASE), line
    return None


def is_placeholder(structure: Structure, root: Section) -> bool:
    """Say whether the text stands for a reviewer that did not answer."""
    spoken = [b for b in structure.blocks if b.kind not in {BlockKind.CODE, BlockKind.QUOTE}]
    if sum(len(b.text) for b in spoken) > _SHORT:
        return False
    answers = [section for section, topic, _ in walk(root) if topic in _ANSWERS]
    if any(not is_empty(i.text) and not _ABSENT.search(i.text) for section in answers for i in section.items):
        return False
    head = spoken[0].text if spoken else ""
    if _ABSENT.search(head) and (_REVIEWER.search(head) or "skipped" in head.lower()):
        return True
    if answers:
        return False
    start = " ".join(b.text for b in spoken[:3])
    return bool(_ABSENT.search(start) and _REVIEWER.search(start)) and not find_approval(structure)
