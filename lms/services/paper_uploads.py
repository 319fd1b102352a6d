"""Answer sheets of a whole room as one CSV or XLSX file: the template, and a file that is kept whole or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from assessments.answer_sheets import read_marks
from assessments.words import Message
from lms.extensions import begin_reading, db
from lms.permissions import Actor
from lms.reports.reading import read_table
from lms.reports.writing import csv_file, plain
from lms.services import paper_entries
from lms.services.errors import Conflict, Faulty
from lms.services.paper_entries import LONGEST_REFERENCE, Desk, Sheet
from lms.tables.assessing import AssessmentRow

CANDIDATE, SHEET = "candidate", "sheet"
_FIRST_QUESTION = 2
MOST_QUESTIONS = 300
MOST_ROWS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class CellFault:
    """What is wrong in a cell of the file: its row as spreadsheets number it, its column by its head, and the words."""

    row: int
    column: str
    words: Message


class FaultyFile(Faulty):
    """A file of answers with faults; nothing of it was kept."""

    def __init__(self, faults: Sequence[CellFault]) -> None:
        super().__init__(Message("Nothing was saved. Correct these cells in the file and upload it again."))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """What a file did: sheets entered, rows that said nothing new, and rows without answers."""

    entered: int
    known: int
    empty: int


def make_template(actor: Actor, assessment_id: int) -> tuple[AssessmentRow, bytes]:
    """A CSV with the number of every candidate who has a paper, and a column for each question."""
    row, desks = paper_entries.get_day(actor, assessment_id)
    if not desks:
        raise Conflict(Message("The papers are not drawn yet, so there are no answer sheets."))
    most = max(len(desk.items) for desk in desks)
    header = [CANDIDATE, SHEET, *(str(number) for number in range(1, most + 1))]
    return row, csv_file(header, [[desk.candidate.number, *[""] * (most + 1)] for desk in desks])


def upload(actor: Actor, assessment_id: int, content: bytes, *, now: datetime) -> Uploaded:
    """Enter all sheets of a file as the actor's, or none; raises FaultyFile with every fault."""
    begin_reading()  # a large file takes seconds, and answers are saved meanwhile
    table = read_table(content, max_rows=MOST_ROWS, max_columns=MOST_QUESTIONS + _FIRST_QUESTION)
    db.session.rollback()
    row = paper_entries.open_day(actor, assessment_id, now)
    desks = {desk.candidate.number: desk for desk in paper_entries.desks_of(row)}
    twice = paper_entries.is_double(row)
    reading = _Reading(table.rows, desks, now)
    if reading.faults:
        db.session.rollback()
        raise FaultyFile(reading.faults)
    kept = [paper_entries.keep(actor, row, desk, sheet, now=now, twice=twice) for desk, sheet in reading.sheets]
    try:
        db.session.commit()
    except IntegrityError as fault:
        db.session.rollback()
        raise Conflict(Message("Somebody entered this at the same moment. Upload the file again.")) from fault
    return Uploaded(entered=sum(kept), known=len(kept) - sum(kept), empty=reading.empty)


class _Reading:
    """A file while it is read: the sheets in it and all its faults."""

    def __init__(self, rows: Sequence[Sequence[str]], desks: Mapping[str, Desk], now: datetime) -> None:
        self.desks, self.now = desks, now
        self.faults: list[CellFault] = []
        self.sheets: list[tuple[Desk, Sheet]] = []
        self.empty = 0
        self.seen: dict[str, int] = {}
        most = max((len(desk.items) for desk in desks.values()), default=0)
        self._check_size(rows, most)
        if not self.faults:
            for number, cells in enumerate(rows[1:], start=2):
                self._read(number, [plain(cell.strip()) for cell in cells])
        if not self.faults and not self.sheets:
            self._fault(2, CANDIDATE, Message("There are no answers in this file."))

    def _check_size(self, rows: Sequence[Sequence[str]], most: int) -> None:
        if len(rows) > MOST_ROWS:
            self._fault(MOST_ROWS, CANDIDATE, Message("A file holds at most %(most)s rows.", {"most": str(MOST_ROWS)}))
        wanted = [CANDIDATE, SHEET, *(str(number) for number in range(1, most + 1))]
        found = [cell.strip().lower() for cell in rows[0]] if rows else []
        for place, name in enumerate(wanted):
            if place >= len(found) or found[place] != name:
                words = Message("Here “%(name)s” is expected, as in the template.", {"name": name})
                self._fault(1, name, words)
                return

    def _read(self, number: int, cells: Sequence[str]) -> None:
        name, reference = (*cells[:_FIRST_QUESTION], "", "")[:_FIRST_QUESTION]
        typed = {place: cell for place, cell in enumerate(cells[_FIRST_QUESTION:], start=1) if cell}
        if not typed and reference:
            words = Message("There is a sheet here and no answer. Type - where no answer was marked.")
            self._fault(number, "1", words)
            return
        if not typed:
            self.empty += bool(name)
            return
        desk = self.desks.get(name)
        if desk is None:
            words = Message("“%(name)s” is no candidate number of this assessment with a paper.", {"name": name[:40]})
            self._fault(number, CANDIDATE, words)
        elif name in self.seen:
            facts = {"row": str(self.seen[name])}
            self._fault(number, CANDIDATE, Message("This candidate stands in row %(row)s already.", facts))
        else:
            self.seen[name] = number
            self._read_sheet(number, desk, reference, typed)

    def _read_sheet(self, number: int, desk: Desk, reference: str, typed: Mapping[int, str]) -> None:
        before = len(self.faults)
        count = len(desk.items)
        read = read_marks(typed, [len(item.options) for item in desk.items])
        for fault in read.faults:
            self._fault(number, str(fault.number), fault.words)
        for place in sorted(place for place in typed if place > count):
            words = Message("This paper has %(count)s questions. Leave this cell empty.", {"count": str(count)})
            self._fault(number, str(place), words)
        if len(reference) > LONGEST_REFERENCE:
            words = Message("At most %(most)s letters and digits.", {"most": str(LONGEST_REFERENCE)})
            self._fault(number, SHEET, words)
        for words in self._refusals(desk, read.answers):
            self._fault(number, CANDIDATE, words)
        if len(self.faults) == before:
            self.sheets.append((desk, Sheet(answers=read.answers, reference=reference)))

    def _refusals(self, desk: Desk, answers: str) -> Iterator[Message]:
        refusal = paper_entries.refusal_of(desk, self.now)
        if refusal is not None:
            yield refusal
        elif desk.began_on_screen:
            name = {"name": desk.candidate.trainee.person.name}
            yield Message(
                "%(name)s sat this exam on a screen. Enter what was written on paper after that on the candidate’s own "
                "page, with a reason.",
                name,
            )
        elif answers and desk.recorded is not None and desk.recorded.answers != answers:
            yield Message("Other answers are recorded already. Change them on the candidate’s own page, with a reason.")

    def _fault(self, row: int, column: str, words: Message) -> None:
        self.faults.append(CellFault(row=row, column=column, words=words))
