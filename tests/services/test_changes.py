import threading

import pytest

from tandemweb.services.changes import EVERYTHING, KEPT_COUNT, Broker, document_topic, mission_topic, project_topic


@pytest.fixture
def broker():
    return Broker()


def test_topics_name_one_thing_each():
    assert project_topic("ledger") == "project:ledger"
    assert mission_topic("ledger", "TandemKit", "001-A") == "mission:ledger/TandemKit/001-A"
    assert document_topic("ledger", "a/b.md") == "document:ledger/a/b.md"


def test_changes_since_a_revision_come_as_one(broker: Broker):
    known = broker.revision
    broker.publish({"a"})
    last = broker.publish({"b", "a"})
    change = broker.find_change(known, timeout=0)
    assert change is not None
    assert change.revision == last
    assert change.topics == {"a", "b"}
    assert broker.find_change(last, timeout=0) is None


def test_a_trouble_is_told_once_and_until_it_is_over(broker: Broker):
    known = broker.revision
    broker.note_trouble("shop", "The disk is full.")
    told = broker.revision
    assert told > known
    broker.note_trouble("shop", "The disk is full.")
    broker.note_trouble("bank", "")
    assert (broker.revision, broker.troubles) == (told, ("The disk is full.",))
    broker.note_trouble("shop", "")
    assert broker.revision > told
    assert broker.troubles == ()


def test_publishing_nothing_is_no_change(broker: Broker):
    known = broker.revision
    assert broker.publish(()) == known
    assert broker.find_change(known, timeout=0) is None


@pytest.mark.parametrize("foreign", [0, 10**18])
def test_a_revision_of_another_process_means_reload(broker: Broker, foreign: int):
    broker.publish({"a"})
    change = broker.find_change(foreign, timeout=0)
    assert change is not None
    assert change.topics == {EVERYTHING}
    assert change.revision == broker.revision


def test_who_fell_behind_reloads(broker: Broker):
    known = broker.revision
    for _ in range(KEPT_COUNT + 1):
        broker.publish({"a"})
    change = broker.find_change(known, timeout=0)
    assert change is not None
    assert change.topics == {EVERYTHING}
    still_kept = broker.find_change(known + 1, timeout=0)
    assert still_kept is not None
    assert still_kept.topics == {"a"}


def test_a_waiting_listener_is_woken(broker: Broker):
    woken = []
    ready = threading.Event()

    def listen() -> None:
        ready.set()
        woken.append(broker.find_change(None, timeout=30))

    listener = threading.Thread(target=listen)
    known = broker.revision
    listener.start()
    ready.wait()
    while listener.is_alive():  # it may not have begun to wait at the first publication
        broker.publish({"a"})
        listener.join(0.01)
    assert woken[0] is not None
    assert woken[0].revision > known


def test_closing_wakes_everybody_with_nothing(broker: Broker):
    answers = []
    listeners = [threading.Thread(target=lambda: answers.append(broker.find_change(None, 30))) for _ in range(3)]
    for listener in listeners:
        listener.start()
    broker.close()
    for listener in listeners:
        listener.join(10)
    assert answers == [None, None, None]
    assert broker.is_closed
