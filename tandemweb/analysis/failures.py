"""Criteria that a document marks FAIL or BLOCKED, as mentions of findings."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from tandemweb.analysis.criterion_statements import CriterionStatement
from tandemweb.analysis.facts import read_facts
from tandemweb.analysis.item_cutting import Form, Item
from tandemweb.analysis.items import Place, to_mentions
from tandemweb.analysis.leads import Lead
from tandemweb.analysis.marks import list_seen
from tandemweb.analysis.ratings import find_failure_severity
from tandemweb.analysis.sections import Topic
from tandemweb.domain.finding import Mention

_FAILURES = frozenset({"FAIL", "BLOCKED"})


def failing_criteria(criteria: Sequence[CriterionStatement], labels: frozenset[str], path: str) -> Iterator[Mention]:
    """Yield a mention for each failing criterion; one that names several of the document's own items, one for each.

    ``labels`` are the marks of the document's items. Criteria of one line that name the same items are one mention.
    """
    lines: dict[int, list[CriterionStatement]] = {}
    for statement in criteria:
        if statement.column is None and statement.verdict in _FAILURES:
            lines.setdefault(statement.line, []).append(statement)
    for statements in lines.values():
        for named, same in _group(statements, labels):
            yield from _to_mentions(same, named, path)


def _group(
    statements: list[CriterionStatement], labels: frozenset[str]
) -> Iterator[tuple[tuple[str, ...], list[CriterionStatement]]]:
    """Put criteria of one line together that name the same items; one that names none has those of the next."""
    groups: dict[tuple[str, ...] | str, list[CriterionStatement]] = {}
    following: tuple[str, ...] = ()
    for statement in reversed(statements):
        following = _named(statement, labels) or following
        groups.setdefault(following or statement.evidence, []).append(statement)
    for key, group in reversed(groups.items()):
        yield (key if isinstance(key, tuple) else ()), group[::-1]


def _named(statement: CriterionStatement, labels: frozenset[str]) -> tuple[str, ...]:
    named = statement.named or tuple(label for _, label in read_facts(statement.evidence).references)
    named = named or list_seen(statement.evidence)
    return tuple(dict.fromkeys(label for label in named if label in labels))


def _to_mentions(statements: list[CriterionStatement], named: tuple[str, ...], path: str) -> Iterator[Mention]:
    first, end = statements[0], max(statement.end_line for statement in statements)
    evidence = ", ".join(dict.fromkeys(statement.evidence for statement in statements))
    item = Item(Form.LIST, first.line, end, evidence, _lead=Lead(first.title))
    severity = find_failure_severity(evidence, read_facts(evidence).words)
    mention = replace(
        to_mentions(item, Place(path, "", Topic.CRITERIA, None, is_review=False))[0],
        criteria=tuple(dict.fromkeys(statement.number for statement in statements)),
        severity=severity.severity if severity else None,
        severity_word=severity.word if severity else None,
        label=None,
    )
    for label in named:
        yield replace(mention, references=((None, label),))
    if not named:
        yield mention
