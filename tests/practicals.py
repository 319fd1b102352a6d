"""An assessment with practicals drawn, for tests of marking: the world's batch, its assessor, the shipped tasks."""

from datetime import datetime, timedelta

from assessments.model import AssessmentScheme, PracticalScorer
from assessments.practicals import draw_practicals
from lms.extensions import db
from lms.records.content import pack_of, scheme_of, stored, task_file_of
from lms.records.papers import practical_face, sheet_row
from lms.services import marking, people
from lms.tables.assessing import (
    AssessmentAssessorRow,
    AssessmentRow,
    AssessmentState,
    CandidateRow,
    PracticalSheetRow,
)
from lms.tables.content import ContentState, SchemeVersionRow, TaskVersionRow
from lms.tables.marking import PracticalScoreRow
from lms.tables.people import OrganisationRow, PersonRow, Role, RoleGrantRow
from lms.tables.training import BatchRow
from tests import world

OPENS = world.DAY


def practicals_drawn(
    *,
    scorer: str = PracticalScorer.ASSESSOR,
    state: str = AssessmentState.DRAWN,
    opens_at: datetime = OPENS,
    assessors: tuple[str, ...] = ("assessor",),
    batch_code: str = "B-TC-1",
) -> AssessmentRow:
    """The batch's trainees as candidates, each with a practical, on a scheme with that scorer."""
    batch = db.session.query(BatchRow).filter_by(code=batch_code).one()
    row = AssessmentRow(
        code=f"A-{batch.code}-{scorer}",
        batch_id=batch.id,
        council_id=batch.pack_version.council_id,
        agency_id=db.session.query(OrganisationRow).filter_by(code="AA-1").one().id,
        pack_version_id=batch.pack_version_id,
        scheme_version_id=_scheme(batch.pack_version_id, scorer).id,
        state=state,
        opens_at=opens_at,
        closes_at=opens_at + timedelta(hours=8),
        created_at=world.DAY,
    )
    db.session.add(row)
    db.session.flush()
    for login in assessors:
        person = db.session.query(PersonRow).filter_by(login=login).one()
        db.session.add(AssessmentAssessorRow(assessment_id=row.id, person_id=person.id))
    for number, trainee in enumerate(batch.trainees, start=1):
        db.session.add(CandidateRow(assessment_id=row.id, trainee_id=trainee.id, number=f"{row.id}-{number:03}"))
    db.session.flush()
    _draw(row)
    db.session.commit()
    return row


def sheet_of(row: AssessmentRow, login: str = "trainee") -> PracticalSheetRow:
    """The practical of one of the trainees."""
    candidate = next(entry for entry in row.candidates if entry.trainee.person.login == login)
    return db.session.query(PracticalSheetRow).filter_by(candidate_id=candidate.id).one()


def score_all(sheet: PracticalSheetRow, login: str = "assessor", *, but: int = 0, share: str = "1") -> None:
    """Score every criterion of a practical, but the last so many."""
    person = db.session.query(PersonRow).filter_by(login=login).one()
    refs = marking.missing_refs(sheet)
    for ref in refs[: len(refs) - but]:
        key = f"all-{ref}"
        db.session.add(
            PracticalScoreRow(
                sheet_id=sheet.id, ref=ref, share=share, scorer_id=person.id, scored_at=world.DAY, key=key
            )
        )
    db.session.commit()


def add_assessor(login: str, agency_code: str = "AA-1") -> PersonRow:
    """One more assessor of an agency, who signs in as the others do."""
    agency = db.session.query(OrganisationRow).filter_by(code=agency_code).one()
    row = people.new_person(name=login.title(), login=login, email="", phone="", password=world.PASSWORD, now=world.DAY)
    row.must_change_password = False
    row.grants = [RoleGrantRow(role=Role.ASSESSOR, organisation_id=agency.id)]
    db.session.add(row)
    db.session.commit()
    return row


def _scheme(pack_version_id: int, scorer: str) -> SchemeVersionRow:
    shipped = db.session.query(SchemeVersionRow).filter_by(pack_version_id=pack_version_id, number=1).one()
    if scheme_of(shipped).practical_scorer == scorer:
        return shipped
    other = AssessmentScheme.model_validate({**scheme_of(shipped).model_dump(mode="json"), "practical_scorer": scorer})
    row = SchemeVersionRow(
        pack_version_id=pack_version_id,
        number=2,
        state=ContentState.PUBLISHED,
        marks_status=other.marks_status,
        created_at=world.DAY,
        published_at=world.DAY,
        **stored(other),
    )
    db.session.add(row)
    db.session.flush()
    return row


def _draw(row: AssessmentRow) -> None:
    pack, scheme = pack_of(row.pack_version), scheme_of(row.scheme_version)
    codes = [unit.code for unit in pack.units]
    files = {tasks.unit: tasks for tasks in map(task_file_of, db.session.query(TaskVersionRow))}
    ordered = [files[code] for code in codes if code in files]
    numbers = [candidate.number for candidate in row.candidates]
    drawn = draw_practicals(ordered, candidates=numbers, seed=row.code.encode())
    for candidate, practical in zip(row.candidates, drawn, strict=True):
        face = practical_face(practical, pack, scheme, ordered)
        db.session.add(sheet_row(candidate.id, row.batch.centre_id, practical, face))
