"""What can be found besides documents: missions, decisions, findings, commits, files; each as a row and its words.

The words wait in the transaction, as those of documents do (``texts.save_waiting_texts``); rows that go take theirs
along by a trigger.
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
from tandemweb.store.file_names import save_file_names
from tandemweb.store.revisions import get_project_id
from tandemweb.store.texts import Text, make_text
from tandemweb.store.values import write_json

LONGEST_FINDING = 1_500  # characters of what a finding's mentions say; their documents are found by all of it
Item = tuple[tuple[Any, ...], Text]  # columns from kind on, and the words


def make_mission_items(mission: Mission) -> tuple[Item, ...]:
    """Prepare what of a mission and its findings can be found; its decisions have ``make_decision_items``."""
    return (_mission_item(mission), *_finding_items(mission.exchanges))


def save_mission_items(index: Transaction, project_id: int, mission_id: int, items: Sequence[Item]) -> None:
    """Replace what of a mission and its findings can be found."""
    index.execute("DELETE FROM search_items WHERE mission_id = ? AND kind <> 'decision'", (mission_id,))
    _save(index, project_id, mission_id, items)


def make_decision_items(decisions: Iterable[KeyDecision]) -> tuple[Item, ...]:
    return tuple(map(_decision_item, decisions))


def save_decision_items(index: Transaction, project_id: int, mission_id: int, items: Sequence[Item]) -> None:
    """Replace what of a mission's decisions can be found."""
    index.execute("DELETE FROM search_items WHERE mission_id = ? AND kind = 'decision'", (mission_id,))
    _save(index, project_id, mission_id, items)


def save_commit_items(index: Transaction, project_id: int, commits: Sequence[tuple[int, Commit]]) -> None:
    """Add commits, given with the ids of rows that are saved already."""
    items = [_commit_item(commit) for _, commit in commits]
    _save(index, project_id, None, items, commit_ids=[commit_id for commit_id, _ in commits])


def save_file_items(index: Transaction, project: str, paths: Iterable[str]) -> None:
    """Replace the files of a project that can be found; documents among them are found themselves."""
    project_id = get_project_id(index, project)
    wanted = dict.fromkeys(map(clean_text, paths))
    save_file_names(index, project_id, wanted)
    rows = index.rows("SELECT path FROM search_items WHERE project_id = ? AND kind = 'file'", (project_id,))
    known = {row[0] for row in rows}
    documents = {row[0] for row in index.rows("SELECT path FROM documents WHERE project_id = ?", (project_id,))}
    delete_file_items(index, project_id, known - wanted.keys())
    new = [path for path in wanted if path not in known and path not in documents]
    _save(index, project_id, None, [_item(SearchKind.FILE, path, path, path, path.rpartition("/")[2]) for path in new])


def delete_file_items(index: Transaction, project_id: int, paths: Iterable[str]) -> None:
    gone = list(paths)
    if gone:
        index.execute(
            """
            DELETE FROM search_items
            WHERE project_id = ? AND kind = 'file' AND path IN (SELECT value FROM json_each(?))
            """,
            (project_id, write_json(gone)),
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
            for item_id, commit_id, (columns, _) in zip(count(first_id), commits, items, strict=False)
        ),
    )
    index.waiting_texts.update((item_id, text) for item_id, (_, text) in enumerate(items, first_id))


def _item(kind: SearchKind, key: str, path: str, title: str, body: str, **columns: object) -> Item:
    given = [columns.get(name) for name in ("line", "author", "stage", "round", "severity", "agreement", "verdict")]
    plain = [str(value) if isinstance(value, str) else value for value in given]
    headings = key if kind is SearchKind.COMMIT else ""
    return (str(kind), key, path, *plain, columns.get("files", "")), make_text(body, title, headings)


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
