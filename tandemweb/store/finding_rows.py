"""Mentions as rows and back."""

from tandemweb.domain.finding import Agreement, FileReference, Mention, Severity, Stance
from tandemweb.store.database import Row
from tandemweb.store.values import read_json, read_strings, write_json


def mention_columns(mention: Mention) -> tuple[object, ...]:
    return (
        mention.path,
        mention.line,
        mention.end_line,
        mention.title,
        mention.text,
        mention.severity,
        mention.severity_word,
        mention.label,
        mention.section,
        mention.stance,
        write_json(mention.criteria),
        write_json(mention.references),
        write_json((place.path, place.line_start, place.line_end) for place in mention.file_references),
        mention.stated_agreement,
        mention.confidence,
        write_json(mention.reviewers),
    )


def read_mention(row: Row) -> Mention:
    return Mention(
        path=row["path"],
        line=row["line"],
        end_line=row["end_line"],
        title=row["title"],
        text=row["text"],
        severity=_severity(row["severity"]),
        severity_word=row["severity_word"],
        label=row["label"],
        section=row["section"],
        stance=Stance(row["stance"]),
        criteria=tuple(read_json(row["criteria"])),
        references=tuple((author, label) for author, label in read_json(row["finding_references"])),
        file_references=tuple(FileReference(*reference) for reference in read_json(row["file_references"])),
        stated_agreement=_agreement(row["stated_agreement"]),
        confidence=row["confidence"],
        reviewers=read_strings(row["reviewers"]),
    )


def _severity(word: str | None) -> Severity | None:
    return None if word is None else Severity(word)


def _agreement(word: str | None) -> Agreement | None:
    return None if word is None else Agreement(word)
