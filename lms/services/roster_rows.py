"""One row of a roster to the facts of a trainee, or to all that is wrong with it. Pure: what is known comes in."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from assessments.words import Message
from lms.reports.writing import plain
from lms.services.people import is_placeholder
from lms.services.roster_columns import CHOICES, Field
from lms.services.unit_offers import NO_CHOICE, UnitOffer, read_units

MIN_AGE, MAX_AGE = 14, 100
LANGUAGES = {
    "en": "en",
    "english": "en",
    "hi": "hi",
    "hindi": "hi",
    "हिन्दी": "hi",
    "हिंदी": "hi",
    "pl": "pl",
    "polish": "pl",
    "polski": "pl",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERS = {Field.PHONE, Field.ATTENDANCE}
# A name is printed on a certificate: no digits, and none of the signs of addresses, mark-up and formulas.
_NOT_IN_NAMES = set("<>{}[]|\\^~=@#%$*_+;:?!&")
# Marks that turn the direction of text around can make a name look like another.
_TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What is wrong in one cell (or in the whole row, when `field` is empty), and what would be right."""

    field: str
    words: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """One row as read: its number in the file (from 1), the facts that could be read, and its problems."""

    number: int
    texts: Mapping[Field, str]
    born_on: date | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True, kw_only=True)
class _Reading:
    """A row while it is read: facts and problems found so far."""

    today: date
    starts_on: date
    offer: UnitOffer
    texts: dict[Field, str] = field(default_factory=dict)
    born_on: date | None = None
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, name: Field, words: Message) -> None:
        self.problems.append(Problem(field=name, words=words))


def read_row(
    number: int,
    cells: Sequence[str],
    columns: Mapping[Field, int],
    *,
    starts_on: date,
    today: date,
    offer: UnitOffer = NO_CHOICE,
) -> RosterRow:
    """Read one row. Cells left empty say nothing; `starts_on` is the day from which the age counts."""
    reading = _Reading(today=today, starts_on=starts_on, offer=offer)
    for name, place in columns.items():
        text = plain(cells[place].strip()) if place < len(cells) else ""
        if _is_clean(reading, name, text):
            _READERS[name](reading, text)
        elif text:
            reading.texts[name] = text[:150]
    for name in (Field.ENROLMENT_NUMBER, Field.NAME):
        if not reading.texts.get(name) and not any(problem.field == name for problem in reading.problems):
            reading.refuse(name, Message("This cell is empty. Every trainee needs it."))
    return RosterRow(number=number, texts=reading.texts, born_on=reading.born_on, problems=tuple(reading.problems))


def _is_clean(reading: _Reading, name: Field, text: str) -> bool:
    """Whether the text may be read at all; a formula or an unseen sign is refused, and an empty cell says nothing."""
    if not text:
        return False
    if text.startswith(("=", "@")) or (text.startswith(("+", "-")) and name not in _NUMBERS):
        reading.refuse(name, Message("This looks like a formula. Write the value itself."))
    elif any(unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn"} or sign in _TURNING for sign in text):
        reading.refuse(name, Message("There is a line break or an unseen sign in this cell. Type it again."))
    elif len(text) > 150 and name not in CHOICES:
        reading.refuse(name, Message("This is too long: at most 150 letters."))
    else:
        return True
    return False


def _read_enrolment(reading: _Reading, text: str) -> None:
    text = " ".join(text.split())
    if is_placeholder(text) and not text.isdigit():
        reading.refuse(Field.ENROLMENT_NUMBER, Message("“%(text)s” is not an enrolment number.", {"text": text}))
    elif len(text) > 40:
        reading.refuse(Field.ENROLMENT_NUMBER, Message("This is too long: at most 40 letters and digits."))
    reading.texts[Field.ENROLMENT_NUMBER] = text


def _read_name(reading: _Reading, text: str) -> None:
    text = " ".join(text.split())
    if not _may_be_a_name(text):
        words = Message("“%(text)s” is not a person’s name. Write it as on their identity card.", {"text": text})
        reading.refuse(Field.NAME, words)
    reading.texts[Field.NAME] = text


def _read_guardian(reading: _Reading, text: str) -> None:
    text = " ".join(text.split())
    if not _may_be_a_name(text):
        words = Message("“%(text)s” is not a person’s name. Leave the cell empty when it is not known.", {"text": text})
        reading.refuse(Field.GUARDIAN, words)
    reading.texts[Field.GUARDIAN] = text


def _may_be_a_name(text: str) -> bool:
    is_clean = not any(sign.isdigit() or sign in _NOT_IN_NAMES for sign in text)
    return is_clean and any(sign.isalpha() for sign in text) and not is_placeholder(text)


def _read_phone(reading: _Reading, text: str) -> None:
    text = " ".join(_ascii_digits(text).split())
    digits = re.sub(r"[ ()./-]", "", text).removeprefix("+")
    if not digits.isascii() or not digits.isdigit() or not 8 <= len(digits) <= 15:
        reading.refuse(
            Field.PHONE,
            Message(
                "“%(text)s” is not a phone number: 8 to 15 digits. Leave it empty when there is none.", {"text": text}
            ),
        )
    elif is_placeholder(digits):
        reading.refuse(
            Field.PHONE,
            Message("“%(text)s” is not a real phone number. Leave the cell empty when there is none.", {"text": text}),
        )
    reading.texts[Field.PHONE] = ("+" if text.startswith("+") else "") + digits


def _read_attendance(reading: _Reading, text: str) -> None:
    """A per cent as exact text, never a float: `92`, `92.5`, `92,5`, `92 %`."""
    number = _ascii_digits(text).removesuffix("%").strip().replace(",", ".")
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,20})?", number) or Decimal(number) > 100:
        reading.refuse(
            Field.ATTENDANCE, Message("“%(text)s” is not a number from 0 to 100, such as 92 or 87.5.", {"text": text})
        )
    elif 0 < Decimal(number) <= 1 and not text.endswith("%"):
        # A cell laid out as a percentage holds 0.92 and shows 92 %.
        shown = f"{(Decimal(number) * 100).normalize():f}"
        words = Message("Is this %(shown)s of 100? Write %(shown)s, without a percentage layout.", {"shown": shown})
        reading.refuse(Field.ATTENDANCE, words)
    reading.texts[Field.ATTENDANCE] = number


def _read_born_on(reading: _Reading, text: str) -> None:
    born = _date_of(_ascii_digits(text))
    reading.texts[Field.BORN_ON] = text
    if born is None:
        words = Message(
            "“%(text)s” is not a date that can be read. Write year-month-day, such as 2004-03-31.", {"text": text}
        )
        reading.refuse(Field.BORN_ON, words)
    elif born > reading.today or _age(born, reading.today) > MAX_AGE:
        reading.refuse(Field.BORN_ON, Message("Nobody in training was born on this day. Check the year."))
    elif (age := _age(born, reading.starts_on)) < MIN_AGE:
        words = Message(
            "Only %(age)s years old when the training starts; trainees are at least %(least)s.",
            {"age": str(age), "least": str(MIN_AGE)},
        )
        reading.refuse(Field.BORN_ON, words)
    else:
        reading.born_on = born
        reading.texts[Field.BORN_ON] = born.isoformat()


def is_user_name(text: str) -> bool:
    """Whether somebody could sign in with the text."""
    return re.fullmatch(r"[a-z0-9._-]{3,40}", text) is not None


def _read_user_name(reading: _Reading, text: str) -> None:
    text = text.lower()
    if not is_user_name(text):
        words = Message(
            "“%(text)s” cannot be a user name: 3 to 40 letters a–z, digits, dots or dashes. Left empty, one is made.",
            {"text": text},
        )
        reading.refuse(Field.USER_NAME, words)
    reading.texts[Field.USER_NAME] = text


def _read_language(reading: _Reading, text: str) -> None:
    code = LANGUAGES.get(text.lower())
    if code is None:
        reading.refuse(Field.LANGUAGE, Message("“%(text)s” is not a language we know: en, hi or pl.", {"text": text}))
    reading.texts[Field.LANGUAGE] = code or text


def _read_choice(name: Field) -> Callable[[_Reading, str], None]:
    def read(reading: _Reading, text: str) -> None:
        reading.texts[name], faults = read_units(reading.offer, name, text)
        for words in faults:
            reading.refuse(name, words)

    return read


_READERS: Mapping[Field, Callable[[_Reading, str], None]] = {
    Field.ENROLMENT_NUMBER: _read_enrolment,
    Field.NAME: _read_name,
    Field.GUARDIAN: _read_guardian,
    Field.BORN_ON: _read_born_on,
    Field.PHONE: _read_phone,
    Field.ATTENDANCE: _read_attendance,
    Field.USER_NAME: _read_user_name,
    Field.LANGUAGE: _read_language,
    Field.ELECTIVES: _read_choice(Field.ELECTIVES),
    Field.OPTIONS: _read_choice(Field.OPTIONS),
}


def _date_of(text: str) -> date | None:
    """2004-03-31, 31/03/2004, 31.3.2004, 31 Mar 2004; the day comes before the month, the year has four digits."""
    text = text.removesuffix(" 00:00:00").removesuffix("T00:00:00").strip()
    parts = re.split(r"[\s/.,-]+", text)
    if len(parts) != 3:
        return None
    year, month, day = parts if len(parts[0]) == 4 else reversed(parts)
    number = _month(month)
    if number is None or not re.fullmatch("[0-9]{4}", year) or not re.fullmatch("[0-9]{1,2}", day):
        return None
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None


def _month(text: str) -> int | None:
    if text.isalpha():
        return _MONTHS.index(text[:3].lower()) + 1 if text[:3].lower() in _MONTHS else None
    return int(text) if re.fullmatch("[0-9]{1,2}", text) else None


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _ascii_digits(text: str) -> str:
    """Digits of any script as 0 to 9: rosters are also kept in Hindi."""
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
