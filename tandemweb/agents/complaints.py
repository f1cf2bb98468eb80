"""What services and agents say when they refuse, told apart by their words: the kind, and what a person can do."""

import re
from dataclasses import dataclass

from tandemweb.agents.json_lines import parse_object, shorten, take_object, take_text
from tandemweb.domain.run import FailureKind
from tandemweb.domain.workflow import AgentKind

QUOTED = 300
NAMES = {AgentKind.CLAUDE: "claude", AgentKind.CODEX: "codex", AgentKind.COMMAND: "The command"}
LOGIN = {
    AgentKind.CLAUDE: "log in with `claude` then `/login`, or set ANTHROPIC_API_KEY, and start the step again",
    AgentKind.CODEX: "log in with `codex login`, or set CODEX_API_KEY, and start the step again",
    AgentKind.COMMAND: "give it the account or key that it needs, and start the step again",
}
STATUS = re.compile(r"(?:unexpected status|API Error:?|status(?: code)?:?|HTTP) (\d{3})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Complaint:
    """``sentence`` says what happened (without a full stop), ``advice`` what to do."""

    kind: FailureKind
    sentence: str
    advice: str


# The first that fits counts; what a service says of money or limits comes with the same statuses as the rest.
_WORDS = {
    FailureKind.CONTEXT: (
        "prompt is too long",
        "context window",
        "context[_ ]length",
        "too many tokens",
        "request too large",
    ),
    FailureKind.BUDGET: (
        "credit balance",
        "out of credits",
        "spend limit",
        "insufficient_quota",
        "quota exceeded",
        "exceeded your current quota",
        "billing",
        "payment required",
        "usage not included",
    ),
    FailureKind.RATE_LIMIT: (
        "usage limit",
        "rate.?limit",
        r"hit your (?:[\w-]+ )*limit",
        "limit reached",
        "too many requests",
    ),
    FailureKind.AUTHENTICATION: (
        "not logged in",
        "invalid (?:x-)?(?:api[ -]?)?key",
        "failed to authenticate",
        "authentication",
        "unauthorized",
        "forbidden",
        "oauth token",
        "missing environment variable",
        "refresh token",
        "sign in again",
    ),
    FailureKind.API: (
        "overloaded",
        "high load",
        "high demand",
        "at capacity",
        "connection error",
        "unable to connect",
        "stream disconnected",
        "timed out",
        "internal server error",
        "error sending request",
        "reconnecting",
        "fetch failed",
        "econn",
    ),
}
_PATTERNS = {kind: re.compile("|".join(words), re.IGNORECASE) for kind, words in _WORDS.items()}
_TELLING = frozenset({FailureKind.CONTEXT, FailureKind.BUDGET, FailureKind.RATE_LIMIT})
_BY_STATUS = {
    401: FailureKind.AUTHENTICATION,
    402: FailureKind.BUDGET,
    403: FailureKind.AUTHENTICATION,
    413: FailureKind.CONTEXT,
    429: FailureKind.RATE_LIMIT,
}


def find_complaint(agent: AgentKind, text: str, status: int | None = None) -> Complaint | None:
    """Recognise what a service refused, from its words and HTTP status. None: it says something else."""
    if status is None and (match := STATUS.search(text)):
        status = int(match[1])
    elif status is None and text.startswith("{") and "invalid_request_error" in text:
        status = 400
    text = _unwrap(text)
    kind = _find_kind(text, status)
    return None if kind is None else _word(agent, kind, text, status)


def quote(text: str) -> str:
    return f'"{shorten(text, QUOTED)}"' if text.strip() else "nothing"


def _unwrap(text: str) -> str:
    """Take the sentence out of the body of an answer, which codex gives as it is."""
    body = parse_object(text.encode("utf-8", "replace")) if text.startswith("{") else None
    return take_text(take_object(body, "error"), "message") or take_text(body, "message") or text


def _find_kind(text: str, status: int | None) -> FailureKind | None:
    by_words = next((kind for kind, pattern in _PATTERNS.items() if pattern.search(text)), None)
    if status is None or by_words in _TELLING:
        return by_words
    return _BY_STATUS.get(status, FailureKind.API if status >= 400 else by_words)


def _word(agent: AgentKind, kind: FailureKind, text: str, status: int | None) -> Complaint:
    name = NAMES[agent]
    said = quote(text)
    with_status = f" ({status})" if status else ""
    match kind:
        case FailureKind.AUTHENTICATION:
            return Complaint(kind, f"{name} was not let in{with_status}: {said}", LOGIN[agent])
        case FailureKind.RATE_LIMIT:
            return Complaint(
                kind, f"{name} has used up what it may for now{with_status}: {said}", "start it again then"
            )
        case FailureKind.BUDGET:
            advice = "add credit, raise the limit in the account, or use another account, and start the step again"
            return Complaint(kind, f"the account of {name} has no credit left{with_status}: {said}", advice)
        case FailureKind.CONTEXT:
            advice = "start the step in a fresh session, or give it less to read"
            return Complaint(kind, f"{name} was given more than the model takes at once: {said}", advice)
        case _ if status is not None and status < 500:
            advice = "look at the model and the arguments of the step, and start it again"
            return Complaint(FailureKind.API, f"the service of {name} refused the request{with_status}: {said}", advice)
        case _:
            advice = "start the step again; if it stays so, look at the network and at the status page of the service"
            return Complaint(
                FailureKind.API, f"the service of {name} failed or could not be reached{with_status}: {said}", advice
            )
