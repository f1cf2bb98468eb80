"""Texts as they are kept: compressed, since reading them back takes less time than the disk space takes to write."""

import json
import zlib
from pathlib import Path
from typing import Any

from tandemweb.store.database import DamagedDatabaseError, clean_text

LEVEL = 1  # half the size; more takes twice as long for a tenth of that
WORTHWHILE = 200  # bytes; a shorter text is kept as it is, behind a zero
_PLAIN = b"\0"  # begins no compressed text
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def pack(text: str) -> bytes:
    """Compress a text, lone surrogates replaced."""
    data = clean_text(text).encode()
    return zlib.compress(data, LEVEL) if len(data) >= WORTHWHILE else data and _PLAIN + data


def unpack(packed: bytes | None, path: Path) -> str:
    """Give the text that was packed; "" for nothing. Raises DamagedDatabaseError, which names the database."""
    if not packed:
        return ""
    try:
        return (packed[1:] if packed.startswith(_PLAIN) else zlib.decompress(packed)).decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise DamagedDatabaseError(f"The database {path} is damaged (a text in it: {error}).") from error


def pack_values(values: Any) -> bytes:
    """Compress plain values (lists, texts, numbers)."""
    return pack(_ENCODE(values)) if values else b""


def unpack_values(packed: bytes | None, path: Path) -> Any:
    """Give the values that were packed; an empty list for nothing. Raises DamagedDatabaseError."""
    text = unpack(packed, path)
    try:
        return json.loads(text) if text else []
    except ValueError as error:
        raise DamagedDatabaseError(f"The database {path} is damaged (values in it: {error}).") from error
