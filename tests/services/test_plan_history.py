from tandemweb.domain.commit import ChangeStatus, Commit, DocumentVersion
from tandemweb.services.plan_history import list_rewritings

ORIGINAL = "# Plan\n\n## Phase 1: Write\n\nWrite it.\n\n## Phase 2: Read\n\nRead it.\n"
INSERTED = ORIGINAL.replace("## Phase 2", "## Phase 1.5: Codex Finding - locks\n\nLock it.\n\n## Phase 2")
REWRITTEN = INSERTED.replace("Write it.", "Do not write it at all, but keep what is there.")


def version(number: int, blob: str | None) -> DocumentVersion:
    commit = Commit(f"{number:040x}", (), "", "", None, None, "", "")
    return DocumentVersion(commit, "plans/a.md", blob, ChangeStatus.MODIFIED)


def test_inserting_phases_leaves_the_original_ones_alone():
    versions = (version(2, "b"), version(1, "a"))
    assert list_rewritings(versions, {"a": ORIGINAL, "b": INSERTED}.__getitem__) == ()


def test_the_commit_that_rewrites_a_phase_is_named():
    versions = (version(3, "c"), version(2, "b"), version(1, "a"))
    (rewriting,) = list_rewritings(versions, {"a": ORIGINAL, "b": INSERTED, "c": REWRITTEN}.__getitem__)
    assert rewriting.oid == f"{3:040x}"
    assert any("Phase 1" in phase for phase in rewriting.phases)


def test_a_deletion_in_between_is_no_version():
    versions = (version(3, "b"), version(2, None), version(1, "a"))
    assert list_rewritings(versions, {"a": ORIGINAL, "b": INSERTED}.__getitem__) == ()
