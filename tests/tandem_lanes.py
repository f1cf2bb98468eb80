"""What the models behind the real claude and codex say in a tandem mission, for ``scripted_models.py``."""

from typing import Any

from tandemweb.rehearsal.documents import write_document
from tandemweb.rehearsal.task import Kind, Task

MISSION = "TandemKit/001-SayHello"


def document(kind: Kind, author: str = "claude", *, round_number: int = 1, step: int = 1) -> str:
    task = Task(kind, "x", round=round_number, step=step, goal="Say hello", is_message=True)
    return write_document(task, author)


def lane(match: str, *turns: object, agent: str = "anthropic") -> dict[str, Any]:
    return {"match": match, agent: list(turns)}


def writes(path: str, content: str) -> dict[str, Any]:
    return {"write": {"path": f"{MISSION}/{path}", "content": content}}


def play_planning() -> dict[str, Any]:
    """Play an investigation by each, a plan that is not approved, and one that is."""
    return {
        "plan-claude": lane(
            "^You are the planner",
            {"shell": "ls"},
            {"text": document(Kind.INVESTIGATION)},
            {"text": document(Kind.PLAN, step=2)},
            {"text": f"Here it is.\n\n{document(Kind.PLAN, step=3)}"},
        ),
        "plan-codex": lane(
            "^You are one of two planners", {"text": document(Kind.INVESTIGATION, "codex")}, agent="openai"
        ),
        "plan-review": lane(
            "^You review a plan",
            {"text": document(Kind.PLAN_REVIEW, "codex", step=2)},
            {"text": document(Kind.PLAN_REVIEW, "codex", step=3)},
            agent="openai",
        ),
    }


def play_round(number: int) -> dict[str, Any]:
    talk = f"Evaluator/Round-{number:02d}-Discussion"
    return {
        f"generate-{number}": lane(
            f"^You are the generator. This is round {number:02d}",
            {"write": {"path": f"hello_{number}.py", "content": "print('hello')\n"}},
            writes(f"Generator/Round-{number:02d}.md", document(Kind.REPORT, round_number=number)),
            writes(f"Generator/ChangedFiles-{number:02d}.txt", f"hello_{number}.py\n"),
            {"text": "Done."},
        ),
        f"evaluate-claude-{number}": lane(
            f"^You are the evaluator of round {number:02d}. You did",
            writes(f"{talk}/Claude-01.md", document(Kind.EVALUATION, round_number=number)),
            {"text": "Written."},
            writes(f"{talk}/Claude-02.md", document(Kind.EVALUATION, round_number=number, step=2)),
            {"text": "Merged."},
        ),
        f"evaluate-codex-{number}": lane(
            f"^You are one of two evaluators of round {number:02d}",
            writes(f"{talk}/Codex-01.md", document(Kind.EVALUATION, "codex", round_number=number)),
            {"text": "Written."},
            agent="openai",
        ),
        f"review-{number}": lane(
            f"^You review an evaluation of round {number:02d}",
            {"text": document(Kind.EVALUATION_REVIEW, "codex", round_number=number, step=2)},
            agent="openai",
        ),
    }


def play_mission() -> dict[str, Any]:
    """Play a whole mission: a plan, a round that fails, one that passes, one after feedback, and the summary."""
    summary = {"summary": lane("^The mission has passed", {"text": document(Kind.SUMMARY)})}
    return play_planning() | play_round(1) | play_round(2) | play_round(3) | summary
