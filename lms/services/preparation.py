"""What is still to be done before an exam opens: assessors, exam codes, rooms, and whether everybody's time fits."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assessments.words import Message
from lms.extensions import db
from lms.services import opening
from lms.tables.admission import ExamCodeRow
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, CandidateStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """How an exam is prepared; `faults` are the candidates whose time does not fit, which stops the opening for all."""

    has_assessors: bool
    without_code: int
    without_room: int
    has_rooms: bool
    faults: tuple[Message, ...]


def preparation_of(row: AssessmentRow, now: datetime) -> Preparation | None:
    """How an assessment is prepared, which the caller has loaded through the actor; None where that matters no more.

    Until it opens that is always told; from then to its end only while somebody's time stops it.
    """
    if row.state != AssessmentState.DRAWN or now >= row.closes_at:
        return None
    faults = opening.faults_of(row)
    if now >= row.opens_at and not faults:
        return None
    entered = [one for one in row.candidates if one.status == CandidateStatus.ENTERED]
    query = select(ExamCodeRow.candidate_id).join(ExamCodeRow.candidate)
    coded = set(db.session.scalars(query.where(CandidateRow.assessment_id == row.id)))
    without_room = sum(not one.room for one in entered)
    return Preparation(
        has_assessors=bool(row.assessors),
        without_code=sum(one.id not in coded for one in entered),
        without_room=without_room,
        has_rooms=without_room < len(entered),
        faults=faults,
    )
