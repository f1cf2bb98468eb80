"""Comparisons with what a person picked and looked at in them, in the state database."""

from collections.abc import Iterable
from datetime import datetime

from tandemweb.domain.chunk import Choice, Pick
from tandemweb.domain.comparison import Comparison, Side
from tandemweb.errors import NotFoundError
from tandemweb.store.database import Database, Row, Transaction
from tandemweb.store.values import read_time, write_time


def save_comparison(state: Transaction, comparison: Comparison, *, created_at: datetime) -> int:
    """Keep a comparison and give its id: that of an equal one, where there is one already."""
    for known in list_comparisons(state, comparison.project):
        if (known.spec, known.base, known.sides) == (comparison.spec, comparison.base, comparison.sides):
            return known.id
    number = state.execute(
        "INSERT INTO comparisons (project, spec, base_oid, created_at) VALUES (?, ?, ?, ?)",
        (comparison.project, comparison.spec, comparison.base, write_time(created_at)),
    )
    state.execute_many(
        "INSERT INTO comparison_sides (comparison, number, ref, oid) VALUES (?, ?, ?, ?)",
        ((number, side.number, side.ref, side.oid) for side in comparison.sides),
    )
    return number


def list_comparisons(state: Database, project: str | None = None) -> tuple[Comparison, ...]:
    """List those of one project, or all, newest first."""
    rows = state.rows(
        """
        SELECT comparisons.*, number, ref, oid FROM comparisons JOIN comparison_sides ON comparison = id
        WHERE project = ? OR ? IS NULL ORDER BY id DESC, number
        """,
        (project, project),
    )
    return _compose(rows)


def get_comparison(state: Database, number: int) -> Comparison:
    """Give one by its id. Raises NotFoundError."""
    rows = state.rows(
        """
        SELECT comparisons.*, number, ref, oid FROM comparisons JOIN comparison_sides ON comparison = id
        WHERE id = ? ORDER BY number
        """,
        (number,),
    )
    if not rows:
        raise NotFoundError(f"There is no comparison {number}; the page of the project lists those that are kept.")
    return _compose(rows)[0]


def delete_comparison(state: Transaction, number: int) -> None:
    """Forget a comparison with its picks and marks."""
    state.execute("DELETE FROM picks WHERE comparison = ?", (number,))
    state.execute("DELETE FROM viewed WHERE comparison = ?", (number,))
    state.execute("DELETE FROM test_commands WHERE comparison = ?", (number,))
    state.execute("DELETE FROM comparison_sides WHERE comparison = ?", (number,))
    state.execute("DELETE FROM comparisons WHERE id = ?", (number,))


def save_picks(state: Transaction, number: int, picks: Iterable[Pick]) -> None:
    """Keep picks, each in place of the one that was made there before."""
    state.execute_many(
        "INSERT OR REPLACE INTO picks (comparison, file, place, choice, sides, text) VALUES (?, ?, ?, ?, ?, ?)",
        (
            (number, pick.file, pick.place, pick.choice, " ".join(map(str, pick.sides)), bytes(pick.text))
            for pick in picks
        ),
    )


def delete_picks(state: Transaction, number: int, file: str | None = None, place: str | None = None) -> None:
    """Take back the pick of one place, those of one file, or all."""
    state.execute(
        "DELETE FROM picks WHERE comparison = ? AND (file = ? OR ? IS NULL) AND (place = ? OR ? IS NULL)",
        (number, file, file, place, place),
    )


def list_picks(state: Database, number: int, file: str | None = None) -> tuple[Pick, ...]:
    """List the picks of a comparison, or of one of its files."""
    rows = state.rows(
        "SELECT * FROM picks WHERE comparison = ? AND (file = ? OR ? IS NULL) ORDER BY file, place",
        (number, file, file),
    )
    return tuple(
        Pick(row["file"], row["place"], Choice(row["choice"]), tuple(map(int, row["sides"].split())), row["text"])
        for row in rows
    )


def mark_viewed(state: Transaction, number: int, file: str, *, is_viewed: bool) -> None:
    """Say whether a person has looked at a file of a comparison."""
    if is_viewed:
        state.execute("INSERT OR IGNORE INTO viewed (comparison, file) VALUES (?, ?)", (number, file))
    else:
        state.execute("DELETE FROM viewed WHERE comparison = ? AND file = ?", (number, file))


def list_viewed(state: Database, number: int) -> frozenset[str]:
    """List the keys of files that were marked as looked at."""
    return frozenset(row["file"] for row in state.rows("SELECT file FROM viewed WHERE comparison = ?", (number,)))


def _compose(rows: Iterable[Row]) -> tuple[Comparison, ...]:
    """Put rows of comparisons with their sides, in order, together."""
    heads: dict[int, Row] = {}
    sides: dict[int, list[Side]] = {}
    for row in rows:
        heads.setdefault(row["id"], row)
        sides.setdefault(row["id"], []).append(Side(row["number"], row["ref"], row["oid"]))
    return tuple(
        Comparison(
            row["project"], row["spec"], row["base_oid"], tuple(sides[number]), number, read_time(row["created_at"])
        )
        for number, row in heads.items()
    )
