"""What a person reads of a run that goes wrong, in every way in which an agent or its service can fail.

From the button on to the pages, with real drivers; with the real claude and codex where it is the service that fails.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import init_repository
from run_folders import wait_until
from services.examples import archive
from trusting import trust

from tandemweb.agents.identity import find_marked
from tandemweb.domain.settings import AgentSettings, RunSettings, Settings
from tandemweb.domain.workflow import AgentKind
from tandemweb.store.settings import save_settings
from web.failing import Stage

pytestmark = pytest.mark.faults

CLAUDE, CODEX = AgentKind.CLAUDE, AgentKind.CODEX
BOTH = pytest.mark.parametrize("kind", [CLAUDE, CODEX])
SERVICE = {CLAUDE: "anthropic", CODEX: "openai"}
SUCCESS = json.dumps({"type": "result", "subtype": "success", "is_error": False, "num_turns": 1, "result": "ok"})
SAYS_OK = f"cat <<'END'\n{SUCCESS}\nEND"
STOPPED = "Stopped by you; what was written until then is kept."
AGAIN = "start the step again"
NETWORK = f"{AGAIN}; if it stays so, look at the network and at the status page of the service."
WORDS = {"text": "a reply that is never heard to its end"}


@pytest.fixture
def open_stage(client, configuration, index_project) -> Callable[[Path], Stage]:
    """Put a mission into a folder, and let agents start there."""

    def open_one(folder: Path) -> Stage:
        repository = init_repository(folder / "repository")
        repository.commit("Start", archive("001-DateRanges") | {"app.py": "x = 1\n"})
        project = index_project(repository.path)
        trust(configuration.data_folder, project)
        return Stage(client, configuration.data_folder, project)

    return open_one


class TestService:
    """The agents are the real ones; what they ask is played, and goes wrong for ever."""

    pytestmark = pytest.mark.agents

    @pytest.fixture
    def play(self, open_stage, agents_home, play_models, make_settings) -> Callable[..., Stage]:
        def play_one(kind: AgentKind, turn: dict, **environment: str) -> Stage:
            stage = open_stage(agents_home)
            settings = make_settings(play_models({SERVICE[kind]: [{**turn, "repeat": 0}]}))
            settings.of(kind).environment.update(environment)
            save_settings(stage.data_folder, settings)
            return stage

        return play_one

    @pytest.mark.parametrize(
        ("kind", "turn", "title", "said", "advice"),
        [
            (CLAUDE, {"status": 401}, "The agent is not logged in", "was not let in (401)", "log in with claude then"),
            (CODEX, {"status": 401}, "The agent is not logged in", "was not let in (401)", "log in with codex login ,"),
            (CODEX, {"status": 429}, "The limit of the account is reached", "used up what it may", "in some minutes."),
            (CLAUDE, {"status": 500}, "The service failed", "could not be reached (500)", NETWORK),
            (CODEX, {"status": 500}, "The service failed", "could not be reached", NETWORK),
            (CLAUDE, {"stall": "headers", **WORDS}, "The service failed", "timed out", NETWORK),
            (CODEX, {"stall": "middle", **WORDS}, "The service failed", "idle timeout", NETWORK),
            (CODEX, {"drop": "middle", **WORDS}, "The service failed", "stream disconnected", NETWORK),
        ],
        ids=lambda value: "-".join(map(str, value.values()))[:12] if isinstance(value, dict) else None,
    )
    def test_a_refusal_is_told_with_what_to_do(self, play, kind, turn, title, said, advice):
        stage = play(kind, turn, API_TIMEOUT_MS="1000")
        run = stage.start(kind)
        shown = stage.wait_for_end(run)
        assert (shown.state, shown.title) == ("✕ failed", title)
        assert shown.reason.startswith("Write the note: ")
        assert said in shown.reason
        assert advice in shown.reason
        assert "was to write Note.md" in shown.text
        assert "Go on from here" in shown.text
        assert f"✕ failed Note : {shown.reason}" in stage.look_at_mission()

    def test_a_limit_is_told_with_its_end(self, play):
        stage = play(CLAUDE, {"status": 429, "headers": {"retry-after": "1"}})
        shown = stage.wait_for_end(stage.start(CLAUDE))
        assert (shown.state, shown.title) == ("✕ failed", "The limit of the account is reached")
        assert "has used up what it may for now (429)" in shown.reason
        assert "start the step again after 20" in shown.reason
        assert "It can go on at " in shown.text

    def test_a_cut_reply_is_asked_for_again_and_then_told(self, open_stage, agents_home, play_models, make_settings):
        stage = open_stage(agents_home)
        turns = [{"drop": "middle", **WORDS}, {"status": 500, "repeat": 0}]
        save_settings(stage.data_folder, make_settings(play_models({"anthropic": turns})))
        shown = stage.wait_for_end(stage.start(CLAUDE))
        assert (shown.state, shown.title) == ("✕ failed", "The service failed")
        assert NETWORK in shown.reason

    @pytest.mark.parametrize(("kind", "place"), [(CLAUDE, "middle"), (CODEX, "headers")])
    def test_silence_is_told_while_it_lasts_and_its_end_afterwards(self, play, kind, place):
        """Claude itself would wait for five minutes here, codex for ever."""
        stage = play(kind, {"stall": place, **WORDS})
        run = stage.start(kind, seconds=6, stall_seconds=1)
        silent = stage.wait_for(run, lambda shown: "no sign of life" in shown.text)
        assert (silent.state, silent.title) == ("running", "")
        advice = "wait, or stop the run and start the step again."
        assert silent.reason == f"Write the note: no sign of life for more than 1 second; {advice}"
        assert "writes Note.md" in silent.text
        ended = stage.wait_for_end(run)
        assert (ended.state, ended.title) == ("✕ failed", "The time is over")
        advice = "raise the limit, or continue its conversation."
        assert ended.reason == f"Write the note: {kind} was stopped at its time limit of 6 seconds; {advice}"
        assert "no sign of life" not in ended.text


class TestStandIn:
    """A shell script in the place of an agent misbehaves as no real one could be made to."""

    @pytest.fixture
    def play(self, open_stage, tmp_path) -> Callable[[AgentKind, str], Stage]:
        def play_one(kind: AgentKind, script: str) -> Stage:
            program = tmp_path / kind
            program.write_text(f"#!/bin/sh\n{script}\n")
            program.chmod(0o700)
            stage = open_stage(tmp_path)
            save_settings(stage.data_folder, Settings({kind: AgentSettings(str(program))}, RunSettings()))
            return stage

        return play_one

    @BOTH
    def test_one_that_is_not_installed(self, open_stage, tmp_path, kind):
        stage = open_stage(tmp_path)
        save_settings(stage.data_folder, Settings({kind: AgentSettings(f"/nowhere/{kind}")}, RunSettings()))
        shown = stage.wait_for_end(stage.start(kind))
        assert (shown.state, shown.title) == ("✕ failed", "The agent is not installed")
        assert f"/nowhere/{kind}" in shown.reason
        assert "install it with npm install -g " in shown.reason
        panel = stage.look_at_mission()
        assert f"✕ failed Note : {shown.reason}" in panel
        assert "cannot start yet" in panel

    @BOTH
    def test_one_that_says_nothing(self, play, kind):
        stage = play(kind, "cat > /dev/null; echo 'Segmentation fault' >&2; exit 3")
        shown = stage.wait_for_end(stage.start(kind))
        assert (shown.state, shown.title) == ("✕ failed", "The agent failed")
        complaint = f'{kind} ended with exit status 3; it complains "Segmentation fault"'
        assert shown.reason == f"Write the note: {complaint}; look at its log and start the step again."
        assert "It told nothing." in shown.text
        assert "What it printed to stderr Segmentation fault" in shown.text

    def test_one_that_writes_nothing_and_calls_it_a_success(self, play):
        stage = play(CLAUDE, SAYS_OK)
        shown = stage.wait_for_end(stage.start(CLAUDE))
        assert (shown.state, shown.title) == ("✕ failed", "The document is not what the protocol asks")
        advice = "look at the log for why, and start the step again."
        assert shown.reason == f"Write the note: Note.md was not written; {advice}"

    def test_one_that_writes_elsewhere(self, play):
        stage = play(CLAUDE, f"echo note > Note.md; echo mine >> app.py; {SAYS_OK}")
        shown = stage.wait_for_end(stage.start(CLAUDE))
        assert (shown.state, shown.title) == ("✕ failed", "Other files were changed")
        assert "app.py" in shown.reason

    def test_one_that_ignores_an_interrupt(self, play):
        stage = play(CLAUDE, "trap '' INT; echo '{}'; while :; do sleep 0.05; done")
        run = stage.start(CLAUDE)
        stage.wait_for(run, lambda shown: "Stop" in shown.text and stage.read(run).steps)
        stage.client.send_form(f"{run}/stop")
        assert "It was asked to stop: its agents are being ended." in stage.look(run).text
        shown = stage.wait_for_end(run)
        assert (shown.state, shown.reason) == ("■ stopped", STOPPED)
        wait_until(lambda: find_marked(stage.read(run).id) == [])

    def test_one_whose_child_ignores_all_signals(self, play):
        stage = play(CODEX, "setsid sh -c \"trap '' INT TERM HUP; echo '{}'; sleep 60; sleep 60\" & wait")
        run = stage.start(CODEX, seconds=0.5)
        shown = stage.wait_for_end(run)
        assert (shown.state, shown.title) == ("✕ failed", "The time is over")
        assert "codex was stopped at its time limit of 0.5 seconds" in shown.reason
        wait_until(lambda: find_marked(stage.read(run).id) == [])

    def test_one_that_prints_two_hundred_megabytes(self, play, tmp_path):
        line = json.dumps({"type": "assistant", "message": {"content": [{"type": "text", "text": "x" * 1_000_000}]}})
        (tmp_path / "line").write_text(line + "\n")
        much = f"i=0; while [ $i -lt 200 ]; do cat {tmp_path}/line; i=$((i+1)); done"
        stage = play(CLAUDE, f"{much}; echo note > Note.md; {SAYS_OK}")
        run = stage.start(CLAUDE)
        shown = stage.wait_for_end(run)
        assert (shown.state, shown.reason) == ("✓ done", "")
        assert "ended its turn" in shown.text
        assert len(shown.text) < 1_000_000, "of a log of this size a page shows the beginnings"
        (log,) = stage.data_folder.glob("runs/*/steps/*/stdout.jsonl")
        assert log.stat().st_size > 200_000_000
        log.unlink()

    @BOTH
    def test_one_that_prints_broken_json(self, play, kind):
        script = "echo '{\"type\": \"assi'; echo '<html>Bad gateway</html>'; printf '{\"type\":'"
        stage = play(kind, script)
        shown = stage.wait_for_end(stage.start(kind))
        assert (shown.state, shown.title) == ("✕ failed", "The agent failed")
        assert f"{kind} ended without" in shown.reason
        assert f"{AGAIN}. 3 lines that it printed are no JSON: look whether" in shown.reason
        assert shown.text.count("notice a line that is no JSON more") == 3
        assert "<html>Bad gateway</html>" in shown.text
