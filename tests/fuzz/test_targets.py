"""The quick part of fuzzing: seeds, what was found before, and mutations of both. ``run.py`` is the long part."""

import random

import pytest
from effort import choose
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.seeds import list_seeds
from fuzz.targets import TARGETS

pytestmark = [pytest.mark.security, pytest.mark.timeout(choose(300, 3600))]
WORDS = (
    b"**Verdict: PASS**",
    b"## High\n",
    b"- [P1] ",
    b"| a | b |\n",
    b"```\n",
    b"> ",
    b"\x00",
    b"\xff",
    b"\r",
    b"None\n",
)


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_are_read(name: str):
    seeds = list_seeds(name)
    assert seeds
    for seed in seeds:
        TARGETS[name](seed)


@pytest.mark.parametrize("name", TARGETS)
def test_any_bytes_are_read(name: str):
    alphabet = st.sampled_from([*WORDS, *(bytes([byte]) for byte in b'aF1|-*#:>`{}[]",. \n\t0')])

    @settings(max_examples=choose(300, 20_000), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.binary(max_size=300) | st.lists(alphabet, max_size=80).map(b"".join))
    def read(content: bytes):
        TARGETS[name](content)

    read()


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_seeds_are_read(name: str):
    chance, seeds = random.Random(7), list_seeds(name)
    for _ in range(choose(150, 5_000)):
        content = bytearray(chance.choice(seeds)[:20_000])
        for _ in range(chance.randint(1, 8)):
            place = chance.randrange(len(content) + 1)
            other = chance.choice(seeds)
            start = chance.randrange(len(other) + 1)
            damage = chance.choice((b"", chance.choice(WORDS), chance.randbytes(3), other[start : start + 200]))
            content[place : place + chance.choice((0, 1, 40, 400))] = damage
        TARGETS[name](bytes(content))
