"""How addresses on this server are put together, whatever they lead to; ``web.urls`` says which there are. Pure."""

from functools import lru_cache
from urllib.parse import quote, urlencode

KEPT = 4096  # addresses: a page names the same project, mission and documents again and again


@lru_cache(maxsize=KEPT, typed=True)
def quote_part(text: object) -> str:
    return quote(str(text).encode("utf-8", "surrogateescape"), safe="@:,+")


@lru_cache(maxsize=KEPT)
def quote_path(text: str) -> str:
    return quote(text.encode("utf-8", "surrogateescape"), safe="/@:,+")


def with_query(address: str, **parameters: str | int | None) -> str:
    """Add the parameters that are not None. A trailing ``_`` of a name falls away, for ``from_``."""
    given = {name.rstrip("_"): value for name, value in parameters.items() if value is not None}
    return f"{address}?{urlencode(given, errors='replace')}" if given else address


def with_line(address: str, line: int | None = None, end: int | None = None) -> str:
    if line is None:
        return address
    return f"{address}#L{line}" if end is None or end == line else f"{address}#L{line}-L{end}"


def local_or_home(text: str) -> str:
    """Give ``text`` when it is a path on this server, else ``/``: nothing a request says may lead to another site."""
    is_local = text.startswith("/") and not text.startswith("//") and text.isprintable() and "\\" not in text
    return text if is_local else "/"


def json_twin(address: str) -> str:
    """Give the address of a page's JSON. ``address`` holds no query."""
    return f"{address}index.json" if address.endswith("/") else f"{address}.json"
