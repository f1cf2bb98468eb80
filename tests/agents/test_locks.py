import fcntl
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from agents.test_identity import wait_until
from tandemweb.agents.locks import (
    LockError,
    Writer,
    claim_place,
    claim_work_tree,
    find_holders,
    find_writer,
    get_locks_folder,
    hold_lock,
    hold_session,
    hold_start_lock,
)

HOLDER = (
    "import sys; from pathlib import Path; from tandemweb.agents.locks import claim_place\n"
    "place = claim_place(Path(sys.argv[1]), 'dead')\n"
    "taken = len(sys.argv) > 2 and place.try_take(1)\n"
    "print(taken, flush=True)\n"
    "input()\n"
)


def test_as_many_work_as_there_are_places(tmp_path):
    first, second, third = (claim_place(tmp_path, name) for name in ("a", "b", "c"))

    assert [place.try_take(2) for place in (first, second, third)] == [True, True, False]
    assert sorted(find_holders(get_locks_folder(tmp_path) / "places")) == ["a", "b"]
    first.release()
    assert third.try_take(2)
    assert second.try_take(2), "asked again, it still has it"


def test_first_come_first_served(tmp_path):
    holder, first, second = (claim_place(tmp_path, name) for name in ("z", "y", "x"))
    assert holder.try_take()
    holder.release()

    assert not second.try_take()
    assert first.try_take()
    first.release()
    assert second.try_take()


def test_who_leaves_the_queue_is_waited_for_no_longer(tmp_path):
    first, second = claim_place(tmp_path, "a"), claim_place(tmp_path, "b")
    first.release()

    assert second.try_take()


def test_a_limit_that_was_lowered_holds_for_those_who_come(tmp_path):
    places = [claim_place(tmp_path, name) for name in "abc"]
    assert all(place.try_take(3) for place in places)
    later = claim_place(tmp_path, "d")

    places[0].release()
    assert not later.try_take(2)
    places[1].release()
    assert later.try_take(2)


@pytest.mark.faults
@pytest.mark.parametrize("has_place", [True, False])
def test_places_and_tickets_vanish_with_their_process(has_place, tmp_path):
    command = [sys.executable, "-c", HOLDER, str(tmp_path), *(["take"] if has_place else [])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == f"{has_place}\n".encode()
        mine = claim_place(tmp_path, "mine")
        assert not mine.try_take()
        process.kill()

    wait_until(mine.try_take)


def test_one_run_writes_a_work_tree_by_whatever_name_it_goes(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    (tmp_path / "link").symlink_to(tree)
    one, other = claim_work_tree(tmp_path, str(tree), "a"), claim_work_tree(tmp_path, str(tmp_path / "link"), "b")

    assert one.try_take()
    assert not other.try_take()
    assert find_writer(tmp_path, str(tree)).run_id == "a"
    assert find_writer(tmp_path, str(tree)).is_held
    assert claim_work_tree(tmp_path, str(tmp_path), "c").try_take()
    one.release()
    assert not find_writer(tmp_path, str(tree)).is_held
    assert find_writer(tmp_path, str(tmp_path / "elsewhere")) == Writer()


def test_many_who_come_at_once_take_one_place_each(tmp_path):
    places = [claim_place(tmp_path, str(number)) for number in range(8)]
    taken = []
    threads = [threading.Thread(target=lambda place=place: taken.append(place.try_take(3))) for place in places]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while sum(place.try_take(3) for place in places) < 3:
        pass

    assert len(find_holders(get_locks_folder(tmp_path) / "places")) == 3


def test_a_conversation_leaves_nothing_when_it_is_free(tmp_path: Path):
    folder = get_locks_folder(tmp_path)
    first, other = hold_session(tmp_path, "s1", "a"), hold_session(tmp_path, "s2", "b")
    with pytest.raises(LockError, match="Another run goes on with this conversation"):
        hold_session(tmp_path, "s1", "c")
    assert len(list(folder.iterdir())) == 2
    other.release()
    (only,) = folder.iterdir()
    assert find_holders(only) == ["a"]
    first.release()
    assert list(folder.iterdir()) == []


@pytest.mark.faults
def test_what_a_killed_holder_of_a_conversation_left_goes_with_the_next(tmp_path: Path):
    killed = get_locks_folder(tmp_path) / "session-killed"
    killed.mkdir(parents=True)
    for name in ("door", "slot-0", "ticket-1-killed"):
        (killed / name).touch()
    hold_session(tmp_path, "s1", "a").release()
    assert list(killed.parent.iterdir()) == []


def test_a_conversation_is_never_held_twice_while_its_folder_comes_and_goes(tmp_path: Path):
    marker, wrongs, held = tmp_path / "held", [], []

    def go_on() -> None:
        try:
            while len(held) < 150:
                with suppress(LockError), hold_session(tmp_path, "s1", "run"):
                    marker.touch(exist_ok=False)
                    held.append(1)
                    marker.unlink()
        except OSError as error:  # two at once
            wrongs.append(error)

    threads = [threading.Thread(target=go_on) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrongs == []
    assert list(get_locks_folder(tmp_path).iterdir()) == []


def test_two_starts_of_one_mission_come_one_after_the_other(tmp_path: Path):
    with hold_start_lock(tmp_path, "shop/001-X"):
        (path,) = get_locks_folder(tmp_path).glob("start-*")
        with pytest.raises(LockError, match="locked by another"), hold_lock(path, patience=0.05):
            pass
        with hold_start_lock(tmp_path, "shop/002-Y"):
            pass
    with hold_lock(path, patience=0):
        pass


def test_who_only_asks_does_not_seem_to_hold_a_place(tmp_path):
    with claim_place(tmp_path, "long gone") as place:
        assert place.try_take()
    folder = get_locks_folder(tmp_path) / "places"

    with (folder / "slot-0").open("rb") as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)  # as another process that asks at the same moment
        assert find_holders(folder) == []
