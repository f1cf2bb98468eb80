import os
from collections.abc import Callable

from tandemweb.domain.mission import FileStamp
from tandemweb.store.connections import IndexWriter
from tandemweb.store.files import KnownFile, delete_known_files, list_known_files, save_known_files

FILES = {
    "a/b.md": KnownFile(FileStamp(1, 2, 3), "hash"),
    os.fsdecode(b"a/\xff.md"): KnownFile(FileStamp(0, -5, 2**64 - 1), ""),
    os.fsdecode(b"a/\xfe.md"): KnownFile(FileStamp(0, 0, 0), "x"),
}


def test_known_files_come_back_with_their_true_names(writer: IndexWriter, ask: Callable):
    with writer.transaction() as index:
        save_known_files(index, "shop", FILES)
    assert ask(list_known_files, "shop") == FILES
    assert ask(list_known_files, "attic") == {}


def test_known_files_are_replaced_and_forgotten(writer: IndexWriter, ask: Callable):
    later = KnownFile(FileStamp(9, 9, 9), "later")
    with writer.transaction() as index:
        save_known_files(index, "shop", FILES)
        save_known_files(index, "shop", {"a/b.md": later})
        delete_known_files(index, "shop", [*list(FILES)[1:], "unknown"])
    assert ask(list_known_files, "shop") == {"a/b.md": later}
