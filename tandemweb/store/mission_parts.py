"""The smaller parts of a mission: assets, criteria, decisions, manifests; and clearing all parts before a save."""

from collections.abc import Mapping

from tandemweb.domain.finding import Criterion, Decision
from tandemweb.domain.mission import Asset, Mission
from tandemweb.store.database import Database, Transaction
from tandemweb.store.values import read_json, read_stamp, read_strings, write_json, write_path_bytes, write_stamp


def clear_parts(index: Transaction, mission_id: int) -> None:
    """Remove all rows of a mission but its own, its documents' and its questions'."""
    index.execute("DELETE FROM exchanges WHERE mission_id = ?", (mission_id,))
    index.execute("DELETE FROM assets WHERE mission_id = ?", (mission_id,))
    index.execute("DELETE FROM criteria WHERE mission_id = ?", (mission_id,))
    index.execute("DELETE FROM decisions WHERE mission_id = ?", (mission_id,))
    index.execute("DELETE FROM changed_files WHERE mission_id = ?", (mission_id,))
    index.execute("DELETE FROM problems WHERE mission_id = ?", (mission_id,))


def save_parts(index: Transaction, mission_id: int, mission: Mission) -> None:
    """Add the assets, criteria, decisions and manifests of a mission that has none."""
    _save_assets(index, mission_id, mission)
    index.execute_many(
        "INSERT INTO criteria (mission_id, position, number, text, path, line) VALUES (?, ?, ?, ?, ?, ?)",
        (
            (mission_id, position, criterion.number, criterion.text, criterion.path, criterion.line)
            for position, criterion in enumerate(mission.criteria)
        ),
    )
    index.execute_many(
        """
        INSERT INTO decisions (mission_id, position, title, path, line, end_line, text, rationale, alternatives)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            (
                mission_id,
                position,
                decision.title,
                decision.path,
                decision.line,
                decision.end_line,
                decision.text,
                decision.rationale,
                write_json(decision.alternatives),
            )
            for position, decision in enumerate(mission.decisions)
        ),
    )
    index.execute_many(
        "INSERT INTO changed_files (mission_id, round, paths) VALUES (?, ?, ?)",
        ((mission_id, round_number, write_json(paths)) for round_number, paths in mission.changed_files.items()),
    )


def _save_assets(index: Transaction, mission_id: int, mission: Mission) -> None:
    index.execute_many(
        """
        INSERT INTO assets (mission_id, position, path, path_bytes, size, mtime_ns, inode, round, made_by, slug, locale)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            (
                mission_id,
                position,
                asset.path,
                write_path_bytes(asset.path),
                *write_stamp(asset.stamp),
                asset.round,
                asset.made_by,
                asset.slug,
                asset.locale,
            )
            for position, asset in enumerate(mission.assets)
        ),
    )


def list_assets(index: Database, mission_id: int) -> tuple[Asset, ...]:
    rows = index.rows("SELECT * FROM assets WHERE mission_id = ? ORDER BY position", (mission_id,))
    return tuple(
        Asset(
            path=row["path"],
            stamp=read_stamp(row["size"], row["mtime_ns"], row["inode"]),
            round=row["round"],
            made_by=row["made_by"],
            slug=row["slug"],
            locale=row["locale"],
        )
        for row in rows
    )


def list_criteria(index: Database, mission_id: int) -> tuple[Criterion, ...]:
    rows = index.rows(
        "SELECT number, text, path, line FROM criteria WHERE mission_id = ? ORDER BY position", (mission_id,)
    )
    return tuple(Criterion(*row) for row in rows)


def list_decisions(index: Database, mission_id: int) -> tuple[Decision, ...]:
    rows = index.rows("SELECT * FROM decisions WHERE mission_id = ? ORDER BY position", (mission_id,))
    return tuple(
        Decision(
            title=row["title"],
            path=row["path"],
            line=row["line"],
            end_line=row["end_line"],
            text=row["text"],
            rationale=row["rationale"],
            alternatives=read_strings(row["alternatives"]),
        )
        for row in rows
    )


def list_changed_files(index: Database, mission_id: int) -> Mapping[int, tuple[str, ...]]:
    """Give the paths of the manifest of each round that has one."""
    rows = index.rows("SELECT round, paths FROM changed_files WHERE mission_id = ? ORDER BY round", (mission_id,))
    return {row["round"]: tuple(read_json(row["paths"])) for row in rows}
