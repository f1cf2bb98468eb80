"""Plays claude by the lines of its prompt, so that a test decides when what happens; waits for files, not for time.

SAY text            a message              COUNT n text        n messages
TOOL command|answer a shell command        ASK question|a|b    asks with labels, says what was answered
UNTIL path          until the file exists  IGNORE              signals are ignored from here on
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

PATIENCE_SECONDS = 120
SESSION = next(sys.argv[place + 1] for place, word in enumerate(sys.argv) if word in {"--session-id", "--resume"})


def put(**fields) -> None:
    os.write(1, json.dumps({"session_id": SESSION, **fields}).encode() + b"\n")


def say(text: str) -> None:
    put(type="assistant", message={"id": "m", "content": [{"type": "text", "text": text}]})


def use_tool(command: str, answer: str) -> None:
    call = {"type": "tool_use", "id": f"t{time.monotonic_ns()}", "name": "Bash", "input": {"command": command}}
    put(type="assistant", message={"id": "m", "content": [call]})
    result = {"type": "tool_result", "tool_use_id": call["id"], "content": answer}
    put(type="user", message={"role": "user", "content": [result]})


def ask(question: str, *labels: str) -> None:
    options = [{"label": label, "description": f"take {label}"} for label in labels]
    given = {"questions": [{"question": question, "header": "Ask", "options": options, "multiSelect": False}]}
    request = {"subtype": "can_use_tool", "tool_name": "AskUserQuestion", "input": given, "tool_use_id": "q1"}
    put(type="control_request", request_id="ask-1", request=request)
    response = json.loads(sys.stdin.readline())["response"]["response"]
    say(f"The answer is {response.get('updatedInput', {}).get('answers', response)}")


def wait_for(path: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not Path(path).exists():
        if time.monotonic() > end:
            sys.exit("waited in vain")
        time.sleep(0.01)


def play(line: str) -> None:
    word, _, rest = line.strip().partition(" ")
    match word:
        case "SAY":
            say(rest)
        case "COUNT":
            count, _, text = rest.partition(" ")
            for number in range(1, int(count) + 1):
                say(f"{text} {number}")
        case "TOOL":
            use_tool(*rest.split("|"))
        case "ASK":
            ask(*rest.split("|"))
        case "UNTIL":
            wait_for(rest)
        case "IGNORE":
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)


def main() -> None:
    has_pipe = "--permission-prompt-tool" in sys.argv
    prompt = json.loads(sys.stdin.readline())["message"]["content"] if has_pipe else sys.stdin.read()
    put(type="system", subtype="init", model="scripted", permissionMode="default", tools=["Bash"], slash_commands=[])
    for line in prompt.splitlines():
        play(line)
    put(type="result", subtype="success", is_error=False, num_turns=1, result="Done.", total_cost_usd=0.25, usage={})
    if has_pipe:
        sys.stdin.read()


main()
