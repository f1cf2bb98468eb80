import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tandemweb.web.output_text import clean_output


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\n\ttext", "plain\n\ttext"),
        ("\x1b[1;31mred\x1b[0m and \x9b32mgreen", "red and green"),
        ("\x1b]0;a title\x07after", "after"),
        ("\x1b]8;;http://evil.test\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]52;c;never closed\nnext line", "\nnext line"),
        ("\x1bPsixel\x1b\\x\x1b(By\x1bc", "xy"),
        ("\x1b", ""),
        ("a\x00b\x07c\x08d\x7f", "a␀b␇c␈d␡"),
        ("10%\r20%\r\ndone", "10%␍20%\ndone"),
        ("user\u202enimda\u2066x", "user⟨U+202E⟩nimda⟨U+2066⟩x"),
        ("zero\u200bwidth\ufeff", "zero⟨U+200B⟩width⟨U+FEFF⟩"),
        ("soft\u00ad, filled\u3164, tagged\U000e0041", "soft⟨U+00AD⟩, filled⟨U+3164⟩, tagged⟨U+E0041⟩"),
        ("schön 名 \U0001f469\u200d\U0001f4bb", "schön 名 \U0001f469\u200d\U0001f4bb"),
    ],
)
def test_what_is_shown(text, shown):
    assert clean_output(text) == shown


@given(st.text(st.sampled_from("\x1b[]0;m\x07\x9b\\P\x90\x9c\n\r\u202e\u2069ab ")))
def test_nothing_hidden_is_left(text):
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", clean_output(text))
