"""A fault in content, as a value: where it is, how bad, and what would be right."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from curriculum.words import Message, facts_json, message_from_json

_LONGEST_SHOWN = 60
# Among more names than these a likeness is chance, and the search takes long.
_MOST_NAMES = 500
# Names of three signs that differ in one, such as PC7 and PC1, are not alike.
_ALIKE = 0.7


class Severity(StrEnum):
    """An error stops a file from being published; a warning is shown and kept."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a file: lines and columns count from 1; 0 means the file as a whole."""

    file: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        numbers = [str(number) for number in (self.line, self.column) if number]
        return ":".join([self.file, *numbers])


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault in content: its place, the path inside the document, and what would be right.

    `path` is for people and may be a reference (`ASC/N1105#PC4`); `at` is then the path inside the document.
    """

    severity: Severity
    message: Message
    path: str = ""
    at: str = ""
    place: Place = Place()

    def __str__(self) -> str:
        where = f"{self.place}: " if str(self.place) else ""
        path = f"{self.path}: " if self.path else ""
        return f"{where}{self.severity}: {path}{self.message}"


def error(path: str, message: Message | str, *, at: str = "", place: Place = Place()) -> Problem:
    """A fault that stops publishing; a plain text is one that only the command line tells, in English."""
    return Problem(severity=Severity.ERROR, path=path, message=_words(message), at=at, place=place)


def warning(path: str, message: Message | str, *, at: str = "", place: Place = Place()) -> Problem:
    """An oddity that is kept and shown; a plain text as for `error`."""
    return Problem(severity=Severity.WARNING, path=path, message=_words(message), at=at, place=place)


def _words(message: Message | str) -> Message:
    return message if isinstance(message, Message) else Message("%(fault)s", {"fault": message})


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of the problems stops publishing."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def problem_json(problem: Problem) -> dict[str, Any]:
    """The problem as plain JSON values, its words as `{"template": …, "facts": …}`."""
    words = {"template": problem.message.template, "facts": facts_json(problem.message)}
    return {**asdict(problem), "message": words}


def problem_from_json(kept: Mapping[str, Any] | str) -> Problem:
    """The problem that `problem_json` wrote; a text is an oddity in these words."""
    if isinstance(kept, str):
        return warning("", kept)
    words, place = message_from_json(**kept["message"]), Place(**kept["place"])
    severity = Severity(kept["severity"])
    return Problem(severity=severity, message=words, path=kept["path"], at=kept["at"], place=place)


def did_you_mean(name: str, known: Collection[str]) -> Message | str:
    """`; did you mean …?` when a known name is like the one written, however its letters are cased; else no text.

    What is given stands at the end of a sentence: as a fact of its Message, or put into a plain text.
    """
    if len(known) > _MOST_NAMES:
        return ""
    plain = {one.casefold(): one for one in known}
    close = get_close_matches(name.strip()[:_LONGEST_SHOWN].casefold(), plain, n=1, cutoff=_ALIKE)
    return Message("; did you mean %(name)s?", {"name": f"`{plain[close[0]]}`"}) if close else ""


def quoted(text: str) -> str:
    """What an author wrote, in backticks, cut short when it is long."""
    return printable(f"`{text}`" if len(text) <= _LONGEST_SHOWN else f"`{text[:_LONGEST_SHOWN]}…`")


def printable(text: str) -> str:
    """The text as one line that harms no screen: signs that cannot be printed are told by their numbers."""
    return "".join(sign if sign.isprintable() else f"<U+{ord(sign):04X}>" for sign in text)
