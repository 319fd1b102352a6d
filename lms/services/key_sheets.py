"""Sealed key sheets: the key of each paper in its candidate's order of options, for the council alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from assessments.answer_sheets import letters_of
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.records.keys import keys_of_items
from lms.records.papers import paper_of
from lms.services import assessing, history, jobs
from lms.services.assessing import Side
from lms.services.booklets import NOT_DRAWN
from lms.services.errors import Absent, Conflict
from lms.tables.assessing import AssessmentRow, CandidateRow, PaperRow
from lms.tables.jobs import JobRow
from lms.tables.keys import KeySheetRow

KIND = "key_sheets"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperKey:
    """The key of one candidate's paper: a letter a question, as that candidate's options are printed."""

    candidate: CandidateRow
    face_hash: str
    letters: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySheet:
    """The keys of all papers of an assessment, and the SHA-256 of their lines `number letters`."""

    row: AssessmentRow
    keys: tuple[PaperKey, ...]
    digest: str


def get_key_sheets(actor: Actor, assessment_id: int) -> tuple[AssessmentRow, Sequence[KeySheetRow], JobRow | None]:
    """The key sheets printed so far, newest first, and the newest work on them; Absent for all but the council."""
    row = _of_council(actor, assessment_id)
    query = select(KeySheetRow).filter_by(assessment_id=row.id).order_by(KeySheetRow.id.desc())
    return row, db.session.scalars(query).all(), jobs.find_newest(KIND, row.id)


def get_key_sheet(actor: Actor, assessment_id: int, number: int) -> KeySheetRow:
    """One printed key sheet; raises Absent. The history tells who took it."""
    row = _of_council(actor, assessment_id)
    found = db.session.scalar(select(KeySheetRow).filter_by(assessment_id=row.id, id=number))
    if found is None:
        raise Absent
    return found


def take_key_sheet(actor: Actor, assessment_id: int, number: int, *, now: datetime) -> KeySheetRow:
    """One printed key sheet for the council, and a line in the history that it was taken."""
    found = get_key_sheet(actor, assessment_id, number)
    done = Message("took the sealed key sheets (SHA-256 %(hash)s)", {"hash": found.digest})
    history.record(actor, assessing.THING, assessment_id, done, now=now)
    db.session.commit()
    return found


def request_key_sheets(actor: Actor, assessment_id: int, language: str, *, now: datetime) -> JobRow | None:
    """Have the key sheets printed; None while a worker is at it. Raises Absent for all but the council."""
    row = assessing.lock(_of_council(actor, assessment_id))
    if db.session.scalar(_papers(row.id).limit(1)) is None:
        raise Conflict(NOT_DRAWN)
    if jobs.find_newest(KIND, row.id, unfinished=True) is not None:
        return None
    job = jobs.add_job(actor, KIND, row.id, [language], now=now)
    history.record(actor, assessing.THING, row.id, Message("had the sealed key sheets printed"), now=now)
    db.session.commit()
    return job


def key_sheet_of(assessment_id: int) -> KeySheet:
    """The keys of all papers, in order of candidate numbers; for the worker that prints them."""
    row = db.session.get_one(AssessmentRow, assessment_id)
    papers = db.session.execute(_papers(assessment_id).with_only_columns(PaperRow, CandidateRow)).all()
    drawn = [(candidate, stored, paper_of(stored)) for stored, candidate in papers]
    keys = keys_of_items({item for _one, _stored, paper in drawn for item in paper.items})
    lines = []
    for candidate, stored, paper in drawn:
        letters = "".join(
            letters_of(len(line.options))[line.options.index(keys[line.item, line.version].right)]
            for line in paper.lines
        )
        lines.append(PaperKey(candidate=candidate, face_hash=stored.face_hash, letters=letters))
    text = "".join(f"{line.candidate.number} {line.letters}\n" for line in lines)
    return KeySheet(row=row, keys=tuple(lines), digest=sha256(text.encode()).hexdigest())


def save_key_sheet(sheet: KeySheet, language: str, content: bytes, *, now: datetime) -> None:
    """Keep a printed key sheet; the same keys in the same language are kept once."""
    names = {"language": language, "digest": sheet.digest, "content": content, "made_at": now}
    db.session.add(KeySheetRow(assessment_id=sheet.row.id, sha256=sha256(content).hexdigest(), **names))
    try:
        db.session.commit()
    except IntegrityError:
        db.session.rollback()


def _of_council(actor: Actor, assessment_id: int) -> AssessmentRow:
    row = assessing.get_assessment(actor, assessment_id)
    if Side.COUNCIL not in assessing.sides_of(actor, row):
        raise Absent
    return row


def _papers(assessment_id: int):  # type: ignore[no-untyped-def]
    query = select(PaperRow).join(CandidateRow, CandidateRow.id == PaperRow.candidate_id)
    return query.where(CandidateRow.assessment_id == assessment_id).order_by(CandidateRow.number)
