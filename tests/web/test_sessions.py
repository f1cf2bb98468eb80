from pathlib import Path

from tandemweb.web.sessions import KEPT_COUNT, Sessions, cookie_name


def test_secret_finds_its_session_and_nothing_else_does():
    sessions = Sessions()
    secret = sessions.open_session()
    session = sessions.find_session(secret)
    assert session is not None
    assert secret not in repr(session)
    for other in (None, "", secret[:-1], secret + "a", secret.swapcase(), session.digest, "\udc80"):
        assert sessions.find_session(other) is None


def test_secrets_are_long_and_never_the_same():
    sessions = Sessions()
    secrets = {sessions.open_session() for _ in range(100)}
    assert len(secrets) == 100
    assert min(map(len, secrets)) >= 43, "256 bits in base64"


def test_each_session_has_its_own_form_token():
    sessions = Sessions()
    tokens = {sessions.find_session(sessions.open_session()).csrf_token for _ in range(10)}
    assert len(tokens) == 10


def test_the_oldest_is_closed_when_there_are_too_many():
    sessions = Sessions()
    secrets = [sessions.open_session() for _ in range(KEPT_COUNT + 1)]
    assert sessions.find_session(secrets[0]) is None
    assert sessions.find_session(secrets[1]) is not None
    assert sessions.find_session(secrets[-1]) is not None


def test_closing_all_ends_every_session():
    sessions = Sessions()
    secrets = [sessions.open_session() for _ in range(3)]
    sessions.close_all()
    assert [sessions.find_session(secret) for secret in secrets] == [None] * 3


def test_cookies_of_two_servers_do_not_meet():
    names = {cookie_name(port, Path(folder)) for port in (8000, 8001) for folder in ("/data/one", "/data/two")}
    assert len(names) == 4
    assert all(name.startswith(("tandemweb_8000_", "tandemweb_8001_")) for name in names)
    assert cookie_name(8000, Path("/data/one")) == cookie_name(8000, Path("/data/one"))
