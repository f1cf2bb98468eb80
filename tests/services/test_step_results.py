"""The document that is taken out of an agent's last message, whatever that holds."""

import pytest

from tandemweb.services.step_results import OutputError, extract_message


@pytest.mark.parametrize(
    ("message", "document"),
    [
        ("# Plan\n\nDo it.", "# Plan\n\nDo it.\n"),
        ("Here it is:\n\n# Plan\n\nDo it.\n", "# Plan\n\nDo it.\n"),
        ("```markdown\n# Plan\n\n```sh\nls\n```\n```  \n", "# Plan\n\n```sh\nls\n```\n"),
        ("No heading.", "No heading.\n"),
    ],
)
def test_fences_and_prefaces_are_no_part_of_it(message: str, document: str):
    assert extract_message(message, "Codex-01.md") == document


def test_a_fence_before_endless_space_is_looked_at_once():
    message = f"```\n# Plan\n```{' ' * 250_000}x"
    assert extract_message(message, "Codex-01.md").startswith("# Plan")


@pytest.mark.parametrize(
    "message", ["no object", '{"a":', f'{{"a":{"[" * 980}{"]" * 980}}}', f'{{"a":{"[" * 90_000}', '{"a": NaN}']
)
def test_what_can_be_no_json_document_is_refused(message: str):
    with pytest.raises(OutputError, match=r"holds no JSON for review\.json"):
        extract_message(message, "review.json")


def test_an_object_among_words_is_taken():
    assert extract_message('Here: {"verdict": "approve"} as asked.', "r.json") == '{\n  "verdict": "approve"\n}\n'
