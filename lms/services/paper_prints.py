"""What a centre without power is given on paper: asked for by the agency, printed by a worker, kept as printed.

Key sheets are no part of it and stand in a table of their own; this never reaches a key.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from assessments.words import Message
from curriculum.uploads import pack_files
from lms.extensions import db
from lms.permissions import Actor
from lms.services import assessing, history, jobs
from lms.services.assessing import Side
from lms.services.booklets import NOT_DRAWN
from lms.services.errors import Absent, Conflict
from lms.tables.assessing import AssessmentRow, CandidateRow, PaperRow
from lms.tables.jobs import JobRow
from lms.tables.paper import PaperPrintRow

KIND = "papers"
BOOKLET, LARGE, SHEETS, ROOM = "booklet", "large", "sheets", "room"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prints:
    """The printed parts that count now: each candidate's booklet, the answer sheets, the papers of the room.

    `large`: the booklets in large print, by candidate. `job` is the newest work of printing.
    """

    booklets: Mapping[int, PaperPrintRow]
    large: frozenset[int]
    sheets: PaperPrintRow | None
    room: PaperPrintRow | None
    job: JobRow | None

    @property
    def is_printing(self) -> bool:
        """Whether a worker has parts to print or prints them."""
        return self.job is not None and self.job.state in jobs.OPEN


def prints_of(row: AssessmentRow) -> Prints:
    """The printed parts of an assessment; the caller has loaded it through the person."""
    newest: dict[str, PaperPrintRow] = {}
    for found in db.session.scalars(select(PaperPrintRow).filter_by(assessment_id=row.id).order_by(PaperPrintRow.id)):
        kind, _dash, rest = found.name.partition("-")
        newest[f"{BOOKLET}-{rest}" if kind == LARGE else kind if kind in {SHEETS, ROOM} else found.name] = found
    booklets = {int(name.partition("-")[2]): found for name, found in newest.items() if name.startswith(BOOKLET)}
    return Prints(
        booklets=booklets,
        large=frozenset(number for number, found in booklets.items() if found.name.startswith(LARGE)),
        sheets=newest.get(SHEETS),
        room=newest.get(ROOM),
        job=jobs.find_newest(KIND, row.id),
    )


def request_prints(actor: Actor, assessment_id: int, language: str, *, now: datetime) -> JobRow | None:
    """Have all parts printed by a worker, for the agency: booklets in large print for the candidates who read it.

    None while a worker is at it. Raises Conflict before the papers are drawn.
    """
    row = assessing.lock(assessing.get_assessment(actor, assessment_id))
    assessing.require_side(actor, row, Side.AGENCY)
    has_paper = select(CandidateRow.id, CandidateRow.large_print)
    has_paper = has_paper.join(PaperRow, PaperRow.candidate_id == CandidateRow.id)
    candidates = db.session.execute(
        has_paper.filter(CandidateRow.assessment_id == row.id).order_by(CandidateRow.number)
    )
    keys = [f"{LARGE if is_large else BOOKLET}-{number}" for number, is_large in candidates]
    if not keys:
        raise Conflict(NOT_DRAWN)
    if jobs.find_newest(KIND, row.id, unfinished=True) is not None:
        return None
    facts = {"papers": str(len(keys)), "large": str(sum(key.startswith(LARGE) for key in keys))}
    done = Message("had %(papers)s booklets printed, %(large)s in large print, with answer sheets", facts)
    job = jobs.add_job(actor, KIND, row.id, [*keys, f"{SHEETS}-{language}", f"{ROOM}-{language}"], now=now)
    history.record(actor, assessing.THING, row.id, done, now=now)
    db.session.commit()
    return job


def get_print(actor: Actor, assessment_id: int, print_id: int) -> PaperPrintRow:
    """One printed part, for the agency; raises Absent."""
    row = _of_agency(actor, assessment_id)
    found = db.session.scalar(select(PaperPrintRow).filter_by(assessment_id=row.id, id=print_id))
    if found is None:
        raise Absent
    return found


def archive_of(actor: Actor, assessment_id: int) -> tuple[AssessmentRow, bytes]:
    """All parts that count now as a ZIP in the order in which they are handed out; raises Absent before any is made."""
    row = _of_agency(actor, assessment_id)
    prints = prints_of(row)
    files = list(_files(row, prints))
    if not files:
        raise Absent
    made_at = max(found.made_at for found in [*prints.booklets.values(), prints.sheets, prints.room] if found)
    return row, pack_files(files, made_at)


def name_of(found: PaperPrintRow, candidates: Sequence[CandidateRow]) -> str:
    """The name of a part as a file: the candidate's number for a booklet."""
    kind, _dash, rest = found.name.partition("-")
    numbers = {str(candidate.id): candidate.number for candidate in candidates}
    names = {SHEETS: "answer-sheets", ROOM: "room"}
    return f"{names[kind]}.pdf" if kind in names else f"{kind}-{numbers[rest]}.pdf"


def save_print(assessment_id: int, name: str, content: bytes, *, now: datetime) -> None:
    """Keep a printed part; where it is just as the newest one, that stays. Twice is once."""
    newest = select(PaperPrintRow).filter_by(assessment_id=assessment_id, name=name)
    held = db.session.scalar(newest.order_by(PaperPrintRow.number.desc()).limit(1))
    digest = sha256(content).hexdigest()
    if held is not None and held.sha256 == digest:
        return
    numbers = select(func.max(PaperPrintRow.number)).filter_by(assessment_id=assessment_id, name=name)
    number = (db.session.scalar(numbers) or 0) + 1
    names = {"name": name, "number": number, "sha256": digest, "content": content, "made_at": now}
    db.session.add(PaperPrintRow(assessment_id=assessment_id, **names))
    try:
        db.session.commit()
    except IntegrityError:  # another worker was faster with the same
        db.session.rollback()


def _of_agency(actor: Actor, assessment_id: int) -> AssessmentRow:
    row = assessing.get_assessment(actor, assessment_id)
    if Side.AGENCY not in assessing.sides_of(actor, row):
        raise Absent
    return row


def _files(row: AssessmentRow, prints: Prints) -> Iterator[tuple[str, bytes]]:
    for candidate in row.candidates:
        if candidate.id in prints.booklets:
            found = prints.booklets[candidate.id]
            yield f"{row.code}/booklets/{name_of(found, row.candidates)}", found.content
    for part in (prints.sheets, prints.room):
        if part is not None:
            yield f"{row.code}/{name_of(part, row.candidates)}", part.content
