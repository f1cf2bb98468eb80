"""The two agents' streams, one JSON object a line, as far as a rehearsal has something to say in them."""

import json
import sys
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Protocol

MODEL = "rehearsal"


class Stream(Protocol):
    """What an agent tells while it works."""

    def begin(self) -> None: ...
    def say(self, text: str) -> None: ...
    def read(self, path: str) -> None: ...
    def wrote(self, path: str) -> None: ...
    def end(self, text: str) -> None: ...


@dataclass(slots=True)
class ClaudeStream:
    """``claude --output-format stream-json``."""

    session_id: str
    pace: float
    folder: str
    count: int = 0
    said: list[str] = field(default_factory=list)

    def begin(self) -> None:
        self._write(
            type="system",
            subtype="init",
            cwd=self.folder,
            model=MODEL,
            permissionMode="default",
            tools=["Read", "Write"],
            slash_commands=[],
            claude_code_version=MODEL,
        )

    def say(self, text: str) -> None:
        self.said.append(text)
        self._write(type="assistant", message=_message([{"type": "text", "text": text}]), parent_tool_use_id=None)

    def read(self, path: str) -> None:
        self._use("Read", path, f"Read {path}", {})

    def wrote(self, path: str) -> None:
        self._use("Write", path, f"File created successfully at: {path}", {"filePath": path})

    def end(self, text: str) -> None:
        if not self.said or self.said[-1] != text:
            self.say(text)
        self._write(
            type="result",
            subtype="success",
            is_error=False,
            result=text,
            num_turns=self.count + 1,
            total_cost_usd=0,
            usage={"input_tokens": 0, "output_tokens": 0},
            permission_denials=[],
        )

    def ask(self, question: dict[str, Any]) -> str:
        """Ask the person and wait for the answer; "" where none comes, or a refusal."""
        request_id = str(uuid.uuid4())
        request = {
            "subtype": "can_use_tool",
            "tool_name": "AskUserQuestion",
            "tool_use_id": f"toolu_{self.count}",
            "input": {"questions": [question]},
        }
        self._write(type="control_request", request_id=request_id, request=request)
        for line in sys.stdin:
            source = json.loads(line)
            answered = source.get("response", {})
            if source.get("type") == "control_response" and answered.get("request_id") == request_id:
                given = answered.get("response", {}).get("updatedInput", {}).get("answers", {})
                return str(given.get(question["question"], ""))
        return ""

    def _use(self, tool: str, path: str, told: str, outcome: dict[str, Any]) -> None:
        self.count += 1
        identifier = f"toolu_{self.count}"
        call = {"type": "tool_use", "id": identifier, "name": tool, "input": {"file_path": path}}
        result = {"type": "tool_result", "tool_use_id": identifier, "content": told}
        self._write(type="assistant", message=_message([call]), parent_tool_use_id=None)
        self._write(
            type="user", message={"role": "user", "content": [result]}, tool_use_result=outcome, parent_tool_use_id=None
        )

    def _write(self, **source: Any) -> None:
        _write_line({**source, "session_id": self.session_id, "uuid": str(uuid.uuid4())}, self.pace)


@dataclass(slots=True)
class CodexStream:
    """``codex exec --json``."""

    session_id: str
    pace: float
    count: int = 0

    def begin(self) -> None:
        _write_line({"type": "thread.started", "thread_id": self.session_id}, self.pace)
        _write_line({"type": "turn.started"}, self.pace)

    def say(self, text: str) -> None:
        self._item("reasoning", text=text)

    def read(self, path: str) -> None:
        self._item("command_execution", command=f"cat {path}", aggregated_output="", exit_code=0, status="completed")

    def wrote(self, path: str) -> None:
        self._item("file_change", changes=[{"path": path, "kind": "add"}], status="completed")

    def end(self, text: str) -> None:
        self._item("agent_message", text=text)
        usage = {"input_tokens": 0, "cached_input_tokens": 0, "output_tokens": 0}
        _write_line({"type": "turn.completed", "usage": usage}, self.pace)

    def _item(self, kind: str, **more: Any) -> None:
        item = {"id": f"item_{self.count}", "type": kind, **more}
        self.count += 1
        _write_line({"type": "item.completed", "item": item}, self.pace)


def _message(content: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "model": MODEL, "role": "assistant", "content": content}


def _write_line(source: dict[str, Any], pace: float) -> None:
    sys.stdout.write(json.dumps(source) + "\n")
    sys.stdout.flush()
    time.sleep(pace)
