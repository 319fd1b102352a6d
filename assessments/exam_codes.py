"""One-time exam codes and candidate numbers as people type them, and how many wrong codes are listened to."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from unicodedata import decimal

from assessments.errors import MistypedExamCode
from assessments.words import Message

# No two of these look alike on paper or in a hurry; what is mistaken for one of them is read as it.
SYMBOLS = "ACDEFHJKMNPRTUWXY23456789"
HALF = 5
LENGTH = 2 * HALF
RANDOMNESS = 32
MOST_TRIES = 10
QUIET = timedelta(minutes=15)
_LOOKALIKES = str.maketrans("BSZGV", "8526U")
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—−_.]+")

_NUMBER = re.compile(r"(A\d\d)(\d{7,20})([A-Z0-9]{3})")
_SERIAL, _PLACE = 4, 3  # digits at least, of an assessment and of a place on its list


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamCode:
    """A code in its two halves: the first says that somebody holds the slip, the second opens the door.

    Wrong second halves are counted, wrong first ones are not: who only knows a candidate's number cannot use up the
    tries of whoever holds the slip.
    """

    first: str
    second: str

    def __str__(self) -> str:
        return f"{self.first}-{self.second}"


def exam_code(randomness: bytes) -> ExamCode:
    """The code of `RANDOMNESS` random bytes: 46 bits. Raises ValueError for fewer bytes."""
    if len(randomness) != RANDOMNESS:
        raise ValueError(f"a code is made of {RANDOMNESS} random bytes, not {len(randomness)}")
    number, symbols = int.from_bytes(randomness), ""
    for _ in range(LENGTH):
        number, place = divmod(number, len(SYMBOLS))
        symbols += SYMBOLS[place]
    return ExamCode(first=symbols[:HALF], second=symbols[HALF:])


def read_exam_code(text: str) -> ExamCode:
    """The code a person typed: case, spaces, dashes and the script of digits do not matter. Raises MistypedExamCode."""
    symbols = _bare(text).translate(_LOOKALIKES)
    for sign in symbols:
        if sign not in SYMBOLS:
            raise MistypedExamCode(Message("“%(sign)s” never stands in an exam code.", {"sign": sign}))
    if len(symbols) != LENGTH:
        facts = {"count": str(len(symbols)), "needed": str(LENGTH)}
        words = Message("This has %(count)s letters and digits; an exam code has %(needed)s.", facts)
        raise MistypedExamCode(words)
    return ExamCode(first=symbols[:HALF], second=symbols[HALF:])


def numbers_meant(text: str) -> tuple[str, ...]:
    """The candidate numbers that a person may have typed; one, but where without dashes it can be read in two ways.

    As with codes, case, spaces, dashes and the script of digits do not matter.
    """
    found = _NUMBER.fullmatch(_bare(text))
    if found is None:
        return (text.strip().upper(),)
    start, digits, end = found.groups()
    splits = range(_SERIAL, len(digits) - _PLACE + 1)
    numbers = tuple(f"{start}-{digits[:split]}-{digits[split:]}-{end}" for split in splits)
    typed = _SEPARATORS.sub("-", _western(text).strip()).upper()
    return (typed,) if typed in numbers else numbers


def _bare(text: str) -> str:
    return _SEPARATORS.sub("", _western(text)).upper()


def _western(text: str) -> str:
    """A Hindi keyboard types ०–९; they are the same digits."""
    return "".join(str(decimal(sign)) if sign.isdecimal() else sign for sign in text)


def count_try(tries: int, last_at: datetime | None, now: datetime) -> int | None:
    """How many tries there are with this one, or None when it is not listened to.

    Counting begins anew after `QUIET` without a try that was listened to, so that no stretch of that length holds more
    than `MOST_TRIES`.
    """
    if last_at is None or now - last_at >= QUIET:
        return 1
    return tries + 1 if tries < MOST_TRIES else None
