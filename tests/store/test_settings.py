from pathlib import Path

import pytest

from tandemweb.domain.settings import AgentSettings, RunSettings, Settings
from tandemweb.domain.workflow import AgentKind
from tandemweb.store.settings import SettingsError, read_settings, save_settings


def test_what_is_not_there_is_at_its_default(tmp_path: Path):
    assert read_settings(tmp_path) == Settings()


def test_settings_come_back_as_they_were_saved(tmp_path: Path):
    claude = AgentSettings('/opt/a "b"/claude', ("--x", "ä\n"), {"NAME": "value"})
    settings = Settings({AgentKind.CLAUDE: claude}, RunSettings(5, retry=True))
    save_settings(tmp_path / "data", settings)
    assert read_settings(tmp_path / "data") == settings


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[agents.clod]", "agents.clod is no agent"),
        ("[agents.claude]\nexecutable = 1", "executable should be a text"),
        ("[agents.codex]\narguments = [1]", "agents.codex takes texts only"),
        ("[runs]\nparallel_limit = 0", "runs.parallel_limit should be a number from 1"),
        ("[runs]\nretry = 1", "retry should be true or false"),
        ("[runs", "cannot be read"),
    ],
)
def test_a_mistake_is_told_with_its_key(tmp_path: Path, text: str, message: str):
    (tmp_path / "settings.toml").write_text(text)
    with pytest.raises(SettingsError, match=message):
        read_settings(tmp_path)
