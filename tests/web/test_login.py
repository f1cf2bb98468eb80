import pytest

ORIGIN = {"Origin": "http://127.0.0.1:8710"}


def issue(app, seconds=60):
    return app.extensions["admission"].codes.issue_code(seconds)


def test_a_code_opens_a_session(app, stranger):
    answer = stranger.post("/login", data={"code": issue(app)}, headers=ORIGIN)
    assert answer.status_code == 200
    (cookie,) = answer.headers.getlist("Set-Cookie")
    name, *attributes = cookie.split("; ")
    assert name.startswith("tandemweb_8710_")
    assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=Strict"]
    assert stranger.get("/nothing").status_code == 404


def test_the_answer_leaves_by_script_not_by_redirect(app, stranger):
    answer = stranger.post("/login", data={"code": issue(app), "path": "/projects/demo?x=1"}, headers=ORIGIN)
    assert '<script defer src="/static/js/go.js"></script>' in answer.text
    assert '<a id="go" href="/projects/demo?x=1">' in answer.text


@pytest.mark.parametrize(
    "path",
    ["//evil.test", "https://evil.test", "\\\\evil.test", "/\\evil.test", "javascript:alert(1)", "", "/\t/evil.test"],
)
def test_a_login_leads_to_no_other_site(app, stranger, path):
    answer = stranger.post("/login", data={"code": issue(app), "path": path}, headers=ORIGIN)
    assert '<a id="go" href="/">' in answer.text


def test_a_code_is_good_once_and_the_refusal_sets_nothing(app, stranger):
    code = issue(app)
    app.test_client().post("/login", data={"code": code}, headers=ORIGIN)
    for given in ({"code": code}, {"code": "wrong"}, {}):
        answer = stranger.post("/login", data=given, headers=ORIGIN)
        assert answer.status_code == 403
        assert "Set-Cookie" not in answer.headers
        assert code not in answer.text
    assert stranger.get("/nothing").status_code == 401


def test_get_with_a_code_opens_nothing(app, stranger):
    code = issue(app)
    assert stranger.get("/login", query_string={"code": code}).status_code == 200
    assert stranger.get("/nothing").status_code == 401
    assert app.extensions["admission"].codes.redeem_code(code), "not spent either"


def test_a_new_code_is_printed_for_the_person_at_the_terminal(stranger, terminal):
    answer = stranger.post("/login/code", headers=ORIGIN)
    assert answer.status_code == 200
    (line,) = terminal.lines
    code = line.rpartition(" ")[2]
    assert code not in answer.text
    assert stranger.post("/login", data={"code": code}, headers=ORIGIN).status_code == 200


def test_nobody_floods_the_terminal(stranger, terminal):
    statuses = [stranger.post("/login/code", headers=ORIGIN).status_code for _ in range(5)]
    assert statuses == [200, 429, 429, 429, 429]
    assert len(terminal.lines) == 1


def test_leaving_ends_all_sessions(app, client):
    other = app.test_client()
    other.log_in()
    answer = client.send_form("/logout")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert client.get("/nothing").status_code == other.get("/nothing").status_code == 401


def test_a_token_of_another_session_does_not_fit(app, client):
    other = app.test_client()
    other.log_in()
    client.token = other.token
    assert client.send_form("/logout").status_code == 403
    assert client.get("/nothing").status_code == 404, "still logged in"


def test_htmx_shows_the_token_in_a_header(client):
    answer = client.post("/logout", headers={**ORIGIN, "X-CSRF-Token": client.token, "HX-Request": "true"})
    assert answer.status_code == 303


def test_asking_for_a_code_keeps_the_page_that_one_came_for(client, stranger):
    page = stranger.get("/decisions?q=x")
    assert page.text.count('name="path" value="/decisions?q=x"') == 2
    for status in (200, 429):
        answer = stranger.post("/login/code", data={"path": "/decisions?q=x"}, headers=ORIGIN)
        assert answer.status_code == status
        assert answer.text.count('name="path" value="/decisions?q=x"') == 2
    assert 'value="/"' in stranger.post("/login/code", data={"path": "//evil.test"}, headers=ORIGIN).text


@pytest.mark.security
def test_a_cookie_that_another_port_set_locks_nobody_out(app, client):
    """Cookies know no ports: the browser sends those with a longer path first."""
    name = app.extensions["admission"].cookie
    own = client.get_cookie(name, domain="127.0.0.1").value
    stranger = app.test_client(use_cookies=False)
    for cookies, status in (
        ([f"{name}=evil", f"{name}={own}"], 404),
        ([f"{name}={own}", f"{name}=evil"], 404),
        ([f"{name}=evil", f"{name}=worse"], 401),
    ):
        answer = stranger.get("/nothing", headers={"Cookie": "; ".join(cookies)})
        assert answer.status_code == status, cookies
