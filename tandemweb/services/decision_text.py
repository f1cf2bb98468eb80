"""A decision as Markdown, for pasting it where the next mission is planned."""

from collections.abc import Iterator

from tandemweb.domain.decision import DecisionSource
from tandemweb.store.decision_list import DecisionLink, DecisionRow

SOURCES = {
    DecisionSource.SPEC: "key decision of the spec",
    DecisionSource.SUMMARY: "key decision of the summary",
    DecisionSource.DISPUTE: "settled dispute",
    DecisionSource.FEEDBACK: "the user's feedback",
}


def render_decision(row: DecisionRow) -> str:
    return "\n".join(_lines(row))


def _lines(row: DecisionRow) -> Iterator[str]:
    decision = row.decision
    day = f", {row.decided_at:%Y-%m-%d}" if row.decided_at else ""
    yield f"## {_one_line(decision.title)}"
    yield ""
    yield f"{row.project_name}, {row.mission}, {SOURCES[decision.source]}{day} (`{decision.path}:{decision.line}`)"
    if decision.text and decision.source in {DecisionSource.DISPUTE, DecisionSource.FEEDBACK}:
        yield f"\n{decision.text}"
    if decision.rationale:
        yield f"\n**Why:** {decision.rationale}"
    if decision.alternatives:
        yield "\n**Not chosen:**\n"
        yield from (f"- {_one_line(alternative)}" for alternative in decision.alternatives)
    for quote in decision.quotes:
        yield ""
        yield from (f"> {line}" for line in quote.text.split("\n"))
        yield f"> ({quote.author}, `{quote.path}:{quote.line}`)"
    yield from _links("Superseded by", row.superseded_by)
    yield from _links("Supersedes", row.supersedes)
    yield ""


def _links(word: str, links: tuple[DecisionLink, ...]) -> Iterator[str]:
    for link in links:
        yield f"\n**{word}:** {_one_line(link.title)} ({link.mission}; {link.reason}, score {link.score:.2f})"


def _one_line(text: str) -> str:
    return " ".join(text.split())
