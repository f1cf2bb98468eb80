"""When a rate limit ends, as both agents and their services word it."""

import math
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

EPOCH = re.compile(r"limit reached\|(\d{9,11})\b")
SPAN = re.compile(
    r"(?:try again|retry|resets?|available) (?:again )?(?:in|after) "
    r"((?:about )?\d+(?:\.\d+)?\s*[a-z]+(?:[ ,]*(?:and )?\d+(?:\.\d+)?\s*[a-z]+)*)",
    re.IGNORECASE,
)
AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]+)", re.IGNORECASE)
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
HEADER = re.compile(r"retry-after\W{1,4}(\d{1,7})\b", re.IGNORECASE)
CLOCK = re.compile(
    r"(?:resets|try again at) (?:at )?(?:(?P<month>[A-Z][a-z]{2})[a-z]* (?P<day>\d{1,2})(?:st|nd|rd|th)?,? "
    r"(?:(?P<year>\d{4}),? )?(?:at )?)?(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))? ?(?P<half>[ap]m)"
    r"(?: \((?P<zone>[A-Za-z_]+(?:/[A-Za-z_+-]+)*)\)|(?! \())",
    re.IGNORECASE,
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
LONGEST = timedelta(days=40)


def find_reset_time(text: str, now: datetime) -> datetime | None:
    """Find the time in a sentence about a limit, in UTC; None where it names none, or none that can be meant."""
    found = _find(text, now)
    return found if found is not None and timedelta(0) <= found - now <= LONGEST else None


def _find(text: str, now: datetime) -> datetime | None:
    if match := EPOCH.search(text):
        return datetime.fromtimestamp(int(match[1]), UTC)
    if match := SPAN.search(text):
        seconds = _read_span(match[1])
        return now + timedelta(seconds=seconds) if seconds < LONGEST.total_seconds() else None
    if match := HEADER.search(text):
        return now + timedelta(seconds=int(match[1]))
    if match := CLOCK.search(text):
        return _read_clock(match, now)
    return None


def _read_span(text: str) -> float:
    seconds = 0.0
    for number, word in AMOUNT.findall(text):
        unit = "ms" if word.lower().startswith(("ms", "milli")) else word[0].lower()
        seconds += float(number) * UNITS.get(unit, math.inf)
    return seconds


def _read_clock(match: re.Match[str], now: datetime) -> datetime | None:
    """Read "3pm (Europe/Berlin)" as the next such time; without a zone it is that of this machine."""
    try:
        local = now.astimezone(ZoneInfo(match["zone"]) if match["zone"] else None)
        if not 1 <= int(match["hour"]) <= 12:
            return None
        hour = int(match["hour"]) % 12 + (12 if match["half"].lower() == "pm" else 0)
        at = local.replace(hour=hour, minute=int(match["minute"] or 0), second=0, microsecond=0)
        if match["month"]:
            month = MONTHS.index(match["month"].lower()) + 1
            year = int(match["year"]) if match["year"] else at.year + (month < at.month)
            at = at.replace(year=year, month=month, day=int(match["day"]))
        elif at <= local:
            at += timedelta(days=1)
        return at.astimezone(UTC)
    except (ValueError, OverflowError, KeyError, OSError):
        return None
