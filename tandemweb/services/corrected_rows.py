"""Rows of the missions list with what people corrected counted in."""

from collections.abc import Iterable
from dataclasses import replace

from tandemweb.services.correction_requests import get_corrected_mission
from tandemweb.store.corrections import count_corrections
from tandemweb.store.database import Database
from tandemweb.store.mission_flags import MissionFlag, summarise
from tandemweb.store.mission_list import MissionRow


def correct_rows(index: Database, state: Database, rows: Iterable[MissionRow]) -> tuple[MissionRow, ...]:
    """Give the rows with counts as corrected; only missions that somebody corrected are read for it.

    Filters, order and facets of the list go by what the documents say: corrections never change the index.
    """
    corrected = count_corrections(state)
    return tuple(_correct_row(index, state, row) if (row.project, row.path) in corrected else row for row in rows)


def _correct_row(index: Database, state: Database, row: MissionRow) -> MissionRow:
    summary = summarise(get_corrected_mission(index, state, row.project, row.root, row.name).mission)
    high, medium, low = summary.open_counts
    return replace(
        row,
        open_high_count=high,
        open_medium_count=medium,
        open_low_count=low,
        only_claude_count=summary.only_claude_count,
        only_codex_count=summary.only_codex_count,
        both_count=summary.both_count,
        is_disputed=MissionFlag.DISPUTED in summary.flags,
        is_stuck=MissionFlag.STUCK in summary.flags,
    )
