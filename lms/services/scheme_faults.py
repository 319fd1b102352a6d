"""Faults of a scheme as people fill it in: each at its path in the scheme, in words that say what would be right."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from assessments.words import Message
from curriculum.problems import Problem, Severity
from curriculum.shapes import told_by
from lms.services.errors import Faulty

# The most that can be meant, by the last name of a path; more is a slip of the finger.
MOST = {
    "importance": 5,
    "theory_items": 20,
    "minutes": 600,
    "max_attempts": 10,
    "apply_within_days": 1000,
    "hold_within_days": 1000,
    "cooling_off_days": 1000,
    "theory": 1000,
    "practical": 1000,
}
MOST_UNIT_MARKS = 10_000
WHOLE_NUMBER = Message("Write a whole number.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault: where in the scheme (`units.0.criteria.3.importance`), and what would be right."""

    path: str
    words: Message


class SchemeFaults(Faulty):
    """A scheme that cannot be used as it is; `faults` holds every reason."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        count = {"count": str(len(faults))}
        super().__init__(Message("The scheme has %(count)s faults; each stands beside its field.", count))
        self.faults = tuple(faults)


def faults_of(source: ValidationError | Sequence[Problem]) -> tuple[Fault, ...]:
    """The faults of shape, or the errors of a check, as faults at their paths."""
    if isinstance(source, ValidationError):
        return tuple(_shape(detail) for detail in source.errors(include_url=False))
    return tuple(
        Fault(path=problem.path, words=problem.message) for problem in source if problem.severity is Severity.ERROR
    )


def limits_of(document: Mapping[str, Any], path: str = "") -> Iterator[Fault]:
    """The whole numbers of a document that are more than can be meant."""
    for name, value in _parts(document):
        here = f"{path}.{name}" if path else name
        if isinstance(value, Mapping | list | tuple):
            yield from limits_of(value, here)  # type: ignore[arg-type]
        elif (most := _most(here, name)) is not None and _is_more(value, most):
            yield Fault(path=here, words=Message("At most %(most)s.", {"most": str(most)}))


def _most(path: str, name: str) -> int | None:
    if name == "marks":
        return MOST_UNIT_MARKS
    return None if path.startswith("pass_rule") else MOST.get(name)


def _is_more(value: object, most: int) -> bool:
    text = str(value)
    return text.isdecimal() and (len(text) > 9 or int(text) > most)


def _parts(document: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(document, Mapping):
        yield from ((str(name), value) for name, value in document.items())
    else:
        yield from ((str(index), value) for index, value in enumerate(document))


def _shape(detail: ErrorDetails) -> Fault:
    path = ".".join(str(part) for part in detail["loc"])
    facts = {name: str(value) for name, value in detail.get("ctx", {}).items()}
    kind = detail["type"]
    if kind == "greater_than_equal":
        words = Message("At least %(ge)s.", facts)
    elif kind == "less_than_equal":
        words = Message("At most %(le)s.", facts)
    elif kind.startswith("int_") or kind in {"missing", "string_type"}:
        words = WHOLE_NUMBER
    elif kind in {"string_pattern_mismatch", "string_too_long"}:
        words = Message("Write a per cent such as 70 or 66.67.")
    elif kind == "value_error":
        words = told_by(detail["ctx"]["error"])
    else:
        words = Message("%(fault)s", {"fault": detail["msg"]})
    return Fault(path=path, words=words)
