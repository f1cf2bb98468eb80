"""Durations, money and tokens as people read them."""

MINUTE, HOUR, DAY = 60, 3600, 86_400
THOUSAND, MILLION = 1000, 1_000_000
CENT = 0.01
UNKNOWN = "–"


def format_duration(seconds: float | None) -> str:
    """Show seconds as ``42 s``, ``3 min 12 s``, ``1 h 04 min`` or ``2 d 3 h``."""
    if seconds is None:
        return UNKNOWN
    whole = max(0, int(seconds))
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE:02} s"
    if whole < DAY:
        return f"{whole // HOUR} h {whole % HOUR // MINUTE:02} min"
    return f"{whole // DAY} d {whole % DAY // HOUR} h"


def format_money(dollars: float | None) -> str:
    """Show US dollars; small amounts with as many places as they need to be no zero."""
    if dollars is None:
        return UNKNOWN
    if 0 < dollars < CENT:
        return f"${dollars:.4f}"
    return f"${dollars:,.2f}"


def format_tokens(count: int | None) -> str:
    """Show a number of tokens as ``950``, ``12.4 k`` or ``1.23 M``."""
    if count is None:
        return UNKNOWN
    if count < THOUSAND:
        return str(count)
    if count < MILLION:
        return f"{count / THOUSAND:.1f} k"
    return f"{count / MILLION:.2f} M"


def format_size(size: int) -> str:
    """Show bytes as ``812 B``, ``1.4 kB`` or ``23.5 MB``."""
    if size < THOUSAND:
        return f"{size} B"
    if size < MILLION:
        return f"{size / THOUSAND:.1f} kB"
    return f"{size / MILLION:,.1f} MB"
