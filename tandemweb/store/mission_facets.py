"""How many missions each filter of the list would give: missions counted once by every combination, then summed."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from tandemweb.store.database import Database
from tandemweb.store.mission_flags import MissionFlag, flag_bit
from tandemweb.store.values import contains_pattern


@dataclass(frozen=True, slots=True)
class Facet:
    """A value that the list can be narrowed to, with how many missions that gives beside the other filters."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Group:
    """Missions alike in everything that can be chosen; ``count`` are those with the text looked for."""

    project: str
    project_name: str
    phase: str
    verdict: str
    flags: int
    all_count: int
    count: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What is chosen now; None where nothing is, "" for missions without phase or verdict."""

    project: str | None
    phase: str | None
    verdict: str | None
    flags: int

    def takes(self, group: Group) -> bool:
        return (
            self.project in (None, group.project)
            and self.phase in (None, group.phase)
            and self.verdict in (None, group.verdict)
            and group.flags & self.flags == self.flags
        )


def list_groups(index: Database, text: str) -> list[Group]:
    """Count all missions by what can be chosen, in one query."""
    if not text:
        rows = index.rows(
            """
            SELECT slug, projects.name, coalesce(phase, ''), coalesce(verdict, ''), flags, count, count
            FROM (
                SELECT project_id, phase, verdict, flags, count(*) AS count FROM missions
                GROUP BY project_id, phase, verdict, flags
            ) JOIN projects ON projects.id = project_id
            """
        )
    else:
        rows = index.rows(
            r"""
            SELECT slug, projects.name, coalesce(phase, ''), coalesce(verdict, ''), flags, count, matching
            FROM (
                SELECT project_id, phase, verdict, flags, count(*) AS count,
                    sum(name LIKE ?1 ESCAPE '\' OR title LIKE ?1 ESCAPE '\') AS matching
                FROM missions GROUP BY project_id, phase, verdict, flags
            ) JOIN projects ON projects.id = project_id
            """,
            (contains_pattern(text),),
        )
    return [Group(*row) for row in rows]


def count_chosen(groups: Iterable[Group], choice: Choice) -> int:
    return sum(group.count for group in groups if choice.takes(group))


def count_projects(groups: Sequence[Group], choice: Choice) -> tuple[Facet, ...]:
    """Count by project, by name of project."""
    counts = _count(groups, replace(choice, project=None), lambda group: group.project)
    names = {group.project: group.project_name for group in groups}
    facets = (Facet(slug, names[slug], count) for slug, count in counts.items())
    return tuple(sorted(facets, key=lambda facet: (facet.label.casefold(), facet.value)))


def count_phases(groups: Sequence[Group], choice: Choice) -> tuple[Facet, ...]:
    """Count by phase, most frequent first."""
    return _ranked(_count(groups, replace(choice, phase=None), lambda group: group.phase))


def count_verdicts(groups: Sequence[Group], choice: Choice) -> tuple[Facet, ...]:
    """Count by verdict, most frequent first."""
    return _ranked(_count(groups, replace(choice, verdict=None), lambda group: group.verdict))


def count_flags(groups: Sequence[Group], choice: Choice) -> tuple[Facet, ...]:
    """Count by flag, one facet for each, also for those that give nothing."""
    return tuple(
        Facet(flag, flag, count_chosen(groups, replace(choice, flags=choice.flags | flag_bit(flag))))
        for flag in MissionFlag
    )


def _count(groups: Iterable[Group], choice: Choice, value_of: Callable[[Group], str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for group in groups:
        if choice.takes(group) and group.count:
            counts[value_of(group)] += group.count
    return counts


def _ranked(counts: Counter[str]) -> tuple[Facet, ...]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Facet(value, value, count) for value, count in ordered)
