from tandemweb.archive.registry import KINDS


def test_every_kind_offers_what_the_protocol_asks():
    for kind in KINDS:
        assert kind.NAME
        assert kind.could_hold("src/main.py") is False
        assert kind.recognise("src/main.py", "print()") is None


def test_names_are_unique():
    assert len({kind.NAME for kind in KINDS}) == len(KINDS)
