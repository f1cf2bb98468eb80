import pytest

from tandemweb.analysis.ratings import (
    find_failure_severity,
    find_held_severity,
    find_sentence_severity,
    find_settled_severity,
)
from tandemweb.analysis.wording import words_of
from tandemweb.domain.finding import Severity


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("**One transaction.** Adopted with the key Codex names. High.", Severity.HIGH),
        ("No confirmation that a display shows what was sent (High, both)", Severity.HIGH),
        ("Limits on field lengths in the decoder (Codex; Low, own mission).", Severity.LOW),
        ("Deletion goes in. Asking people first does not. Medium for what remains.", Severity.MEDIUM),
        ("They age out on their own. Low from my side.", Severity.LOW),
        ("It is a brewery's own network, hence Low.", Severity.LOW),
        ("It belongs elsewhere. Out of scope, Low as a remark.", Severity.LOW),
        ("Agreed, but I would not leave it at Low. Two would lose it. Medium; it is refused.", Severity.MEDIUM),
        ("I had missed the record. Codex's High is justified, nobody would know.", Severity.HIGH),
        ("Everything as I wanted it. No P1 left.", None),
        ("Three decimals are printed with two: Low. `1.005` becomes `1.00`.", Severity.LOW),
        ("**Warnings for what is not on the page** — Medium. The user looks", Severity.MEDIUM),
        ("The bar never reaches 100 % (medium).", Severity.MEDIUM),
        ("**A long wait outlives the deadline.** Low, where Codex has Medium.", Severity.LOW),
        ("**Refusals count in nanoseconds.** Low. Both.", Severity.LOW),
        ("F2 (Medium, missing timeout) — still open", Severity.MEDIUM),
        ("Every point against every point is slow. It is a medium risk.", Severity.MEDIUM),
        ("double counter, medium, reproduced with one file", Severity.MEDIUM),
        ("A query takes 3 ms; low now. No thread.", Severity.LOW),
        ("The chains were raised by both of us, as a high risk each time.", Severity.HIGH),
        ("Counted once a minute. Low for now.", Severity.LOW),
        ("Nobody had seen it (Codex 3). Medium again; I had not read the log.", Severity.MEDIUM),
        ("The lid is open for a week. High, still.", Severity.HIGH),
        ("That is Low by any standard that we have used.", Severity.LOW),
        ("The queue is short. High by any standard of ours.", None),
        ("It stays, medium from both of us.", Severity.MEDIUM),
        ("I had overlooked the second reader; Codex is right to call it high.", Severity.HIGH),
        ("On a slow disk it takes a minute; low, and only a remark.", Severity.LOW),
        ("Confirmed, but medium: it takes a shelf that shrank.", Severity.MEDIUM),
        ("Confirmed, and Codex is right about high: no label is printed.", Severity.HIGH),
        ("The lamp stays on when it is left there, which I would call low.", Severity.LOW),
        ("I would note it as Low and leave the criterion.", Severity.LOW),
        ("I raise it from Low to Medium, because", Severity.MEDIUM),
        ("**Short header, Medium instead of Low** — accepted", Severity.MEDIUM),
        ("**Agreed, at Codex's Low.** I had Medium.", Severity.LOW),
        ("Agreed, Low as before and accepted as it is.", Severity.LOW),
        ("**Lock on cabins** — Medium, from me. A follow-up.", Severity.MEDIUM),
        ("**The counter** — Codex Medium. I do not believe it.", Severity.MEDIUM),
        ("**F4 — Late payment.** *High* (raised from Medium: the damage counts)", Severity.HIGH),
        ("Rounded numbers (Codex 3, there Medium). Each is right.", None),
        ("I had filed this as Low in the previous version.", None),
        ("But more than a Low.", None),
        ("The high water mark is too low to matter", None),
        ("503 under load (Medium, Codex: High). I ran it six times.", Severity.MEDIUM),
        ("I should have looked. `safe` is there, Medium.", Severity.MEDIUM),
        ("Codex has it, there Medium.", None),
        ("The file keeps it from starting (Medium; Codex: High, criterion 7)", Severity.MEDIUM),
    ],
)
def test_a_severity_in_a_sentence(text: str, severity: Severity | None):
    found = find_sentence_severity(text)
    assert (found.severity if found else None) == severity


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("Codex's High is a Medium for me: nobody writes there.", Severity.MEDIUM),
        ("Lost on a restart: still Medium in my view, though I let it pass.", Severity.MEDIUM),
        ("A matter of minutes and no more than Low.", Severity.LOW),
        ("It takes no more than medium effort.", None),
        ("Medium is what I had, and it stays that.", Severity.MEDIUM),
        ("If it crashed, it would be a High for me.", None),
        ("A firmware update is all it takes, so I would have kept it\nat Medium.", Severity.MEDIUM),
        ("I still think Medium is the right severity for the fixture.", Severity.MEDIUM),
        ("I think medium is what they print on the box.", None),
        ("D: I can live with Medium. I had not connected the two.", Severity.MEDIUM),
        ("It is not only the syncs, so for me this remains\nMedium.", Severity.MEDIUM),
    ],
)
def test_a_severity_that_somebody_holds(text: str, severity: Severity | None):
    found = find_held_severity(text, words_of(text))
    assert (found.severity if found else None) == severity


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("The order is lost. I count this as High: nothing else keeps it.", Severity.HIGH),
        ("Codex is right, this is Medium, and the criterion is not met.", Severity.MEDIUM),
        ("Five times 500. High, because the refused ones are the large ones.", Severity.HIGH),
        ("The load is high, as finding 2 (Low) says.", None),
        ("See H2. Highly loaded, it fails.", None),
    ],
)
def test_a_severity_in_what_explains_a_failure(text: str, severity: Severity | None):
    found = find_failure_severity(text, words_of(text))
    assert (found.severity if found else None) == severity


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("`DELETE`: your argument convinces me. Medium.", Severity.MEDIUM),
        ("`0013`: Low accepted given the nightly rebuild.", Severity.LOW),
        ("Retention: Low and not copying is fine.", Severity.LOW),
        ("As in your item; Low is right.", Severity.LOW),
        ("The panic is real and Medium is right, but the remedy is not.", Severity.MEDIUM),
        ("**AC6 should be FAIL, M2 is High.** A recipe exists.", Severity.HIGH),
        ("M2 is highly unusual.", None),
        ("Agreed. Lower limits are fine.", None),
    ],
)
def test_a_severity_that_an_answer_settles(text: str, severity: Severity | None):
    found = find_settled_severity(text)
    assert (found.severity if found else None) == severity
