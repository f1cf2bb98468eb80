"""Severity words: what they count as, and where in an item's text one is its severity."""

import re
from typing import NamedTuple

from tandemweb.analysis.guarded import guard
from tandemweb.domain.finding import Severity

_WORDS = {
    Severity.HIGH: "critical blocker blocking severe serious major high p0 p1",
    Severity.MEDIUM: "moderate medium p2",
    Severity.LOW: "low minor trivial informational info nitpick nits nit cosmetic p3 p4",
}
_SEVERITIES = {word: severity for severity, words in _WORDS.items() for word in words.split()}
SEVERITY_WORDS = frozenset(_SEVERITIES)
_EMOJI = {"🔴": Severity.HIGH, "🟠": Severity.MEDIUM, "🟡": Severity.MEDIUM}
_EMOJI |= dict.fromkeys("🟢🔵⚪", Severity.LOW)
COLOURS = frozenset(_EMOJI)

WORD = "(?:" + "|".join(sorted(_SEVERITIES, key=len, reverse=True)) + ")"
_ANY = re.compile(rf"\b{WORD}\b", re.IGNORECASE)
_TAILS = "(?:" + "|".join(sorted({word[1:] for word in _SEVERITIES}, key=len, reverse=True)) + ")"
_NOUNS = (
    r"(?:findings?|issues?|disagreements?|problems?|concerns?|items?|points?|risks?|gaps?|bugs?|defects?|remarks?|"
    r"objections?|suggestions?|comments?|observations?)"
)
_HEADING = re.compile(
    rf"[\W\d_]*(?:(?:severity|priority|prio)\b[\s:]*)?({WORD})\b(?:[\s-]+(?:severity|priority|impact))?"
    rf"(?:\s+(?:open\s+|new\s+|remaining\s+)?{_NOUNS})?\s*(?:[(\[][^)\]]*[)\]])?[\s:.*_—–-]*(?:none[.]?|0)?[\s*_]*",
    re.IGNORECASE,
)
# A list is named so whatever it is called besides: "Must fix (High)" is read as any other heading with a severity.
_GRADE = re.compile(
    r"[\W\d_]*((?:must|should)[\s-](?:be[\s-])?(?:fix(?:ed)?|settled?|change[ds]?|addressed|resolved?|clarif\w+|have)"
    r"|(?:nice|good)[\s-]to[\s-](?:have|fix|settle|change)s?)[\s:*_]*",
    re.IGNORECASE,
)
_GRADES = {"m": Severity.HIGH, "s": Severity.MEDIUM, "n": Severity.LOW, "g": Severity.LOW}
_IN_HEADING = re.compile(
    rf"[(\[]\s*({WORD})(?:\s+(?:severity|priority))?\s*[)\]]|\b({WORD})[\s-](?:severity|priority)\b",
    re.IGNORECASE,
)
_FIELD = guard(
    rf"(?:^|\n|[|;(·—–,.]|\*\*)[\s>*_+-]*(?:severity|priority|sev|prio)\b[\s*_`]*(?:[:=—–|-]|is)?[\s*_`\[(]*"
    rf"((?:[🔴🟠🟡🟢🔵⚪]\s*)?)({WORD})\b",
    re.IGNORECASE,
)
_TRAILING = guard(
    rf"(?:[:—–·]|\s-)\s*[*_`\[(]*({WORD})[*_`\])]*(?:\s+(?:severity|priority))?(?=\s*(?:[.;)—–·]|$|\n|-\s|"
    rf",\s(?:see|finding|issue|from|mine|both|claude|codex|[A-Z]{{1,3}}\d)))"
    rf"|[—–]\s(?:codex|claude)(?:['’]s)?\s[*_]*({WORD})[*_]*(?=[.,;])"
    rf"|[(\[](?![*_]*{WORD}[*_]*[,;])[^()\[\]\n]{{1,60}}[,;:·—–]\s*[*_]*({WORD})[*_]*(?:\s+(?:severity|priority))?(?:,[^()\[\]\n]{{1,40}})?\s*[)\]]"
    rf"|[(\[][*_]*({WORD})[*_]*(?:[\s-](?:severity|priority))?(?:[,;:/][^()\[\]\n]{{0,80}})?[)\]]"
    rf"|[(\[][^()\[\]\n]{{1,40}}(?:→|->)\s*[*_]*({WORD})[*_]*[)\]]"
    # "- Issue: Low, reproduction, suggestion" is how the protocol wants it
    r"|:\s+[*_]*((?-i:Critical|High|Medium|Low|Major|Minor))[*_]*(?=,\s)",
    re.IGNORECASE,
)
_SENTENCE = guard(
    r"\b(?:hence|therefore|(?<=[,;] )so|as|at|is|it|to|with|(?<=right )about|an?|now,?|call(?:\s+(?:it|this|that))?|"
    r"stays?|remains?|rated?|keep(?:s|ing)?)\s+(?:an?\s+|at\s+)?"
    r"[*_\"“]*(high|medium|low|critical)[*_\"”]*(?=\s*(?:[.,;:)]|$|\n|and\b|because\b|since\b|as\b|by any standard\b|"
    r"not\b|for\b|severity\b|finding\b|remark\b|issue\b|problem\b|point\b|concern\b|defect\b|risk\b|gap\b|one\b))",
    re.IGNORECASE,
)
_STANDS = (
    r",?\s(?:for (?:now|both|me|us|what (?:remains|is left))|by now|now|again|still|from both|in both|as before|"
    r"as well|at (?:most|best)|(?:from|on) my side|in my (?:view|opinion|eyes|book)|as an? \w+)\b"
)
# "Low." or "Medium, since …" as a sentence of its own, "Reproduced, low." at the end of one.
_ALONE = guard(
    rf"(?:[.!?)][*_]{{0,3}}|\n)\s+[*_]*((?-i:[A-Z]){_TAILS})[*_]*(?=\s*(?:[.,;:—–(]|$|\n|-\s)|{_STANDS})"
    rf"|[,;]\s(?:but\s)?[*_]*({WORD})[*_]*(?: now| from both(?: of us)?| as an? \w+)?(?=[.;:]|$|\n)"
    rf"|(?<!high)(?<!medium)(?<!low)[,;]\s[*_]*({WORD})[*_]*(?=,\s(?!{WORD}\b))"
    rf"|\bat (?:codex|claude)['’]s [*_]*({WORD})\b|[,;]\s[*_]*({WORD}) as (?:before|well)\b"
    rf"|\b({WORD}),? (?:instead of|rather than|not) {WORD}\b"
    rf"|\b(?:codex|claude)['’]s ({WORD}) is (?:justified|right|fair|correct)\b",
    re.IGNORECASE,
)
_CLOSING = re.compile(rf"[.!?)][*_]{{0,3}}\s+[*_]*({WORD})[*_]*\.?\s*\Z", re.IGNORECASE)
_OF_FAILURE = guard(  # "High, because …" as a sentence, "Codex is right, this is High"
    rf"(?:[.!?)]|\n)\s+[*_]*((?-i:[A-Z]){_TAILS})[*_]*(?=,\s)"
    rf"|\b(?:this|that|it) is (?:an? )?[*_]*({WORD})\b(?=[*_]*\s*[.,;])",
    re.IGNORECASE,
)
_CLOSING_GRADE = re.compile(rf"[(\[]({WORD})[)\]][\s.*_]*\Z", re.IGNORECASE)
_OPENING_GRADE = re.compile(
    rf"\s*(?:\*\*|__)[^*\n]{{3,200}}(?:\*\*|__)[.:]?\s+[*_]*({WORD})[*_]*(?=[.,;:—–]|$)", re.IGNORECASE
)
_SOURCED_GRADE = guard(
    rf"(?:\A|\n\n)[\s*_]*(?:(?:from )?(?:codex|claude)|both|mine|from me)[,:;]\s[*_]*({WORD})[*_]*(?=[.,;])",
    re.IGNORECASE,
)
_MARK = guard(r"\b(P[0-4])\b(?![-.]\w)", re.IGNORECASE)
_OTHERS_MARK = re.compile(
    r"\b(?:no|any|without|see|codex|claude|(?:your|my|our|his|their)(?: own)?|finding|item|point|issue|like|as in|of|"
    r"to)\b"
    r"[\s:#'’s(]*$",
    re.IGNORECASE,
)
# What somebody holds, whatever column or heading it stands in: "I see it as Low", "deserves High", "low for me".
_HELD = guard(
    r"(?:\b(?:I|we)(?:'d|'ll)?\s(?:(?:would|will|still|only|now|rather|just|do|therefore)\s)*"
    r"(?:(?:see|file|put|count|consider|stay|hold|insist|remain|rank|grade|treat|rate|keep|lower|raise)\b"
    r"[^.;:!?\n]{0,45}?\s(?:as|at|to|on|with)\s|(?:rate|call|keep|consider)\s(?:it|this|that|them|[A-Z]{1,3}-?\d{1,2})\s|(?:keep|say|hold)\s)(?:an?\s)?"
    rf"|\b(?:deserves?|is really)\s+(?:an?\s+)?)[\[*_(]*({WORD})"
    r"(?=[\])*_]*\s*(?:[.,;:—–(]|$|\n|-\s|because|since|as|after|for|and|but|issue|finding|problem|point|risk|severity|not))"
    rf"|\band\s(?:call|rate|keep|grade)\s(?:it|this|that)\s(?:(?:an?|at)\s)?[*_]*({WORD})\b"
    rf"|(?:^|[;,.]\s|\bis (?:still )?(?:an? )?)[*_]*({WORD})[*_]* (?:for|to) me\b"
    rf"|\bno more than (?:an? )?[*_]*({WORD})\b(?! (?!here\b)\w)"
    rf"|\bstill (?:an? )?[*_]*({WORD})[*_]* in my (?:view|opinion|eyes)\b"
    rf"|\b({WORD}) is what (?:I|we)(?:['’]d)? (?:had|have|said|meant|want)\b"
    rf"|\bI(?:['’]d| would) have (?:kept|left|put|rated|called) (?:it|this|that)\s(?:\s*(?:at|as)\s)?[*_]*({WORD})\b"
    rf"|\bI (?:still )?(?:think|believe|find) (?:that )?[*_]*({WORD})[*_]* is (?:the )?right\b"
    rf"|\bI can live with (?:an? )?[*_]*({WORD})\b"
    rf"|\bfor me (?:this|it|that)\s(?:remains|stays|is)\s(?:an? )?[*_]*({WORD})\b",
    re.IGNORECASE,
)
# Whole words, one of which is in every match but "no more than high": found far faster.
_HOLDING = frozenset(("i", "we", "deserve", "deserves", "really", "call", "rate", "keep", "grade", "me", "my"))
# A rating that somebody would rather give, though he lets the point pass.
RATING = r"(?:critical|high|medium|low|major|minor|p[0-3])"
RELUCTANT = guard(
    r"\b(?:would|still)\b[^.;]{0,40}\b(?:call|calls|called|rate|rated|rank|file|filed|keep|kept|put|see|consider)\b"
    rf"[^.;]{{0,40}}\b{RATING}\b|\b(?:deserves?|ought to be|should be)\b[^.;]{{0,20}}\b{RATING}\b"
    rf"|\b{RATING}\b (?:is|seems|looks) (?:still )?too (?:much|little|high|low|harsh|mild|strong|weak)\b"
    rf"|\bI (?:keep|stay (?:with|at)|stick (?:to|with)|hold)\b (?:it |this )?(?:at |to )?[\[(]?{RATING}\b"
    r"|\bI (?:keep|stand by|stay with|stick (?:to|with)) (?:the|my) (?:rating|severity|grade)\b"
    rf"|\b{RATING}\b (?:for me\b(?! too)|in my (?:opinion|view|eyes|book))"
    rf"|\b{RATING},? (?:and )?not {RATING}\b|\b{RATING} at (?:most|best)\b",
    re.IGNORECASE,
)
_ASSUMED = re.compile(r"\b(?:if|unless|otherwise|were|had)\b[^.;\n]{0,60}$", re.IGNORECASE)
_TERSE = guard(
    rf"(?:^|[:;,—–-]|\band\b|\bbut\b)\s*[*_]*({WORD})[*_]*\s+(?:is\s+)?"
    r"(?:ok|okay|fine|agreed|accepted|right|it is|acceptable|justified|fair|and)\b",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"\bseverity[\s*_`]*[:=|][\s*_`\[(🔴🟠🟡🟢🔵⚪]*(?!(?:none|null|n/a|unchanged|as|see|same|disputed|to be|not)\b)"
    r"([^\W\d_][\w-]{2,30})",
    re.IGNORECASE,
)
_LEGEND = re.compile(rf"([🔴🟠🟡🟢🔵⚪])\uFE0F?[\s*_`]*({WORD})\b", re.IGNORECASE)
_OTHERS = re.compile(
    r"\b(?:(?:there(?!,)|was|were|had|has|have|filed|codex|claude|previous|previously|originally|earlier|instead|rather|"
    r"said|says|calls?|called|your|no objection)\b[^.;]{0,30}|(?:from|than|not|too)\s+(?:as\s+|an?\s+)?|"
    r"not (?:leave|call|rate|keep|put|see)\b[^.;]{0,15})$",
    re.IGNORECASE,
)
# What another said, too, the author says.
_BOTH = re.compile(r"\bboth of us\b|\b(?:is|was|are|were) right(?: to\b|\s*\Z)", re.IGNORECASE)
_JUST_BEFORE = re.compile(
    r"\b(?:(?<!\bis )(?<!\bare )there|was|were|had|codex|claude|previously|originally|formerly|not|from|instead of)\b"
    r"[\s:*_(,\w]{0,6}$",
    re.IGNORECASE,
)
_SETTLED = guard(
    r"\b(?:fine|ok|okay|agreed?|right|correct|accept\w*|settled|stays?|leave (?:it|this)|"
    rf"keep(?:ing)?(?: it| this)?)\s+(?:as|at|with)\s+(?:an?\s+)?[*_]*({WORD})\b"
    rf"|\b[A-Z]{{1,2}}-?\d{{1,2}} (?:is|should be|stays) [*_]*({WORD})\b(?=[*_]*(?:[.,;]|\Z))"
    rf"|\b(?:convinces? me|(?:you are|you're) right|agreed|accepted|fair)[.;:,]\s[*_]*({WORD})[*_]*(?=[.,;]|\Z)",
    re.IGNORECASE,
)
_SETTLED_AS = guard(
    rf"\b(?:as|at)\s+[*_]*({WORD})[*_]*\s+(?:is|was)?\s*(?:fine|ok|okay|right|correct|acceptable|fair)\b", re.IGNORECASE
)
_OWN_SENTENCE = frozenset(".!?([")  # signs that part what follows from the words before it
_BEGINNING = 100
_SEARCHED = 1500  # characters of an item in which a severity is looked for
_LEAD = 400  # characters that count as its beginning
_CLOSED_WITHIN = 40  # characters at its end


class StatedSeverity(NamedTuple):
    severity: Severity
    word: str


def get_severity(word: str) -> Severity | None:
    """Say what a word counts as; None for a word that is no severity."""
    return _SEVERITIES.get(word.strip(" *_`[]().:").lower()) or _EMOJI.get(word.strip()[:1])


def stated(word: str) -> StatedSeverity | None:
    severity = get_severity(word)
    return StatedSeverity(severity, word.strip(" *_`[]().:")) if severity else None


def find_heading_severity(text: str) -> StatedSeverity | None:
    """Read a heading that says a severity and nothing else, such as ``Medium Disagreements``."""
    match = _HEADING.fullmatch(text)
    if match and (match[1].lower() != "blocking" or match[0].strip(" *_:").lower() != "blocking"):
        return stated(match[1])
    return None  # "Blocking" alone is a kind: its items say how severe they are


def find_grade(text: str) -> StatedSeverity | None:
    """Read a heading that says how much has to be done about what stands below it: ``Must fix``, ``Nice to have``."""
    match = _GRADE.fullmatch(text)
    return StatedSeverity(_GRADES[match[1].lower()[0]], match[1]) if match else None


def find_cell_severity(text: str) -> StatedSeverity | None:
    """Read a table cell: its first severity word, after an arrow (``High → Medium``) the last."""
    words = _ANY.findall(text)
    return stated(words[-1 if "→" in text or "->" in text else 0]) if words else find_emoji_severity(text)


def find_section_severity(text: str) -> StatedSeverity | None:
    """Read the severity that a heading gives its items beside a name: ``Suggestions (Low)``."""
    match = _IN_HEADING.search(text)
    return stated(match[1] or match[2]) if match else None


def find_field_severity(text: str) -> StatedSeverity | None:
    """Find ``Severity: High`` in an item."""
    if text.isascii() and not ("sev" in (lower := text.lower()) or "prio" in lower):
        return None
    match = _FIELD.search(text, 0, _SEARCHED)
    return stated(match[2]) if match else None


def find_closing_severity(text: str) -> StatedSeverity | None:
    """Find the severity that closes what explains a verdict, as in ``Redis paused: 500. High.``."""
    match = _CLOSING.search(text[-_CLOSED_WITHIN:])
    return stated(match[1]) if match else None


def find_failure_severity(text: str, words: frozenset[str]) -> StatedSeverity | None:
    """Find the severity that an author gives a failing criterion in the text that explains it, with its words."""
    given = find_field_severity(text) or find_closing_severity(text) or find_held_severity(text, words)
    match = None if given else _OF_FAILURE.search(text, 0, _SEARCHED)
    return stated(match[1] or match[2]) if match else given


def find_closing_grade(text: str) -> StatedSeverity | None:
    """Find the severity in brackets that an item ends with: ``…, so reports are lost. (High)``."""
    match = _CLOSING_GRADE.search(text[-_CLOSED_WITHIN:])
    return stated(match[1]) if match else None


def find_opening_grade(text: str) -> StatedSeverity | None:
    """Find the severity that follows an emphasised beginning: ``**Two writers.** High. …``."""
    match = _OPENING_GRADE.match(text)
    return stated(match[1]) if match else None


def find_sourced_grade(text: str) -> StatedSeverity | None:
    """Find the severity behind whose point a paragraph says that it is: ``Codex, Medium. True, but …``."""
    match = _SOURCED_GRADE.search(text, 0, _LEAD)
    return stated(match[1]) if match else None


def find_unknown_severity(text: str) -> str | None:
    """Find the word of ``Severity: Catastrophic``: not known, and not saying that there is none."""
    match = _UNKNOWN.search(text, 0, _SEARCHED)
    return match[1] if match and get_severity(match[1]) is None else None


def find_sentence_severity(text: str) -> StatedSeverity | None:
    """Find the severity in an item's sentences: ``…: Low.``, ``I keep it at Low``; not what another said of it."""
    for pattern, others in (
        (_TRAILING, _JUST_BEFORE),
        (_SENTENCE, _OTHERS),
        (_ALONE, _JUST_BEFORE),
        (_MARK, _OTHERS_MARK),
    ):
        for match in pattern.finditer(text, 0, _LEAD if pattern is _TRAILING else _SEARCHED):
            start = match.start()
            if match[0][0] in _OWN_SENTENCE:
                return stated(next(filter(None, match.groups())))
            if not others.search(text, max(0, start - 40), start) or _BOTH.search(text, max(0, start - 40), start):
                return stated(next(filter(None, match.groups())))
    return None


def find_settled_severity(text: str) -> StatedSeverity | None:
    """Find the severity that an answer accepts at its very beginning: ``Finding 6: fine as Medium``."""
    match = (
        _SETTLED.search(text, 0, _BEGINNING)
        or _SETTLED_AS.search(text, 0, _BEGINNING)
        or _TERSE.search(text, 0, _BEGINNING)
    )
    return stated(next(filter(None, match.groups()))) if match else None


def find_held_severity(text: str, words: frozenset[str]) -> StatedSeverity | None:
    """Find the severity that the author holds in so many words, not what he would under a condition.

    ``words`` are those of the text, in lower case.
    """
    if words.isdisjoint(_HOLDING) and "no more than" not in text.lower():
        return None
    for match in _HELD.finditer(text, 0, _SEARCHED):
        if not _ASSUMED.search(text, max(0, match.start() - 70), match.start()):
            return stated(next(filter(None, match.groups())))
    return None


def read_colours(text: str) -> dict[str, Severity]:
    """Read what coloured marks stand for in a text: ``🟠 Medium`` anywhere says so; else they are a scale."""
    colours = dict(_EMOJI)
    if "🟠" in text:
        colours["🟡"] = Severity.LOW
    colours.update({match[1]: _SEVERITIES[match[2].lower()] for match in reversed(list(_LEGEND.finditer(text)))})
    return colours


def find_emoji_severity(text: str) -> StatedSeverity | None:
    """Read a coloured mark at the very beginning."""
    mark = text.lstrip(" *_[(")[:1]
    severity = _EMOJI.get(mark)
    return StatedSeverity(severity, mark) if severity else None
