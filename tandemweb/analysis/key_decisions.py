"""The key decisions of a mission: of its spec and summary, of disputes that were settled, of feedback."""

import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from tandemweb.analysis.disputes import list_settled
from tandemweb.analysis.references import find_files
from tandemweb.analysis.stems import count_stems
from tandemweb.analysis.user_words import extract_feedback, extract_intent
from tandemweb.domain.decision import DecisionSource, KeyDecision, Quote
from tandemweb.domain.finding import Decision
from tandemweb.domain.mission import Document, DocumentKind, Mission

ABOUT = 0.6  # share of a decision's words that the user's must hold to be shown with it
FEWEST_SHARED = 2  # words
MOST_QUOTES = 4
LONGEST_TITLE = 160
_LABEL = re.compile(r"\[([^\]]{3,80})\]")
_SAID = re.compile(r"[\"“]([^\"“”]{8,400})[\"”]")
_MEANING = re.compile(r"\b(?:means?|requirements?|changes?|consequences?|requests?|criteria|asked)\b", re.IGNORECASE)
_HEADING = re.compile(r"#{2,6}\s+(.*)")
_ITEM = re.compile(r"\s{0,3}(?:\d{1,3}[.)]|[-*+])\s+(.*)")
_TURN = re.compile(
    r"\b(?:instead|rather|no longer|not any ?more|changed? my mind|should(?: not|n't)?|must(?: not)?|"
    r"(?:do not|don't) want|i want|please|makes no sense|drop|remove)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


def extract_key_decisions(mission: Mission, texts: Mapping[str, str]) -> tuple[KeyDecision, ...]:
    """List them in the order of the protocol, each with a key of its own. ``texts`` are those of documents by path."""
    found = [*_laid_down(mission, texts), *list_settled(mission.exchanges), *_from_feedback(mission.documents, texts)]
    return tuple(_with_keys(mission, found))


def _with_keys(mission: Mission, decisions: Iterable[KeyDecision]) -> Iterator[KeyDecision]:
    taken: set[str] = set()
    for decision in decisions:
        words = f"{mission.path}\n{decision.source}\n{decision.title}"
        text = f"{decision.title}\n{decision.text}\n{decision.rationale}"
        key = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        while key in taken:
            key = hashlib.sha256(key.encode()).hexdigest()[:16]
        taken.add(key)
        files = dict.fromkeys((*decision.files, *(reference.path for reference in find_files(text))))
        yield replace(decision, key=key, files=tuple(files))


def _laid_down(mission: Mission, texts: Mapping[str, str]) -> Iterator[KeyDecision]:
    summaries = {document.path for document in mission.documents if document.kind is DocumentKind.SUMMARY}
    specs = [document.path for document in mission.documents if document.kind is DocumentKind.SPEC]
    said = [quote for path in specs for quote in extract_intent(texts.get(path, ""), path)]
    for decision in mission.decisions:
        yield KeyDecision(
            key="",
            source=DecisionSource.SUMMARY if decision.path in summaries else DecisionSource.SPEC,
            title=decision.title,
            text=decision.text,
            rationale=decision.rationale.lstrip(" ,;:.—–-"),
            alternatives=decision.alternatives,
            path=decision.path,
            line=decision.line,
            end_line=decision.end_line,
            quotes=tuple(_find_said(decision, said)),
        )


def _find_said(decision: Decision, said: Sequence[Quote]) -> list[Quote]:
    """Choose the user's words that a decision quotes, that are labelled with its matter, or that say most of it."""
    whole = f"{decision.title}\n{decision.text}"
    quoted = [" ".join(words.split()).strip(" .,") for words in _SAID.findall(whole)]
    return [quote for quote in said if any(q in quote.text for q in quoted) or _is_about(quote.text, decision.title)][
        :MOST_QUOTES
    ]


def _is_about(words: str, title: str) -> bool:
    wanted = count_stems(title).keys()
    label = _LABEL.match(words)
    named = count_stems(label[1]).keys() if label else set()
    if len(named) >= FEWEST_SHARED and named <= wanted:
        return True
    shared = wanted & count_stems(words).keys()
    return len(shared) >= FEWEST_SHARED and len(shared) >= ABOUT * len(wanted)


def _from_feedback(documents: Iterable[Document], texts: Mapping[str, str]) -> Iterator[KeyDecision]:
    for document in documents:
        if document.kind is DocumentKind.FEEDBACK:
            text = texts.get(document.path, "")
            said = extract_feedback(text, document.path)
            yield from _meant(document, text, said) if _MEANING.search(text) else ()
            if not any(True for _ in _items_of_meaning(text)):
                yield from _turned(document, said)


def _meant(document: Document, text: str, said: Sequence[Quote]) -> Iterator[KeyDecision]:
    """Yield what the feedback is taken to mean, item by item, with the user's words behind it."""
    for line, end_line, words in _items_of_meaning(text):
        title = _first_sentence(words)
        quotes = sorted(said, key=lambda quote: -_share(words, quote.text))[:1]
        quotes = [quote for quote in quotes if _share(words, quote.text) > 0]
        rationale = quotes[0].text if quotes else ""
        yield _decision(document, title, words, rationale, (line, end_line), tuple(quotes))


def _turned(document: Document, said: Sequence[Quote]) -> Iterator[KeyDecision]:
    """Yield what the user asks to be other than it is, in their own words."""
    for quote in said:
        if _TURN.search(quote.text):
            title = next((s for s in _SENTENCE_END.split(quote.text) if _TURN.search(s)), quote.text)
            yield _decision(document, title, quote.text, "", (quote.line, quote.line), (quote,))


def _decision(
    document: Document, title: str, text: str, rationale: str, lines: tuple[int, int], quotes: tuple[Quote, ...]
) -> KeyDecision:
    title = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"
    source = DecisionSource.FEEDBACK
    number = document.step or document.round
    return KeyDecision("", source, title, text, rationale, (), document.path, *lines, number, None, quotes)


def _items_of_meaning(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (first line, last line, words) of list items under headings that say what the feedback means."""
    inside = False
    item: tuple[int, list[str]] | None = None
    lines = text.split("\n")
    for number, line in enumerate([*lines, "# end"], 1):
        heading = _HEADING.match(line)
        started = _ITEM.match(line)
        if item and (heading or started or not line.strip() or number > len(lines)):
            yield item[0], item[0] + len(item[1]) - 1, " ".join(item[1])
            item = None
        if heading:
            inside = _MEANING.search(heading[1]) is not None
        elif inside and started:
            item = (number, [started[1].strip()])
        elif item:
            item[1].append(line.strip())


def _first_sentence(words: str) -> str:
    return _SENTENCE_END.split(words, maxsplit=1)[0].rstrip(".")


def _share(words: str, other: str) -> float:
    """Say how much two texts have in common; a long one has something in common with everything."""
    stems = count_stems(other).keys()
    return len(count_stems(words).keys() & stems) / math.sqrt(max(len(stems), 1))
