"""Pictures of a mission in the order in which they are looked at: by round, before beside after."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby

from tandemweb.domain.mission import Asset

BEFORE, AFTER = "before", "after"
LAST = 10**9


@dataclass(frozen=True, slots=True)
class AssetGroup:
    """Pictures of one round. With a ``subject`` or as a comparison they show one thing as it was, then as it is.

    ``locale`` is that of a comparison; all that is compared with nothing makes up the last group of a round.
    """

    subject: str
    locale: str | None
    is_comparison: bool
    assets: tuple[Asset, ...]


def group_assets(found: tuple[Asset, ...]) -> tuple[tuple[int | None, tuple[AssetGroup, ...]], ...]:
    """Give each round with its groups; files whose names say no round come last."""
    ordered = sorted(found, key=lambda asset: (_round(asset), asset.path))
    return tuple(
        (None if number == LAST else number, _group_round(tuple(members)))
        for number, members in groupby(ordered, key=_round)
    )


def _group_round(assets: tuple[Asset, ...]) -> tuple[AssetGroup, ...]:
    by_subject: dict[tuple[str, str | None], list[Asset]] = defaultdict(list)
    for asset in assets:
        by_subject[_subject(asset), asset.locale].append(asset)
    compared = {key: members for key, members in by_subject.items() if {BEFORE, AFTER} <= set(map(_moment, members))}
    rest = tuple(asset for asset in assets if (_subject(asset), asset.locale) not in compared)
    groups = [
        AssetGroup(subject, locale, is_comparison=True, assets=tuple(sorted(members, key=_is_after)))
        for (subject, locale), members in compared.items()
    ]
    return (*groups, *((AssetGroup("", None, is_comparison=False, assets=rest),) if rest else ()))


def _round(asset: Asset) -> int:
    return LAST if asset.round is None else asset.round


def _words(asset: Asset) -> list[str]:
    return asset.slug.lower().replace("_", "-").split("-")


def _subject(asset: Asset) -> str:
    return "-".join(word for word in _words(asset) if word not in {BEFORE, AFTER})


def _moment(asset: Asset) -> str | None:
    return next((word for word in _words(asset) if word in {BEFORE, AFTER}), None)


def _is_after(asset: Asset) -> bool:
    return _moment(asset) == AFTER
