"""Answer sheets filled in on paper: the signs they are typed with, and where two who typed the same sheet differ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assessments.words import Message

LEFT_OPEN = "-"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_DASHES = {"-", "–", "—", "−"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkFault:
    """What is wrong with what was typed for one question."""

    number: int
    words: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMarks:
    """A sheet as it was typed: a sign a question, empty where something is wrong; and all that is wrong."""

    answers: str
    faults: tuple[MarkFault, ...]


def letters_of(options: int) -> str:
    """The letters of so many options, as they stand on the paper."""
    return _LETTERS[:options]


def read_marks(typed: Mapping[int, str], options: Sequence[int]) -> ReadMarks:
    """Read what was typed for each question, counted from 1; `options` says how many each has.

    A letter is an option in the order of the printed paper; a dash is a question without an answer. Every question has
    to have one of them, so that none is passed over unseen.
    """
    signs, faults = [], []
    for number, count in enumerate(options, start=1):
        sign = typed.get(number, "").strip().upper()
        sign = LEFT_OPEN if sign in _DASHES else sign
        facts = {"number": str(number), "last": letters_of(count)[-1:]}
        if not sign:
            words = Message("Question %(number)s is empty. Type - where no answer was marked.", facts)
            faults.append(MarkFault(number=number, words=words))
        elif len(sign) != 1 or sign not in letters_of(count) + LEFT_OPEN:
            words = Message("Question %(number)s has the letters A to %(last)s, or - for no answer.", facts)
            faults.append(MarkFault(number=number, words=words))
        signs.append(sign)
    return ReadMarks(answers="" if faults else "".join(signs), faults=tuple(faults))


def place_of(sign: str) -> int | None:
    """The place of the option that a sign stands for, from 1; None where the question was left open."""
    return None if sign == LEFT_OPEN else _LETTERS.index(sign) + 1


def differences(first: str, second: str) -> tuple[int, ...]:
    """The numbers of the questions at which two readings of one sheet differ."""
    return tuple(number for number, (one, other) in enumerate(zip(first, second, strict=True), 1) if one != other)
