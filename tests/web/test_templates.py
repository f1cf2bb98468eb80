"""The frame and the shared pieces of all pages."""

import json
import re
from datetime import UTC, datetime

import pytest

from tandemweb.store.mission_list import RoundMark
from tandemweb.web.resources import find_resource_folder

HOSTILE = "<script>alert(1)</script>\"'"
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;&#34;&#39;"


@pytest.fixture
def draw(app):
    """Render an expression that uses the macros as ``ui``."""

    def render(expression: str, **values: object) -> str:
        source = '{% import "macros.html" as ui %}' + expression
        with app.test_request_context("/"):
            return app.jinja_env.from_string(source).render(**values).strip()

    return render


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("{{ ui.chip(x) }}", f'<span class="chip">{ESCAPED}</span>'),
        ("{{ ui.chip('a', 'run', x) }}", f'<span class="chip run" title="{ESCAPED}">a</span>'),
        ("{{ ui.verdict(x) }}", f'<span class="chip">? {ESCAPED}</span>'),
        ("{{ ui.verdict('PASS') }}", '<span class="chip pass">✓ PASS</span>'),
        ("{{ ui.verdict('FAIL') }}", '<span class="chip fail">✕ FAIL</span>'),
        ("{{ ui.verdict(none) }}", ""),
        ("{{ ui.severity('HIGH') }}", '<span class="chip high">▲ High</span>'),
        ("{{ ui.severity('LOW', 0) }}", '<span class="chip low">▽ 0</span>'),
        ("{{ ui.severity('MEDIUM', x) }}", f'<span class="chip medium">◆ {ESCAPED}</span>'),
        ("{{ ui.severity(none) }}", ""),
        ("{{ ui.who('claude') }}{{ ui.who(none) }}", '<span class="who claude">Claude</span>'),
        ("{{ ui.moment(none) }}", '<span class="muted">?</span>'),
        ("{{ ui.moment(at) }}", '<time datetime="2026-05-04T14:02:00+00:00" title="UTC">4 May 2026, 14:02</time>'),
        ("{{ ui.source('a/b.md', 7, '/x') }}", '<a class="src" href="/x">b.md:7</a>'),
        ("{{ ui.source(x, none, x) }}", f'<a class="src" href="{ESCAPED}">script&gt;&#34;&#39;</a>'),
    ],
)
def test_macros(draw, expression, expected):
    assert draw(expression, x=HOSTILE, at=datetime(2026, 5, 4, 14, 2, tzinfo=UTC)) == expected


def test_repository_text_is_out_of_reach_of_htmx(draw):
    html = draw("{% call ui.untrusted('prose') %}{{ x }}{% endcall %}", x=HOSTILE)
    assert html == f'<div hx-disable class="prose">{ESCAPED}</div>'


def test_every_mark_has_a_word(draw):
    for word in ("agreed", "partially_agreed", "disputed"):
        assert word.partition("_")[0] in re.sub("<[^>]+>", "", draw(f"{{{{ ui.agreement('{word}') }}}}"))
    marks = [RoundMark(1, "PASS"), RoundMark(2, "FAIL"), RoundMark(3, None), RoundMark(4, HOSTILE)]
    html = draw("{{ ui.round_marks('p', 'r', 'm', marks) }}", marks=marks)
    words = re.findall(r'class="hidden">([^<]+)<', html)
    assert words == ["Round 1: PASS", "Round 2: FAIL", "Round 3: no verdict yet", f"Round 4: {ESCAPED}"]


def test_bars_are_drawn_in_proportion(draw):
    html = draw("{{ ui.bars([('High', 2, 'high'), ('Low', 4, 'low'), (x, 0, '')]) }}", x=HOSTILE)
    assert re.findall(r'height="([\d.]+)"', html) == ["30", "15.0", "30.0", "0.0"]
    assert 'aria-label="High: 2, Low: 4,' in html
    assert HOSTILE not in html
    assert draw("{{ ui.bars([]) }}").startswith("<svg")
    assert draw("{{ ui.bars([('None', 0, '')]) }}").count('height="0.0"') == 1


def test_lists_and_headings(draw):
    assert draw("{{ ui.crumbs([('a', '/a'), (x, none)]) }}", x=HOSTILE).count("href") == 1
    assert "<button>b</button>" in draw("{% call ui.section('T', 0) %}<button>b</button>{% endcall %}")
    assert draw("{{ ui.section('T', id='t') }}") == '<div class="section"><h2 id="t">T</h2></div>'
    assert "do this" in draw("{% call ui.empty('Nothing') %}do this{% endcall %}")


def test_forms_carry_the_token(client):
    page = client.get("/nothing").text
    assert f'<input type="hidden" name="csrf" value="{client.token}">' in page
    assert f'<meta name="csrf-token" content="{client.token}">' in page


def test_htmx_may_evaluate_nothing(client):
    found = re.search(r"""name="htmx-config" content='([^']+)'""", client.get("/nothing").text)
    assert found
    configuration = json.loads(found[1])
    assert (
        configuration.items()
        >= {
            "allowEval": False,
            "includeIndicatorStyles": False,
            "selfRequestsOnly": True,
            "allowScriptTags": False,
            "historyCacheSize": 0,
        }.items()
    )


def test_every_post_form_of_every_template_carries_the_token():
    for path in find_resource_folder("templates").rglob("*.html"):
        for form in re.findall(
            r"<form\b[^>]*method=.?post.*?</form>", path.read_text(encoding="utf-8"), re.DOTALL | re.IGNORECASE
        ):
            is_login = 'action="/login' in form
            assert is_login or "ui.csrf()" in form, path


def test_every_static_file_that_a_template_names_is_there():
    static = find_resource_folder("static")
    named = [
        (path, name)
        for path in find_resource_folder("templates").rglob("*.html")
        for name in re.findall(r"url\.static\('([^']+)'\)", path.read_text(encoding="utf-8"))
    ]
    assert len(named) > 5
    assert not [(path, name) for path, name in named if not (static / name).is_file()]


def test_every_details_has_an_id_by_which_it_stays_open():
    for path in find_resource_folder("templates").rglob("*.html"):
        shown = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for tag in re.findall(r"<details\b[^>]*>", shown):
            assert ' id="' in tag, f"{path}: {tag}"


@pytest.mark.parametrize("path", ["/projects", "/nothing"])
def test_what_keeps_the_index_from_being_written_stands_on_every_page(app, client, configuration, path):
    configuration.broker.note_trouble("shop", f"The disk is full: {HOSTILE}")
    assert f'<p class="notice" role="status">The disk is full: {ESCAPED}</p>' in client.get(path).get_data(as_text=True)
    configuration.broker.note_trouble("shop", "")
    assert "The disk is full" not in client.get(path).get_data(as_text=True)
