"""Runs that fail, started by a form of the app and read from its pages, with a real driver and a real agent process."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from run_folders import wait_until

from tandemweb.agents.run_folder import get_run_folder
from tandemweb.agents.run_reading import read_run
from tandemweb.domain.mission import Project
from tandemweb.domain.run import Run
from web.conftest import Browser

PATIENCE_SECONDS = 60
MISSION = "001-DateRanges"
WORKFLOW = """
name = "note"
title = "Note"
[stages.note]
title = "Write a note"
first = "write"
[steps.write]
title = "Write the note"
stage = "note"
agent = "{agent}"
access = "documents"
prompt = "Write {{output}}."
output = "Note.md"
next = {{ "*" = "end" }}
limits = {{ seconds = {seconds}, stall-seconds = {stall_seconds} }}
"""


@dataclass(frozen=True)
class Shown:
    """The page of a run as a person reads it: the word of its state, why, and the whole text."""

    state: str
    reason: str
    title: str
    text: str


@dataclass
class Stage:
    """A mission in a project in which agents may start; ``client`` is the only way to it."""

    client: Browser
    data_folder: Path
    project: Project

    @property
    def mission_address(self) -> str:
        return f"/projects/{self.project.slug}/missions/tandemkit/{MISSION}"

    def start(self, agent: str, *, seconds: float = 50, stall_seconds: float = 600) -> str:
        """Press the button of the only stage, and give the address of the run's page."""
        folder = self.data_folder / "workflows"
        folder.mkdir(exist_ok=True)
        text = WORKFLOW.format(agent=agent, seconds=seconds, stall_seconds=stall_seconds)
        (folder / "note.toml").write_text(text)
        fields = {"workflow": "note", "request_key": f"press {time.monotonic_ns()}"}
        answer = self.client.send_form(f"{self.mission_address}/stages/note/start", **fields)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def read(self, address: str) -> Run:
        return read_run(get_run_folder(self.data_folder, address.rpartition("/")[2]))

    def look(self, address: str) -> Shown:
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.text
        return Shown(
            find(r'<div class="headline".*?<span class="chip[^>]*>(.*?)</span>', answer.text),
            find(r'<div class="why[^>]*>(.*?)</div>\s*<dl', answer.text),
            find(r'<article class="step.*?<div class="why[^>]*><p><strong>(.*?)</strong>', answer.text),
            plain(answer.text.partition("<main")[2]),
        )

    def wait_for(self, address: str, is_there: Callable[[Shown], object]) -> Shown:
        wait_until(lambda: is_there(self.look(address)), PATIENCE_SECONDS)
        return self.look(address)

    def wait_for_end(self, address: str) -> Shown:
        wait_until(lambda: self.read(address).status.is_end, PATIENCE_SECONDS)
        return self.look(address)

    def look_at_mission(self) -> str:
        """Give the text of the mission's panel, from which the next step starts."""
        page = self.client.get(self.mission_address).text
        return plain(page.partition('id="next"')[2].partition("</section>")[0])


def find(pattern: str, page: str) -> str:
    found = re.search(pattern, page, re.DOTALL)
    return plain(found[1]) if found else ""


def plain(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", html)).split())
