"""Registers as files to download: a row a trainee, a column a day, and the attendance that follows."""

from collections.abc import Callable, Mapping, Sequence

from assessments.words import Message
from lms.reports.writing import Column, Sheet, csv_file, xlsx_file
from lms.services.attendance import Attendance
from lms.services.registers import Sheet as RegisterSheet
from lms.tables.training import TraineeRow

# The letters of a register on paper; an empty cell says that the trainee was not on that day's register.
LETTERS: Mapping[bool, str] = {True: "P", False: "A"}
BY_REGISTER, BY_ROSTER = Message("registers"), Message("roster")


def register_file(
    kind: str,
    sheet: RegisterSheet,
    people: Sequence[TraineeRow],
    attended: Mapping[int, Attendance],
    say: Callable[[Message], str],
) -> bytes:
    """All registers of a batch as CSV or XLSX."""
    header = ["enrolment_number", "name", *(day.isoformat() for day in sheet.days)]
    header += ["days_present", "days_with_register", "attendance_percent", "attendance_by"]
    rows = []
    for person in people:
        own, attendance = sheet.marks.get(person.id, {}), attended[person.id]
        letters = [LETTERS[own[day]] if day in own else "" for day in sheet.days]
        source = say(BY_REGISTER if attendance.is_by_register else BY_ROSTER) if attendance.text else ""
        figures = [str(attendance.present), str(attendance.days), attendance.text, source]
        rows.append([person.enrolment_number, person.person.name, *letters, *figures])
    if kind == "csv":
        return csv_file(header, rows)
    columns = [Column(width=20), Column(width=28), *(Column(width=11) for _ in sheet.days)]
    return xlsx_file([Sheet(name="Register", header=header, rows=rows, columns=columns)])
