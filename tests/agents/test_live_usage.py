from agents.streams import name_kind, put_capture, read_lines
from tandemweb.agents.run_folder import StepFolder
from tandemweb.agents.summary import StreamSummary
from tandemweb.domain.run import Usage


def grow(name: str, folder) -> list[Usage]:
    """Give what a summary says of the usage after each line of a captured stream."""
    put_capture(name, folder)
    summary = StreamSummary(name_kind(name))
    seen = []
    for line in read_lines(folder, name_kind(name)):
        summary.add(line)
        seen.append(summary.usage_so_far)
    return seen


def test_turns_and_tokens_grow_with_each_message_once(tmp_path):
    seen = grow("claude-success", tmp_path)
    turns = [usage.turns or 0 for usage in seen[:-1]]
    assert turns == sorted(turns)
    assert max(turns) == 3, "six events of three messages"
    assert seen[0] == Usage()
    assert seen[-2].input_tokens <= seen[-1].input_tokens
    assert seen[-1].cost_usd is not None, "the end tells the whole"


def test_what_the_api_refuses_is_no_turn(tmp_path):
    assert all((usage.turns or 0) <= 1 for usage in grow("claude-api-error", tmp_path)[:-1])


def test_codex_tells_at_the_end_of_its_turn(tmp_path):
    seen = grow("codex-success", tmp_path)
    assert set(seen[:-1]) == {Usage()}
    assert seen[-1].input_tokens > 0


def test_it_is_kept_in_the_step_s_folder(tmp_path):
    folder = StepFolder(tmp_path)
    folder.write_usage(Usage(10, 4, 2, None, 3))
    assert '"turns": 3' in folder.usage.read_text()
