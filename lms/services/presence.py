"""The day of an assessment: who is there, extra time, absent and disqualified candidates, and how far all are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services import assessing, history, marking
from lms.services.assessing import Side
from lms.services.errors import Conflict, Faulty
from lms.services.scheduling import check_extra
from lms.services.takings import criteria_to_score
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, CandidateStatus
from lms.tables.attempts import AttemptRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far one candidate is; `scored` of `to_score` practical criteria have a score."""

    started_at: datetime | None = None
    submitted_at: datetime | None = None
    scored: int = 0
    to_score: int = 0

    @property
    def came(self) -> bool:
        """Whether the candidate was there for any part."""
        return self.started_at is not None or self.scored > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How far an assessment is, in numbers of candidates; `to_score` are those whose practical is to be scored."""

    candidates: int
    started: int
    submitted: int
    scored: int
    to_score: int
    absent: int
    disqualified: int


def progress_of(assessment: AssessmentRow) -> Mapping[int, Progress]:
    """How far each candidate is, by candidate; a fixed number of queries."""
    numbers = [candidate.id for candidate in assessment.candidates]
    to_score = criteria_to_score(assessment.candidates)
    query = select(AttemptRow.candidate_id, AttemptRow.started_at, AttemptRow.submitted_at)
    attempts = {
        candidate: (started, submitted)
        for candidate, started, submitted in db.session.execute(query.where(AttemptRow.candidate_id.in_(numbers)))
    }
    scored = marking.counts_of(numbers)
    return {
        number: Progress(
            started_at=attempts.get(number, (None, None))[0],
            submitted_at=attempts.get(number, (None, None))[1],
            scored=scored[number],
            to_score=to_score[number],
        )
        for number in numbers
    }


def count(assessment: AssessmentRow, progress: Mapping[int, Progress]) -> Counts:
    """The progress of all candidates in numbers."""
    candidates = assessment.candidates
    present = [progress[row.id] for row in candidates if row.status == CandidateStatus.ENTERED]
    return Counts(
        candidates=len(candidates),
        started=sum(entry.started_at is not None for entry in progress.values()),
        submitted=sum(entry.submitted_at is not None for entry in progress.values()),
        scored=sum(entry.scored >= entry.to_score > 0 for entry in present),
        to_score=sum(entry.to_score > 0 for entry in present),
        absent=sum(row.status == CandidateStatus.ABSENT for row in candidates),
        disqualified=sum(row.status == CandidateStatus.DISQUALIFIED for row in candidates),
    )


def mark_absent(actor: Actor, assessment_id: int, candidate_id: int, *, now: datetime) -> None:
    """Mark a candidate absent who has come to no part; until the mark sheet is submitted it can be undone."""
    row, candidate = _load(actor, assessment_id, candidate_id, Side.CENTRE, Side.ASSESSOR)
    if candidate.status == CandidateStatus.ABSENT:
        return
    _require_state(row, AssessmentState.DRAWN)
    if now < row.opens_at:
        raise not_open_yet()
    if candidate.status != CandidateStatus.ENTERED:
        raise assessing.moved_on()
    if candidate.id in came_of(row):
        raise has_begun(candidate)
    set_status(actor, row, candidate, CandidateStatus.ABSENT, now=now)
    db.session.commit()


def disqualify(actor: Actor, assessment_id: int, candidate_id: int, *, why: str, now: datetime) -> None:
    """Disqualify a candidate, with the reason; until the mark sheet is verified it can be undone."""
    row, candidate = _load(actor, assessment_id, candidate_id, Side.ASSESSOR, Side.AGENCY)
    if candidate.status == CandidateStatus.DISQUALIFIED:
        return
    _require_reason(why)
    _require_state(row, *_until_verified(actor, row))
    candidate.status = CandidateStatus.DISQUALIFIED
    record(actor, row, candidate, Message("disqualified %(name)s (%(number)s)"), now, why)
    db.session.commit()


def restore(actor: Actor, assessment_id: int, candidate_id: int, *, why: str = "", now: datetime) -> None:
    """Undo an absence, or with a reason a disqualification."""
    row, candidate = _load(actor, assessment_id, candidate_id, Side.CENTRE, Side.ASSESSOR, Side.AGENCY)
    if candidate.status == CandidateStatus.ENTERED:
        return
    if candidate.status == CandidateStatus.ABSENT:
        assessing.require_side(actor, row, Side.CENTRE, Side.ASSESSOR)
        _require_state(row, AssessmentState.DRAWN)
    else:
        assessing.require_side(actor, row, Side.ASSESSOR, Side.AGENCY)
        _require_reason(why)
        _require_state(row, *_until_verified(actor, row))
    set_status(actor, row, candidate, CandidateStatus.ENTERED, now=now, why=why)
    db.session.commit()


def give_extra_minutes(actor: Actor, assessment_id: int, minutes: Mapping[int, int], *, now: datetime) -> None:
    """Set the extra minutes of candidates (by candidate) who have not started their paper."""
    row = assessing.get_assessment(actor, assessment_id)
    assessing.require_side(actor, row, Side.COUNCIL)
    assessing.lock(row)  # against a candidate starting in the same moment, with the minutes of before
    _require_state(row, *list(AssessmentState)[: list(AssessmentState).index(AssessmentState.SUBMITTED)])
    progress = progress_of(row)
    for candidate in row.candidates:
        wished = check_extra(minutes.get(candidate.id, candidate.extra_minutes))
        if wished == candidate.extra_minutes:
            continue
        if progress[candidate.id].started_at is not None:
            db.session.rollback()
            raise Conflict(Message("%(name)s has started; the time cannot be changed now.", _named(candidate)))
        candidate.extra_minutes = wished
        record(actor, row, candidate, Message("gave %(name)s %(minutes)s extra minutes", {"minutes": str(wished)}), now)
    db.session.commit()


def came_of(row: AssessmentRow) -> frozenset[int]:
    """The candidates who came to any part, by their ids."""
    return frozenset(number for number, progress in progress_of(row).items() if progress.came)


def not_open_yet() -> Conflict:
    """What to say to who is early."""
    return Conflict(Message("The assessment has not opened yet; nobody is absent before."))


def has_begun(candidate: CandidateRow) -> Conflict:
    """What to say where a candidate came after all."""
    return Conflict(Message("%(name)s has begun and cannot be marked absent.", {"name": candidate.trainee.person.name}))


def set_status(
    actor: Actor, row: AssessmentRow, candidate: CandidateRow, status: CandidateStatus, *, now: datetime, why: str = ""
) -> None:
    """Say of a candidate that they are absent, or take them in again, in the caller's transaction."""
    absent, again = Message("marked %(name)s (%(number)s) absent"), Message("took %(name)s (%(number)s) in again")
    candidate.status = status
    record(actor, row, candidate, absent if status == CandidateStatus.ABSENT else again, now, why)


def record(
    actor: Actor, row: AssessmentRow, candidate: CandidateRow, what: Message, now: datetime, why: str = ""
) -> None:
    """What was done to a candidate: on the assessment, where everybody looks, and on the candidate.

    `what` names the candidate as `name` and `number`.
    """
    what = Message(what.template, {**_named(candidate), **what.facts})
    history.record(actor, assessing.THING, row.id, what, now=now, why=why.strip())
    history.record(actor, "candidate", candidate.id, what, now=now, why=why.strip())


def _load(actor: Actor, assessment_id: int, candidate_id: int, *sides: Side) -> tuple[AssessmentRow, CandidateRow]:
    row = assessing.get_assessment(actor, assessment_id)
    assessing.require_side(actor, row, *sides)
    assessing.lock(row)  # against a mark sheet being submitted in the same moment
    return row, assessing.get_candidate(row, candidate_id)


def _until_verified(actor: Actor, row: AssessmentRow) -> tuple[AssessmentState, ...]:
    """The assessor may act until the mark sheet is submitted, the agency until it is verified."""
    agency = Side.AGENCY in assessing.sides_of(actor, row)
    return (AssessmentState.DRAWN, AssessmentState.SUBMITTED) if agency else (AssessmentState.DRAWN,)


def _require_state(row: AssessmentRow, *states: AssessmentState) -> None:
    if row.state not in states:
        raise assessing.moved_on()


def _require_reason(why: str) -> None:
    if len(why.strip()) < assessing.MIN_REASON:
        least = {"length": str(assessing.MIN_REASON)}
        raise Faulty(Message("Give a reason of at least %(length)s characters.", least))


def _named(candidate: CandidateRow) -> dict[str, str]:
    return {"name": candidate.trainee.person.name, "number": candidate.number}
