"""Faults as they are told: lines for people, JSON for programs, annotations for GitHub."""

import json
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby

from curriculum.problems import Problem, Severity, printable

# What differs between warnings of one kind: the words they quote, and codes of lines.
_OWN = re.compile(r"“[^”]*”|`[^`]*`|\b[A-Z]{1,2}\d+(?:-\d+)?\b\.*")
_FEW = 3  # so many are told one by one
_WIDTH = 110


def as_text(problems: Sequence[Problem]) -> str:
    """A line for each fault, warnings of one kind together, an empty line between files, and how many there are."""
    groups = [
        "\n".join(printable(line) for line in _lines(list(of_file)))
        for _, of_file in groupby(problems, key=lambda problem: problem.place.file)
    ]
    return "\n\n".join([*groups, _sum(problems)])


def as_json(problems: Sequence[Problem]) -> str:
    """An object with how many errors and warnings there are, and the list of them in order of file and line."""
    told = [
        {**asdict(problem.place), "severity": problem.severity, "path": problem.path, "message": str(problem.message)}
        for problem in problems
    ]
    errors, warnings = _counts(problems)
    return json.dumps({"errors": errors, "warnings": warnings, "problems": told}, indent=2, ensure_ascii=False)


def as_github(problems: Sequence[Problem]) -> str:
    """A command for each fault, which GitHub shows beside its line."""
    return "\n".join([*(_annotation(problem) for problem in problems), _sum(problems)])


FORMATS: Mapping[str, Callable[[Sequence[Problem]], str]] = {"text": as_text, "json": as_json, "github": as_github}


def _lines(problems: Sequence[Problem]) -> Iterator[str]:
    """Each fault of a file on a line; many warnings of one kind at the first of them, with the places of all."""
    kinds: dict[tuple[str, ...], list[Problem]] = {}
    for problem in problems:
        known = (problem.severity, _OWN.sub("…", str(problem.message)))
        kinds.setdefault(known if problem.severity is Severity.WARNING else (str(problem),), []).append(problem)
    for kind, alike in kinds.items():
        if len(alike) <= _FEW:
            yield from map(str, alike)
        else:
            yield f"{alike[0].place}: {alike[0].severity}: {len(alike)} times: {kind[1]}"
            # Blanks that do not break keep each place on one line.
            places = ", ".join(_place(problem).replace(" ", "\u00a0") for problem in alike)
            for line in textwrap.wrap(places, _WIDTH, break_long_words=False, break_on_hyphens=False):
                yield "    " + line.replace("\u00a0", " ")


def _place(problem: Problem) -> str:
    """Where a warning stands in its file, and what is its own."""
    own = [found.strip("`") for found in _OWN.findall(str(problem.message))]
    return " ".join(part for part in (str(problem.place.line or ""), problem.path, *own) if part)


def _annotation(problem: Problem) -> str:
    place = problem.place
    message = f"{problem.path}: {problem.message}" if problem.path else str(problem.message)
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
