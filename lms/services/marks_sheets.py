"""Sheets of marks for a pack: checked and shown first, then put into the scheme's draft, all of it or nothing."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from fractions import Fraction
from hashlib import sha256

from sqlalchemy.exc import IntegrityError

from assessments.comparison import MarksChange, marks_changes
from assessments.drafting import carried_over, first_scheme
from assessments.marks_sheet_rows import SUM_FIELDS, RowProblem, SheetRow
from assessments.marks_sheets import SheetReading, read_sheet
from assessments.model import AssessmentScheme, Component, MarksStatus
from assessments.scheme import check_scheme
from assessments.unit_figures import figures_of, with_marks
from assessments.words import Message
from curriculum.model import QualificationPack
from curriculum.problems import Problem
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import pack_of, scheme_of, stored
from lms.reports.reading import Table, read_table
from lms.services import drafts, history, publishing, schemes
from lms.services.curriculum import get_own_pack
from lms.services.errors import Absent, Conflict, Faulty
from lms.services.marks_sheet_columns import MOST_ROWS, SheetHeader, components_in, find_header, rows_of
from lms.tables.content import ContentState, PackVersionRow, SchemeVersionRow

DRAFTS = "marks-sheets"
SHEET = "Marks"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSums:
    """What a unit's marks come to before and after, by component and in all, and its weight in the rule, if any."""

    code: str
    title: str
    before: dict[Component, Fraction]
    after: dict[Component, Fraction]
    weight: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPage:
    """A sheet that was uploaded: what it says, and while it has no fault, what taking it over would change.

    `against` is the scheme that the changes are told against: the draft there is, else the one published before, with
    its pack version in `other_version` where that is another; a pack may have none. `seen` stands for it, so that
    nobody takes over what they have not seen.
    """

    sha256: str
    file_name: str
    pack_row: PackVersionRow
    pack: QualificationPack
    table: Table
    header: SheetHeader
    reading: SheetReading
    against: SchemeVersionRow | None
    other_version: str
    before: AssessmentScheme | None
    after: AssessmentScheme | None
    changes: tuple[MarksChange, ...]
    sums: tuple[UnitSums, ...]
    problems: tuple[Problem, ...]
    seen: str

    @property
    def is_taken(self) -> bool:
        """Whether the draft holds these very marks already."""
        drafted = self.against is not None and self.against.state == ContentState.DRAFT
        return drafted and self.after is not None and stored(self.after)["sha256"] == self.against.sha256  # type: ignore[union-attr]


def check_sheet(actor: Actor, pack_id: int, *, file_name: str, content: bytes) -> str:
    """Read an uploaded sheet and keep it for this person; the hash it is kept by. Nothing is written to a scheme.

    Raises Faulty when the file as a whole is no sheet of marks: not CSV or XLSX, columns missing, empty, too long.
    """
    row = get_own_pack(actor, pack_id)
    table = read_table(content, max_rows=MOST_ROWS, sheet=SHEET)
    if len(table.rows) > MOST_ROWS:
        facts = {"most": str(MOST_ROWS)}
        raise Faulty(Message("The sheet has more than %(most)s rows. Keep only the rows of this pack.", facts))
    header = find_header(table.rows)
    if not rows_of(table.rows, header):
        raise Faulty(Message("There are no rows below the header."))
    _refuse_merged(table, header)
    name = drafts.shown_name(file_name)
    text = json.dumps({"pack_version_id": row.id, "file_name": name or SHEET, "table": asdict(table)})
    digest = sha256(text.encode()).hexdigest()
    drafts.keep_draft(actor, DRAFTS, digest, text)
    return digest


def show_sheet(actor: Actor, digest: str) -> SheetPage:
    """A sheet of this person's own, read against the pack and the scheme as they are now; raises Absent."""
    text = drafts.get_draft(actor, DRAFTS, digest)
    if sha256(text.encode()).hexdigest() != digest:
        raise Absent
    kept = json.loads(text)
    row = get_own_pack(actor, kept["pack_version_id"])
    told = {name: tuple(value) if isinstance(value, list) else value for name, value in kept["table"].items()}
    table = Table(**{**told, "rows": tuple(map(tuple, told["rows"])), "merged": ()})
    pack, header = pack_of(row), find_header(table.rows)
    rows = rows_of(table.rows, header)
    reading = read_sheet(pack, rows)
    reading.problems[:0] = [*_not_read(header), *_hidden(table, header, rows)]
    if not reading.faults and not any(any(figures.sums().values()) for figures in reading.units):
        reading.problems.append(RowProblem(row=0, field=None, words=Message("No row of the sheet has marks.")))
    reading.problems.sort(key=lambda problem: problem.row)
    against = schemes.drafts_of([row.id]).get(row.id) or schemes.base_for(row)
    before = scheme_of(against) if against else None
    after = None if reading.faults else _with_sheet(row, pack, against, reading, _next_number(actor, row))
    return SheetPage(
        sha256=digest,
        file_name=kept["file_name"],
        pack_row=row,
        pack=pack,
        table=table,
        header=header,
        reading=reading,
        against=against,
        other_version=schemes.other_version(against, row) if against else "",
        before=before,
        after=after,
        changes=marks_changes(before, after) if after else (),
        sums=_sums(pack, before, after) if after else (),
        problems=tuple(check_scheme(after, pack)) if after else (),
        seen=_seen(against),
    )


def take_sheet(actor: Actor, digest: str, *, seen: str, now: datetime) -> SchemeVersionRow:
    """Put the marks of a sheet into the pack's draft scheme, making it where there is none; twice: nothing more.

    Raises Faulty while the sheet has faults, Conflict when the scheme moved on after the changes were seen.
    """
    page = show_sheet(actor, digest)
    if page.after is None:
        raise Faulty(Message("The sheet has faults. Mend them and upload it again."))
    # The pack is locked, so that two clicks make one draft.
    db.session.get(PackVersionRow, page.pack_row.id, with_for_update={"key_share": True}, populate_existing=True)
    draft = schemes.drafts_of([page.pack_row.id]).get(page.pack_row.id)
    if page.is_taken and draft is not None:
        return draft
    if seen != _seen(draft or schemes.base_for(page.pack_row)):
        db.session.rollback()
        raise Conflict(Message("The scheme was changed meanwhile. Look again at what the sheet changes."))
    columns = {**stored(page.after), "marks_status": page.after.marks_status}
    if draft is not None:
        schemes.change_draft(draft, draft.sha256, columns)
    else:
        try:
            draft = publishing.add_scheme(page.pack_row.id, page.after, ContentState.DRAFT, now=now)
        except IntegrityError as fault:
            db.session.rollback()
            raise Conflict(
                Message("The scheme was changed meanwhile. Look again at what the sheet changes.")
            ) from fault
    facts = {"file": page.file_name, "sha256": digest[:12], "number": str(draft.number)}
    words = Message("took the marks of %(file)s (%(sha256)s) into draft %(number)s", facts)
    history.record(actor, "scheme_version", draft.id, words, now=now)
    history.record(actor, "pack_version", page.pack_row.id, words, now=now)
    db.session.commit()
    return draft


def get_scheme_of(actor: Actor, pack_id: int) -> tuple[PackVersionRow, QualificationPack, AssessmentScheme | None]:
    """A pack of the actor's own council with its newest published scheme, to be written as a sheet."""
    row = get_own_pack(actor, pack_id)
    base = next((one for one in schemes.list_schemes(actor, row) if one.state == ContentState.PUBLISHED), None)
    return row, pack_of(row), scheme_of(base) if base else None


def faults_by_row(problems: Sequence[RowProblem]) -> dict[int, list[RowProblem]]:
    """Problems by the row they are about; 0 is the sheet as a whole."""
    found: dict[int, list[RowProblem]] = {}
    for problem in problems:
        found.setdefault(problem.row, []).append(problem)
    return found


def _with_sheet(
    row: PackVersionRow,
    pack: QualificationPack,
    against: SchemeVersionRow | None,
    reading: SheetReading,
    number: int,
) -> AssessmentScheme:
    """The draft's rules, or those of the scheme before, with the sheet's marks, which are the council's own."""
    before = scheme_of(against) if against else first_scheme(pack)
    is_draft = against is not None and against.state == ContentState.DRAFT and against.pack_version_id == row.id
    base = before if is_draft else carried_over(before, pack, number)
    return with_marks(base, reading.units, MarksStatus.OFFICIAL)


def _next_number(actor: Actor, row: PackVersionRow) -> int:
    return max((one.number for one in schemes.list_schemes(actor, row)), default=0) + 1


def _seen(against: SchemeVersionRow | None) -> str:
    return f"{against.id}:{against.sha256}" if against else "none"


def _sums(pack: QualificationPack, before: AssessmentScheme | None, after: AssessmentScheme) -> tuple[UnitSums, ...]:
    old, new = (
        {one.unit.code: one.sums() for one in figures_of(scheme, pack)} if scheme else {} for scheme in (before, after)
    )
    weights = after.rule.unit_weights or {}
    return tuple(
        UnitSums(
            code=unit.code,
            title=unit.title,
            before=old.get(unit.code, {}),
            after=new[unit.code],
            weight=weights.get(unit.code),
        )
        for unit in pack.units
    )


def _not_read(header: SheetHeader) -> Iterator[RowProblem]:
    """Columns that name components without being known as their marks, where no other column holds those."""
    for name in header.unused:
        lacking = [component for component in components_in(name) if component not in header.columns]
        if lacking:
            facts = {"header": name[:60], "column": lacking[0].value}
            words = Message(
                "“%(header)s” is not read. Call the column %(column)s if it holds the marks, or remove it.", facts
            )
            yield RowProblem(row=0, field=lacking[0], words=words)


def _hidden(table: Table, header: SheetHeader, rows: Sequence[SheetRow]) -> Iterator[RowProblem]:
    """What is read of a sheet although whoever looks at it does not see it."""
    columns, hidden = set(table.hidden_columns), set(table.hidden_rows)
    for name, place in header.columns.items():
        if place in columns:
            words = Message("This column is hidden in the sheet, and is read all the same.")
            yield RowProblem(row=0, field=name, words=words, is_error=False)
    for row in rows:
        if row.number - 1 in hidden:
            words = Message("This row is hidden in the sheet, and is read all the same.")
            yield RowProblem(row=row.number, field=None, words=words, is_error=False)


def _refuse_merged(table: Table, header: SheetHeader) -> None:
    """A merged cell holds its value in its first row only; which rows it is meant for cannot be known."""
    used = {place: name for name, place in header.columns.items() if name not in SUM_FIELDS}
    for first_row, first_column, last_row, last_column in table.merged:
        named = [used[place] for place in range(first_column, last_column + 1) if place in used]
        if named and last_row > header.row:
            facts = {"column": named[0].value, "first": str(first_row + 1), "last": str(last_row + 1)}
            raise Faulty(
                Message(
                    "Cells are merged in the column %(column)s, rows %(first)s to %(last)s. Undo it; fill every row.",
                    facts,
                )
            )
