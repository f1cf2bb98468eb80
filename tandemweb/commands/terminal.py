"""Lines for a terminal: archives and repositories may hold anything."""

REPLACED = "\ufffd"


def clean_line(text: str, kept: str = "") -> str:
    """Replace what a terminal would obey, hide, or could not write; letters in ``kept`` stay."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() or letter in kept else REPLACED for letter in text)
