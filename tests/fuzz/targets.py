"""What is fuzzed: each target takes bytes, gives them to one reader of hostile text, and holds its answer to the text.

A target may raise ``TandemwebError`` only where the reader is documented to; everything else that is raised was found.
"""

from collections.abc import Callable
from difflib import SequenceMatcher

from tandemweb.agents.event_log import ReadLine
from tandemweb.agents.events import parse_events
from tandemweb.agents.json_lines import parse_object
from tandemweb.agents.judging import judge
from tandemweb.agents.summary import StreamSummary
from tandemweb.agents.verdicts import Exit, Wanted
from tandemweb.analysis.alignment import align, align_added, split_lines
from tandemweb.analysis.documents import extract_document
from tandemweb.analysis.others import READERS, extract_other
from tandemweb.analysis.region_picks import RefusedPicksError, compose_content
from tandemweb.analysis.spec import extract_spec
from tandemweb.archive.config import extract_config
from tandemweb.archive.json_objects import extract_json_object
from tandemweb.archive.state import extract_state
from tandemweb.domain.chunk import FILE_PLACE, Choice, Edit, FileChunks, Pick, Span
from tandemweb.domain.comparison import FileRow, FileVersion, Relation, SideFile
from tandemweb.domain.mission import Author, DocumentKind, Role, Stage
from tandemweb.domain.workflow import AgentKind
from tandemweb.errors import HistoryError
from tandemweb.history.diff_parsing import parse_patch, parse_raw_changes
from tandemweb.history.log_parsing import parse_log
from tandemweb.services.search_query import extract_query

ROLES = (Role.INDEPENDENT, Role.MERGED, Role.REVIEW, Role.FINAL, Role.FEEDBACK, Role.REPORT, Role.PLACEHOLDER)
KINDS = (*READERS, DocumentKind.CONFIDENCE)


def choose(content: bytes, count: int) -> tuple[int, str]:
    """Let the first byte choose, and give the rest as the text that a reader gets (decoded as archives are)."""
    first = content[0] if content else 0
    return first % count, content[1:].decode("utf-8", "replace")


def count_lines(text: str) -> int:
    return len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def read_json(content: bytes) -> None:
    text = content.decode("utf-8", "replace")
    for reading in (extract_json_object(text, "State.json"), extract_state(text, "State.json")):
        assert all(problem.message and (problem.line or 1) >= 1 for problem in reading.problems)
    extract_config(text, "Config.json")


def read_document(content: bytes) -> None:
    number, text = choose(content, len(ROLES) * 4)
    role = ROLES[number // 4]
    author, stage = (Author.CLAUDE, Author.CODEX)[number % 2], (Stage.PLANNING, Stage.EVALUATION)[number // 2 % 2]
    reading = extract_document(text, path="a.md", author=author, role=role, stage=stage)
    last = count_lines(text)
    for mention in (*reading.mentions, *reading.candidates):
        assert 1 <= mention.line <= mention.end_line <= last, mention
        hold_to_text(mention.title, text)
    for problem in reading.problems:
        assert 1 <= (problem.line or 1) <= last, problem
    assert 1 <= (reading.verdict_line or 1) <= last


def hold_to_text(title: str, text: str) -> None:
    """Every letter of a title is one of the document's: nothing is invented."""
    assert set(filter(str.isalnum, title)) <= set(text), title


def read_other(content: bytes) -> None:
    number, text = choose(content, len(KINDS))
    reading = extract_other(text, "a.md", KINDS[number])
    last = count_lines(text)
    for finding in reading.findings:
        assert 1 <= finding.mention.line <= finding.mention.end_line <= last, finding
    assert all(1 <= (problem.line or 1) <= last for problem in reading.problems)


def read_spec(content: bytes) -> None:
    text = content.decode("utf-8", "replace")
    reading = extract_spec(text, "Spec.md")
    last = count_lines(text)
    for found in (*reading.criteria, *reading.decisions):
        assert 1 <= found.line <= last, found


def read_query(content: bytes) -> None:
    extract_query(content.decode("utf-8", "replace"))


def read_log(content: bytes) -> None:
    middle = len(content) // 2
    try:
        list(parse_log([content[:middle], content[middle:]]))
    except HistoryError:
        return


def read_patch(content: bytes) -> None:
    lines = content.split(b"\n")
    try:
        changes = parse_raw_changes(lines)
        parse_patch(lines[len(changes) :], changes)
    except HistoryError:
        return


def pick_places(content: bytes) -> None:
    """Take two or three versions of a text apart, and pick.

    A side as a whole is that side; any mix is made of lines of the versions, or it is refused.
    """
    choices, *texts = content.split(b"\xfe")
    base, sides = (texts[0] if texts else b""), [*texts[1:4], b"", b""][: max(2, min(len(texts) - 1, 3))]
    chunks = take_apart(base, sides, has_base=not choices.startswith(b"\0"))
    for number, side in enumerate(sides):
        if chunks.row.base or side:
            assert compose_content(chunks, {}, Pick("a", FILE_PLACE, Choice.SIDES, (number,))) == side
    if chunks.row.base:
        assert compose_content(chunks, {}, Pick("a", FILE_PLACE, Choice.BASE)) == base
    picks = [Pick("a", "", Choice.BASE), *(Pick("a", "", Choice.SIDES, (number,)) for number in range(len(sides)))]
    picked = {
        region.id: picks[choice % len(picks)]
        for region, choice in zip(chunks.differences, choices, strict=False)
        if choice % 7
    }
    try:
        made = compose_content(chunks, picked, None)
    except RefusedPicksError:
        return
    known = {line.rstrip(b"\r\n") for version in chunks.versions for line in version}
    assert {line.rstrip(b"\r\n") for line in split_lines(made)} <= known


def take_apart(base: bytes, sides: list[bytes], *, has_base: bool) -> FileChunks:
    """Do what the services do, with difflib in place of git: which edits it finds does not matter."""
    versions = [split_lines(text) for text in (base if has_base else b"", *sides)]
    across = [tell_edits(versions[1], version) for version in versions[2:]]
    edits = [tell_edits(versions[0], version) for version in versions[1:]]
    regions = align(versions[0], versions[1:], edits, across) if has_base else align_added(versions[1:], across)
    version = FileVersion("a", "100644", "0" * 40)
    files = tuple(SideFile(version if has_base or side else None) for side in sides)
    changed_by = tuple(range(len(sides)))
    row = FileRow("a", version if has_base else None, files, Relation.DIFFERENT, changed_by)
    return FileChunks(row, tuple(versions), regions)


def tell_edits(old: tuple[bytes, ...], new: tuple[bytes, ...]) -> list[Edit]:
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [Edit(Span(*code[1:3]), Span(*code[3:])) for code in codes if code[0] != "equal"]


def read_agent(content: bytes) -> None:
    """Read the stream of an agent, and judge its end."""
    kind = (AgentKind.CLAUDE, AgentKind.CODEX, AgentKind.COMMAND)[(content[0] if content else 0) % 3]
    summary = StreamSummary(kind)
    for line in content[1:].split(b"\n"):
        source = parse_object(line)
        events = parse_events(kind, line, source, number=1, offset=0)
        assert [event.number for event in events] == list(range(1, len(events) + 1))
        for event in events:
            f"{event.text}{event.detail}{event.path}".encode()
        summary.add(ReadLine(line, source, tuple(events)))
    for status in (0, 1, -9):
        complaint = content.decode("utf-8", "replace")
        judged = judge(kind, summary, Exit(status, complaint), Wanted())
        assert judged.is_ok or judged.reason


TARGETS: dict[str, Callable[[bytes], None]] = {
    "json": read_json,
    "document": read_document,
    "other": read_other,
    "spec": read_spec,
    "query": read_query,
    "log": read_log,
    "patch": read_patch,
    "agent": read_agent,
    "synthesis": pick_places,
}
