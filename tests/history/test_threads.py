"""A repository is opened once for every thread: sharing GitPython's objects between threads mixes up answers."""

from concurrent.futures import ThreadPoolExecutor

from tandemweb.history.contents import read_blob
from tandemweb.history.opening import open_repository
from tandemweb.history.repository import find_repository


def test_eight_threads_read_what_they_asked_for(git_repository, shadows):
    contents = {
        git_repository.git("hash-object", "-w", "--stdin", stdin=b"%d\n" % number): number for number in range(10)
    }
    location = find_repository(git_repository.path)

    def read_all(_: int) -> list[bytes]:
        # The shadow is made by all of them at once, too.
        with open_repository(location, shadows) as repository:
            return [read_blob(repository, oid).data for oid in contents]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(read_all, range(16)))

    assert answers == [[b"%d\n" % number for number in contents.values()]] * 16
