"""What is found by words: documents and search items, their words in ``document_texts``, the texts packed in ``texts``.

The full-text index holds no texts, so that they are kept once. It forgets a text's words when it is given that text.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from tandemweb.store.database import Database, Transaction, clean_text
from tandemweb.store.identifiers import extract_parts
from tandemweb.store.packing import pack, unpack
from tandemweb.store.values import write_json

_BETWEEN = "\0"
BULK = 200  # texts of one transaction; it leaves merging to later, smaller ones
MERGED_PAGES = 64  # of 4 KB, at most, with each smaller one


class Text(NamedTuple):
    """``parts`` are the ``identifiers.extract_parts`` of body and title; ``packed`` all four as they are kept."""

    body: str
    title: str
    headings: str
    parts: str
    packed: bytes


def make_text(body: str, title: str, headings: str = "") -> Text:
    """Prepare a text for the index: wherever there is time, the writer has none."""
    body = clean_text(body)
    title, headings = (clean_text(column).replace(_BETWEEN, " ") for column in (title, headings))
    parts = extract_parts(f"{body}\n{title}")
    return Text(body, title, headings, parts, pack(_BETWEEN.join((title, headings, parts, body))))


def find_headings(text: str) -> str:
    """Give the headings of a document, near enough for ranking: a comment in a code block counts as well."""
    if "#" not in text:
        return ""
    return "\n".join([line.lstrip("#") for line in text.split("\n") if line.startswith("#")])


def list_texts(index: Database, ids: Iterable[int]) -> dict[int, Text]:
    """Give the texts of documents and items by row id, in the order of ids; those that have none are left out."""
    rows = index.rows(
        "SELECT id, packed FROM texts WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id", (write_json(ids),)
    )
    return {row["id"]: read_kept(index, row["packed"]) for row in rows}


def read_kept(index: Database, packed: bytes) -> Text:
    """Make a text of what is kept of it. Raises DamagedDatabaseError."""
    title, headings, parts, body = (unpack(packed, index.path).split(_BETWEEN, 3) + [""] * 3)[:4]
    return Text(body, title, headings, parts, packed)


def save_waiting_texts(index: Transaction) -> None:
    """Write the texts of all documents saved in this transaction, and remove those of deleted ones: the last step.

    FTS5 gathers words in memory and writes them out whenever another statement that may fail halfway begins; among
    the saves of single missions that would make a segment of each.
    """
    lost = {row[0] for row in index.rows("SELECT document_id FROM lost_texts")}
    _delete(index, index.outdated_texts | lost)
    # In the order of ids: FTS5 writes out what it has gathered whenever an id goes back.
    waiting = sorted(
        (document_id, text) for document_id, text in index.waiting_texts.items() if document_id not in lost
    )
    index.execute_many(
        "INSERT INTO document_texts (rowid, body, title, headings, parts) VALUES (?, ?, ?, ?, ?)",
        [(document_id, *text[:4]) for document_id, text in waiting],
    )
    index.execute_many(
        "INSERT INTO texts (id, packed) VALUES (?, ?)", [(document_id, text.packed) for document_id, text in waiting]
    )
    if 0 < len(waiting) < BULK:
        index.execute("INSERT INTO document_texts (document_texts, rank) VALUES ('merge', ?)", (MERGED_PAGES,))
    if lost:
        index.execute("DELETE FROM lost_texts")


def _delete(index: Transaction, ids: Collection[int]) -> None:
    kept = list_texts(index, ids) if ids else {}
    index.execute_many(
        """
        INSERT INTO document_texts (document_texts, rowid, body, title, headings, parts)
        VALUES ('delete', ?, ?, ?, ?, ?)
        """,
        [(document_id, *text[:4]) for document_id, text in kept.items()],
    )
    index.execute_many("DELETE FROM texts WHERE id = ?", [(document_id,) for document_id in kept])
