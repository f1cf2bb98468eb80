"""What sentences sound like: empty sections, praise, defects, states of earlier findings."""

import re

_SEVERITY_WORD = r"(?:high|medium|low|critical|major|minor|blocking|open|new|remaining|further|other|additional|known|outstanding|real|material|substantive|more|significant|serious|unresolved|such)"
_NOUNS = r"(?:findings?|issues?|disagreements?|problems?|concerns?|questions?|gaps?|suggestions?|objections?|blockers?|remarks?|points?|comments?|risks?|defects?|bugs?|items?|changes?|deviations?|regressions?|ambiguit(?:y|ies))"
_EMPTY = re.compile(
    rf"[\s*_`\[(<>✅☑✔–—-]*(?:"
    rf"(?:none|nil|n/?a|empty|nothing|keine?|leer|not applicable|no)[\s*_`\])>]*(?:$|[.,;:!()\[—–\n]|-\s)"
    rf"|none\s+(?:worth|found|left|remain\w*|so far|identified|at|that|beyond|this|noted|raised|open|here|from|on|in|for|as|since|new|blocking|any)\b"
    rf"|nothing\s+(?:to|found|further|new|left|blocking|here|at|open|remain\w*|else|outstanding|more|beyond|worth|that i)\b"
    rf"|\[?(?:empty|none) (?:if|when)\b|section (?:is )?empty"
    rf"|(?:i (?:have|found|see|raise) )?(?:no|not any|zero|0)\s+(?:{_SEVERITY_WORD}[\s,/-]+(?:and |or |severity )?){{0,4}}{_NOUNS}\b(?![\s-](?:is|are|text|message|handling|tracker|type|class|list)\b)"
    rf")|[\s*_-]*[-–—]+\s*$|[\s*_]*\.{{3}}\s*$|[\s*_]*…\s*$",
    re.IGNORECASE,
)
_EXCEPT = re.compile(r"\b(?:except|besides|apart from|other than|but|however)\b", re.IGNORECASE)

STRONG = re.compile(
    r"\b(?:traceback|crash\w*|silent(?:ly)?|wrong(?:ly)?|bugs?|broken|breaks?|corrupt\w*|los(?:es?|t|ing)|dropp?(?:s|ed)|leaks?|race(?:s| condition)?|races|inconsisten\w*|"
    r"contradict\w*|ambigu\w*|unclear|undefined|unspecified|underspecified|missing|misses|risk\w*|danger\w*|vulnerab\w*|injection|exploit\w*|overwrit\w*|"
    r"fails?|failing|failed|failure|overlook\w*|problem\w*|trap|pitfall|gaps?|hole|defect\w*|mistake|regress\w*|unsafe|insecure|deadlock\w*|hangs?|freez\w*|blocks|slow|stale|"
    r"duplicat\w*|doubl(?:es|ed)|collid\w*|collision|conflict\w*|ignor(?:es?|ed)|bypass\w*|untested|unvalidated|unescaped|never|NOT|too (?:large|long|slow|small|big|low|high|late|early)|"
    r"violat\w*|disagree\w*|misleading|surpris\w*|harmful|painful|off by|glued|invisible|refuse[ds]?|rejects?|raises|errors? out|not enough|insufficient|"
    r"incorrect\w*|invalid|mangl\w*|truncat\w*|torn|lacks?|lacking|weak|worse|worst|illegible|unreadable|must not)\b"
)
WEAK = re.compile(
    r"\b(?:does not|doesn't|do not|don't|cannot|can't|could not|is not|isn't|are not|aren't|no longer|not|nothing|only|but|however|although|though|unless|otherwise|"
    r"must|needs?|needed|should|would|without|neither|nor|no|different|else|careful|beware|note that|still|today|pre-existing)\b",
    re.IGNORECASE,
)
PRAISE = re.compile(
    r"[\s*_]*(?:[✅✔☑👍]|(?:PASS(?:ED)?|OK|GOOD|VERIFIED)\b)|(?:^|[.;:]\s)(?:good|fine|great|nice|solid|well done|works? (?:well|as (?:specified|expected|intended))|no (?:change|action) (?:needed|required))[.!]?\s*$",
)
_CLOSED = re.compile(
    r"\b(?:fixed|resolved|closed|done|gone|addressed|verified|corrected|passes|passing|pass|repaired|no longer|solved|implemented|works?|ok|cleared|eliminated|removed|green|confirmed fixed)\b|[✅✔☑]",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:not (?:yet )?(?:fixed|resolved|addressed|closed|done|corrected|implemented)|still|open|remain\w*|unresolved|unfixed|unaddressed|partial\w*|partly|incomplete|regress\w*|persist\w*|"
    r"unchanged|reintroduced|back again|came back|FAIL\w*|left as|wont? ?fix|deferred|half)\b|[❌✗✘⚠]",
    re.IGNORECASE,
)
_NEUTRAL_OPEN = re.compile(r"\b(?:still|remains?|stays?|is|are) (?:fixed|resolved|closed|pass\w*|green|good|work\w*|holds?|ok|correct|true)\b|\b(?:left|bank) open\b", re.IGNORECASE)
_READ_LIST = re.compile(
    r"\b(?:tested|checked|verified|ran|run|read|reviewed|looked at|inspected|covered|compared|tried|commands?|reproduction|steps|evidence|environment|sources?)\b[^.\n]{0,60}:\s*[*_]*$",
    re.IGNORECASE,
)
_NOT_DONE = re.compile(r"\bnot (?:yet )?(?:fully )?addressed|\bFAIL\w*|\bpartial(?:ly)?\b|\bunaddressed|\bnot (?:met|done|fixed|implemented|satisfied)|❌|✗", re.IGNORECASE)


def is_empty(text: str) -> bool:
    """Say whether a text only says that there is nothing: ``None.``, ``(empty)``, ``No high disagreements remain``."""
    return not text.strip(" *_\n") or (_EMPTY.match(text) is not None and not _is_exception(text))


def _is_exception(text: str) -> bool:
    """``None, except that …`` raises something; exceptions further on are remarks."""
    return _EXCEPT.search(text[:60]) is not None


def sounds_defective(text: str) -> bool:
    """Say whether a fact is told as a problem."""
    return STRONG.search(text) is not None or len(set(m[0].lower() for m in WEAK.finditer(text))) >= 3  # noqa: PLR2004


def is_praise(text: str) -> bool:
    return PRAISE.match(text) is not None


def is_still_open(text: str) -> bool:
    """Say whether an earlier finding is told to be still there."""
    if text.lstrip(" *_|").startswith(("✅", "✔", "☑", "[x]", "[X]")):
        return False
    cleaned = _NEUTRAL_OPEN.sub("fixed", text)
    return _OPEN.search(cleaned) is not None


def announces_a_list(text: str) -> bool:
    """Say whether a paragraph announces a list of things read or run, which are no findings."""
    return _READ_LIST.search(text) is not None


def is_not_addressed(text: str) -> bool:
    return _NOT_DONE.search(text) is not None
