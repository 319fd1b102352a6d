"""What importing a roster would do, row by row: enrol, change, leave as it is, or not possible and why. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from assessments.words import Message
from lms.services.errors import Faulty
from lms.services.roster_columns import CHOICES, Field, Header, find_header
from lms.services.roster_rows import Problem, RosterRow, read_row
from lms.services.unit_offers import NO_CHOICE, UnitOffer

MAX_TRAINEES = 500
EXAMPLE = "EXAMPLE-"


class Effect(StrEnum):
    """What importing does with a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    FAULTY = "faulty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """A trainee of the batch as they are now; `texts` as a roster would say them.

    `entered_in` is the assessment they are entered for, from when on their choice of units stays; `is_by_register` says
    that registers decide their attendance, whatever a roster says.
    """

    trainee_id: int
    texts: Mapping[Field, str]
    entered_in: str = ""
    is_by_register: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a user name: `is_ours` for a trainee of the batch's own centre."""

    person_id: int
    name: str
    is_ours: bool
    is_in_batch: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the site knows when a roster is looked at: the batch's trainees by number, and the user names' holders.

    `offer` is what its pack leaves to choose.
    """

    starts_on: date
    today: date
    enrolled: Mapping[str, Enrolled]
    holders: Mapping[str, Holder]
    offer: UnitOffer = NO_CHOICE


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One fact of an enrolled trainee that the roster changes."""

    field: Field
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRow:
    """One row and what importing does with it: whom it enrols, or what it changes for whom."""

    row: RosterRow
    effect: Effect
    trainee_id: int | None = None
    person_id: int | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """All rows with their effects."""

    header: Header
    rows: tuple[PlannedRow, ...]
    examples: int

    def count(self, effect: Effect) -> int:
        """How many rows have the effect."""
        return sum(planned.effect is effect for planned in self.rows)

    @property
    def may_be_imported(self) -> bool:
        """All rows are right and at least one does something."""
        return not self.count(Effect.FAULTY) and self.count(Effect.NEW) + self.count(Effect.CHANGED) > 0


def key_of(enrolment_number: str) -> str:
    """Enrolment numbers that differ only in case are one number."""
    return " ".join(enrolment_number.split()).casefold()


def read_rows(table: Sequence[Sequence[str]], known: Known) -> tuple[Header, list[RosterRow], int]:
    """The rows below the header, and how many of the template's examples were left out. Raises Faulty for the file."""
    header, day = find_header(table, known.offer.fields), {"starts_on": known.starts_on, "today": known.today}
    filled = [(n, cells) for n, cells in enumerate(table) if n > header.row and any(cell.strip() for cell in cells)]
    rows = [read_row(n + 1, cells, header.columns, **day, offer=known.offer) for n, cells in filled]
    kept = [row for row in rows if not row.texts.get(Field.ENROLMENT_NUMBER, "").upper().startswith(EXAMPLE)]
    if not kept:
        raise Faulty(Message("There is no trainee in this file. Fill in one row for each trainee below the header."))
    if len(kept) > MAX_TRAINEES:
        raise Faulty(
            Message("At most %(most)s trainees fit in one file. Split it in two.", {"most": str(MAX_TRAINEES)})
        )
    return header, kept, len(rows) - len(kept)


def plan_import(table: Sequence[Sequence[str]], known: Known) -> Plan:
    """What importing the table would do, given what is known. Raises Faulty when the file as a whole is no roster."""
    header, rows, examples = read_rows(table, known)
    doubles = _doubles_in_file(rows)
    planned = [_planned(replace(row, problems=(*row.problems, *doubles.get(row.number, ()))), known) for row in rows]
    return Plan(header=header, rows=tuple(planned), examples=examples)


def _doubles_in_file(rows: Sequence[RosterRow]) -> dict[int, list[Problem]]:
    """Rows that say again what another row says: a number, a user name, a person."""
    found: dict[int, list[Problem]] = {}
    for name, words in (
        (
            Field.ENROLMENT_NUMBER,
            Message("The same number stands in row %(rows)s. Every trainee has a number of their own."),
        ),
        (
            Field.USER_NAME,
            Message("The same user name stands in row %(rows)s. Every trainee has a user name of their own."),
        ),
    ):
        groups = _groups({row.number: key_of(row.texts.get(name, "")) for row in rows})
        for number, others in groups.items():
            found.setdefault(number, []).append(Problem(field=name, words=Message(words.template, {"rows": others})))
    people = {row.number: _person(row.texts) for row in rows if row.born_on and Field.NAME in row.texts}
    for number, others in _groups(people).items():
        words = Message(
            "The same person (name, birth date and guardian) stands in row %(rows)s. Remove one of the rows.",
            {"rows": others},
        )
        found.setdefault(number, []).append(Problem(field=Field.NAME, words=words))
    return found


def _groups(values: Mapping[int, str]) -> dict[int, str]:
    """For each row whose value is not its own, the other rows with it, as text."""
    counts = Counter(values.values())
    return {
        number: ", ".join(str(other) for other, same in values.items() if same == value and other != number)
        for number, value in values.items()
        if value and counts[value] > 1
    }


def _person(texts: Mapping[Field, str]) -> str:
    return "|".join(key_of(texts.get(name, "")) for name in (Field.NAME, Field.BORN_ON, Field.GUARDIAN))


def _planned(row: RosterRow, known: Known) -> PlannedRow:
    enrolled = known.enrolled.get(key_of(row.texts.get(Field.ENROLMENT_NUMBER, "")))
    holder = known.holders.get(row.texts.get(Field.USER_NAME, ""))
    problems = (*row.problems, *(_faults_of_change(row, enrolled) if enrolled else _faults_of_new(row, known, holder)))
    row = replace(row, problems=problems)
    if problems:
        return PlannedRow(row=row, effect=Effect.FAULTY)
    if enrolled is None:
        return PlannedRow(row=row, effect=Effect.NEW, person_id=holder.person_id if holder else None)
    changes = _changes(row, enrolled)
    effect = Effect.CHANGED if changes else Effect.SAME
    return PlannedRow(row=row, effect=effect, trainee_id=enrolled.trainee_id, changes=changes)


def _changes(row: RosterRow, enrolled: Enrolled) -> tuple[Change, ...]:
    """What differs from the trainee as enrolled. An empty cell changes nothing, nor does what registers decide."""
    kept = {Field.ENROLMENT_NUMBER, Field.USER_NAME} | ({Field.ATTENDANCE} if enrolled.is_by_register else set())
    return tuple(
        Change(field=name, old=enrolled.texts.get(name, ""), new=text)
        for name, text in row.texts.items()
        if name not in kept and text != enrolled.texts.get(name, "")
    )


def _faults_of_change(row: RosterRow, enrolled: Enrolled) -> list[Problem]:
    """A number stays with its person, and so does the user name."""
    old, new = enrolled.texts, row.texts
    faults = []
    if new.get(Field.USER_NAME, old[Field.USER_NAME]) != old[Field.USER_NAME]:
        words = Message(
            "This trainee signs in as %(login)s; a roster cannot change that. Leave the cell empty.",
            {"login": old[Field.USER_NAME]},
        )
        faults.append(Problem(field=Field.USER_NAME, words=words))
    is_other_name = key_of(new.get(Field.NAME, "")) != key_of(old[Field.NAME])
    if is_other_name and old[Field.BORN_ON] and row.born_on and new[Field.BORN_ON] != old[Field.BORN_ON]:
        words = Message(
            "This number belongs to %(name)s, born on %(born)s. Give another person another number.",
            {"name": old[Field.NAME], "born": old[Field.BORN_ON]},
        )
        faults.append(Problem(field=Field.ENROLMENT_NUMBER, words=words))
    for name in CHOICES:
        if enrolled.entered_in and new.get(name, old.get(name)) != old.get(name):
            words = Message(
                "The trainee is entered in %(code)s with %(units)s; this cannot be changed now.",
                {"code": enrolled.entered_in, "units": old[name] or "–"},
            )
            faults.append(Problem(field=name, words=words))
    return faults


def _faults_of_new(row: RosterRow, known: Known, holder: Holder | None) -> list[Problem]:
    faults = []
    if Field.BORN_ON not in row.texts and not any(problem.field == Field.BORN_ON for problem in row.problems):
        faults.append(
            Problem(field=Field.BORN_ON, words=Message("This cell is empty. A new trainee needs a birth date."))
        )
    same = [e for e in known.enrolled.values() if row.born_on and _person(e.texts) == _person(row.texts)]
    for enrolled in same:
        words = Message(
            "This person is in the batch already, with the number %(number)s.",
            {"number": enrolled.texts[Field.ENROLMENT_NUMBER]},
        )
        faults.append(Problem(field=Field.ENROLMENT_NUMBER, words=words))
    if holder and not _is_the_same_person(holder, row):
        login = row.texts[Field.USER_NAME]
        words = Message("The user name %(login)s is taken. Choose another or leave the cell empty.", {"login": login})
        faults.append(Problem(field=Field.USER_NAME, words=words))
    return faults


def _is_the_same_person(holder: Holder, row: RosterRow) -> bool:
    """A trainee of this centre who joins another of its batches keeps their user name."""
    return holder.is_ours and not holder.is_in_batch and key_of(holder.name) == key_of(row.texts.get(Field.NAME, ""))
