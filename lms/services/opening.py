"""The look at everybody's time before an exam opens: ends that schedule and accommodations do not make stop it."""

from datetime import datetime

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from assessments.exam_time import PlannedTime, opening_faults
from assessments.words import Message
from lms.extensions import db
from lms.records.content import scheme_of
from lms.services.errors import Conflict
from lms.services.exam_times import times_of
from lms.tables.assessing import AssessmentRow, CandidateRow, CandidateStatus
from lms.tables.attempts import AttemptRow


def faults_of(assessment: AssessmentRow) -> tuple[Message, ...]:
    """Whose time is not as it should be, by name; the caller has loaded the assessment through the actor."""
    minutes = scheme_of(assessment.scheme_version).theory.minutes
    entered = [row for row in assessment.candidates if row.status == CandidateStatus.ENTERED]
    query = select(AttemptRow).where(AttemptRow.candidate_id.in_([row.id for row in entered]))
    attempts = {row.candidate_id: row for row in db.session.scalars(query)}
    times, planned = times_of(attempts.values()), []
    for row in entered:
        time = times[attempts[row.id].id] if row.id in attempts else None
        planned.append(
            PlannedTime(
                candidate=f"{row.number} ({row.trainee.person.name})",
                extra_minutes=row.extra_minutes,
                ends_at=time.deadline_at if time else None,
                should_end_at=time.end_again(minutes) if time else None,
            )
        )
    return opening_faults(assessment.opens_at, assessment.closes_at, minutes, planned)


def longest_extra(assessment_id: InstrumentedAttribute[int]) -> ScalarSelect[int]:
    """The most extra minutes of anybody who is entered for an assessment."""
    entry = aliased(CandidateRow)
    entered = select(func.coalesce(func.max(entry.extra_minutes), 0))
    entered = entered.where(entry.assessment_id == assessment_id, entry.status == CandidateStatus.ENTERED)
    return entered.scalar_subquery()


def require_fitting(opens_at: datetime, closes_at: datetime, minutes: int, longest_extra: int) -> None:
    """Refuse the opening while somebody's time does not fit the hours; the page of the assessment says whose."""
    planned = PlannedTime(candidate="", extra_minutes=longest_extra)
    if opening_faults(opens_at, closes_at, minutes, [planned]):
        raise Conflict(
            Message("The exam cannot be opened: the time of a candidate does not fit its hours. Tell the invigilator.")
        )
