"""What a heading announces, and the severity that it gives what stands under it."""

import re
from functools import cache, lru_cache

from tandemweb.analysis.severity import (
    WORD,
    StatedSeverity,
    find_emoji_severity,
    find_grade,
    find_heading_severity,
    find_section_severity,
)
from tandemweb.analysis.topics import VOCABULARY
from tandemweb.analysis.topics import Topic as Topic

_MODIFIERS = (
    r"(?:(?:the|also|draft of|draft|first draft of|proposed|suggested|initial|two|three|four|five|several|my|"
    r"our|your|own|new|other|others|remaining|open|all|additional|further|main|summary of|list of|"
    r"independent|detailed|merged|joint|combined|confirmed|"
    r"codex(?:-\d+)?(?:'s)?|claude(?:-\d+)?(?:'s)?|codex/claude|claude/codex|evaluator(?:'s)?|"
    r"reviewer(?:'s)?|both|still|overall|possible|potential|known|remaining|unresolved|"
    r"code|technical|security|functional|integration|non-?blocking|blocking|low-priority|key|important|relevant|"
    r"quick|some|a|an|spec|plan|evaluation|"
    r"critical|high|medium|low|major|minor)\s+){0,3}?"
)
_TAIL = (
    r"(?:\s+(?:found|identified|raised|noted|discovered|results?|status|points?|list|table|log|"
    r"review|summary|notes|items|check|evaluation|assessment|matrix|verdicts?|findings?|issues?|"
    r"gaps?|sections?|proposed|suggested|drafts?|to \w+|for \w+))*"
)
_END = (
    r"(?=\s*(?:$|[(:—–,/&|;\[…]|-\s|and\b|or\b|in\b|of\b|from\b|for\b|by\b|after\b|with\b|since\b|"
    r"not\b|a\b|an\b|the\b|this\b|any\b|which\b|where\b|our\b|outside\b|beyond\b|on\b|to\b|before\b|i\b|we\b|that\b|\d))"
)
_OWN_END = frozenset({Topic.PREVIOUS, Topic.PRAISE, Topic.ADOPTED, Topic.REJECTED})
_NUMBERING = re.compile(r"(?:[\W_]|\d+(?=[.):\s])|(?:section|part|step)\s+\d+\b|[a-z](?=[.)]\s))+", re.IGNORECASE)
_MOST_WORDS = 9
_CODE_FIRST = re.compile(r"[\s\d.):#*_]*`[^`\n]+`\s+\w")  # "`status` lies" announces no status
_SEVERITIES = re.compile(rf"^[\W\d_]*{WORD}(?:\s*(?:[/,&|+]|\band\b|\bor\b)\s*{WORD})+\s+(?=\w)", re.IGNORECASE)
_ONE_ITEM = re.compile(
    r"[\W\d_]*(?:on |re:? )?(?:finding|issue|bug|problem|gap|risk|concern|disagreement|point|item|"
    r"observation|suggestion|defect|remark|comment|objection)"
    r"(?:\s*(?:no\.?\s*)?#?(?:[A-Z]{0,4}-?)?\d|\s*:\s*\S)",
    re.IGNORECASE,
)


@lru_cache(maxsize=2048)
def read_heading(text: str) -> tuple[Topic, StatedSeverity | None]:
    """Say what a heading announces, and the severity that it gives what stands under it."""
    if _CODE_FIRST.match(text):
        return Topic.UNKNOWN, None
    plain = text.replace("*", "").replace("`", "").replace("’", "'")[:200]
    plain = _SEVERITIES.sub("", plain)
    alone = find_heading_severity(plain)
    topic = _find_topic(plain)
    if grade := find_grade(plain):
        return Topic.RISKS, grade
    if alone:
        inside = topic if topic in {Topic.DISAGREEMENTS, Topic.SUGGESTIONS, Topic.RISKS} else Topic.SEVERITY
        return (Topic.FINDINGS if inside is Topic.RISKS else inside), alone
    if topic is Topic.UNKNOWN or _ONE_ITEM.match(plain):
        return Topic.UNKNOWN, None
    return topic, find_section_severity(plain) or find_emoji_severity(plain)


def names_severities(heading: str) -> bool:
    """Say whether a heading puts several lists together, as ``High / Medium / Low Disagreements``."""
    return _SEVERITIES.match(heading) is not None


def _find_topic(text: str) -> Topic:
    start = _NUMBERING.match(text)
    words = text[start.end() if start else 0 :].lower()
    if words.count(" ") >= _MOST_WORDS:
        return Topic.UNKNOWN
    any_topic, topics = _compile_topics()
    if any_topic.match(words):
        for topic, pattern in topics:
            if pattern.match(words):
                return topic
    return Topic.UNKNOWN


@cache
def _compile_topics() -> tuple[re.Pattern[str], tuple[tuple[Topic, re.Pattern[str]], ...]]:
    """Compile what most headings have none of, and each topic; not before a heading is read, for it takes long."""
    every = "|".join(words for _, words in VOCABULARY)
    ended = [(topic, re.compile(_MODIFIERS + f"(?:{words})" + _TAIL + _END)) for topic, words in VOCABULARY]
    loose = [(topic, re.compile(_MODIFIERS + f"(?:{words})\\b")) for topic, words in VOCABULARY if topic in _OWN_END]
    return re.compile(_MODIFIERS + f"(?:{every})"), (*ended, *loose)
