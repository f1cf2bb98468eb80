"""Which finding a correction means, after documents were edited and the index was built anew."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tandemweb.analysis.anchoring import find_nearest, normalise_passage
from tandemweb.domain.finding import Finding, Mention
from tandemweb.domain.mission import Exchange, Mission, Stage
from tandemweb.store.corrections import Anchor


class Anchoring(StrEnum):
    """How a correction was found again, from the surest."""

    EXACT = "exact"  # the same finding in the same words
    MOVED = "moved"  # the same words of the same document belong to another finding now
    REWORDED = "reworded"  # the same title, other words
    NEAR = "near"  # nearly the same words


@dataclass(frozen=True, slots=True)
class FoundFinding:
    """A finding of a mission as it was read, uncorrected."""

    stage: Stage
    round: int
    key: str
    anchoring: Anchoring


@dataclass(frozen=True, slots=True)
class _Passage:
    exchange: Exchange
    finding: Finding
    mention: Mention

    @property
    def owner(self) -> tuple[Stage, int, str]:
        return self.exchange.stage, self.exchange.round, self.finding.key

    def found(self, anchoring: Anchoring) -> FoundFinding:
        return FoundFinding(*self.owner, anchoring)


def quote_mention(mention: Mention) -> str:
    """Give the words by which a mention is found again."""
    return normalise_passage(f"{mention.title}\n{mention.text}")


def build_anchor(project: str, mission: Mission, exchange: Exchange, finding: Finding) -> Anchor:
    first = finding.mentions[0]
    return Anchor(
        project=project,
        mission_path=mission.path,
        stage=exchange.stage,
        round=exchange.round,
        path=first.path,
        line=first.line,
        quote=quote_mention(first),
        finding_key=finding.key,
    )


def find_anchored(exchanges: Sequence[Exchange], anchor: Anchor) -> FoundFinding | None:
    """Find the finding that an anchor means; None when its words are gone, or when two findings fit equally well.

    Tried in this order: the same key and words; the same words in the same document, whatever finding they are now; the
    same key; nearly the same words in the same document.
    """
    passages = list(_list_passages(exchanges))
    here = [passage for passage in passages if passage.mention.path == anchor.path]
    in_words = [passage for passage in here if quote_mention(passage.mention) == anchor.quote]
    in_words.sort(key=lambda passage: abs(passage.mention.line - anchor.line))
    by_key = [passage for passage in passages if _is_keyed(passage, anchor)]
    for passage in in_words:
        if _is_keyed(passage, anchor):
            return passage.found(Anchoring.EXACT)
    if in_words:
        return in_words[0].found(Anchoring.MOVED)
    if by_key:
        return by_key[0].found(Anchoring.REWORDED)
    owner = find_nearest(anchor.quote, ((passage.owner, quote_mention(passage.mention)) for passage in here))
    return FoundFinding(*owner, Anchoring.NEAR) if owner else None


def _list_passages(exchanges: Sequence[Exchange]) -> Iterator[_Passage]:
    for exchange in exchanges:
        for finding in exchange.findings:
            for mention in finding.mentions:
                yield _Passage(exchange, finding, mention)


def _is_keyed(passage: _Passage, anchor: Anchor) -> bool:
    return passage.owner == (anchor.stage, anchor.round, anchor.finding_key)
