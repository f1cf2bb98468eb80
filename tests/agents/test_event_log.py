"""The log of an agent while it grows, and events N to M of a long one."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agents.streams import CAPTURES, name_kind, put_capture, read_lines, summarise
from tandemweb.agents import event_index, event_log
from tandemweb.agents.event_index import NAME
from tandemweb.agents.event_log import LOG_NAME, EventLog, read_window
from tandemweb.domain.run import EventKind, RunEvent
from tandemweb.domain.workflow import AgentKind

CLAUDE = AgentKind.CLAUDE


def say(text: str) -> bytes:
    content = [{"type": "text", "text": text}]
    return json.dumps({"type": "assistant", "message": {"content": content}}).encode() + b"\n"


def append(folder: Path, content: bytes) -> None:
    with (folder / LOG_NAME).open("ab") as opened:
        opened.write(content)


def read_texts(folder: Path, first: int = 1, count: int = 100, **options) -> list[str]:
    return [event.text for event in read_window(folder, CLAUDE, first, count, **options).events]


def follow(log: EventLog, **options) -> list[RunEvent]:
    return [event for line in log.read(**options) for event in line.events]


@pytest.mark.parametrize("path", sorted(CAPTURES.glob("*.jsonl")), ids=lambda path: path.stem)
def test_windows_tell_the_same_as_the_whole_with_and_without_an_index(path, tmp_path):
    put_capture(path.stem, tmp_path)
    kind = name_kind(path.stem)
    rebuilt = read_window(tmp_path, kind, 1, 1000)
    (tmp_path / NAME).unlink()
    followed = [event for line in read_lines(tmp_path, kind) for event in line.events]

    assert [(event.number, event.kind, event.text) for event in rebuilt.events] == [
        (event.number, event.kind, event.text) for event in followed
    ]
    assert [event.number for event in followed] == list(range(1, rebuilt.total + 1))
    for first in range(1, rebuilt.total + 1):
        window = read_window(tmp_path, kind, first, 2)
        assert window.events == tuple(followed[first - 1 : first + 1])


def test_events_follow_the_log_and_tell_when_they_were_seen(tmp_path):
    with EventLog(tmp_path, CLAUDE) as log:
        assert follow(log) == []
        append(tmp_path, say("one") + say("two")[:20])
        (one,) = follow(log)
        append(tmp_path, say("two")[20:])
        (two,) = follow(log)
        read = read_window(tmp_path, CLAUDE, 1, 10).events  # by another, while it grows

    assert (one.number, two.number) == (1, 2)
    assert one.at is not None
    assert read == (one, two)


def test_a_driver_sees_all_lines_even_when_somebody_read_before_it(tmp_path):
    append(tmp_path, say("one"))
    assert read_texts(tmp_path) == ["one"]

    with EventLog(tmp_path, CLAUDE) as log:
        append(tmp_path, say("two"))
        assert [event.text for event in follow(log)] == ["one", "two"]
    assert read_texts(tmp_path) == ["one", "two"]


def test_who_reads_on_while_the_driver_writes_sees_what_is_not_in_the_index_yet(tmp_path):
    with EventLog(tmp_path, CLAUDE) as log:
        append(tmp_path, say("one"))
        follow(log)
        append(tmp_path, say("two") + say("three"))
        before = (tmp_path / NAME).read_bytes()

        assert read_texts(tmp_path) == ["one", "two", "three"]
        assert read_texts(tmp_path, 0, 1) == ["three"]
        assert (tmp_path / NAME).read_bytes() == before


def test_who_reads_while_the_driver_is_far_behind_does_not_read_in_its_place(tmp_path, monkeypatch):
    monkeypatch.setattr(event_log, "AHEAD", 200)
    with EventLog(tmp_path, CLAUDE) as log:
        append(tmp_path, say("one"))
        assert len(follow(log)) == 1
        append(tmp_path, say("two"))
        assert read_texts(tmp_path) == ["one", "two"]
        append(tmp_path, say("x" * 300))
        assert read_texts(tmp_path) == ["one"]
        assert read_texts(tmp_path, is_complete=True) == ["one", "two", "x" * 300]
        assert len(follow(log)) == 2
        assert read_texts(tmp_path) == ["one", "two", "x" * 300]
    append(tmp_path, say("y" * 300))
    assert read_texts(tmp_path)[-1] == "y" * 300, "there is no driver any more"


def test_a_line_that_is_no_json_is_a_notice_with_the_line(tmp_path):
    nested = b'{"type":"assistant","message":' + b"[" * 100_000 + b"\n"
    broken = [b'{"type": "assist\n', b"Segmentation fault\n", b'"text"\n', b"\xff\xfe\n", nested]
    append(tmp_path, say("one") + b"".join(broken) + say("two"))

    events = read_window(tmp_path, CLAUDE, 1, 100).events

    assert [event.kind for event in events[1:-1]] == [EventKind.NOTICE] * len(broken)
    assert [event.detail for event in events[1:4]] == ['{"type": "assist', "Segmentation fault", '"text"']
    assert summarise(tmp_path, CLAUDE).broken_count == len(broken)
    assert (events[0].text, events[-1].text) == ("one", "two")


def test_half_a_line_at_the_end_counts_only_when_the_agent_has_ended(tmp_path):
    append(tmp_path, say("one") + b'{"type":"res')

    assert read_window(tmp_path, CLAUDE, 1, 10).total == 1
    assert read_window(tmp_path, CLAUDE, 1, 10, is_complete=True).events[1].detail == '{"type":"res'


def test_halves_of_characters_do_not_get_out(tmp_path):
    append(tmp_path, b'{"type":"assistant","message":{"content":[{"type":"text","text":"a\\ud800b"}]}}\n')

    assert read_texts(tmp_path) == ["a?b"]


def test_a_line_of_several_megabytes_is_kept_and_shown_in_part(tmp_path):
    append(tmp_path, say("x" * 5_000_000) + say("after"))

    first, second = read_window(tmp_path, CLAUDE, 1, 10).events

    assert len(first.text) == 256 * 1024
    assert (second.text, second.offset) == ("after", len(say("x" * 5_000_000)))


def test_a_disk_that_was_full_for_a_while_leaves_no_gap(tmp_path, monkeypatch):
    write, failures = event_index._write, [28, *[None] * 6]

    def fail_once(*arguments):
        if error := failures.pop(0):
            raise OSError(error, "No space left on device")
        write(*arguments)

    monkeypatch.setattr(event_index, "_write", fail_once)
    monkeypatch.setattr(event_log, "AHEAD", 0)
    with EventLog(tmp_path, CLAUDE) as log:
        append(tmp_path, say("one"))
        follow(log)
        assert read_texts(tmp_path) == ["one"], "readers are not left waiting for a driver that cannot write"
        append(tmp_path, say("two"))
        follow(log)
    assert read_texts(tmp_path) == ["one", "two"]


@pytest.mark.parametrize("damage", [b"", b"TWX2", b"garbage" * 100, b"TWX0" + bytes(20)])
def test_a_damaged_index_is_made_again(damage, tmp_path):
    append(tmp_path, say("one") + say("two"))
    read_window(tmp_path, CLAUDE, 1, 1)
    (tmp_path / NAME).write_bytes(damage)

    assert read_texts(tmp_path) == ["one", "two"]


def test_an_index_of_another_log_is_made_again(tmp_path):
    append(tmp_path, say("one") + say("two") + say("three"))
    read_window(tmp_path, CLAUDE, 1, 1)
    (tmp_path / LOG_NAME).write_bytes(say("new"))

    assert read_texts(tmp_path) == ["new"]


def test_a_log_is_read_where_nothing_can_be_written(tmp_path, monkeypatch):
    append(tmp_path, say("one") + say("two"))

    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(event_index, "_write", refuse)
    with EventLog(tmp_path, CLAUDE) as log:
        assert [event.text for event in follow(log)] == ["one", "two"]
    assert read_texts(tmp_path) == ["one", "two"]


def test_a_hundred_thousand_events_are_read_in_windows(tmp_path, monkeypatch):
    line = say("x" * 300)
    with (tmp_path / LOG_NAME).open("wb") as opened:
        for number in range(100_000):
            opened.write(line.replace(b"xxxxxxxx", b"%08d" % number, 1))
    monkeypatch.setattr(event_log, "READER_SECONDS", 60)  # however busy the machine is
    begun_at = time.monotonic()
    first = read_window(tmp_path, CLAUDE, 0, 200)
    indexed_at = time.monotonic()
    parsed = []
    parse = event_log.parse_events
    monkeypatch.setattr(event_log, "parse_events", lambda *a, **b: parsed.append(1) or parse(*a, **b))
    window = read_window(tmp_path, CLAUDE, 50_001, 200)
    seconds = time.monotonic() - indexed_at

    print(f"\n100,000 events: indexed in {indexed_at - begun_at:.2f} s, then 200 of them in {seconds * 1000:.1f} ms")
    assert first.total == window.total == 100_000
    assert first.events[-1].text.startswith("00099999")
    assert window.events[0].text.startswith("00050000")
    assert (window.events[0].number, len(window.events)) == (50_001, 200)
    assert len(parsed) == 200


@pytest.mark.faults
@pytest.mark.parametrize("line_size", [1_000, 3_000_000, 200_000_000])
def test_two_hundred_megabytes_are_followed_in_little_memory(line_size, tmp_path):
    """In a process of its own, whose greatest size is told by the system."""
    program = (
        "import re, sys\nfrom pathlib import Path\n"
        "from tandemweb.agents.event_log import EventLog, read_window\n"
        "from tandemweb.agents.summary import StreamSummary\n"
        "from tandemweb.domain.workflow import AgentKind\n"
        "peak = lambda: int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])\n"
        "before = peak()\n"
        "folder, summary = Path(sys.argv[1]), StreamSummary(AgentKind.COMMAND)\n"
        "with EventLog(folder, AgentKind.COMMAND) as log:\n"
        "    for line in log.read(is_complete=True): summary.add(line)\n"
        "window = read_window(folder, AgentKind.COMMAND, 0, 200, is_complete=True)\n"
        "print(summary.line_count, window.total, (peak() - before) // 1024)"
    )
    count = 200_000_000 // line_size
    with (tmp_path / LOG_NAME).open("wb") as opened:
        for _ in range(count):
            opened.write(b"y" * (line_size - 1) + b"\n")
    begun_at = time.monotonic()

    finished = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True
    )

    lines, events, grown = map(int, finished.stdout.split())
    print(f"\n200 MB in lines of {line_size:,}: {time.monotonic() - begun_at:.1f} s, {grown} MiB more memory")
    assert lines == events == count
    assert grown < 150
    (tmp_path / LOG_NAME).unlink()


def test_a_look_at_a_log_ends_though_the_agent_goes_on_printing(tmp_path):
    append(tmp_path, say("one") + say("two"))
    with EventLog(tmp_path, CLAUDE) as log:
        texts = []
        for line in log.read():
            texts += [event.text for event in line.events]
            append(tmp_path, say("more"))
        assert texts == ["one", "two"]
        assert [event.text for event in follow(log)] == ["more", "more"]


def test_a_look_without_time_reads_on_where_the_last_one_ended(tmp_path):
    append(tmp_path, say("one") + say("two") + b'{"type":"res')
    with EventLog(tmp_path, CLAUDE) as log:
        looks = [(follow(log, seconds=-1, is_complete=True), log.is_behind) for _ in range(4)]

    assert [[event.number for event in events] for events, _ in looks] == [[1], [2], [3], []]
    assert [is_behind for _, is_behind in looks] == [True, True, True, False]


def test_a_page_reads_a_long_log_bit_by_bit_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(event_log, "READER_SECONDS", -1)
    append(tmp_path, say("one") + say("two") + say("three"))

    windows = [read_window(tmp_path, CLAUDE, 1, 10, is_complete=True) for _ in range(4)]

    assert [(window.total, window.is_whole) for window in windows] == [(1, False), (2, False), (3, False), (3, True)]
    assert [event.text for event in windows[-1].events] == ["one", "two", "three"]
