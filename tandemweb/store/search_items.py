"""What can be found besides documents: missions, decisions, findings, commits, files; each as a row and its words.

The words wait in the transaction, as those of documents do (``document_saving.save_waiting_texts``); rows that go take
theirs along by a trigger.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import count, repeat
from typing import Any

from tandemweb.domain.commit import Commit
from tandemweb.domain.decision import KeyDecision
from tandemweb.domain.finding import Finding
from tandemweb.domain.mission import Exchange, Mission
from tandemweb.domain.search import SearchKind
from tandemweb.store.database import Transaction, clean_text
from tandemweb.store.revisions import get_project_id

LONGEST_FINDING = 1_500  # characters of what a finding's mentions say; their documents are found by all of it
Item = tuple[tuple[Any, ...], str, str]  # columns from kind on, title, body


def save_mission_items(index: Transaction, project_id: int, mission_id: int, mission: Mission) -> None:
    """Replace what of a mission and its findings can be found; its decisions have ``save_decision_items``."""
    index.execute("DELETE FROM search_items WHERE mission_id = ? AND kind <> 'decision'", (mission_id,))
    _save(index, project_id, mission_id, [_mission_item(mission), *_finding_items(mission.exchanges)])


def save_decision_items(index: Transaction, project_id: int, mission_id: int, decisions: Iterable[KeyDecision]) -> None:
    """Replace what of a mission's decisions can be found."""
    index.execute("DELETE FROM search_items WHERE mission_id = ? AND kind = 'decision'", (mission_id,))
    _save(index, project_id, mission_id, [_decision_item(decision) for decision in decisions])


def save_commit_items(index: Transaction, project_id: int, commits: Sequence[tuple[int, Commit]]) -> None:
    """Add commits, given with the ids of rows that are saved already."""
    items = [_commit_item(commit) for _, commit in commits]
    _save(index, project_id, None, items, commit_ids=[commit_id for commit_id, _ in commits])


def save_file_items(index: Transaction, project: str, paths: Iterable[str]) -> None:
    """Replace the files of a project that can be found; documents among them are found themselves."""
    project_id = get_project_id(index, project)
    wanted = dict.fromkeys(map(clean_text, paths))
    rows = index.rows("SELECT path FROM search_items WHERE project_id = ? AND kind = 'file'", (project_id,))
    known = {row[0] for row in rows}
    documents = {row[0] for row in index.rows("SELECT path FROM documents WHERE project_id = ?", (project_id,))}
    delete_file_items(index, project_id, known - wanted.keys())
    new = [path for path in wanted if path not in known and path not in documents]
    _save(index, project_id, None, [_item(SearchKind.FILE, path, path, path, path.rpartition("/")[2]) for path in new])


def delete_file_items(index: Transaction, project_id: int, paths: Iterable[str]) -> None:
    index.execute_many(
        "DELETE FROM search_items WHERE project_id = ? AND kind = 'file' AND path = ?",
        ((project_id, path) for path in paths),
    )


def _save(
    index: Transaction,
    project_id: int,
    mission_id: int | None,
    items: Sequence[Item],
    commit_ids: Sequence[int] | None = None,
) -> None:
    # The writer is alone, so the next ids are free.
    first_id = (index.value("SELECT seq FROM sqlite_sequence WHERE name = 'search_items'") or 0) + 1
    commits = commit_ids or repeat(None)
    index.execute_many(
        """
        INSERT INTO search_items (id, project_id, mission_id, commit_id, kind, key, path, line, author, stage, round,
            severity, agreement, verdict, files)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            (item_id, project_id, mission_id, commit_id, *columns)
            for item_id, commit_id, (columns, _, _) in zip(count(first_id), commits, items, strict=False)
        ),
    )
    for item_id, ((_, key, *_), title, body) in enumerate(items, first_id):
        index.waiting_texts[item_id] = (clean_text(body), clean_text(title), key if commit_ids else "")


def _item(kind: SearchKind, key: str, path: str, title: str, body: str, **columns: object) -> Item:
    wanted = ("line", "author", "stage", "round", "severity", "agreement", "verdict")
    return (kind, key, path, *map(columns.get, wanted), columns.get("files", "")), title, body


def _mission_item(mission: Mission) -> Item:
    return _item(
        SearchKind.MISSION,
        mission.name,
        mission.path,
        mission.title,
        f"{mission.name}\n{mission.title}",
        round=mission.state.round,
        verdict=mission.state.verdict,
    )


def _finding_items(exchanges: Iterable[Exchange]) -> Iterator[Item]:
    for exchange in exchanges:
        for finding in exchange.findings:
            first = finding.mentions[0]
            yield _item(
                SearchKind.FINDING,
                finding.key,
                first.path,
                finding.title,
                _finding_body(finding),
                line=first.line,
                author=" ".join(finding.raised_by),
                stage=exchange.stage,
                round=exchange.round,
                severity=finding.final_severity,
                agreement=finding.agreement,
                verdict=exchange.final_verdict,
                files="\n".join(dict.fromkeys(r.path for m in finding.mentions for r in m.file_references)),
            )


def _finding_body(finding: Finding) -> str:
    texts = dict.fromkeys(mention.text for mention in finding.mentions)
    return "\n\n".join(texts)[:LONGEST_FINDING]


def _decision_item(decision: KeyDecision) -> Item:
    quotes = [quote.text for quote in decision.quotes]
    return _item(
        SearchKind.DECISION,
        decision.key,
        decision.path,
        decision.title,
        "\n".join(dict.fromkeys([decision.text, decision.rationale, *decision.alternatives, *quotes])),
        line=decision.line,
        author=decision.won_by,
        round=decision.round,
        files="\n".join(decision.files),
    )


def _commit_item(commit: Commit) -> Item:
    return _item(SearchKind.COMMIT, commit.oid, "", commit.subject, commit.body, author=commit.author_name)
