"""Faults as they are told: lines for people, JSON for programs, annotations for GitHub."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby

from curriculum.problems import Problem, Severity, printable


def as_text(problems: Sequence[Problem]) -> str:
    """A line for each fault, an empty line between files, and how many there are."""
    groups = [
        "\n".join(printable(str(problem)) for problem in of_file)
        for _, of_file in groupby(problems, key=lambda problem: problem.place.file)
    ]
    return "\n\n".join([*groups, _sum(problems)])


def as_json(problems: Sequence[Problem]) -> str:
    """An object with how many errors and warnings there are, and the list of them in order of file and line."""
    told = [
        {**asdict(problem.place), "severity": problem.severity, "path": problem.path, "message": problem.message}
        for problem in problems
    ]
    errors, warnings = _counts(problems)
    return json.dumps({"errors": errors, "warnings": warnings, "problems": told}, indent=2, ensure_ascii=False)


def as_github(problems: Sequence[Problem]) -> str:
    """A command for each fault, which GitHub shows beside its line."""
    return "\n".join([*(_annotation(problem) for problem in problems), _sum(problems)])


FORMATS: Mapping[str, Callable[[Sequence[Problem]], str]] = {"text": as_text, "json": as_json, "github": as_github}


def _annotation(problem: Problem) -> str:
    place = problem.place
    message = f"{problem.path}: {problem.message}" if problem.path else problem.message
    where = f"file={_property(place.file)},line={place.line},col={place.column}"
    return f"::{problem.severity} {where}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _counts(problems: Sequence[Problem]) -> tuple[int, int]:
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    return errors, len(problems) - errors


def _sum(problems: Sequence[Problem]) -> str:
    errors, warnings = _counts(problems)
    return f"{errors} {_plural(errors, 'error')}, {warnings} {_plural(warnings, 'warning')}"


def _plural(count: int, word: str) -> str:
    return word if count == 1 else f"{word}s"
