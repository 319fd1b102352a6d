"""An assessment of the world's batch, drawn and open, put straight into the rows."""

import json
from datetime import datetime, timedelta

from assessments.blueprint import blueprint_of
from assessments.papers import draw_papers
from lms.extensions import db
from lms.records.content import face_of, scheme_of
from lms.records.papers import paper_row
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow
from lms.tables.content import ItemVersionRow, SchemeVersionRow
from lms.tables.keys import ItemKeyRow
from lms.tables.people import OrganisationRow
from lms.tables.training import BatchRow
from tests import world
from tests.states import once


@once
def a_drawn_assessment(opens_at: datetime = world.DAY, hours: int = 6) -> AssessmentRow:
    """An assessment of Centre 1's batch with a paper for every trainee, open for some hours."""
    batch = db.session.query(BatchRow).filter_by(code="B-TC-1").one()
    scheme = db.session.query(SchemeVersionRow).filter_by(pack_version_id=batch.pack_version_id).one()
    agency = db.session.query(OrganisationRow).filter_by(code="AA-1").one()
    row = AssessmentRow(
        code="A-2026-0001",
        batch_id=batch.id,
        council_id=batch.centre.council_id,
        agency_id=agency.id,
        pack_version_id=batch.pack_version_id,
        scheme_version_id=scheme.id,
        state=AssessmentState.DRAWN,
        opens_at=opens_at,
        closes_at=opens_at + timedelta(hours=hours),
        created_at=opens_at,
    )
    row.candidates = [
        CandidateRow(trainee_id=trainee.id, number=f"A1-{place:03}") for place, trainee in enumerate(batch.trainees, 1)
    ]
    db.session.add(row)
    db.session.flush()
    faces = [face_of(item) for item in db.session.query(ItemVersionRow).filter_by(use="exam")]
    names = [candidate.number for candidate in row.candidates]
    papers = draw_papers(blueprint_of(scheme_of(scheme)), faces, candidates=names, seed=b"a seed for tests")
    by_id = {face.id: face for face in faces}
    for candidate, paper in zip(row.candidates, papers, strict=True):
        db.session.add(paper_row(candidate.id, row.pack_version_id, paper, by_id))
    db.session.commit()
    return row


def candidate_of(assessment: AssessmentRow, login: str) -> CandidateRow:
    """The entry of one of the world's trainees."""
    return next(row for row in assessment.candidates if row.trainee.person.login == login)


def right_words() -> set[str]:
    """Rationales and feedback of all items: what no candidate's page may hold."""
    words: set[str] = set()
    for key in (json.loads(row.content) for row in db.session.query(ItemKeyRow)):
        words |= {key["rationale"], *key["feedback"].values()}
    return words
