"""Items that find something well, or leave it as it is: they raise nothing."""

import re

from tandemweb.analysis.item_cutting import Form, Item
from tandemweb.analysis.ratings import find_sentence_severity
from tandemweb.analysis.sections import Topic
from tandemweb.analysis.wording import is_negative, is_praise, sounds_defective, words_of

_ENDS_WELL = re.compile(
    r"[.!?)`]\s+(?:good|fine|great|nice|ok(?:ay)?|solid|sound|correct|well done|nothing to (?:do|change|fix)(?: here)?"
    r"|no (?:change|action)(?: (?:is )?needed| required)?"
    r"|(?:leave|keep) (?:it|this|them)(?: exactly)? as (?:it|this|they) (?:is|are|stands?))[.!]?\s*\Z"
    r"|\b(?:looked|searched|hunted|tried|checked)\b[^.!?]{0,40}"
    r"\b(?:leaks?|bugs?|defects?|errors?|faults?|problems?|trouble|races?|holes?|mistakes?|breaks?|"
    r"ways? (?:to|in|out|around))\b"
    r"[^.!?]{0,40}\b(?:found|saw) (?:none|nothing|no trouble)[.!]?\s*\Z"
    r"|\b(?:choice|design|purpose)\b[^.!?]{0,20}\band (?:we|I) (?:keep|leave) it(?: so| that way)?[.!]?\s*\Z",
    re.IGNORECASE,
)
_LAST_WORDS = (  # of every such sentence: looked for first
    *("good", "fine", "great", "nice", "ok", "okay", "solid", "sound", "correct", "done", "do", "change", "fix"),
    *("here", "action", "needed", "required", "is", "are", "stand", "stands"),
    *("none", "nothing", "trouble", "it", "so", "way"),
)
_PRAISES = re.compile(
    r"\b(?:is|are|was|were)\s+(?:(?:quite|very|all|just)\s+)?(?:right|correct|fine|sound|good|solid|clean|exemplary|"
    r"in order|well (?:done|made|tested|chosen)|a (?:model|pleasure|joy)(?: of (?:its|their) kind)?)[\s.!*_]*\Z",
    re.IGNORECASE,
)
_LAST_SENTENCE = 200  # characters
_ARGUED = frozenset((Topic.DISAGREEMENTS, Topic.REJECTED))


def is_well(item: Item, topic: Topic) -> bool:
    """Say whether an item praises, or finds all well in the end.

    A disagreement that asks for nothing is still one, and what is refused because nothing need be done a point refused.
    """
    if is_praise(item.text):
        return True
    if topic in _ARGUED or item.lead.severity is not None:
        return False
    is_title = item.form is Form.HEADING and is_praising_title(item.lead.title)
    whole = item.whole_text()
    return (is_title or ends_well(whole)) and find_sentence_severity(whole) is None


def ends_well(text: str) -> bool:
    """Say whether the last sentence of a text finds all well: ``Good.``, ``Leave it as it is.``."""
    ending = text[-_LAST_SENTENCE:]
    return ending.rstrip().rstrip(".!").lower().endswith(_LAST_WORDS) and _ENDS_WELL.search(ending) is not None


def is_praising_title(title: str) -> bool:
    """Say whether a heading says nothing but that something is well: ``The migration is a model of its kind``."""
    return _PRAISES.search(title[-_LAST_SENTENCE:]) is not None and not (
        is_negative(title) or sounds_defective(title, words_of(title))
    )
