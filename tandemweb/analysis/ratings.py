"""How severe an item's sentences say that something is, and whose rating that is: ``I keep it at Low``."""

import re

from tandemweb.analysis.guarded import guard
from tandemweb.analysis.severity import (
    SEARCHED,
    TAILS,
    WORD,
    StatedSeverity,
    find_closing_severity,
    find_field_severity,
    stated,
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
    rf"(?:[.!?)][*_]{{0,3}}|\n)\s+[*_]*((?-i:[A-Z]){TAILS})[*_]*(?=\s*(?:[.,;:—–(]|$|\n|-\s)|{_STANDS})"
    rf"|[,;]\s(?:but\s)?[*_]*({WORD})[*_]*(?: now| from both(?: of us)?| as an? \w+)?(?=[.;:]|$|\n)"
    rf"|(?<!high)(?<!medium)(?<!low)[,;]\s[*_]*({WORD})[*_]*(?=,\s(?!{WORD}\b))"
    rf"|\bat (?:codex|claude)['’]s [*_]*({WORD})\b|[,;]\s[*_]*({WORD}) as (?:before|well)\b"
    rf"|\b({WORD}),? (?:instead of|rather than|not) {WORD}\b"
    rf"|\b(?:codex|claude)['’]s ({WORD}) is (?:justified|right|fair|correct)\b",
    re.IGNORECASE,
)
_OF_FAILURE = guard(  # "High, because …" as a sentence, "Codex is right, this is High"
    rf"(?:[.!?)]|\n)\s+[*_]*((?-i:[A-Z]){TAILS})[*_]*(?=,\s)"
    rf"|\b(?:this|that|it) is (?:an? )?[*_]*({WORD})\b(?=[*_]*\s*[.,;])",
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
_LEAD = 400  # characters that count as its beginning


def find_failure_severity(text: str, words: frozenset[str]) -> StatedSeverity | None:
    """Find the severity that an author gives a failing criterion in the text that explains it, with its words."""
    given = find_field_severity(text) or find_closing_severity(text) or find_held_severity(text, words)
    match = None if given else _OF_FAILURE.search(text, 0, SEARCHED)
    return stated(match[1] or match[2]) if match else given


def find_sentence_severity(text: str) -> StatedSeverity | None:
    """Find the severity in an item's sentences: ``…: Low.``, ``I keep it at Low``; not what another said of it."""
    for pattern, others in (
        (_TRAILING, _JUST_BEFORE),
        (_SENTENCE, _OTHERS),
        (_ALONE, _JUST_BEFORE),
        (_MARK, _OTHERS_MARK),
    ):
        for match in pattern.finditer(text, 0, _LEAD if pattern is _TRAILING else SEARCHED):
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
    for match in _HELD.finditer(text, 0, SEARCHED):
        if not _ASSUMED.search(text, max(0, match.start() - 70), match.start()):
            return stated(next(filter(None, match.groups())))
    return None
