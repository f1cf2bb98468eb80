from datetime import UTC, datetime


def format_moment(at: datetime | None) -> str:
    """Show a time in UTC as people write it: ``4 May 2026, 14:02``; ``?`` where there is none."""
    if at is None:
        return "?"
    utc = at.astimezone(UTC)
    return f"{utc.day} {utc:%B %Y, %H:%M}"
