import subprocess
from pathlib import Path

import pytest

from agents.stepping import make_step
from tandemweb.agents.presets import Session, build_command, shell_command
from tandemweb.domain.settings import AgentSettings
from tandemweb.domain.workflow import Access, AgentKind, Limits
from tandemweb.errors import AgentError

NEW = Session("0b9ee7a2-0000-4000-8000-000000000001")
RESUMED = Session("0b9ee7a2-0000-4000-8000-000000000001", is_resumed=True)


def build(kind: AgentKind, session: Session = NEW, settings: AgentSettings | None = None, **changes) -> list[str]:
    options = {key: changes.pop(key) for key in ("folders", "documents", "in_git") if key in changes}
    step = make_step(kind, prompt="--dangerous", **changes)
    return list(build_command(step, settings or AgentSettings(), session, cwd="/src/shop", **options).argv)


def has(argv: list[str], *words: str) -> bool:
    return any(argv[start : start + len(words)] == list(words) for start in range(len(argv)))


@pytest.mark.parametrize("kind", [AgentKind.CLAUDE, AgentKind.CODEX])
def test_a_prompt_never_stands_in_the_command(kind):
    assert "--dangerous" not in build(kind, access=Access.WRITE)


def test_claude_streams_json_in_a_session_that_we_name():
    argv = build(AgentKind.CLAUDE, access=Access.WRITE)

    assert argv[:5] == ["claude", "-p", "--output-format", "stream-json", "--verbose"]
    assert has(argv, "--session-id", NEW.id)
    assert has(argv, "--permission-mode", "acceptEdits")
    assert "--resume" not in argv
    assert has(build(AgentKind.CLAUDE, RESUMED), "--resume", RESUMED.id)


def test_claude_may_only_read_where_a_step_only_reads():
    argv = build(AgentKind.CLAUDE, allowed_tools=("WebFetch",))

    assert has(argv, "--permission-mode", "default")
    assert has(argv, "--allowedTools", "Read", "Glob", "Grep", "WebFetch", "--disallowedTools", "Edit")
    assert "Write" in argv[argv.index("--disallowedTools") :]


def test_claude_may_write_its_documents_where_they_are_named():
    argv = build(AgentKind.CLAUDE, access=Access.DOCUMENTS, documents=("T/001-X/Claude-01.md", "/tmp/out/"))

    assert has(argv, "--permission-mode", "default")
    assert has(argv, "Bash", "Edit(T/001-X/Claude-01.md)", "Edit(//tmp/out/**)")
    assert "--disallowedTools" not in argv


def test_questions_need_both_pipes():
    step = make_step(AgentKind.CLAUDE, asks=True)
    command = build_command(step, AgentSettings(), NEW, cwd="/src/shop")

    assert command.has_pipe
    assert has(list(command.argv), "--input-format", "stream-json", "--permission-prompt-tool", "stdio")


def test_limits_models_and_folders_reach_claude():
    limits = Limits(turns=7, budget_usd=0.5)
    argv = build(AgentKind.CLAUDE, limits=limits, model="opus", effort="high", folders=("/a", "/b"))

    for words in (
        ("--max-turns", "7"),
        ("--max-budget-usd", "0.5000"),
        ("--model", "opus"),
        ("--effort", "high"),
        ("--add-dir", "/a", "/b", "--allowedTools"),
    ):
        assert has(argv, *words), words


def test_codex_is_given_its_sandbox_each_time_and_before_resume():
    argv = build(AgentKind.CODEX, RESUMED, access=Access.WRITE, model="gpt-5.5", effort="high", folders=("/a",))

    assert argv[:2] == ["codex", "exec"]
    assert has(argv, "--json", "-s", "workspace-write", "-C", "/src/shop")
    assert has(argv, "-c", 'model_reasoning_effort="high"', "--add-dir", "/a")
    assert argv[-3:] == ["resume", RESUMED.id, "-"]
    assert has(build(AgentKind.CODEX, RESUMED), "-s", "read-only")


def test_codex_is_told_when_there_is_no_git():
    assert "--skip-git-repo-check" in build(AgentKind.CODEX, Session(), in_git=False)
    assert "--skip-git-repo-check" not in build(AgentKind.CODEX, Session())


def test_the_user_names_another_program_and_more_arguments():
    settings = AgentSettings("/opt/claude", ("--fallback-model", "sonnet"))

    assert build(AgentKind.CLAUDE, settings=settings)[:4] == ["/opt/claude", "--fallback-model", "sonnet", "-p"]


def test_a_step_that_tandemweb_does_itself_has_no_command():
    with pytest.raises(AgentError, match="starts no process"):
        build(AgentKind.TANDEMWEB)


def test_a_copied_line_does_in_a_shell_what_the_step_does(tmp_path: Path):
    folder = tmp_path / "it's a $HOME `here`"
    folder.mkdir()
    prompt = folder / "prompt of 'me'.md"
    prompt.write_text("$(false) goal\n")
    argv = ["sh", "-c", 'pwd; cat; echo "$1"', "-", "a b; $x"]

    line = shell_command(argv, str(prompt), str(folder))

    printed = subprocess.run(["sh", "-c", line], check=True, capture_output=True, text=True).stdout
    assert printed == f"{folder}\n$(false) goal\na b; $x\n"


@pytest.mark.parametrize("kind", [AgentKind.CLAUDE, AgentKind.CODEX])
def test_a_conversation_that_is_an_option_is_refused(kind):
    with pytest.raises(AgentError, match="no name that can be continued"):
        build(kind, Session("--dangerously-bypass-approvals-and-sandbox", is_resumed=True))
