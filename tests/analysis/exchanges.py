"""Exchanges in a few words: what each document says, item by item, with lines and text that fit together."""

from dataclasses import replace

from tandemweb.analysis.exchange import ExchangeDocument
from tandemweb.domain.finding import Mention, Severity, Stance

HIGH, MEDIUM, LOW = Severity.HIGH, Severity.MEDIUM, Severity.LOW


def say(text, severity=None, stance=Stance.RAISES, **fields):
    """One item; its title is the text's first sentence or line. Line numbers come with ``write``."""
    title = fields.pop("title", text.split("\n", 1)[0].split(". ", 1)[0].strip("*# "))
    return Mention(
        path="",
        line=1,
        end_line=1,
        title=title,
        text=text,
        severity=severity,
        severity_word=severity.value if severity else None,
        stance=stance,
        **fields,
    )


def write(author, role, *items, step=1, approved=None, candidates=(), path=None, heading="# Report"):
    """Build a document that consists of a heading, its items and its candidates, blank lines between them."""
    path = path or f"{author}-{step:02}-{role}.md"
    lines = [heading, ""]
    if role == "review":
        lines += [f"## Agreement Status: {'APPROVED' if approved else 'NOT APPROVED'}", ""]
    placed = []
    for item in (*items, *candidates):
        first = len(lines) + 1
        lines += [*item.text.split("\n"), ""]
        placed.append(replace(item, path=path, line=first, end_line=len(lines) - 1))
    return ExchangeDocument(
        path=path,
        author=author,
        role=role,
        step=step,
        mentions=tuple(placed[: len(items)]),
        candidates=tuple(placed[len(items) :]),
        approved=approved,
        text="\n".join(lines),
    )


def lines_of(findings):
    """Which places each finding has, as sets of ``path:line``."""
    return [{f"{mention.path}:{mention.line}" for mention in finding.mentions} for finding in findings]
