"""Pages of a comparison of 300 files, and of one file with 2,000 lines that differ. Run it with ``-s``.

What is held is time of the processor, so that others on the machine do not count; milliseconds of the clock are told.
"""

import time
from collections.abc import Iterator
from random import Random

import pytest
from conftest import init_repository
from forking import fork
from web.comparing import open_comparison
from web.conftest import Browser, Configuration

from tandemweb.services.changes import Broker
from tandemweb.services.indexing import refresh_project
from tandemweb.services.registering import register_project
from tandemweb.store.connections import open_index_writer
from tandemweb.web.app import create_app
from tandemweb.web.markdown import close_renderer

pytestmark = [pytest.mark.benchmark, pytest.mark.compare]

FILES, LINES, REPEATS = 300, 2_000, 5
NAMES, FILE, PART = 0.050, 0.150, 0.050  # seconds of the processor
REMEMBERED = ("tandemweb.matrices", "tandemweb.chunks", "tandemweb.plans")


def write_lines(random: Random) -> str:
    return "".join(f"    value_{n} = compute_{random.randint(0, 9)}(argument, {n})\n" for n in range(LINES))


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    folder = tmp_path_factory.mktemp("pages")
    git = init_repository(folder / "repository")
    names = [f"src/m{number // 50}/f{number}.py" for number in range(FILES)]
    base, one, other = (dict.fromkeys(names, f"{who}\n" * 20) for who in ("base", "one", "other"))
    texts = [f"def main():\n{write_lines(Random(seed))}" for seed in range(3)]
    for files, text in zip((base, one, other), texts, strict=True):
        files["long.py"] = text
    fork(git, base, one, other)
    data_folder = folder / "data"
    project = register_project(data_folder, git.path)
    with open_index_writer(data_folder) as writer:
        refresh_project(writer, project)
    app = create_app(Configuration(8710, data_folder, Broker(), announce=print))
    app.test_client_class = Browser
    client = app.test_client()
    client.log_in()
    yield client
    close_renderer(app)


def fetch(client: Browser, address: str, *, anew: bool, **headers: str) -> tuple[float, float]:
    """Give seconds of the processor and of the clock, the least of several times each."""
    spent = []
    for _ in range(REPEATS):
        if anew:
            for name in REMEMBERED:
                client.application.extensions.pop(name, None)
        processor, clock = time.process_time(), time.perf_counter()
        assert client.get(address, headers=headers).status_code == 200
        spent.append((time.process_time() - processor, time.perf_counter() - clock))
    return min(one for one, _ in spent), min(other for _, other in spent)


def test_pages_of_a_comparison(client: Browser, on_ci: bool):
    address = open_comparison(client)
    client.get(f"{address}/files/src/m0/f0.py")  # starts the processes that colour code
    pages = {
        "names of 301 files": (address, True, NAMES),
        "a file of 2,000 lines": (f"{address}/files/long.py", True, FILE),
        "the same again": (f"{address}/files/long.py", False, PART),
        "a part of it": (f"{address}/files/long.py?part=7", False, PART),
    }
    took = {}
    for name, (page, anew, _) in pages.items():
        headers = {"HX-Request": "true"} if "part" in page else {}
        took[name] = fetch(client, page, anew=anew, **headers)
        print(f"\n{name}: {took[name][0] * 1000:.0f} ms of the processor, {took[name][1] * 1000:.0f} ms of the clock")
    slack = 3 if on_ci else 1
    assert not {name: took[name][0] for name, (_, _, limit) in pages.items() if took[name][0] > limit * slack}
