"""What sentences sound like: empty sections, praise, defects, states of earlier findings."""

import re
from string import ascii_lowercase, digits

from tandemweb.analysis.guarded import guard

_UNTRIED = re.compile(
    r"[\W\d_]*(?:what )?(?:(?:i|we|is|was) )?(?:(?:could|did|have|had) )?(?:not|never) (?:be(?:en)? )?"
    r"(?:check(?:ed)?|run|tested|test|verif(?:y|ied)|tried|try|covered|cover|measured?)\b",
    re.IGNORECASE,
)


def words_in(text: str) -> frozenset[str]:
    """Read a vocabulary that is written as a text of words."""
    return frozenset(text.split())


_SEVERITY_WORD = (
    r"(?:high|medium|low|critical|major|minor|blocking|open|new|remaining|further|other|"
    r"additional|known|outstanding|real|material|substantive|more|significant|serious|"
    r"unresolved|such)"
)
_NOUNS = (
    r"(?:findings?|issues?|disagreements?|problems?|concerns?|questions?|gaps?|suggestions?|"
    r"objections?|blockers?|remarks?|points?|comments?|risks?|defects?|bugs?|items?|changes?|"
    r"deviations?|regressions?|ambiguit(?:y|ies)|entries|entry)"
)
_BOX = re.compile(r"\s*\[[ xX]?\]\s+")
_GRADES = re.compile(  # "High disagreements:", "P0/P1", before the word that there are none
    rf"[\s*_\[(]*(?:(?:critical|major|high|medium|moderate|low|minor|info|p[0-4])(?:[\s-]severity)?(?:\s+{_NOUNS})?"
    r"[\s*_\])]*(?:[/,&:—–-]|and\b|or\b)?[\s*_]*)+",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"[\s*_`\[(<>✅☑✔–—-]*(?:(?:otherwise|apart from (?:that|this)|beyond (?:that|this)|for the rest),? )?"
    r"(?:there (?:are|is|were|was) )?(?:"
    rf"(?:none|nil|n/?a|empty|nothing|keine?|leer|not applicable|not at (?:this|the) (?:time|"
    r"moment)|no)[\s*_`\])>]*(?:$|[.,;:!()\[—–\n]|-\s)"
    r"|none\s+(?:worth|found|left|remain\w*|so far|identified|at|that|besides|beyond|whatsoever|of mine|any more|"
    r"this|noted|raised|open|here|from|on|in|for|as|since|new|blocking|any)\b"
    r"|nothing\s+(?:to|found|further|new|left|blocking|here|at|open|remain\w*|outstanding|"
    r"beyond|from|worth|that i|(?:else|more)\s+(?:to|found|here|open|noted))\b|nothing (?:else|more)[.!]?\s*$"
    r"|(?:nothing|none) (?:was|were|has been|have been) (?:rejected|dismissed|refused|disputed|contested|withdrawn|"
    r"dropped|deferred|left out)\b"
    r"|i have nothing to (?:suggest|add|raise|report)\b"
    r"|(?:(?:all|everything|anything) else|(?:all )?the (?:rest|others))[.!]?\s*$"
    rf"|\[?(?:empty|none) (?:if|when)\b|section (?:is )?empty"
    rf"|(?:i (?:have|found|see|raise) )?(?:no|not any|zero|0)\s+(?:{_SEVERITY_WORD}[\s,/-]+(?:and |or |"
    rf"severity )?){{0,4}}{_NOUNS}\b(?![\s-](?:is|are|text|message|handling|tracker|type|class|list)\b)"
    rf")|[\s*_–—-]*[–—-]\s*$|[\s*_]*\.{{3}}\s*$|[\s*_]*…\s*$",
    re.IGNORECASE,
)
# With what every one of these begins: looked for first.
_MAY_BE_EMPTY = re.compile(
    r"[\W_]*+(?:\Z|n[oia/]|there|empty|kein|leer|i\s|all|everything|anything|the|section|zero|0|see|as|otherwise|apart|"
    r"beyond|for the rest|"
    r"critical|major|high|medium|moderate|low|minor|info|p[0-4])",
    re.IGNORECASE,
)
_COUNTS = re.compile(  # "High: none. Medium: 1. Low: 2."
    r"(?:[\s*_]*(?:critical|major|high|medium|moderate|low|minor|info|p[0-4])[\s*_]*[:=(—–-]*\s*(?:none|no|\d{1,3})\b[)\s*_]*"
    r"(?:[.,;/·]|and\b|\Z))+\s*",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"[\s*_(]*(?:see|as) (?:(?:the|my) (?:[\w-]+ ){1,3})?(?:above|below|there)[\s*_).]*", re.IGNORECASE
)
_EXCEPT = re.compile(r"\b(?:except|besides|apart from|other than|but|however)\b(?=[^.!?]*\w)", re.IGNORECASE)

_LISTED = re.compile(r"\b(?:besides|other than|apart from) (?:the|that|this|those|these|what)\b", re.IGNORECASE)

_WORD = re.compile(r"[a-z]+(?:'t|-?[0-9]+)?")  # with the number of a mark: "f1", "ac4"
_PARTING = bytes(code if chr(code) in f"{ascii_lowercase}{digits}'-" else 32 for code in range(256))
_STRONG = words_in(
    "traceback crash crashes crashed crashing silent silently wrong wrongly bug bugs broken break breaks "
    "lose loses lost losing "
    "drops dropped leak leaks race races racy contradict unclear undefined unspecified underspecified "
    "missing misses danger "
    "injection fail fails failing failed failure failures trap pitfall gap gaps hole mistake unsafe "
    "insecure hang hangs stale "
    "blocks slow destroy destroys "
    "doubles doubled collision ignore ignores ignored untested unvalidated unescaped never "
    "violates violate "
    "misleading harmful painful glued invisible refuse refuses refused reject rejects rejected raises "
    "insufficient torn lack lacks "
    "lacking weak worse worst illegible unreadable NOT"
)
_STRONG_STEMS = tuple(
    words_in(
        "corrupt inconsisten contradict ambigu risk vulnerab exploit overwrit overlook problem defect regress "
        "deadlock freez duplicat collid conflict bypass violat disagree surpris incorrect invalid mangl truncat "
        "danger crash"
    )
)
_STRONG_PHRASES = (
    "too large",
    "too long",
    "too small",
    "too big",
    "too low",
    "too high",
    "too late",
    "too early",
    "off by",
    "errors out",
    "not enough",
    "must not",
)
_WEAK = words_in(
    "don't doesn't cannot can't isn't aren't not nothing only but however although though unless otherwise "
    "must need needs needed should "
    "would without neither nor no different else careful beware still today pre existing"
)
_ENOUGH_WEAK = 3
_HINTS = _WEAK | _STRONG | words_in("may might one per before always any every same inclusive exactly both twice")
_NEGATIVE = words_in("no not never cannot can't nothing nobody doesn't isn't refuses without lacks missing")
_CONFIRMED = (  # "Confirmed, no action: …"
    r"(?i:(?:confirmed|verified|checked|known),? (?:and )?(?:no (?:action|change)|nothing to (?:do|change))"
    r"[^:\n]{0,20}:)"
)
_WELL_AS_IT_IS = guard(
    rf"\A[\s*_]*{_CONFIRMED}|"
    r"\b(?:correct|right|fine|good|ok|okay) (?:as is|as it is)\b|\bno (?:\w+ )?change (?:is )?needed\b"
    r"|\bneeds? no (?:\w+ )?change\b"
    r"|\bfits\b|\bharmless\b",
    re.IGNORECASE,
)
_FINE_AT_END = re.compile(r"[.;:]\s+(?:good|fine|great|ok)[.!]?\s*$", re.IGNORECASE)
_FINE = ("good", "fine", "great", "ok")
PRAISE = re.compile(
    r"[\s*_]*(?:[✅✔☑👍]|(?:PASS(?:ED)?|OK|GOOD|VERIFIED)\b)"
    rf"|[\s*_]*{_CONFIRMED}"
    r"|[\s*_]*(?:(?i:what(?:'s| is| was)? (?:already )?(?:good|fine|right|works?|worked)|strong (?:points?|sides?)|"
    r"strengths?|good|positives?|praise|works? well|well done)"
    r"(?: (?:already|well|points?|parts?|things?|here|so far)){0,2}[\s*_]*:)"
    r"|(?:^|[.;:]\s)(?:good|fine|great|nice|solid|well done|"
    r"works? (?:well|as (?:specified|expected|intended))|no (?:change|action) (?:needed|required))[.!]?\s*$",
)
_TALLY = re.compile(r"[\s*_`]*\d{1,3}[\s*_`]*")
_CLOSED = re.compile(
    r"\b(?:fixed|resolved|closed|done|gone|addressed|verified|corrected|passes|passing|pass|repaired|"
    r"no longer|solved|implemented|works?|ok|cleared|eliminated|removed|green|confirmed fixed)\b|[✅✔☑]",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\b(?:not (?:yet )?(?:fixed|resolved|addressed|closed|done|corrected|implemented)|still|open|"
    r"remain\w*|unresolved|unfixed|unaddressed|partial\w*|partly|incomplete|regress\w*|persist\w*|"
    r"unchanged|reintroduced|back again|came back|left as|wont? ?fix|deferred|half)\b|[❌✗✘⚠]",
    re.IGNORECASE,
)
_STAYS_CLOSED = re.compile(
    r"\b(?:still|remains?|stays?|is|are) (?:fixed|resolved|closed|pass\w*|green|good|work\w*|holds?|ok|"
    r"correct|true)\b",
    re.IGNORECASE,
)
_READ_LIST = guard(
    r"\b(?:tested|checked|verified|ran|run|read|reviewed|looked at|inspected|covered|compared|tried|"
    r"commands?|reproduction|steps|evidence|environment|sources?)\b[^.\n]{0,60}:\s*[*_]*$",
    re.IGNORECASE,
)
_NOT_DONE = re.compile(
    r"\bnot (?:yet )?(?:fully )?addressed|\bFAIL\w*|\bpartial(?:ly)?\b|\bunaddressed|\bnot (?:met|done|"
    r"fixed|implemented|satisfied)|❌|✗",
    re.IGNORECASE,
)


def is_empty(text: str) -> bool:
    """Say whether a text only says that there is nothing: ``None.``, ``(empty)``, ``No high disagreements remain``.

    So does one that only counts, ``High: none. Low: 2.``: what it counts stands elsewhere.
    """
    box = _BOX.match(text)
    text = text[box.end() :] if box else text
    if not _MAY_BE_EMPTY.match(text):
        return False
    if not text.strip(" *_\n") or _COUNTS.fullmatch(text):
        return True
    grades = _GRADES.match(text)
    said = text[grades.end() :] if grades else text
    return (_EMPTY.match(said) or _ELSEWHERE.fullmatch(said)) is not None and not _is_exception(said)


def _is_exception(text: str) -> bool:
    """``None, except that …`` raises something; exceptions further on are remarks."""
    return _EXCEPT.search(_LISTED.sub("", text[:60])) is not None


def words_of(text: str) -> frozenset[str]:
    """Give the words of a text in lower case; an emphatic NOT stays one."""
    # Splitting finds most words in half the time of the expression.
    given = set(text.lower().encode("ascii", "replace").translate(_PARTING).decode().split())
    words = set(filter(str.isalpha, given))
    words.update(_WORD.findall(" ".join(given - words)))
    if "NOT" in text:
        words.add("NOT")
    return frozenset(words)


def is_tally(cell: str) -> bool:
    """Say whether a cell only counts."""
    return _TALLY.fullmatch(cell) is not None


def sounds_defective(text: str, words: frozenset[str]) -> bool:
    """Say whether a fact is told as a problem. ``words`` are those of the text."""
    if not words.isdisjoint(_STRONG) or len(words & _WEAK) >= _ENOUGH_WEAK:
        return True
    return any(word.startswith(_STRONG_STEMS) for word in words) or any(phrase in text for phrase in _STRONG_PHRASES)


def is_negative(text: str) -> bool:
    """Say whether a text tells what is not so, and does not say that this is well."""
    return not words_of(text).isdisjoint(_NEGATIVE) and not is_well_as_it_is(text)


def hints_at_problem(text: str) -> bool:
    """Say whether a fact restricts or demands something, and is not said to be well as it is."""
    return not words_of(text).isdisjoint(_HINTS) and not is_well_as_it_is(text)


def is_well_as_it_is(text: str) -> bool:
    """Say whether a text tells that nothing need be done about what it speaks of."""
    if _WELL_AS_IT_IS.search(text):
        return True
    ends_so = text.rstrip().rstrip(".!")[-5:].lower().endswith(_FINE)  # found far faster
    return ends_so and _FINE_AT_END.search(text) is not None


def is_praise(text: str) -> bool:
    return PRAISE.match(text) is not None


def is_still_open(text: str) -> bool:
    """Say whether an earlier finding is told to be still there: ``fixed`` outweighs the FAIL of an earlier round."""
    if text.lstrip(" *_|").startswith(("✅", "✔", "☑", "[x]", "[X]")):
        return False
    is_closed = _CLOSED.search(text) is not None
    signs = {match[0].lower() for match in _OPEN.finditer(_STAYS_CLOSED.sub("fixed", text))}
    if signs - {"open"} or (signs and not is_closed):  # "open" may be a word of what the finding was about
        return True
    return "FAIL" in text and not is_closed


def announces_a_list(text: str) -> bool:
    """Say whether a paragraph announces a list of things read or run, which are no findings."""
    return _READ_LIST.search(text) is not None


def is_not_addressed(text: str) -> bool:
    return _NOT_DONE.search(text) is not None


def heads_untried(title: str) -> bool:
    """Say whether a heading announces what was not checked: ``Not verified``, ``What I could not run``."""
    return _UNTRIED.match(title) is not None
