"""Who of a batch can be entered for an assessment, in which units, and who is left out with the reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assessments.choices import assessed_units, choice_faults, open_to_choice
from assessments.model import AssessmentScheme
from assessments.reassessment import ReassessmentCheck
from assessments.results import Outcome
from assessments.words import Message
from lms.extensions import db
from lms.records.content import scheme_of
from lms.records.results import result_of
from lms.services.attendance import Attendance, attendance_of
from lms.services.days import day_of
from lms.services.results import check_reassessment, newest_results
from lms.services.takings import Retake, retake_of
from lms.tables.assessing import AssessmentRow, CandidateRow
from lms.tables.content import SchemeVersionRow
from lms.tables.marking import ReassessmentRow, ResultRow
from lms.tables.training import BatchRow, TraineeRow, TraineeState

LeftOut = tuple[TraineeRow, Message]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A trainee who can be entered, with the electives and options that are pinned then, and the units assessed.

    For a reassessment with the request that was accepted, when it is to be held, and what is taken again.
    """

    trainee: TraineeRow
    attempt_number: int
    attendance: Attendance
    chosen: tuple[str, ...]
    units: tuple[str, ...]
    request: ReassessmentRow | None = None
    check: ReassessmentCheck | None = None
    retake: Retake | None = None

    @property
    def kept(self) -> tuple[str, ...]:
        """The units that are not assessed again."""
        return tuple(self.retake.plan.kept) if self.retake else ()

    def may_be_held(self, moment: datetime) -> bool:
        """Whether the day of that moment is one on which this trainee can be assessed."""
        return self.check is None or self.check.may_be_held(day_of(moment))


def first_entries(batch: BatchRow, scheme: AssessmentScheme) -> tuple[list[Entry], list[LeftOut]]:
    """The trainees who can be entered for their first attempt, and the others."""
    query = select(CandidateRow.trainee_id, AssessmentRow.code).join(CandidateRow.assessment)
    entered = dict(db.session.execute(query.where(AssessmentRow.batch_id == batch.id)).all())
    entries, left_out = [], []
    attended = attendance_of(batch.trainees)
    for trainee in batch.trainees:
        chosen, attendance = choice_of(trainee, scheme), attended[trainee.id]
        reason = _why_not(trainee, scheme, chosen, entered.get(trainee.id)) or _attendance_fault(attendance, scheme)
        if reason:
            left_out.append((trainee, reason))
        else:
            units = assessed_units(scheme, chosen)
            entry = Entry(trainee=trainee, attempt_number=1, attendance=attendance, chosen=chosen, units=units)
            entries.append(entry)
    return entries, left_out


def again_entries(batch: BatchRow) -> tuple[list[Entry], list[LeftOut], SchemeVersionRow | None]:
    """Those whose requests wait for a day, and the scheme version of the attempt before, by which they are assessed.

    A refused or unfinished request leaves its trainee out. An assessment has one scheme version: those of a later one
    wait until those of an earlier one are scheduled.
    """
    requests = _waiting_requests(batch)
    results = newest_results([request.candidate_id for request in requests])
    reasons = {request.id: _why_not_again(request, results.get(request.candidate_id)) for request in requests}
    rows = [request.candidate.assessment.scheme_version for request in requests if not reasons[request.id]]
    row = min(rows, key=lambda version: version.number, default=None)
    entries, left_out = [], []
    attended = attendance_of([request.candidate.trainee for request in requests])
    for request in requests:
        reason = reasons[request.id] or _other_scheme(request, row)
        if reason:
            left_out.append((request.candidate.trainee, reason))
        else:
            entries.append(_again(request, results, attended[request.candidate.trainee_id]))
    return entries, left_out, row


def choice_of(trainee: TraineeRow, scheme: AssessmentScheme) -> tuple[str, ...]:
    """What of the trainee's choice the scheme leaves to choose; a scheme without electives assesses all units."""
    return tuple(unit for unit in trainee.chosen if unit in open_to_choice(scheme))


def _why_not(
    trainee: TraineeRow, scheme: AssessmentScheme, chosen: Sequence[str], entered_in: str | None
) -> Message | None:
    if trainee.state == TraineeState.DROPPED_OUT:
        return Message("dropped out of the training")
    if entered_in:
        return Message("is entered in %(code)s already", {"code": entered_in})
    return next(choice_faults(scheme, chosen), None)


def _attendance_fault(attendance: Attendance, scheme: AssessmentScheme) -> Message | None:
    needed = scheme.attendance_needed or ""
    if attendance.reaches(needed):
        return None
    if attendance.percent is None:
        return Message("attendance is not known, needs %(needed)s %%", {"needed": needed})
    facts = {"attendance": attendance.text, "needed": needed}
    return Message("attendance is %(attendance)s %%, needs %(needed)s %%", facts)


def _waiting_requests(batch: BatchRow) -> Sequence[ReassessmentRow]:
    query = (
        select(ReassessmentRow)
        .join(CandidateRow, CandidateRow.id == ReassessmentRow.candidate_id)
        .join(TraineeRow, TraineeRow.id == CandidateRow.trainee_id)
        .where(TraineeRow.batch_id == batch.id, ReassessmentRow.next_candidate_id.is_(None))
        .order_by(TraineeRow.enrolment_number)
    )
    return db.session.scalars(query).all()


def _why_not_again(request: ReassessmentRow, result: ResultRow | None) -> Message | None:
    if any(not step.is_accepted for step in request.steps):
        return Message("the request for reassessment was refused")
    if not any(step.level == "council" for step in request.steps):
        return Message("the request for reassessment is not decided yet")
    if request.candidate.trainee.state == TraineeState.DROPPED_OUT:
        return Message("dropped out of the training")
    if result is not None and result.outcome == Outcome.COMPETENT:
        return Message("is competent by a corrected result")
    return None


def _other_scheme(request: ReassessmentRow, row: SchemeVersionRow | None) -> Message | None:
    own = request.candidate.assessment.scheme_version
    if row is None or own.id == row.id:
        return None
    facts = {"own": str(own.number), "other": str(row.number)}
    return Message("was assessed by scheme version %(own)s; those of version %(other)s come first", facts)


def _again(request: ReassessmentRow, results: Mapping[int, ResultRow], attendance: Attendance) -> Entry:
    candidate, result = request.candidate, results.get(request.candidate_id)
    scheme = scheme_of(candidate.assessment.scheme_version)
    retake = retake_of(candidate, result_of(result)) if result else None
    released_at, check = candidate.assessment.released_at, None
    if result is not None and released_at is not None:
        check = check_reassessment(scheme, candidate, result.outcome, released_at, released_at)
    return Entry(
        trainee=candidate.trainee,
        attempt_number=candidate.attempt_number + 1,
        attendance=attendance,
        chosen=candidate.chosen,
        units=assessed_units(scheme, candidate.chosen, retake.plan.kept if retake else ()),
        request=request,
        check=check,
        retake=retake,
    )
