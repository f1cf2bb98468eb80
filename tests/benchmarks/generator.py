"""An archive of any size, as two agents would have written it, through one ``git fast-import``.

Each mission has 30 documents of about 4 KB (State.json is one of them) and ten commits: planning with three reviews,
three rounds of evaluation (fail, fail, pass) with findings that both models mention, reports, manifests, a summary.

Its words are as many as those of real archives, whose number makes up most of what a full-text index costs: a mission
has its own, as frequent as Zipf's law has it, out of a vocabulary that grows with the number of missions.
"""

import json
import os
import random
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

DOCUMENTS_PER_MISSION = 30
COMMITS_PER_MISSION = 10
START = 1_700_000_000
ROOT = "TandemKit"
# Nouns, verbs, things, circumstances, consequences: a line each.
VOCABULARY = """\
parser|importer|exporter|ledger|cache|queue|session|renderer|scheduler|index|cursor|resolver|adapter|gateway|buffer|reader|\
writer|planner|watcher|router|registry|socket|worker|migration|snapshot|template|validator
drops|keeps|overwrites|ignores|repeats|delays|truncates|reorders|swallows|trusts|leaks|rounds|retries|escapes|doubles|loses
the last row|an empty cell|the time zone|a trailing newline|the second header|an expired token|a negative amount|\
the byte order mark|a symbolic link|the exit status|a locked file|the default currency|an unknown option|\
the sort order|a quoted comma|a failed write|the old revision|a missing folder|two equal keys|the user's setting
when the file ends early|after a restart|on the second run|with more than one worker|if the clock goes back|\
for names that are not ASCII|when the input is empty|under a slow disk|once the cache is warm|as soon as two write
so the totals no longer add up|and nobody is told|which the tests do not cover|and the next run starts from zero|\
so a retry makes it worse|although the spec asks for an error|and the report shows it as done|which costs time\
"""
NOUNS, VERBS, THINGS, WHENS, CONSEQUENCES = (line.split("|") for line in VOCABULARY.splitlines())
SEVERITIES = ("High", "Medium", "Low")
WORD_COUNT = 150_000  # in archives of this size; 22 real ones hold 4,249 in 122,588, and more the longer one reads
OWN_WORD_COUNT = 1_500  # draws for one mission; 20,000 words of one real project are 1,455 different ones
CONSONANTS, VOWELS = "bdfgklmnprstvz", "aeiou"


@dataclass(frozen=True)
class Finding:
    label: str
    severity: str
    title: str
    place: str
    text: str


def spell(rank: int) -> str:
    """Make up the word of a rank, the frequent ones short."""
    word, rest = "", rank + len(CONSONANTS)
    while rest:
        rest, consonant = divmod(rest, len(CONSONANTS))
        rest, vowel = divmod(rest, len(VOWELS))
        word += CONSONANTS[consonant] + VOWELS[vowel]
    return word


@cache
def zipf(count: int) -> list[float]:
    """How often the words of the first ``count`` ranks occur, added up."""
    return list(accumulate(1 / (rank + 2.7) for rank in range(count)))


class Writer:
    """Writes the documents of one mission; equal seeds write equal words."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self.topic = f"{self._random.choice(NOUNS).title()}{self._random.choice(NOUNS).title()}"
        ranks = self._random.choices(range(WORD_COUNT), cum_weights=zipf(WORD_COUNT), k=OWN_WORD_COUNT)
        self._words = [spell(rank) for rank in dict.fromkeys(ranks)]

    def words(self, count: int) -> list[str]:
        return self._random.choices(self._words, cum_weights=zipf(len(self._words)), k=count)

    def sentence(self) -> str:
        pick = self._random.choice
        first, second, name, *rest = self.words(8)
        return (
            f"The {first} {pick(NOUNS)} of `{second}_{name}` {pick(VERBS)} {pick(THINGS)} {' '.join(rest)} "
            f"{pick(WHENS)}, {pick(CONSEQUENCES)}."
        )

    def paragraph(self, length: int) -> str:
        sentences: list[str] = []
        while sum(map(len, sentences)) < length:
            sentences.append(self.sentence())
        return " ".join(sentences)

    def findings(self, prefix: str, count: int) -> list[Finding]:
        pick = self._random.choice
        made = []
        for number in range(1, count + 1):
            line = self._random.randrange(1, 900)
            made.append(
                Finding(
                    label=f"{prefix}{number}",
                    severity=pick(SEVERITIES),
                    title=f"{self.words(1)[0].title()} {pick(NOUNS)} {pick(VERBS)} {pick(THINGS)}",
                    place=f"src/{pick(NOUNS)}.py:{line}-{line + self._random.randrange(1, 30)}",
                    text=self.paragraph(220),
                )
            )
        return made

    def spec(self, title: str) -> str:
        criteria = "\n".join(f"{n}. {self.sentence()}" for n in range(1, 9))
        decisions = "\n".join(f"- **Decision {n}:** {self.sentence()}" for n in range(1, 4))
        return (
            f"# {title}\n\n**Mission Type:** code\n\n## User Intent\n\n> {self.sentence()}\n\n## Goal\n\n"
            f"{self.paragraph(500)}\n\n## Context & Investigation Findings\n\n{self.paragraph(1900)}\n\n"
            f"## Acceptance Criteria\n\n{criteria}\n\n## Key Decisions\n\n{decisions}\n\n"
            f"## Out of Scope\n\n- {self.sentence()}\n"
        )

    def evaluation(self, title: str, verdict: str, findings: list[Finding], failed: set[int]) -> str:
        rows = "\n".join(f"| {n} | {'FAIL' if n in failed else 'PASS'} | {self.sentence()} |" for n in range(1, 9))
        items = "\n\n".join(f"### {f.label}. {f.title} ({f.severity})\n\n`{f.place}`: {f.text}" for f in findings)
        return (
            f"# {title}\n\n**Verdict: {verdict}**\n\n## Mandatory Checks\n\n- Build: PASS\n- Tests: PASS\n\n"
            f"## Acceptance Criteria Results\n\n| # | Verdict | Evidence |\n| --- | --- | --- |\n{rows}\n\n"
            f"## Issues Found (Not in Spec)\n\n{items}\n\n## What Works Well\n\n- {self.paragraph(1100)}\n"
        )

    def review(self, title: str, approved: bool, findings: list[Finding]) -> str:
        by_severity = {word: [f for f in findings if f.severity == word] for word in SEVERITIES}
        sections = "\n\n".join(
            f"## {severity} Disagreements\n\n"
            + ("\n".join(f"- **{f.label}: {f.title}.** `{f.place}` {f.text}" for f in found) or "None")
            for severity, found in by_severity.items()
        )
        return (
            f"# {title}\n\n## Agreement Status: {'APPROVED' if approved else 'NOT APPROVED'}\n\n"
            f"{self.paragraph(600)}\n\n{sections}\n\n## Confirmed\n\n{self.paragraph(2200)}\n"
        )

    def report(self, title: str) -> str:
        done, uncertain = self.paragraph(3200), self.paragraph(1200)
        return f"# {title}\n\n## What Was Done\n\n{done}\n\n## Uncertainties\n\n- {uncertain}\n"


def mission_name(number: int) -> str:
    return f"{number:03d}-{Writer(number).topic}"


def mission_commits(number: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Give a mission's ten commits: message and files by path inside the mission folder."""
    writer = Writer(number)
    yield "Plan", {"State.json": state("planning", 0, None), **planning(writer, number, range(1, 3))}
    yield "Agree on the plan", planning(writer, number, range(3, 4))
    yield (
        "Write down what was agreed",
        {
            "Spec.md": writer.spec(f"{number:03d} {writer.topic}"),
            "State.json": state("ready-for-execution", 0, None),
        },
    )
    for round_number, verdict in enumerate(("FAIL", "FAIL", "PASS"), start=1):
        yield (
            f"Change the {writer.topic}",
            {
                f"Generator/Round-{round_number:02d}.md": writer.report(f"Generator Report — Round {round_number:02d}"),
                f"Generator/ChangedFiles-{round_number:02d}.txt": "".join(f"src/{noun}.py\n" for noun in NOUNS[:12]),
            },
        )
        yield "Keep what was found", evaluation_round(writer, round_number, verdict)
    yield (
        "Close",
        {
            "Summary.md": writer.report("Summary"),
            "State.json": state("complete", 3, "PASS"),
        },
    )


def planning(writer: Writer, number: int, steps: range) -> dict[str, str]:
    files = {}
    for step in steps:
        title = f"{number:03d} plan, step {step}"
        files[f"Planner-Discussion/Claude-{step:02d}.md"] = writer.spec(title)
        findings = writer.findings("C", 4)
        files[f"Planner-Discussion/Codex-{step:02d}.md"] = (
            writer.evaluation(title, "none", findings, set()).replace("**Verdict: none**\n\n", "")
            if step == 1
            else writer.review(title, step == steps.stop - 1, findings)
        )
    return files


def evaluation_round(writer: Writer, number: int, verdict: str) -> dict[str, str]:
    folder = f"Evaluator/Round-{number:02d}-Discussion"
    failed = {2, 5} if verdict == "FAIL" else set()
    ours, theirs = writer.findings("F", 4), writer.findings("C", 4)
    merged = writer.evaluation("Merged evaluation", verdict, [*ours, *theirs[:2]], failed)
    return {
        f"{folder}/Claude-01.md": writer.evaluation("Evaluation", verdict, ours, failed),
        f"{folder}/Codex-01.md": writer.evaluation("Evaluation", "FAIL", [*theirs, *ours[:2]], failed),
        f"{folder}/Claude-02.md": merged,
        f"{folder}/Codex-02.md": writer.review("Review", approved=True, findings=theirs[2:]),
        f"Evaluator/Round-{number:02d}.md": merged,
    }


def state(phase: str, round_number: int, verdict: str | None) -> str:
    values = {
        "phase": phase,
        "round": round_number,
        "generatorStatus": None,
        "evaluatorStatus": None,
        "verdict": verdict,
        "userFeedbackRounds": 0,
        "started": "2026-01-02T03:04:05Z",
        "updated": "2026-01-03T03:04:05Z",
    }
    return json.dumps(values, indent=2) + "\n"


def generate(folder: Path, mission_count: int) -> Path:
    """Make a git repository with ``mission_count`` missions at ``folder``, checked out."""
    clean = {"PATH": os.environ["PATH"], "HOME": str(folder.parent), "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run(["git", "init", "-q", "-b", "main", str(folder)], check=True, env=clean)
    importing = subprocess.Popen(["git", "-C", str(folder), "fast-import", "--quiet"], stdin=subprocess.PIPE, env=clean)
    assert importing.stdin is not None
    importing.stdin.writelines(_import_stream(mission_count))
    importing.stdin.close()
    assert importing.wait() == 0
    subprocess.run(["git", "-C", str(folder), "reset", "-q", "--hard"], check=True, env=clean)
    return folder


def _import_stream(mission_count: int) -> Iterator[bytes]:
    config = {"currentMission": None, "nextMissionNumber": mission_count + 1, "namingConvention": "PascalCase"}
    yield from _commit(0, "Begin", {f"{ROOT}/Config.json": json.dumps(config), "README.md": "# Generated\n"})
    clock = 1
    for number in range(1, mission_count + 1):
        folder = f"{ROOT}/{mission_name(number)}"
        for message, files in mission_commits(number):
            yield from _commit(clock, message, {f"{folder}/{path}": text for path, text in files.items()})
            clock += 1


def _commit(clock: int, message: str, files: dict[str, str]) -> Iterator[bytes]:
    yield b"commit refs/heads/main\ncommitter Ada Author <ada@example.org> %d +0000\n" % (START + clock * 300)
    yield _data(f"{message}\n")
    for path, text in files.items():
        yield b"M 100644 inline %s\n" % path.encode()
        yield _data(text)


def _data(text: str) -> bytes:
    content = text.encode()
    return b"data %d\n%s\n" % (len(content), content)
