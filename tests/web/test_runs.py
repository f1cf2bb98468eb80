"""The pages of runs, on folders that a test writes as a driver would."""

import json
import re
import time
from datetime import timedelta
from html import unescape

import pytest
from run_folders import START, make_run
from services.examples import archive

from tandemweb.agents.run_folder import RunState
from tandemweb.domain.run import FailureKind, RunMode, RunStatus, Usage
from tandemweb.domain.workflow import Limits
from tandemweb.services.run_watching import RunWatcher

MISSION = "TandemKit/001-DateRanges"
HOSTILE = "\x1b[31m<script>alert(1)</script>\x1b[0m\u202e<div hx-post='/logout' hx-trigger='load'>"
SHOWN = "&lt;script&gt;alert(1)&lt;/script&gt;⟨U+202E⟩&lt;div hx-post=&#39;/logout&#39; hx-trigger=&#39;load&#39;&gt;"
QUESTION = {
    "questions": [
        {
            "question": "Which currency?",
            "header": "Money",
            "options": [{"label": "EUR", "description": "as the examples have it"}, {"label": "the account's"}],
            "multiSelect": False,
        },
        {"question": "Which exports?", "options": [{"label": "CSV"}, {"label": "JSON"}], "multiSelect": True},
    ]
}


@pytest.fixture
def project(git_repository, index_project):
    git_repository.commit("Start", archive("001-DateRanges", "002-Other"))
    return index_project(git_repository.path)


@pytest.fixture
def begin(configuration, project):
    """Begin runs of the project; the arguments are those of ``make_run``."""

    def begin_one(**options):
        return make_run(configuration.data_folder, project, **options)

    return begin_one


def say(text: str) -> dict:
    return {"type": "assistant", "message": {"content": [{"type": "text", "text": text}]}}


def read(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def read_json(client, path: str) -> dict:
    answer = client.get(path, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
    return answer.json


def plain(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", html.partition("<main")[2])).split())


class TestRun:
    def test_says_what_it_is_and_how_it_goes(self, client, begin):
        run = begin(mode=RunMode.AUTOPILOT, limits=Limits(budget_usd=5))
        run.begin_step("look", "claude", title="Look at it", output=f"{MISSION}/Evaluator/Round-01.md")
        run.replay(1, "claude-success")
        html = read(client, run.address)
        text = plain(html)
        assert "Evaluate: 001-DateRanges" in text
        assert "goes on until it needs you" in text
        assert '<span class="chip run">running</span>' in html
        assert 'href="/projects/repository/missions/tandemkit/001-DateRanges">001-DateRanges</a>' in html
        assert f'href="/projects/repository/documents/{MISSION}/Evaluator/Round-01.md"' in html
        assert 'data-since="2026-05-04T' in html
        assert "of $5.00" in html
        assert "of $2.50" in html, "the step's own limit"

    def test_tells_what_the_agent_said_and_did(self, client, begin):
        run = begin()
        run.begin_step()
        run.replay(1, "claude-success")
        twin = read_json(client, run.address)
        ((view,),) = twin["rows"]
        kinds = [entry["kind"] for entry in view["entries"]]
        assert kinds[0] == "started"
        assert {"message", "thinking", "tool", "file", "end"} <= set(kinds)
        (shell,) = [entry for entry in view["entries"] if entry["tool"] == "Bash"]
        assert (shell["short"], shell["is_error"], shell["is_open"]) == ("ls -A", False, False)
        assert "README" in shell["answer"] or shell["answer"]

    def test_tells_what_tandemweb_did_itself(self, client, begin):
        run = begin()
        for number, log in ((1, ["Copied a.md to b.md, byte for byte."]), (2, [])):
            run.begin_step(f"copy-{number}", "tandemweb")
            run.print(number, *log)
            run.end_step(number)
        run.end()
        assert "Copied a.md to b.md, byte for byte." in plain(read(client, f"{run.address}?step=1"))
        told = plain(read(client, f"{run.address}?step=2"))
        assert "tandemweb did this itself; no agent was asked." in told
        assert "It told nothing." not in told

    def test_what_a_running_step_has_used_is_shown(self, client, begin):
        run = begin()
        run.begin_step().write_usage(Usage(12_345, 9_000, 0, None, 4))
        assert "Turns 4 of 40 Tokens 12.3 k in" in plain(read(client, run.address))

    def test_parallel_steps_stand_side_by_side_with_claude_left(self, client, begin):
        run = begin()
        run.begin_step("look-codex", "codex")
        run.begin_step("look-claude", "claude", after=1)
        run.end_step(1, seconds=50)
        run.end_step(2, seconds=60)
        run.begin_step("merge", "claude", after=70)
        rows = read_json(client, run.address)["rows"]
        assert [[view["step"]["agent"] for view in row] for row in rows] == [["claude", "codex"], ["claude"]]
        html = read(client, run.address)
        assert html.count('class="steps pair"') == 1
        assert html.index('id="step-2"') < html.index('id="step-1"') < html.index('id="step-3"')

    @pytest.mark.parametrize("text", [HOSTILE])
    def test_nothing_that_an_agent_writes_is_active(self, client, begin, text):
        run = begin()
        step = run.begin_step("look", "claude", title=text, prompt=text, output=text, argv=("claude", text))
        step.stderr.write_text(text)
        tool = {"type": "tool_use", "id": "t1", "name": text, "input": {"command": text, "file_path": text}}
        result = {"type": "tool_result", "tool_use_id": "t1", "content": text, "is_error": True}
        run.print(1, {"type": "system", "subtype": "init", "model": text, "session_id": text, "tools": [text]})
        run.print(1, say(text), {"type": "assistant", "message": {"content": [tool]}})
        run.print(1, {"type": "user", "message": {"content": [result]}}, text, {"type": text})
        run.print(1, {"type": "result", "result": text, "is_error": True})
        run.end_step(1, "failed", failure=FailureKind.EXIT, reason=text, outcome=text)
        run.end("failed", reason=text, waits_for=text)
        other = begin()
        other.begin_step()
        given = {"question": text, "header": text, "options": [{"label": text, "description": text}]}
        other.ask(1, {"questions": [given]}, question_id=text)
        other.ask(1, {"command": text}, tool=text, question_id="other")
        for path in (run.address, other.address, "/runs"):
            html = read(client, path)
            body = html.partition('<div id="live"')[2]
            assert "<script" not in body, path
            assert "<div hx-post" not in html
            assert not re.findall(r".{0,40}[\x1b\u202e].{0,40}", html), path
        assert read(client, run.address).count(SHOWN) > 10

    def test_a_failed_step_says_why_and_what_to_do(self, client, begin):
        run = begin()
        run.begin_step()
        retry_at = START + timedelta(hours=2)
        run.end_step(
            1,
            "failed",
            failure=FailureKind.RATE_LIMIT,
            reason="The limit of the account is reached; start it again at 11:30.",
            retry_at=retry_at,
        )
        run.end("failed", reason="Step 1 failed.")
        html = read(client, run.address)
        assert "The limit of the account is reached; start it again at 11:30." in html
        assert "It can go on at" in html
        assert "4 May 2026, 11:30" in html
        assert "✕ failed" in html

    def test_a_run_that_nobody_allowed_leads_to_what_would_steer_it(self, client, begin):
        run = begin()
        run.end("done", reason="No agent is started.", waits_for="trust")
        html = read(client, f"/runs/{run.id}")
        for address in re.findall(r'href="([^"]+/trust\?[^"]+|/worktrees\?[^"]+)"', html):
            assert client.get(unescape(address)).status_code == 200
        assert html.count("/trust?") == 1
        assert "Worktrees of its steps" in html

    def test_a_run_that_waits_for_a_reset_says_until_when(self, client, begin):
        run = begin()
        run.begin_step()
        retry_at = START + timedelta(hours=3)
        run.folder.write_state(RunState(RunStatus.WAITING, reason="The limit is reached.", retry_at=retry_at))
        html = read(client, run.address)
        assert "… waits" in html
        assert "? asks you" not in html
        assert "The limit is reached. It goes on by itself at 4 May 2026, 12:30" in plain(html)

    def test_a_driver_that_died_is_never_running(self, client, begin):
        run = begin()
        run.begin_step()
        run.lose_driver()
        html = read(client, run.address)
        assert "✕ cut off" in html
        assert "running" not in plain(html).replace("was running", "")
        assert "data-since" not in html, "its time does not go on"

    @pytest.mark.parametrize("content", [b"", b"{", b'{"project": 7, "steps": "x"}', b"[" * 100_000, b"\xff\xfe\x00"])
    @pytest.mark.parametrize("name", ["request", "state", "driver", "end"])
    def test_a_damaged_folder_shows_what_is_known(self, client, begin, name, content):
        run = begin()
        run.begin_step("look", title="The step that is known")
        run.print(1, say("Words that are known."))
        getattr(run.folder, name).write_bytes(content)
        html = read(client, run.address)
        assert "The step that is known" in html
        assert "Words that are known." in html
        assert ("What was asked for cannot be read" in html) == (name == "request")
        if name in {"state", "driver", "end"} and not content.startswith(b"{"):
            assert f"{name}.json in its folder is damaged" in html
        assert read(client, "/runs")

    def test_a_damaged_step_shows_what_is_known(self, client, begin):
        run = begin()
        step = run.begin_step()
        run.print(1, "no json at all", b"\xff\xfe", {"type": "assistant", "message": []}, "[" * 50_000)
        step.command.write_text("{")
        step.prompt.unlink()
        (run.folder.steps / "x-strange").mkdir()
        (run.folder.steps / "99-empty").mkdir()
        assert "no json at all" in read(client, f"{run.address}?step=1")
        html = read(client, run.address)
        assert 'id="step-99"' in html
        assert "command.json is missing or damaged" in html

    @pytest.mark.parametrize("number", ["20260504-093000-000000", "nothing", "..", "%2e%2e%2fstate.db", "a.json"])
    def test_an_unknown_run_is_404(self, client, project, number):
        for path in ("", "/steps/1/stdout", "/files/README.md"):
            assert client.get(f"/runs/{number}{path}").status_code == 404

    def test_a_run_of_an_unknown_project_is_shown(self, client, begin, configuration, project):
        run = make_run(configuration.data_folder, project, mission="")
        request = json.loads(run.folder.request.read_text())
        run.folder.request.write_text(json.dumps({**request, "project": "gone"}))
        assert "gone" in plain(read(client, run.address))

    def test_the_prompt_and_the_command_can_be_copied(self, client, begin):
        run = begin()
        step = run.begin_step(prompt="Look at <it> & say what you see.", argv=("claude", "-p", "--model", "a b"))
        html = unescape(read(client, run.address))
        assert f"cd {run.request.work_tree} && claude -p --model 'a b' < {step.prompt}" in html
        assert "Look at <it> & say what you see." in html
        assert 'data-copy="shell-1" hidden' in html

    def test_files_lead_to_their_documents_or_to_the_file_as_it_is(self, client, begin, git_repository):
        run = begin()
        git_repository.write({"src/new.py": "x = 1\n"})
        run.begin_step("look", "codex")
        paths = [f"{git_repository.path}/{MISSION}/Spec.md", f"{git_repository.path}/src/new.py", "/etc/passwd"]
        changes = [{"kind": "add", "path": path} for path in paths]
        run.print(1, {"type": "item.completed", "item": {"type": "file_change", "id": "i1", "changes": changes}})
        html = read(client, run.address)
        assert f'href="/projects/repository/documents/{MISSION}/Spec.md"' in html
        assert f'href="{run.address}/files/src/new.py"' in html
        assert "/etc/passwd</code></a>" not in html
        shown = client.get(f"{run.address}/files/src/new.py")
        assert (shown.text, shown.content_type) == ("x = 1\n", "text/plain; charset=utf-8")
        assert shown.headers["Content-Security-Policy"].startswith("sandbox")

    @pytest.mark.parametrize("path", ["../../etc/passwd", ".git/config", "link", "/etc/passwd", "src/../.git/config"])
    def test_files_outside_of_the_work_tree_are_not_given(self, client, begin, git_repository, path):
        (git_repository.path / "link").symlink_to("/etc/passwd")
        run = begin()
        answer = client.get(f"{run.address}/files/{path}")
        assert answer.status_code in {308, 404, 500}
        assert "root:" not in answer.text


class TestWindow:
    @pytest.fixture
    def long_run(self, begin):
        run = begin()
        run.begin_step()
        run.print(1, *(say(f"word {number}") for number in range(1, 1001)))
        return run

    def test_the_last_events_are_shown_and_older_ones_by_a_link(self, client, long_run):
        html = read(client, long_run.address)
        assert "word 1000" in html
        assert "word 801" in html
        assert "word 800<" not in html
        assert "data-tail" in html
        (older,) = re.findall(r'href="([^"]+)">Older events', html)
        assert unescape(older) == f"{long_run.address}?step=1&before=801#step-1"
        page = read(client, unescape(older))
        assert "word 601" in page
        assert "word 800" in page
        assert "word 801<" not in page
        assert "data-tail" not in page
        assert "Newest events" in page
        assert "Older events" not in read(client, f"{long_run.address}?step=1&before=150")

    @pytest.mark.parametrize("query", ["step=0", "step=x", "before=0", "before=-1", "step=1&before=٣"])
    def test_what_is_asked_wrongly_is_named(self, client, long_run, query):
        answer = client.get(f"{long_run.address}?{query}")
        assert answer.status_code == 400
        assert "The parameter" in answer.text

    def test_a_step_that_is_not_there_is_404(self, client, long_run):
        assert client.get(f"{long_run.address}?step=7").status_code == 404
        assert client.get(f"{long_run.address}/steps/7/stdout").status_code == 404
        assert read(client, f"{long_run.address}?step=1&before=5000")

    def test_only_chosen_steps_show_their_events(self, client, begin):
        run = begin()
        run.begin_step("first")
        run.print(1, say("words of the first"))
        run.end_step(1)
        run.begin_step("second", after=70)
        run.print(2, say("words of the second"))
        html = read(client, run.address)
        assert "words of the second" in html
        assert "words of the first" not in html
        (link,) = re.findall(r'href="([^"]+)">What it said and did', html)
        assert "words of the first" in read(client, link.partition("#")[0])

    @pytest.mark.timeout(120)
    def test_a_hundred_thousand_events_do_not_slow_the_page(self, client, begin):
        def measure(count: int) -> tuple[float, int]:
            run = begin()
            step = run.begin_step()
            step.stdout.write_bytes(b"".join(json.dumps(say(f"word {n}")).encode() + b"\n" for n in range(count)))
            read(client, run.address)  # the driver would have kept the index of events
            seconds = []
            for _ in range(7):
                started = time.perf_counter()
                html = read(client, run.address)
                seconds.append(time.perf_counter() - started)
            return min(seconds), len(html)

        few, many = measure(1000), measure(100_000)
        print(f"page of a run with 1,000 events {few[0] * 1000:.0f} ms, with 100,000 {many[0] * 1000:.0f} ms")
        assert many[0] < 3 * few[0]
        assert many[1] < 1.1 * few[1]

    def test_costs_do_not_grow_with_steps(self, client, begin, costs):
        def measure(count: int) -> tuple[int, int]:
            run = begin()
            for number in range(1, count + 1):
                run.begin_step(f"step-{number}", after=number * 100)
                run.end_step(number)
            costs.update(queries=0, processes=0)
            read(client, run.address)
            return costs["queries"], costs["processes"]

        few = measure(1)
        assert measure(12) == few
        assert few[1] == 0


class TestLog:
    def test_the_plain_output_is_given_byte_for_byte_and_does_nothing(self, client, begin):
        run = begin()
        step = run.begin_step(prompt="The prompt.")
        content = b"\x1b[31m<script>alert(1)</script>\xff\n" * 3
        step.stdout.write_bytes(content)
        step.stderr.write_bytes(b"oh\n")
        for stream, expected in (("stdout", content), ("stderr", b"oh\n"), ("prompt", b"The prompt.")):
            answer = client.get(f"{run.address}/steps/1/{stream}")
            assert answer.data == expected
            assert answer.content_type == "text/plain; charset=utf-8"
            assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
            assert answer.headers["Content-Disposition"].startswith(f"inline; filename={run.id}-01-")
        for stream in ("command.json", "end", "..", "%2e%2e"):
            assert client.get(f"{run.address}/steps/1/{stream}").status_code == 404

    def test_a_log_that_grows_keeps_its_announced_size(self, client, begin):
        run = begin()
        step = run.begin_step()
        with step.stdout.open("wb") as file:
            file.truncate(300 * 1024 * 1024)
        with client.get(f"{run.address}/steps/1/stdout", buffered=False) as answer:
            assert answer.headers["Content-Length"] == str(300 * 1024 * 1024)


class TestList:
    @pytest.fixture
    def runs(self, begin):
        done = begin(stage="plan")
        done.begin_step()
        done.end_step(1, usage=Usage(1000, 0, 500, 0.5, 3))
        done.end("done", waits_for="spec", seconds=120)
        failed = begin(mission="TandemKit/002-Other", stage="generate")
        failed.begin_step()
        failed.end_step(1, "failed", failure=FailureKind.EXIT, usage=Usage(3000, 0, 500, 0.25, 3))
        failed.end("failed", reason="It failed.", seconds=60)
        running = begin()
        running.begin_step()
        return {"done": done, "failed": failed, "running": running}

    def rows(self, client, query: str = "") -> list[str]:
        return re.findall(r'<tr id="run-([^"]+)"', read(client, f"/runs{query}"))

    def test_the_newest_come_first_with_what_they_took(self, client, runs):
        assert self.rows(client) == [runs[name].id for name in ("running", "failed", "done")]
        text = plain(read(client, "/runs"))
        assert "2 min 00 s 1.5 k $0.50" in text
        assert "3 together 3 min 00 s 5.0 k $0.75" in text

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("?status=active", ["running"]),
            ("?status=waiting", ["done"]),
            ("?status=failed", ["failed"]),
            ("?status=done", ["done"]),
            ("?status=unseen", ["failed", "done"]),
            ("?status=stopped", []),
            ("?project=repository", ["running", "failed", "done"]),
            ("?project=*", ["running", "failed", "done"]),
            ("?project=other", []),
            (f"?mission={MISSION}", ["running", "done"]),
            (f"?mission={MISSION}&status=done", ["done"]),
        ],
    )
    def test_is_narrowed_by_the_url(self, client, runs, query, found):
        assert self.rows(client, query) == [runs[name].id for name in found]

    def test_what_is_asked_wrongly_is_named(self, client, project):
        answer = client.get("/runs?status=x")
        assert answer.status_code == 400
        assert "The parameter status is" in answer.text

    def test_missions_are_added_up(self, client, runs):
        totals = {one["total"]["name"]: one["total"] for one in read_json(client, "/runs")["missions"]}
        assert totals["001-DateRanges"]["count"] == 2
        assert totals["001-DateRanges"]["usage"]["cost_usd"] == 0.5
        assert totals["002-Other"]["seconds"] == 60

    def test_a_run_with_nothing_left_to_do_says_so(self, client, begin):
        run = begin()
        run.end("done")
        assert "Nothing was left to do. The documents of its steps were there already." in plain(
            read(client, run.address)
        )
        assert "nothing was left to do" in read(client, "/runs")

    def test_before_anything_ran(self, client, project):
        assert "Nothing has been run yet." in read(client, "/runs")

    def test_a_run_whose_folder_is_gone_is_still_listed(self, client, runs):
        runs["done"].remove()
        assert runs["done"].id in self.rows(client)
        assert "Its folder is gone" in read(client, "/runs")

    def test_queries_do_not_grow_with_runs(self, client, begin, costs):
        def measure() -> tuple[int, int]:
            read(client, "/runs")
            costs.update(queries=0, processes=0)
            read(client, "/runs")
            return costs["queries"], costs["processes"]

        begin().begin_step()
        few = measure()
        for _ in range(12):
            begin().begin_step()
        assert measure() == few
        assert few[1] == 0


class TestNotices:
    @pytest.fixture
    def look(self, configuration, project):
        watcher = RunWatcher(configuration.data_folder, configuration.broker, configuration.runs)

        def look_until(condition) -> None:
            for _ in range(200):
                watcher.look()
                if condition(configuration.runs.notices):
                    return
            raise AssertionError(configuration.runs.notices)

        return look_until

    @pytest.mark.parametrize("path", ["/", "/projects", "/nothing", "/runs", "/search?q=x"])
    def test_questions_and_unseen_ends_stand_on_every_page(self, client, begin, look, path):
        asking, ended = begin(), begin(stage="plan")
        asking.begin_step()
        asking.ask(1, QUESTION)
        ended.end("failed", reason="The limit is reached.")
        look(lambda notices: notices.questions and notices.unseen)
        html = client.get(path).get_data(as_text=True)
        assert re.search(r"<strong>Evaluate: 001-DateRanges</strong> asks:\s*<span hx-disable>Which currency\?", html)
        assert f'href="{asking.address}#question-ask-1">Answer</a>' in html
        assert "<strong>Plan: 001-DateRanges</strong> has failed" in html
        assert '<span class="tally" title="1 under way, 1 ask you, 1 ended unseen">2</span>' in html

    def test_the_run_s_own_page_needs_no_notice(self, client, begin, look):
        run = begin()
        run.begin_step()
        run.ask(1, QUESTION)
        look(lambda notices: notices.questions)
        assert 'id="notice-' not in read(client, run.address)
        assert 'id="notice-' in read(client, "/runs")

    def test_they_cost_no_query(self, client, begin, look, costs):
        def measure() -> int:
            client.get("/statistics")
            costs.update(queries=0)
            client.get("/statistics")
            return costs["queries"]

        before = measure()
        run = begin()
        run.begin_step()
        run.ask(1, QUESTION)
        look(lambda notices: notices.questions)
        assert measure() == before

    def test_seeing_an_end_takes_its_notice_down(self, client, begin, look, configuration):
        run = begin()
        run.end("done")
        look(lambda notices: notices.unseen)
        for _ in range(2):
            client.get(run.address)
        assert configuration.runs.notices.unseen, "reading alone changes nothing"
        assert client.send_form(f"{run.address}/seen").status_code == 303
        assert not configuration.runs.notices.unseen
        assert 'id="notice-' not in read(client, "/projects")
        assert read_json(client, run.address)["is_unseen"] is False


class TestActions:
    @pytest.mark.parametrize(("action", "file"), [("stop", "stop.json"), ("pause", "pause.json")])
    def test_a_wish_is_left_for_the_driver(self, client, begin, action, file):
        run = begin()
        run.begin_step()
        answer = client.send_form(f"{run.address}/{action}")
        assert (answer.status_code, answer.headers["Location"]) == (303, run.address)
        assert (run.folder.control / file).exists()
        html = read(client, run.address)
        assert ("being ended" in html) == (action == "stop")
        assert ("Do not pause" in html) == (action == "pause")

    def test_a_pause_is_taken_back(self, client, begin):
        run = begin()
        run.tell(RunStatus.PAUSED)
        client.send_form(f"{run.address}/pause")
        assert ">Go on<" in read(client, run.address)
        client.send_form(f"{run.address}/go-on")
        assert not run.folder.is_pause_wanted()

    @pytest.mark.parametrize("action", ["stop", "pause", "go-on", "questions/ask-1"])
    def test_what_has_ended_is_left_alone(self, client, begin, action):
        run = begin()
        run.end("done")
        answer = client.send_form(f"{run.address}/{action}", decision="deny")
        assert answer.status_code == 409
        assert list(run.folder.control.iterdir()) == []

    @pytest.mark.parametrize("action", ["stop", "pause", "go-on", "seen", "questions/ask-1"])
    def test_an_unknown_run_is_404(self, client, project, action):
        expected = 303 if action == "seen" else 404
        assert client.send_form(f"/runs/20260101-000000-abcdef/{action}").status_code == expected

    @pytest.mark.security
    @pytest.mark.parametrize("action", ["stop", "pause", "go-on", "seen", "resume", "questions/ask-1"])
    def test_only_forms_of_our_own_pages_do_anything(self, app, client, begin, action):
        run = begin()
        run.begin_step()
        run.ask(1, QUESTION)
        path = f"{run.address}/{action}"
        fields = {"csrf": client.token, "decision": "deny", "message": "x", "step": "1"}
        origin = {"Origin": "http://127.0.0.1:8710"}
        attempts = [
            client.get(path),
            client.get(f"{path}?csrf={client.token}&decision=deny"),
            client.post(path, data=fields, headers={"Origin": "http://evil.test"}),
            client.post(path, data=fields, headers={"Origin": "http://127.0.0.1:9999"}),
            client.post(path, data=fields),
            client.post(path, data={**fields, "csrf": ""}, headers=origin),
            client.post(path, data={**fields, "csrf": "x"}, headers=origin),
            app.test_client().post(path, data=fields, headers=origin),
        ]
        assert {answer.status_code for answer in attempts} <= {401, 403, 404, 405}
        assert list(run.folder.control.iterdir()) == []


class TestQuestion:
    @pytest.fixture
    def run(self, begin):
        run = begin()
        run.begin_step()
        run.ask(1, QUESTION)
        return run

    def given(self, run) -> dict:
        return json.loads((run.folder.control / "answer-ask-1.json").read_text())

    def test_it_is_a_form(self, client, run):
        html = read(client, run.address)
        assert "? asks you" in html
        assert f'action="{run.address}/questions/ask-1"' in html
        assert html.count('type="radio" name="q0"') == 3
        assert html.count('type="checkbox" name="q1"') == 2
        assert "as the examples have it" in html

    @pytest.mark.parametrize(
        ("fields", "answers"),
        [
            ({"q0": ["1"], "q1": ["0", "1"]}, {"Which currency?": "the account's", "Which exports?": "CSV, JSON"}),
            ({"q0": ["own"], "q0-own": ["CHF"], "q1": ["1"]}, {"Which currency?": "CHF", "Which exports?": "JSON"}),
            (
                {"q0": ["0"], "q0-own": ["not meant"], "q1": ["0"], "q1-own": ["and XML"]},
                {"Which currency?": "EUR", "Which exports?": "CSV, and XML"},
            ),
        ],
    )
    def test_an_answer_goes_to_the_agent(self, client, run, fields, answers):
        data = {"csrf": client.token, "decision": "answer", **fields}
        sent = client.post(f"{run.address}/questions/ask-1", data=data, headers={"Origin": "http://127.0.0.1:8710"})
        assert sent.status_code == 303
        assert (self.given(run)["is_allowed"], self.given(run)["answers"]) == (True, answers)
        assert 'class="question"' not in read(client, run.address), "it is answered"
        again = client.post(f"{run.address}/questions/ask-1", data=data, headers={"Origin": "http://127.0.0.1:8710"})
        assert again.status_code == 409

    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"decision": "answer"},
            {"decision": "answer", "q0": "0"},
            {"decision": "answer", "q0": "7", "q1": "0"},
            {"decision": "answer", "q0": "own", "q1": "0"},
            {"decision": "allow"},
        ],
    )
    def test_half_an_answer_is_none(self, client, run, fields):
        answer = client.send_form(f"{run.address}/questions/ask-1", **fields)
        assert answer.status_code == 400
        assert list(run.folder.control.iterdir()) == []

    def test_it_may_go_on_without(self, client, run):
        client.send_form(f"{run.address}/questions/ask-1", decision="deny")
        assert self.given(run)["is_allowed"] is False

    def test_a_permission_shows_what_is_wanted(self, client, begin):
        run = begin()
        run.begin_step()
        run.ask(1, {"command": "rm -rf build & echo <b>"}, tool="Bash")
        html = read(client, run.address)
        assert "May it use Bash?" in html
        assert "rm -rf build &amp; echo &lt;b&gt;" in html
        client.send_form(f"{run.address}/questions/ask-1", decision="deny", message="Use make clean.")
        assert (self.given(run)["is_allowed"], self.given(run)["message"]) == (False, "Use make clean.")

    @pytest.mark.parametrize(
        "given",
        [{}, {"questions": "x"}, {"questions": [7, {}, {"question": 3}]}, {"questions": [{"question": "Why?"}]}],
    )
    def test_a_strange_question_can_be_answered_all_the_same(self, client, begin, given):
        run = begin()
        run.begin_step()
        run.ask(1, given)
        assert 'class="question"' in read(client, run.address)
        assert client.send_form(f"{run.address}/questions/ask-1", decision="deny").status_code == 303


def test_what_waits_is_listed(client, begin, configuration):
    run = begin()
    run.begin_step()
    run.ask(1, QUESTION)
    ended = begin(stage="plan")
    ended.end("failed", reason="Because.")
    watcher = RunWatcher(configuration.data_folder, configuration.broker, configuration.runs)
    for _ in range(200):
        watcher.look()
        if configuration.runs.notices.unseen:
            break
    html = read(client, "/runs/waiting")
    assert "Which currency? Which exports?" in html
    assert "Because." in html
    twin = read_json(client, "/runs/waiting")["notices"]
    assert [one["id"] for one in twin["questions"]] == ["ask-1"]
    assert [one["id"] for one in twin["unseen"]] == [ended.id]
