"""The real claude and codex against played services: they do what the presets and judgements take for granted."""

import os
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents.stepping import MARKER, Stepping, make_step, start_step
from agents.test_identity import wait_until
from tandemweb.agents.identity import find_descendants, find_marked, is_alive
from tandemweb.agents.presets import Session
from tandemweb.agents.questions import write_answers, write_permission, write_refusal
from tandemweb.agents.stopping import Grace, stop_processes
from tandemweb.agents.verdicts import Ending, Judgement
from tandemweb.domain.run import EventKind
from tandemweb.domain.settings import Settings
from tandemweb.domain.workflow import Access, AgentKind, Limits

pytestmark = [pytest.mark.agents]

CLAUDE, CODEX = AgentKind.CLAUDE, AgentKind.CODEX
SERVICE = {CLAUDE: "anthropic", CODEX: "openai"}
BOTH = pytest.mark.parametrize("kind", [CLAUDE, CODEX])
WRITE_DOCUMENT = {"write": {"path": "Doc/one.md", "content": "# one\n"}}
DONE = {"text": "I am done."}
NAP = "sleep 321"
DEAF_NAP = "trap '' INT TERM HUP; sleep 322 & sleep 322; sleep 322"


class Bench:
    """A project, and agents that ask played services."""

    def __init__(self, project: Path, folder: Path, play: Callable, make_settings: Callable[..., Settings]) -> None:
        self.project = project
        self._folder = folder
        self._play = play
        self._make_settings = make_settings
        self.settings: Settings | None = None
        self.models = None

    def play(self, kind: AgentKind, *turns: dict[str, Any], **environment: str) -> None:
        self.models = self._play({SERVICE[kind]: list(turns)})
        self.settings = self._make_settings(self.models)
        self.settings.of(kind).environment.update(environment)

    def start(self, kind: AgentKind, prompt: str = "do it", *, session: Session | None = None, **changes) -> Stepping:
        assert self.settings is not None
        options = {key: changes.pop(key) for key in ("documents",) if key in changes}
        folder = self._folder / f"step-{uuid.uuid4().hex}"
        step = make_step(kind, **changes)
        return start_step(step, self.settings, prompt, self.project, folder, session=session, **options)

    def run(self, kind: AgentKind, prompt: str = "do it", **changes) -> Judgement:
        wanted = {key: changes.pop(key) for key in ("slash_command", "wrote_output", "usage_before") if key in changes}
        return self.start(kind, prompt, **changes).judge(session=changes.get("session") or Session(), **wanted)


@pytest.fixture
def bench(agents_home, tmp_path, play_models, make_settings, git_repository) -> Bench:
    project = agents_home / "project"
    git_repository.commit("start", {"a.py": "x = 1\n"})
    git_repository.git("clone", "--quiet", str(git_repository.path), str(project))
    return Bench(project, tmp_path, play_models, make_settings)


@BOTH
def test_a_step_writes_its_document(kind, bench):
    bench.play(kind, {"shell": "ls"}, WRITE_DOCUMENT, DONE)
    stepping = bench.start(kind, access=Access.WRITE)

    assert stepping.judge().is_ok
    document = bench.project / "Doc" / "one.md"
    assert document.read_text() == "# one\n"
    assert stepping.summary.written == {str(document)}
    assert stepping.summary.message == "I am done."


@BOTH
def test_a_reading_step_cannot_write(kind, bench):
    bench.play(kind, {"shell": "touch x.txt"}, WRITE_DOCUMENT, DONE)

    judged = bench.run(kind, wrote_output=False)

    assert judged.failure == "denied"
    assert sorted(path.name for path in bench.project.iterdir()) == [".git", "a.py"]


def test_a_step_that_may_write_its_documents_writes_no_others(bench):
    other = {"write": {"path": "other.md", "content": "no\n"}}
    bench.play(CLAUDE, {"shell": "python3 -c 'print(6 * 7)'"}, WRITE_DOCUMENT, other, DONE)
    stepping = bench.start(CLAUDE, access=Access.DOCUMENTS, documents=("Doc/one.md",))

    judged = stepping.judge(wrote_output=True, access=Access.DOCUMENTS)

    assert judged.is_ok
    assert "other.md" in judged.reason
    assert "42" in [event.text for event in stepping.events if event.kind is EventKind.RESULT]
    assert (bench.project / "Doc" / "one.md").exists()
    assert not (bench.project / "other.md").exists()


def test_a_prompt_that_looks_like_an_option_or_is_very_long_arrives(bench):
    prompt = "--version\n" + "x" * 300_000
    for kind in (CLAUDE, CODEX):
        bench.play(kind, {"text": "heard", "when": "x{300000}"})
        stepping = bench.start(kind, prompt)
        assert stepping.judge().is_ok, kind
        assert stepping.summary.message == "heard"


@BOTH
def test_a_conversation_is_continued_and_counted_once(kind, bench):
    usage = [{"input_tokens": 1000, "output_tokens": 10}, {"input_tokens": 1100, "output_tokens": 20}]
    bench.play(kind, {"text": "one", "usage": usage[0]}, {"text": "two", "usage": usage[1], "when": "remember 42"})
    session = Session(str(uuid.uuid4())) if kind is CLAUDE else Session()
    first = bench.run(kind, "remember 42", session=session)
    resumed = Session(first.session_id, is_resumed=True)

    second = bench.run(kind, "what was it?", session=resumed, usage_before=first.usage)

    assert first.is_ok
    assert second.is_ok
    assert second.session_id == first.session_id
    assert (second.usage.input_tokens, second.usage.output_tokens) == (1100, 20)


@BOTH
def test_a_conversation_that_is_not_there_is_no_success(kind, bench):
    bench.play(kind, DONE)
    unknown = Session(str(uuid.uuid4()), is_resumed=True)

    judged = bench.run(kind, session=unknown)

    assert (judged.status, judged.failure) == ("failed", "session")
    assert "fresh session" in judged.reason


def test_codex_that_begins_a_new_thread_instead_is_no_success(bench):
    bench.play(CODEX, DONE)

    judged = bench.run(CODEX, session=Session("no-uuid", is_resumed=True))

    assert judged.failure == "session"
    assert "new thread" in judged.reason


@BOTH
def test_codex_and_claude_keep_what_they_may_write_on_resuming(kind, bench):
    bench.play(kind, {"text": "one"}, WRITE_DOCUMENT, DONE)
    session = Session(str(uuid.uuid4())) if kind is CLAUDE else Session()
    first = bench.run(kind, access=Access.WRITE, session=session)

    bench.run(kind, access=Access.WRITE, session=Session(first.session_id, is_resumed=True))

    assert (bench.project / "Doc" / "one.md").exists()


@pytest.mark.parametrize(
    ("agent", "turn", "environment", "kind", "words"),
    [
        (CLAUDE, {"status": 403}, {}, "authentication", "was not let in (403)"),
        (CLAUDE, {"status": 529}, {}, "api", "status page"),
        (CLAUDE, {"status": 404}, {}, "api", "look at the model"),
        (CLAUDE, {"status": 400, "error": {"message": "Your credit balance is too low"}}, {}, "budget", "add credit"),
        (CLAUDE, {"status": 400, "error": {"message": "prompt is too long: 9 > 8"}}, {}, "context", "fresh session"),
        (CLAUDE, DONE, {"ANTHROPIC_API_KEY": ""}, "authentication", "Not logged in"),
        (CODEX, {"status": 403}, {}, "authentication", "was not let in (403)"),
        (CODEX, {"status": 503}, {}, "api", "could not be reached (503)"),
        (CODEX, {"status": 404}, {}, "api", "look at the model"),
        (CODEX, {"status": 400}, {}, "api", "scripted bad request"),
        (CODEX, {"status": 429, "error": {"code": "insufficient_quota", "message": "x"}}, {}, "budget", "add credit"),
        (CODEX, DONE, {"SCRIPTED_KEY": ""}, "authentication", "Missing environment variable"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict | AgentKind) else "",
)
@pytest.mark.faults
def test_what_the_service_refuses_is_told(agent, turn, environment, kind, words, bench):
    """What happens most often is looked at on the pages, in ``tests/web/test_failing_runs.py``; here is the rest."""
    bench.play(agent, {**turn, "repeat": 0}, **environment)

    judged = bench.run(agent)

    assert (judged.status, judged.failure) == ("failed", kind)
    assert words in judged.reason


@pytest.mark.faults
def test_a_used_up_plan_is_told_with_its_end(bench):
    resets_at = int(time.time()) + 7200
    error = {"type": "usage_limit_reached", "message": "x", "plan_type": "plus", "resets_at": resets_at}
    bench.play(CODEX, {"status": 429, "error": error, "repeat": 0}, TZ="UTC")

    judged = bench.run(CODEX)

    assert judged.failure == "rate-limit"
    assert judged.retry_at is not None
    assert abs(judged.retry_at.timestamp() - resets_at) < 120


@BOTH
@pytest.mark.faults
def test_a_reply_that_is_cut_off_once_is_survived(kind, bench):
    bench.play(kind, {"text": "a reply that is cut off", "drop": "middle"}, DONE)
    stepping = bench.start(kind)

    assert stepping.judge().is_ok
    assert stepping.summary.message == "I am done."


def test_limits_of_turns_and_money_end_claude(bench):
    bench.play(CLAUDE, {"shell": "ls", "repeat": 0})

    turns = bench.run(CLAUDE, limits=Limits(turns=2))
    money = bench.run(CLAUDE, limits=Limits(budget_usd=0.1))

    assert (turns.failure, money.failure) == ("turns", "budget")
    assert turns.usage.turns == 3
    assert money.usage.cost_usd is not None
    assert money.usage.cost_usd >= 0.1


def test_a_command_that_nobody_knows_is_no_success(bench):
    bench.play(CLAUDE, DONE)

    judged = bench.run(CLAUDE, "/tandemkit:planner a dark mode", slash_command="tandemkit:planner")

    assert (judged.status, judged.failure) == ("failed", "command")
    assert bench.models.read_state()["lanes"]["default"]["anthropic"]["served"] == 0


@BOTH
def test_an_empty_prompt_is_told(kind, bench):
    bench.play(kind, DONE)
    assert bench.run(kind, "").failure == "command"


def test_a_question_is_put_and_its_answer_goes_back(bench):
    asked = {"question": "Which name?", "header": "Name", "multiSelect": False}
    asked["options"] = [{"label": "One", "description": "1"}, {"label": "Two", "description": "2"}]
    bench.play(
        CLAUDE, {"tool": "AskUserQuestion", "input": {"questions": [asked]}}, {"text": "Two", "when": "=.{0,3}Two"}
    )
    stepping = bench.start(CLAUDE, asks=True)
    assert stepping.follow(lambda it: it.questions) is None
    (question,) = stepping.questions

    stepping.child.send(write_answers(question, {"Which name?": "Two"}))

    assert stepping.judge().is_ok
    assert question.kind == "question"
    assert stepping.summary.message == "Two"


@pytest.mark.parametrize("is_allowed", [True, False])
def test_a_permission_is_asked_for_and_obeyed(is_allowed, bench):
    bench.play(CLAUDE, {"shell": "python3 -c 'print(6 * 7)'"}, DONE)
    stepping = bench.start(CLAUDE, asks=True, access=Access.WRITE)
    assert stepping.follow(lambda it: it.questions) is None
    (question,) = stepping.questions
    assert (question.kind, question.tool) == ("permission", "Bash")

    stepping.child.send(write_permission(question) if is_allowed else write_refusal(question, "not today"))

    call = next(event for event in stepping.events if event.kind is EventKind.QUESTION)
    judged = stepping.judge(refused_ids=frozenset({call.tool_id}))
    assert judged.is_ok
    answer = next(event for event in stepping.events if event.kind is EventKind.RESULT)
    assert (answer.text, answer.is_error) == (("42", False) if is_allowed else ("not today", True))


@BOTH
@pytest.mark.parametrize("command", [NAP, DEAF_NAP], ids=["obeys", "ignores signals"])
@pytest.mark.faults
def test_a_stop_leaves_nothing_behind(kind, command, bench):
    bench.play(kind, _nap(kind, command), DONE)
    stepping = bench.start(kind, access=Access.WRITE, allowed_tools=("Bash",))
    root = stepping.child.identity
    stepping.follow(lambda _: _sleeps(root))
    descendants = find_descendants([root])

    stop = stop_processes([root], MARKER)

    print(
        f"\n{kind} with a tool that {command[:10]!r}: {stop.signal}, {stop.seconds:.2f} s, {stop.killed_count} killed"
    )
    assert stop.signal == "SIGINT"
    assert stop.left == ()
    assert not any(is_alive(identity) for identity in descendants)
    assert find_marked(MARKER) == []
    judged = stepping.judge(ending=Ending.PERSON)
    assert (judged.status, judged.failure) == ("cancelled", None)


@BOTH
@pytest.mark.faults
def test_an_agent_that_is_killed_is_interrupted_and_its_tools_are_found(kind, bench):
    bench.play(kind, _nap(kind, NAP), DONE)
    stepping = bench.start(kind, access=Access.WRITE, allowed_tools=("Bash",))
    root = stepping.child.identity
    stepping.follow(lambda _: _sleeps(root))
    descendants = find_descendants([root])

    os.kill(root.pid, 9)
    judged = stepping.judge()

    assert judged.status == "interrupted"
    wait_until(lambda: not is_alive(root))
    stop_processes([root], MARKER, Grace(0.5, 0.5))
    assert not any(is_alive(identity) for identity in descendants)
    assert find_marked(MARKER) == []


def _nap(kind: AgentKind, command: str) -> dict[str, Any]:
    """Make a turn that runs a command to its end; codex would look away after a while."""
    return {"shell": command if kind is CLAUDE else {"cmd": command, "yield_time_ms": 30000}}


def _sleeps(root) -> bool:
    """Whether the tool's command runs."""
    lines = []
    for identity in find_descendants([root]):
        try:
            lines.append(Path("/proc", str(identity.pid), "cmdline").read_bytes())
        except OSError:
            continue
    return any(line.startswith(b"sleep\x0032") for line in lines)
