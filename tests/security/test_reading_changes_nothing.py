"""Whatever is read, and from wherever a link or picture asks for it, nothing is different afterwards."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from run_folders import make_run
from web.crawling import crawl
from web.test_stages import project, runs, trusted

pytestmark = pytest.mark.security
__all__ = ["project", "runs", "trusted"]


def hash_files(folder: Path) -> dict[str, str]:
    """Give every file but those that only help to read or are made anew: shadows, places of events, stand-ins."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and not {"shadows", "rehearsal"} & set(path.parts)
        and not path.name.endswith((".lock", "-shm", "-wal", ".db", ".idx"))
    }


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_no_page_changes_anything(app, client, configuration, trusted):
    """A picture in a document is an authenticated GET of whatever address it names."""
    run = make_run(configuration.data_folder, trusted)
    run.begin_step()
    run.replay(1, "claude-success")
    places = (Path(trusted.path), configuration.data_folder)
    databases = (configuration.data_folder / "state.db", configuration.data_folder / "index.db")
    before = [*map(hash_files, places), *map(dump, databases)]
    asked = [address for _, address in crawl(app, client, most=3)]
    for rule in app.url_map.iter_rules():
        if "POST" in rule.methods and rule.endpoint != "login.enter":  # what a button does is not done by asking
            address = rule.rule.replace("<slug>", "repository").replace("<root>", "tandemkit")
            address = address.replace("<name>", "001-DateRanges").replace("<stage>", "plan").replace("<number>", run.id)
            assert client.get(address).status_code in {404, 405, 400}, address
            asked.append(address)
    assert len(asked) > 60
    after = [*map(hash_files, places), *map(dump, databases)]
    for was, now in zip(before[:2], after[:2], strict=True):
        assert {path for path in was.keys() | now.keys() if was.get(path) != now.get(path)} == set()
    assert after[2:] == before[2:]
    run.end()
