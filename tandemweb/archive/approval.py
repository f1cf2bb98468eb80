"""Approving a spec: the last plan becomes Spec.md, byte for byte or as the user edited it."""

from datetime import datetime

from tandemweb.archive.changes import Change
from tandemweb.archive.mission_files import MissionFiles
from tandemweb.archive.notes import clean_words
from tandemweb.archive.transitions import build_change, edit_state, refuse, require_phase
from tandemweb.archive.writing import Edit

FIRST_MERGED = 2  # Claude-01 is an investigation of its own, no plan


def approve_spec(files: MissionFiles, at: datetime, *, text: str | None = None) -> Change:
    """Make the last Claude-NN.md of planning the spec, or ``text``, and the mission ready for execution.

    Where an earlier try was cut off after Spec.md, the same approval completes it.
    """
    require_phase(files, "approve the spec", "planning")
    plan = files.find_last_plan()
    if plan is None or plan[1] < FIRST_MERGED:
        raise refuse(files, "approve the spec", "there is no merged plan (Claude-02.md or later) yet")
    path, number = plan
    content = files.read(path)
    if not content:
        raise refuse(files, "approve the spec", f"Claude-{number:02d}.md is empty")
    spec_path = files.find_fixed("Spec.md")
    wanted = content if text is None else _keep_unchanged(text, content)
    edits = (Edit(spec_path, files.read(spec_path), wanted), edit_state(files, at, {"phase": "ready-for-execution"}))
    title = "Spec approved" if wanted == content else "Spec approved with edits"
    return build_change(files, "approve-spec", title, edits, {path: content})


def _keep_unchanged(text: str, content: bytes) -> bytes:
    """Give the plan's own bytes where a form only changed its line ends or the end of the text."""
    words = clean_words(text, "spec")
    try:
        same = clean_words(content.decode("utf-8-sig"), "plan") == words
    except UnicodeDecodeError:
        same = False
    return content if same else words.encode()
