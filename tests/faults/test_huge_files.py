"""Files of any size in a project that is served: pages say what they leave out, at once and in little memory."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from html import unescape

import psutil
import pytest
from conftest import init_repository
from run_folders import wait_until
from serving import Answer, RunningServer, running_server

pytestmark = pytest.mark.faults

FOLDER = "TandemKit/001-Huge"
MEMORY = 300e6
ANSWERED = 10.0  # seconds, on a busy machine; what is not cut takes longer


@dataclass(frozen=True)
class Huge:
    """A served project with its one commit, and somebody who is logged in."""

    server: RunningServer
    cookie: str
    commit: str

    def ask(self, path: str) -> Answer:
        return self.server.get(f"/projects/huge/{path}", self.cookie, timeout=ANSWERED)


@pytest.fixture(scope="module")
def huge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Huge]:
    project = init_repository(tmp_path_factory.mktemp("huge") / "huge")
    project.write({f"{FOLDER}/Spec.md": "# Huge\n", f"{FOLDER}/State.json": "{}"})
    project.write({f"{FOLDER}/Big.md": "# Head\n\n- item one two three\n\n" * 350_000})
    message = project.path.with_name("message")
    message.write_text("Subject\n\n" + "line of a message without end\n" * 1_000_000)
    project.git("add", "-A")
    project.git("commit", "-q", "-F", str(message))
    with (project.path / FOLDER / "Sparse.md").open("wb") as file:
        file.truncate(100 << 30)
    with running_server(project.path.with_name("home"), str(project.path)) as running:
        found = Huge(running, running.log_in(), project.git("rev-parse", "HEAD"))
        for path in (f"documents/{FOLDER}/Sparse.md", f"commits/{found.commit}"):
            wait_until(partial(lambda path: found.ask(path).status == 200, path), 60)
        yield found


def read(answer: Answer) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", answer.body.decode())).split())


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (f"documents/{FOLDER}/Big.md", 200, "up to 1,048,576 are rendered, so its source is shown"),
        (f"documents/{FOLDER}/Big.md?view=source", 200, "Only the first"),
        (f"raw/{FOLDER}/Big.md?at=COMMIT", 413, "10,500,000 bytes; that is more than this page gives away"),
        (f"margin/{FOLDER}/Big.md?at=COMMIT", 413, "git blame answered with more than 64 MiB"),
        (f"documents/{FOLDER}/Sparse.md", 200, "too large to be read: 107374182400 bytes"),
        (f"raw/{FOLDER}/Sparse.md", 413, "too large to be read: 107374182400 bytes"),
        ("commits/COMMIT", 200, "Subject"),
    ],
)
def test_pages_say_what_they_leave_out(huge: Huge, path: str, status: int, words: str):
    answer = huge.ask(path.replace("COMMIT", huge.commit))
    assert answer.status == status
    assert words in read(answer)
    assert len(answer.body) < 2_000_000
    assert psutil.Process(huge.server.process.pid).memory_info().rss < MEMORY


def test_a_large_document_on_disk_is_given_byte_for_byte(huge: Huge):
    answer = huge.ask(f"raw/{FOLDER}/Big.md")
    assert answer.body == b"# Head\n\n- item one two three\n\n" * 350_000
