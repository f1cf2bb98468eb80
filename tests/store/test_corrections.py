from dataclasses import replace
from datetime import timedelta

import pytest

from store.examples import START
from tandemweb.domain.mission import Stage
from tandemweb.errors import NotFoundError
from tandemweb.store.corrections import (
    Anchor,
    Correction,
    CorrectionKind,
    count_corrections,
    get_correction,
    list_corrections,
    save_correction,
    undo_correction,
)
from tandemweb.store.state import State

ANCHOR = Anchor("shop", "TandemKit/001-A", Stage.EVALUATION, 2, "TandemKit/001-A/x.md", 14, "Totals are wrong", "f1")
LATER = START + timedelta(hours=1)


@pytest.mark.parametrize("kind", CorrectionKind)
def test_a_correction_comes_back(state: State, kind: CorrectionKind):
    with state.transaction() as transaction:
        number = save_correction(transaction, kind, ANCHOR, "LOW", created_at=START, note="why")
    assert list_corrections(state, "shop") == (Correction(number, kind, ANCHOR, "LOW", START, None, "why"),)


def test_a_newer_one_of_its_kind_takes_its_place(state: State):
    with state.transaction() as transaction:
        first = save_correction(transaction, CorrectionKind.SEVERITY, ANCHOR, "LOW", created_at=START)
        second = save_correction(transaction, CorrectionKind.SEVERITY, ANCHOR, "HIGH", created_at=LATER)
        third = save_correction(transaction, CorrectionKind.OUTCOME, ANCHOR, "dismissed", created_at=LATER)
    assert [correction.id for correction in list_corrections(state, "shop")] == [second, third]
    kept = list_corrections(state, "shop", with_undone=True)
    assert [(correction.id, correction.undone_at) for correction in kept] == [
        (first, LATER),
        (second, None),
        (third, None),
    ]


def test_undoing_keeps_it_as_undone(state: State):
    with state.transaction() as transaction:
        number = save_correction(transaction, CorrectionKind.NO_FINDING, ANCHOR, "", created_at=START)
        undo_correction(transaction, number, undone_at=LATER)
        with pytest.raises(NotFoundError, match="in force"):
            undo_correction(transaction, number, undone_at=LATER)
    assert list_corrections(state, "shop") == ()
    assert list_corrections(state, "shop", with_undone=True)[0].undone_at == LATER


def test_corrections_of_one_mission(state: State):
    other = replace(ANCHOR, mission_path="TandemKit/002-B")
    with state.transaction() as transaction:
        save_correction(transaction, CorrectionKind.SEVERITY, ANCHOR, "LOW", created_at=START)
        save_correction(transaction, CorrectionKind.SEVERITY, other, "LOW", created_at=START)
    assert [correction.anchor for correction in list_corrections(state, "shop", "TandemKit/002-B")] == [other]
    assert list_corrections(state, "attic") == ()


def test_what_was_read_and_the_other_finding_are_kept(state: State):
    with state.transaction() as transaction:
        number = save_correction(
            transaction,
            CorrectionKind.SAME_AS,
            ANCHOR,
            "f2",
            created_at=START,
            was="f1",
            target=("TandemKit/001-A/y.md", "Totals forget tax"),
        )
    kept = get_correction(state, number)
    assert (kept.was, kept.target_path, kept.target_quote) == ("f1", "TandemKit/001-A/y.md", "Totals forget tax")
    with pytest.raises(NotFoundError):
        get_correction(state, number + 1)


def test_corrections_in_force_are_counted_by_mission(state: State):
    other = replace(ANCHOR, mission_path="TandemKit/002-B")
    with state.transaction() as transaction:
        save_correction(transaction, CorrectionKind.SEVERITY, ANCHOR, "LOW", created_at=START)
        save_correction(transaction, CorrectionKind.OUTCOME, ANCHOR, "dismissed", created_at=START)
        undone = save_correction(transaction, CorrectionKind.SEVERITY, other, "LOW", created_at=START)
        undo_correction(transaction, undone, undone_at=LATER)
    assert count_corrections(state) == {("shop", "TandemKit/001-A"): 2}
