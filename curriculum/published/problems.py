"""What is said about a published text: faults, oddities, and what of it is no part of the pack."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from curriculum.published.lines import Line
from curriculum.words import Message


class PublishedSeverity(StrEnum):
    """An error stops the pack from being written; a warning is to be looked at; a note accounts for words left out."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedProblem:
    """One thing said about lines of the text.

    `line` is the first one, counted from 1, and None for the text as a whole; `last` is the last one of a range.
    `words` are those of the text that stand in no part of what was read, and are accounted for here.
    """

    line: int | None
    severity: PublishedSeverity
    message: Message
    words: str = ""
    last: int | None = None


def fault(line: int | None, message: Message, words: str = "") -> PublishedProblem:
    """What stops the pack from being written."""
    return PublishedProblem(line=line, severity=PublishedSeverity.ERROR, message=message, words=words)


def oddity(line: int | None, message: Message, words: str = "") -> PublishedProblem:
    """What is kept as it is, and to be looked at by a person."""
    return PublishedProblem(line=line, severity=PublishedSeverity.WARNING, message=message, words=words)


def note(lines: Sequence[Line], message: Message) -> PublishedProblem:
    """Lines in a row that are no part of the pack, with all their words."""
    return PublishedProblem(
        line=lines[0].number,
        last=lines[-1].number,
        severity=PublishedSeverity.NOTE,
        message=message,
        words="\n".join(line.text for line in lines),
    )


def in_order(problems: Iterable[PublishedProblem]) -> tuple[PublishedProblem, ...]:
    """The problems by line, those of the whole text first."""
    return tuple(sorted(problems, key=lambda problem: problem.line or 0))
