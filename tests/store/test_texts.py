import pytest

from tandemweb.store import texts
from tandemweb.store.connections import IndexWriter
from tandemweb.store.texts import make_text


def save_words(writer: IndexWriter, first_id: int, count: int) -> None:
    with writer.transaction() as index:
        index.waiting_texts.update({first_id + one: make_text(f"common word{one}", "") for one in range(count)})


def count_segments(writer: IndexWriter) -> int:
    with writer.transaction() as index:
        count: int = index.value("SELECT count(DISTINCT segid) FROM document_texts_idx")
        return count


def count_found(writer: IndexWriter, word: str) -> int:
    with writer.transaction() as index:
        found: int = index.value("SELECT count(*) FROM document_texts WHERE document_texts MATCH ?", (word,))
        return found


def test_small_saves_merge_what_bulk_saves_left(writer: IndexWriter, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(texts, "BULK", 3)
    for number in range(12):
        save_words(writer, 1 + 10 * number, 5)
    assert count_segments(writer) == 12
    save_words(writer, 1_001, 1)
    assert count_segments(writer) < 12
    assert (count_found(writer, "common"), count_found(writer, "word4")) == (61, 12)
