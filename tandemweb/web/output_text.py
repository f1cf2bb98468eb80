r"""What programs and agents print, made readable: nothing in it moves a cursor, hides, or turns the direction of text.

Escape sequences of terminals fall away. Every other control character, and every one that changes the direction of
text, is shown by a visible name: a reader sees that it is there, and the words around it keep their order.
"""

import re

# As ECMA-48 has them: CSI, OSC and other strings (to their end, or to the end of the line), then two-byte ones.
_ESCAPES = re.compile(
    r"""
    (?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]
    |(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?
    |\x1b[ -/]*[0-~]?
    """,
    re.VERBOSE,
)
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_JOINERS = re.compile("[\u200c\u200d]")
_NAMES = {**{chr(code): chr(0x2400 + code) for code in range(0x20)}, "\x7f": "\u2421"}


def clean_output(text: str) -> str:
    """Give text of an agent or program as it may be shown; line ends and tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    plain = _ESCAPES.sub("", text.replace("\r\n", "\n"))
    return _HIDDEN.sub(_name_character, plain)


def name_hidden(line: str) -> str:
    """Give a line of a file as it may be shown: all of it is there, and what cannot be seen has a name.

    Joiners too, which put letters and pictures together elsewhere: in code they make two names out of one.
    """
    if line.isascii() and line.isprintable():
        return line
    return _JOINERS.sub(_name_character, _HIDDEN.sub(_name_character, line))


def _name_character(match: re.Match[str]) -> str:
    return _NAMES.get(match[0]) or f"⟨U+{ord(match[0]):04X}⟩"
