"""The columns of a roster: their names, how else sheets in the field head them, and which one a header means."""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from assessments.words import Message
from lms.services.errors import Faulty


class Field(StrEnum):
    """What a roster says of a trainee; the value is the column's name in the template."""

    ENROLMENT_NUMBER = "enrolment_number"
    NAME = "name"
    GUARDIAN = "guardian"
    BORN_ON = "born_on"
    PHONE = "phone"
    ATTENDANCE = "attendance_percent"
    USER_NAME = "user_name"
    LANGUAGE = "language"
    ELECTIVES = "electives"
    OPTIONS = "options"


CHOICES = (Field.ELECTIVES, Field.OPTIONS)  # columns of packs that leave something to choose
REQUIRED = (Field.ENROLMENT_NUMBER, Field.NAME, Field.BORN_ON)
# Headers as sheets carry them, in lower case, letters only; where a sheet has two, the first one here counts.
_VARIANTS = {
    Field.ENROLMENT_NUMBER: (
        "enrolmentnumber enrollmentnumber enrolmentno enrollmentno enrolment enrollment enrolmentid enrollmentid"
        " sdmsenrolmentnumber sdmsenrollmentnumber candidateid candidateno candidatenumber traineeid traineeno"
        " studentid registrationno registrationnumber regno regnno rollno rollnumber"
    ),
    Field.NAME: "name fullname candidatename candidatefullname traineename studentname nameofcandidate"
    " nameofthecandidate nameoftrainee nameofthetrainee cname learnername candidate",
    Field.GUARDIAN: "guardian guardianname guardiansname fathername fathersname fname fathershusbandsname"
    " fatherhusbandname mothername mothersname parentname nameoffather fatherorhusbandname fatherguardianname",
    Field.BORN_ON: "bornon dob dateofbirth birthdate birthday dateofbirthddmmyyyy dobddmmyyyy dobyyyymmdd",
    Field.PHONE: "phone phoneno phonenumber mobile mobileno mobilenumber contact contactno contactnumber telephone",
    Field.ATTENDANCE: "attendancepercent attendance attendancepercentage percentageattendance percentattendance"
    " attendanceinpercent attendanceperc trainingattendance overallattendance",
    Field.USER_NAME: "username login loginid loginname userid",
    Field.LANGUAGE: "language languagepreference preferredlanguage medium mediumofinstruction lang",
    Field.ELECTIVES: "electives elective electiveunits electivenos electiveunit chosenelectives chosenelective",
    Field.OPTIONS: "options option optionalunits optionalnos optionalunit chosenoptions optionunits",
}
_FIELD_OF = {variant: name for name, variants in _VARIANTS.items() for variant in variants.split()}
_RANK = {variant: rank for rank, variant in enumerate(_FIELD_OF)}
# Sheets often begin with a title; the header is looked for in this many rows.
_LOOK_IN = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Where the header stands (row from 0), which column holds which field, and the columns nobody asked for."""

    row: int
    columns: Mapping[Field, int]
    unused: tuple[str, ...]


def field_of(header: str) -> Field | None:
    """The field that a header means, however it is spelt."""
    return _FIELD_OF.get(_letters(header))


def find_header(rows: Sequence[Sequence[str]], fields: Collection[Field] = tuple(Field)) -> Header:
    """The header of a sheet, of these fields. Raises Faulty that names all missing columns at once, or double ones."""
    number = max(range(min(len(rows), _LOOK_IN)), key=lambda n: (_known(rows[n]), -n), default=0)
    header = rows[number] if rows else ()
    columns: dict[Field, int] = {}
    for place, cell in sorted(enumerate(header), key=lambda pair: _RANK.get(_letters(pair[1]), 0)):
        if (known := field_of(cell)) is None or known not in fields:
            continue
        first = columns.setdefault(known, place)
        if first != place and _letters(header[first]) == _letters(cell):
            raise Faulty(Message("Two columns are headed “%(header)s”. Remove one of them.", {"header": cell.strip()}))
    used = set(columns.values())
    unused = tuple(cell.strip() for place, cell in enumerate(header) if cell.strip() and place not in used)
    if missing := [name for name in REQUIRED if name not in columns]:
        raise Faulty(_missing(missing, unused))
    return Header(row=number, columns=columns, unused=unused)


def _known(row: Sequence[str]) -> int:
    return len({field_of(cell) for cell in row} - {None})


def _letters(header: str) -> str:
    return re.sub(r"[^a-z]", "", header.lower())


def _missing(missing: Sequence[Field], unused: Sequence[str]) -> Message:
    """All missing columns, each with the header that comes closest; a header is offered once."""
    pairs = sorted(((_likeness(word, name), word, name) for name in missing for word in unused), reverse=True)
    offered: dict[Field, str] = {}
    for likeness, word, name in pairs:
        if likeness >= 0.6 and name not in offered and word not in offered.values():
            offered[name] = word
    close = [f"{name} (“{offered[name][:60]}”?)" if name in offered else str(name) for name in missing]
    return Message(
        "These columns are missing: %(columns)s. Rename the headers or start from the template.",
        {"columns": ", ".join(close)},
    )


def _likeness(header: str, name: Field) -> float:
    return max(difflib.SequenceMatcher(None, _letters(header), variant).ratio() for variant in _VARIANTS[name].split())
