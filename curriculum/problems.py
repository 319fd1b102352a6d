"""A fault in content, as a value: where it is, how bad, and what would be right."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


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
    """One fault in content: its place, the path inside the document, and what would be right."""

    severity: Severity
    message: str
    path: str = ""
    place: Place = Place()

    def __str__(self) -> str:
        where = f"{self.place}: " if str(self.place) else ""
        path = f"{self.path}: " if self.path else ""
        return f"{where}{self.severity}: {path}{self.message}"


def error(path: str, message: str) -> Problem:
    """A fault that stops publishing."""
    return Problem(severity=Severity.ERROR, path=path, message=message)


def warning(path: str, message: str) -> Problem:
    """An oddity that is kept and shown."""
    return Problem(severity=Severity.WARNING, path=path, message=message)


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of the problems stops publishing."""
    return any(problem.severity is Severity.ERROR for problem in problems)
