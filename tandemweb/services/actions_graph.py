"""A workflow without loops: each step or group as often as it may come, and what leads from one to the next.

A loop goes from a step back to one that stands above it. Each round of it is a place of its own; past the last one
nothing follows, and a person looks.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tandemweb.domain.workflow import END, USER, Workflow
from tandemweb.services.script_course import list_nodes

ROUNDS = 3  # of a loop that says no limit itself
PLAN_STEPS = 8  # of a plan that is done one by one


@dataclass(frozen=True, slots=True)
class Place:
    """A step, group or gate (``choice`` is what its approval means) in one round of each loop that it is in."""

    node: str
    rounds: tuple[int, ...] = ()
    choice: str = ""

    @property
    def key(self) -> str:
        """Name the job. Names of workflows hold no underscore, so no two places have the same."""
        name = f"gate_{self.node}_{self.choice}" if self.choice else self.node
        return "_".join((name, *map(str, self.rounds)))


@dataclass(frozen=True, slots=True)
class Way:
    """Leads from a place on some outcomes; ``unless``: on all but those in ``words``."""

    place: Place
    words: tuple[str, ...]
    unless: bool = False


@dataclass(slots=True)
class Unrolled:
    """Places in an order in which each comes after those that lead to it, with the ways that lead there."""

    ways: dict[Place, list[Way]] = field(default_factory=dict)


def unroll(workflow: Workflow, first: str, *, rounds: int = ROUNDS) -> Unrolled:
    """Lay out all places that can be come to from ``first``."""
    course = _Course(workflow, list_nodes(workflow), rounds)
    beginning = course.enter(first)
    found = Unrolled({beginning: []})
    waiting = [beginning]
    while waiting:
        place = waiting.pop(0)
        for way, following in course.follow(place):
            if following not in found.ways:
                found.ways[following] = []
                waiting.append(following)
            found.ways[following].append(way)
    order = sorted(found.ways, key=course.rank)
    return Unrolled({place: found.ways[place] for place in order})


@dataclass(frozen=True, slots=True)
class _Course:
    workflow: Workflow
    nodes: tuple[str, ...]
    rounds: int

    def enter(self, node: str) -> Place:
        return Place(node, tuple(1 for _ in self.list_loops(node)))

    def follow(self, place: Place) -> Iterator[tuple[Way, Place]]:
        if place.choice:
            target = next(gate for gate in self.workflow.gates if gate.name == place.node).choices[place.choice]
            yield Way(place, (place.choice,)), self._go(target, self._find_counts(place, target))
            return
        following = self.workflow.list_members(place.node)[0].next
        words = tuple(word for word in following if word != "*")
        for word, target in following.items():
            way = Way(place, words, unless=True) if word == "*" else Way(place, (word,))
            reached = self._reach(place, target)
            if reached is not None:
                yield way, reached

    def rank(self, place: Place) -> tuple[object, ...]:
        """Sort by outer loops first: a later round comes after all of an earlier one."""
        node = self._find_target(place) if place.choice else place.node
        counts = self._find_counts(place, node)
        key: list[int] = []
        for position, name in enumerate(self.nodes):
            if name in counts:
                key += [position, counts[name]]
        return (*key, self.nodes.index(node), not place.choice)

    def list_loops(self, node: str) -> list[str]:
        """List the loops that a node is in, by the node that each begins with."""
        position = self.nodes.index(node)
        return [name for name in self.nodes if self.nodes.index(name) <= position <= self._find_end(name)]

    def _reach(self, place: Place, target: str) -> Place | None:
        """Find the place that follows; None where nothing does."""
        counts = dict(zip(self.list_loops(place.node), place.rounds, strict=True))
        if target == END:
            return None
        if target.startswith(USER):
            return self._reach_gate(place, target.removeprefix(USER), counts)
        if self.nodes.index(target) <= self.nodes.index(place.node):
            if counts[target] >= self._find_limit(target):
                return None
            counts[target] += 1
        return self._go(target, counts)

    def _reach_gate(self, place: Place, name: str, counts: Mapping[str, int]) -> Place | None:
        """Find the gate, if one of its choices leads on; the others are for a person to start."""
        position = self.nodes.index(place.node)
        gate = self.workflow.find_gate(name)
        for choice, target in gate.choices.items() if gate else ():
            if target in self.nodes and self.nodes.index(target) > position:
                return Place(name, tuple(counts.get(loop, 1) for loop in self._list_kept(target, counts)), choice)
        return None

    def _list_kept(self, target: str, counts: Mapping[str, int]) -> list[str]:
        return [loop for loop in self.list_loops(target) if loop in counts]

    def _go(self, target: str, counts: Mapping[str, int]) -> Place:
        """Come to a node: loops that both are in go on, others begin."""
        return Place(target, tuple(counts.get(loop, 1) for loop in self.list_loops(target)))

    def _find_counts(self, place: Place, node: str) -> dict[str, int]:
        loops = self.list_loops(node)
        if place.choice:  # the loops that its gate and its target share are the outer ones
            loops = loops[: len(place.rounds)]
        return dict(zip(loops, place.rounds, strict=True))

    def _find_target(self, place: Place) -> str:
        return next(gate for gate in self.workflow.gates if gate.name == place.node).choices[place.choice]

    def _find_end(self, name: str) -> int:
        """Find the last node of the loop that begins with ``name``; -1 where none does."""
        first = self.nodes.index(name)
        sources = [
            position
            for position, node in enumerate(self.nodes)
            if position >= first and name in self.workflow.list_members(node)[0].next.values()
        ]
        return max(sources, default=-1)

    def _find_limit(self, name: str) -> int:
        inside = self.nodes[self.nodes.index(name) : self._find_end(name) + 1]
        steps = [step for node in inside for step in self.workflow.list_members(node)]
        limits = [step.repeat_limit for step in steps if step.repeat_limit and name in step.next.values()]
        if limits:
            return min(limits)
        return PLAN_STEPS if any(step.gate == "progress" for step in steps) else self.rounds
