from collections.abc import Callable

import pytest

from store.examples import ROOT, make_mission
from tandemweb.errors import NotFoundError
from tandemweb.store.connections import IndexWriter
from tandemweb.store.questions import OpenQuestion, list_questions, save_questions

PLACE = ("shop", ROOT.slug, "001-AddCart")
QUESTIONS = (OpenQuestion("b.md", 9, 10, "Why?"), OpenQuestion("a.md", 1, 1, "How?"))


def test_questions_are_replaced(writer: IndexWriter, save: Callable, ask: Callable):
    save(make_mission())
    for questions in (QUESTIONS, QUESTIONS[:1], ()):
        with writer.transaction() as index:
            save_questions(index, *PLACE, questions)
        assert ask(list_questions, *PLACE) == questions


def test_a_mission_is_needed(ask: Callable):
    with pytest.raises(NotFoundError, match="001-AddCart"):
        ask(list_questions, *PLACE)
