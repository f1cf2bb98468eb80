"""Local web dashboard for mission archives that two coding agents leave in git."""

__version__ = "0.1.0"
