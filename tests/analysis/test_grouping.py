"""How pairs make groups, with the scores given."""

from analysis.exchanges import HIGH, say, write
from tandemweb.analysis.grouping import group_entries
from tandemweb.analysis.pairs import Pairs
from tandemweb.analysis.preparation import prepare_entries
from tandemweb.analysis.similarity import compare_texts


def group(documents, scores):
    entries = prepare_entries(documents).entries
    pairs = Pairs(compare_texts([entry.mention for entry in entries]))
    for (one, other), score in scores.items():
        pairs.add(one, other, "text", score)
    return set(group_entries(entries, pairs))


def test_who_has_read_both_reports_tells_better_what_is_one_point():
    documents = [
        write("claude", "independent", say("The cache key lacks the tenant.", HIGH)),
        write("codex", "independent", say("A rename lets rows be read.", HIGH), say("Rows of strangers.", HIGH)),
        write("claude", "merged", say("Rows of strangers: the tenant is no part of the key.", HIGH), step=2),
    ]
    merged = {(2, 3): 0.9}
    assert group(documents, {(0, 1): 0.72, (0, 3): 0.7} | merged) == {(0, 2, 3), (1,)}
    assert group(documents, {(0, 1): 0.8, (0, 3): 0.7} | merged) == {(0, 1), (2, 3)}


def test_a_row_that_sends_to_what_stands_above_stands_beside_it():
    told = say("Journals: refused with the offset of the tear.", HIGH, section="Decisions")

    def groups(answer):
        row = say(f"A torn journal | {answer}", section="Decisions")
        documents = [
            write("codex", "independent", say("A torn journal is replayed.", HIGH)),
            write("claude", "merged", told, row, step=2),
        ]
        return group(documents, {(0, 1): 0.9, (0, 2): 0.85})

    assert groups("Accepted, see above") == {(0, 1, 2)}
    assert groups("Accepted, with an offset") == {(0, 1), (2,)}
