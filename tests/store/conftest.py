"""A real index and a real state database in a folder of their own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store.examples import PROJECT, make_texts
from tandemweb.domain.mission import Mission
from tandemweb.store.connections import IndexWriter, open_index_reader, open_index_writer
from tandemweb.store.database import Database
from tandemweb.store.index_projects import save_indexed_project
from tandemweb.store.missions import save_mission
from tandemweb.store.paths import get_data_folder
from tandemweb.store.state import State, open_state


@pytest.fixture
def data_folder() -> Path:
    return get_data_folder()


@pytest.fixture
def writer(data_folder: Path) -> Iterator[IndexWriter]:
    """Give the right to write an index that knows the project ``shop``."""
    with open_index_writer(data_folder) as opened:
        with opened.transaction() as index:
            save_indexed_project(index, PROJECT)
        yield opened


@pytest.fixture
def state(data_folder: Path) -> Iterator[State]:
    with open_state(data_folder) as opened:
        yield opened


@pytest.fixture
def save(writer: IndexWriter) -> Callable[[Mission], int]:
    """Save a mission of ``shop`` with texts for all its documents."""

    def save_one(mission: Mission) -> int:
        with writer.transaction() as index:
            return save_mission(index, "shop", mission, make_texts(mission))

    return save_one


@pytest.fixture
def ask(data_folder: Path, writer: IndexWriter) -> Callable:
    """Ask a read function through a reader of its own, as a page would: ``ask(get_mission, "shop", ...)``."""

    def ask_one(question: Callable, *arguments, **options):
        with open_index_reader(data_folder) as index:
            return question(index, *arguments, **options)

    return ask_one


def count_rows(index: Database) -> dict[str, int]:
    """Count the rows of every plain table that holds something of missions."""
    tables = ("missions", "mission_details", "documents", "problems", "assets")
    texts = index.value("SELECT count(*) FROM texts JOIN documents ON documents.id = texts.id")
    return {table: index.value(f"SELECT count(*) FROM {table}") for table in tables} | {"document_texts": texts}
