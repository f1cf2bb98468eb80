"""What a user sets once for all runs on this machine."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tandemweb.domain.workflow import AgentKind


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """``executable`` is a path or a name on PATH ("" is the agent's own name), ``arguments`` are put before ours."""

    executable: str = ""
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunSettings:
    """``parallel_limit`` is how many runs may work at once; ``retry``: begin again by itself after a rate limit."""

    parallel_limit: int = 2
    retry: bool = False


@dataclass(frozen=True, slots=True)
class ComparisonSettings:
    """``patterns`` are of names of branches that implement one spec; ``*`` is one part of a name."""

    patterns: tuple[str, ...] = ("impl/*",)


@dataclass(frozen=True, slots=True)
class Settings:
    agents: Mapping[AgentKind, AgentSettings] = field(default_factory=dict)
    runs: RunSettings = RunSettings()
    comparisons: ComparisonSettings = ComparisonSettings()

    def of(self, kind: AgentKind) -> AgentSettings:
        return self.agents.get(kind, AgentSettings())
