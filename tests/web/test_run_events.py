from tandemweb.domain.run import EventKind, RunEvent
from tandemweb.web.run_events import CUT, describe_progress, link_files, list_entries

HOSTILE = "\x1b[31m<script>alert(1)</script>\u202e"


def events(*told: tuple) -> list[RunEvent]:
    return [RunEvent(number, EventKind(kind), **fields) for number, (kind, fields) in enumerate(told, 1)]


def test_an_answer_stands_with_its_call():
    entries = list_entries(
        events(
            ("tool", {"tool": "Bash", "tool_id": "a", "text": "ls -A", "detail": '{"command": "ls -A"}'}),
            ("tool", {"tool": "Read", "tool_id": "b", "text": "x.py"}),
            ("result", {"tool_id": "b", "text": "no such file", "is_error": True}),
            ("result", {"tool_id": "a", "text": "README.md"}),
            ("message", {"text": "Done."}),
        )
    )
    assert [(e.number, e.tool, e.answer, e.is_error, e.is_open) for e in entries] == [
        (1, "Bash", "README.md", False, False),
        (2, "Read", "no such file", True, False),
        (5, "", "", False, False),
    ]


def test_an_answer_to_an_earlier_call_stands_by_itself():
    (entry,) = list_entries(events(("result", {"tool_id": "gone", "text": "late"})))
    assert (entry.kind, entry.answer, entry.text) == (EventKind.RESULT, "late", "")


def test_only_a_running_step_waits_for_answers():
    told = events(("tool", {"tool": "Bash", "tool_id": "a", "text": "make"}))
    assert list_entries(told, is_running=True)[0].is_open
    assert not list_entries(told)[0].is_open


def test_nothing_of_what_is_shown_hides():
    (call, message) = list_entries(
        events(
            ("tool", {"tool": HOSTILE, "tool_id": "a", "text": HOSTILE, "detail": HOSTILE, "path": HOSTILE}),
            ("message", {"text": HOSTILE}),
        )
    )
    for text in (call.tool, call.short, call.text, call.detail, call.path, message.text):
        assert text == "<script>alert(1)</script>⟨U+202E⟩"


def test_long_texts_say_where_they_were_cut():
    (entry,) = list_entries(events(("message", {"text": "x" * 50_000})))
    assert entry.text.endswith(CUT)
    assert len(entry.text) < 21_000
    assert len(entry.short) == 160


def test_of_very_much_the_newest_stays_whole():
    answered = [("result", {"text": "y" * 5_000})] * 120
    told = [("message", {"text": "x" * 15_000}), *answered, ("message", {"text": "end"})]
    first, *answers, last = list_entries(events(*told))
    assert first.text == f"{'x' * 400}\n{CUT}"
    assert answers[0].answer == f"{'y' * 400}\n{CUT}"
    assert answers[-1].answer == "y" * 5_000
    assert last.text == "end"
    assert sum(len(entry.answer) for entry in answers) < 350_000


def test_progress_tells_what_goes_on():
    told = [
        ("started", {}),
        ("thinking", {"text": "hm"}),
        ("message", {"text": "I look at\nthe importer."}),
        ("tool", {"tool": "Bash", "tool_id": "a", "text": "pytest -q"}),
        ("result", {"tool_id": "a", "text": "2 passed"}),
        ("file", {"path": "a.md"}),
    ]
    said = [describe_progress(list_entries(events(*told[:count]), is_running=True)) for count in range(7)]
    assert said == [
        "",
        "has started",
        "thinks",
        "I look at the importer.",
        "Bash: pytest -q",
        "after Bash pytest -q",
        "wrote a.md",
    ]


def test_files_lead_to_their_pages():
    entries = list_entries(events(("file", {"path": "a.md"}), ("file", {"path": "/etc/passwd"}), ("message", {})))
    found = link_files(entries, {"a.md": "/x"}.get)
    assert [entry.address for entry in found] == ["/x", None, None]
