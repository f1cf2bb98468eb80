import re
from pathlib import Path

import pytest

from tandemweb.domain.settings import AgentSettings, ComparisonSettings, RunSettings, Settings
from tandemweb.domain.workflow import AgentKind
from tandemweb.store.settings import SettingsError, read_settings, save_settings


def test_what_is_not_there_is_at_its_default(tmp_path: Path):
    assert read_settings(tmp_path) == Settings()


def test_settings_come_back_as_they_were_saved(tmp_path: Path):
    claude = AgentSettings('/opt/a "b"/claude', ("--x", "ä\n"), {"NAME": "value"})
    settings = Settings({AgentKind.CLAUDE: claude}, RunSettings(5, retry=True), ComparisonSettings(("try/*",)))
    save_settings(tmp_path / "data", settings)
    assert read_settings(tmp_path / "data") == settings


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[agents.clod]", "line 1: agents.clod is not known; what is known here: claude, codex"),
        ("[runs]\n[agents.command]\n", "line 2: agents.command is not known"),
        ("run = 1", "line 1: run is not known"),
        ("\n[agents.claude]\nexecutable = 1", "line 3: agents.claude.executable should be a text in quotes"),
        ("[agents.codex]\nexecutble = 'x'", "line 2: agents.codex.executble is not known"),
        ("[agents]\ncodex.arguments = 'x'", "line 2: agents.codex.arguments should be a list"),
        ("[agents.codex]\n\narguments = [\n1]", "line 3: agents.codex.arguments takes texts"),
        ("[agents.codex.environment]\nA = 'x'\nB = 1", "line 3: agents.codex.environment.B should be the name"),
        ("[agents.codex]\nenvironment = { 'A=B' = 'x' }", "line 2: agents.codex.environment.A=B should be the name"),
        ("[runs]\nparallel_limit = 0", "line 2: runs.parallel_limit should be a number from 1 to 100"),
        ("[runs]\nparallel_limit = true", "line 2: runs.parallel_limit should be a whole number"),
        ("[runs]\nretry = 1", "line 2: runs.retry should be true or false"),
        ("runs = 1", "line 1: runs should be a table"),
        ("[comparisons]\npatterns = ['impl/claude']", "line 2: comparisons.patterns takes names with a *"),
        ("[comparisons]\npatterns = 'impl/*'", "line 2: comparisons.patterns should be a list"),
        ("[runs]\nretry = yes", "at line 2"),
        ("[runs", "cannot be read"),
        ("x = " + "[" * 100_000, "cannot be read"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_key(tmp_path: Path, text: str, message: str):
    (tmp_path / "settings.toml").write_text(text)
    with pytest.raises(SettingsError, match=re.escape(message)):
        read_settings(tmp_path)
