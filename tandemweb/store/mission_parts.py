"""The smaller parts of a mission: assets, criteria, manifests, tallies, problems; each saved anew with the mission."""

from collections.abc import Mapping
from dataclasses import dataclass

from tandemweb.domain.finding import Criterion
from tandemweb.domain.mission import Asset, Mission
from tandemweb.store.database import Database, Transaction
from tandemweb.store.values import read_json, read_stamp, write_json, write_path_bytes, write_stamp

Rows = tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class PartRows:
    """The parts of a mission as they are saved, without the mission's row id, which stands in front of each."""

    assets: Rows
    criteria: Rows
    changed_files: Rows


def make_part_rows(mission: Mission) -> PartRows:
    """Prepare the parts of a mission for ``save_parts``."""
    return PartRows(
        tuple(_asset_columns(position, asset) for position, asset in enumerate(mission.assets)),
        tuple((place, one.number, one.text, one.path, one.line) for place, one in enumerate(mission.criteria)),
        tuple((round_number, write_json(paths)) for round_number, paths in mission.changed_files.items()),
    )


def clear_parts(index: Transaction, mission_id: int) -> None:
    """Remove all rows of a mission but its own, its documents' and its details."""
    index.execute("DELETE FROM assets WHERE mission_id = ?", (mission_id,))
    index.execute("DELETE FROM criteria WHERE mission_id = ?", (mission_id,))
    index.execute("DELETE FROM changed_files WHERE mission_id = ?", (mission_id,))
    index.execute("DELETE FROM problems WHERE mission_id = ?", (mission_id,))


def save_parts(index: Transaction, mission_id: int, parts: PartRows) -> None:
    """Add the assets, criteria and manifests of a mission that has none."""
    index.execute_many(
        """
        INSERT INTO assets (mission_id, position, path, path_bytes, size, mtime_ns, inode, round, made_by, slug, locale)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        [(mission_id, *asset) for asset in parts.assets],
    )
    index.execute_many(
        "INSERT INTO criteria (mission_id, position, number, text, path, line) VALUES (?, ?, ?, ?, ?, ?)",
        [(mission_id, *criterion) for criterion in parts.criteria],
    )
    index.execute_many(
        "INSERT INTO changed_files (mission_id, round, paths) VALUES (?, ?, ?)",
        [(mission_id, *manifest) for manifest in parts.changed_files],
    )


def _asset_columns(position: int, asset: Asset) -> tuple[object, ...]:
    return (
        position,
        asset.path,
        write_path_bytes(asset.path),
        *write_stamp(asset.stamp),
        asset.round,
        asset.made_by,
        asset.slug,
        asset.locale,
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


def list_changed_files(index: Database, mission_id: int) -> Mapping[int, tuple[str, ...]]:
    """Give the paths of the manifest of each round that has one."""
    rows = index.rows("SELECT round, paths FROM changed_files WHERE mission_id = ? ORDER BY round", (mission_id,))
    return {row["round"]: tuple(read_json(row["paths"])) for row in rows}
