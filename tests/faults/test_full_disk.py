"""The disk is full beneath a server that goes on: a save is refused in words, and all that was there is there."""

import re
import resource
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest
from archive.missions_on_disk import Archive
from run_folders import wait_until
from serving import Answer, RunningServer, exchange, running_server

from faults.test_killed_saves import PHASES, read_files
from tandemweb.domain.mission import Naming

pytestmark = pytest.mark.faults

ROOM = 200_000  # bytes that a file can have; State.json needs more
MISSION = "/projects/project/missions/tandemkit/001-AddDarkMode"


def send_feedback(server: RunningServer, cookie: str, page: str, text: str) -> Answer:
    fields = re.findall(r'name="(csrf|shown)" value="([^"]*)"', page)
    body = urlencode([*((name, unescape(value)) for name, value in fields), ("text", text)])
    head = f"POST {MISSION}/next/feedback/write HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
    head += f"Origin: {server.origin}\r\nCookie: {cookie}\r\nContent-Length: {len(body)}\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    return exchange(server.port, f"{head}{body}".encode())


def test_a_save_is_refused_in_words_and_done_once_there_is_room(tmp_path: Path):
    project, home = tmp_path / "project", tmp_path / "home"
    Archive(project, home / "tandemweb", Naming.PASCAL).write_mission(**PHASES["feedback"], note="x" * 2 * ROOM)
    before = read_files(project)
    with running_server(home, str(project)) as server:
        cookie = server.log_in()
        wait_until(lambda: server.get(f"{MISSION}/next/feedback", cookie).status == 200, 60)
        page = server.get(f"{MISSION}/next/feedback", cookie).body.decode()
        process = psutil.Process(server.process.pid)
        _, most = process.rlimit(resource.RLIMIT_FSIZE)
        process.rlimit(resource.RLIMIT_FSIZE, (ROOM, most))

        refused = send_feedback(server, cookie, page, "It is too dark.")
        said = " ".join(unescape(re.sub("<[^>]+>", " ", refused.body.decode())).split())
        assert refused.status == 409, said
        assert "It is too dark." in said, "what was typed is in the form still"
        assert re.search(r"cannot be (kept|written).*: File too large\. (Nothing was|It is as it was)", said), said
        assert read_files(project) == before
        for path in ("/", MISSION, "/search?q=dark"):
            assert server.get(path, cookie).status == 200, path

        process.rlimit(resource.RLIMIT_FSIZE, (most, most))
        assert send_feedback(server, cookie, page, "It is too dark.").status == 303
    after = read_files(project)
    assert {path for path in after if after[path] != before.get(path)} >= {"TandemKit/001-AddDarkMode/State.json"}
    assert [path for path, content in after.items() if b"It is too dark." in content]
