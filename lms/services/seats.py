"""The seats of an exam room: how each candidate is right now, and which of them need the invigilator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row as SqlRow
from sqlalchemy import Select, Subquery, and_, case, func, or_, select

from assessments.attempts import HandedInBy
from assessments.exam_time import ChangeKind
from lms.extensions import db
from lms.services.errors import Absent
from lms.services.late_counts import RoomCounts, counts_of
from lms.tables.admission import ExamCodeRow, WaitingContactRow
from lms.tables.assessing import AssessmentRow, CandidateRow, CandidateStatus
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.invigilation import AttemptContactRow, IntegrityEventRow, TakeoverRow, TimeChangeRow
from lms.tables.people import PersonRow, UserSessionRow
from lms.tables.room_log import IdentityCheckRow
from lms.tables.training import TraineeRow

SILENT_AFTER = timedelta(minutes=2)
MANY_WAITING = 10
FRESH = timedelta(minutes=10)
# A device tells every half minute; what it told longer ago than this is not believed of what is saved.
QUIET = timedelta(minutes=1)
# The device that was taken over from is heard once more: that is part of a take-over, and no second device.
HANDOVER = timedelta(minutes=2)
# What devices tell: this mode when their browser keeps nothing, these kinds when the page is left, or opened twice.
KEEPS_NOTHING = "keeps_nothing"
LEFT, SECOND_TAB, SECOND_DEVICE = "left", "second_tab", "second_device"


class SeatState(StrEnum):
    """How a candidate is."""

    EXPECTED = "expected"
    SIGNED_IN = "signed_in"
    PRESENT = "present"
    ABSENT = "absent"
    DISQUALIFIED = "disqualified"
    WORKING = "working"
    PAUSED = "paused"
    HANDED_IN = "handed_in"
    ENDED = "ended"
    OVER = "over"


class Trouble(StrEnum):
    """Why a candidate needs the invigilator, the most pressing first."""

    KEEPS_NOTHING = "keeps_nothing"
    SILENT = "silent"
    MANY_WAITING = "many_waiting"
    MISSING = "missing"
    UNDECIDED = "undecided"
    SECOND_DEVICE = "second_device"
    SECOND_TAB = "second_tab"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """All that the room's list says of one candidate.

    `handed_in_by` says who handed in (`HandedInBy`). `heard_at` is when a device of theirs was last heard of, in
    the exam or before it in the waiting room. `saved` are questions with an answer that counts,
    `waiting` answers still on the device as it told last, `missing` those that were handed in and have not come,
    `undecided` those that came too late for a person to decide. `given_seconds` were given during the exam, for
    `reasons`. `left`, `tabs` and `others` count what the device told: how often the page was left or opened in a second
    tab, how many devices that do not hold the exam opened it; `left_at`, `tabs_at` and `others_at` are when it told so
    last, and `taken_over_at` when a device went on by the invigilator's code. `stopped_at` is when the last pause
    began, `went_on_at` when the last one ended.
    """

    candidate_id: int
    number: str
    name: str
    room: str
    status: str
    extra_minutes: int
    is_identified: bool
    attempt_id: int | None
    started_at: datetime | None
    deadline_at: datetime | None
    submitted_at: datetime | None
    handed_in_by: str | None
    closed_at: datetime | None
    paused_at: datetime | None
    heard_at: datetime | None
    mode: str
    saved: int
    waiting: int
    missing: int
    given_seconds: int
    reasons: str
    left: int
    tabs: int
    others: int
    left_at: datetime | None
    tabs_at: datetime | None
    others_at: datetime | None
    taken_over_at: datetime | None
    stopped_at: datetime | None = None
    went_on_at: datetime | None = None
    undecided: int = 0

    def state(self, now: datetime) -> SeatState:
        """How the candidate is at a moment."""
        if self.status == CandidateStatus.DISQUALIFIED:
            return SeatState.DISQUALIFIED
        if self.started_at is None:
            return self._before
        if self.submitted_at is not None:
            return SeatState.ENDED if self.handed_in_by == HandedInBy.ROOM else SeatState.HANDED_IN
        if self.closed_at is not None or (self.paused_at is None and now >= self._deadline):
            return SeatState.OVER
        return SeatState.WORKING if self.paused_at is None else SeatState.PAUSED

    def may_have_time(self, now: datetime) -> bool:
        """Whether more time reaches them: not before the start, nor once they or the invigilator handed in."""
        if self.handed_in_by == HandedInBy.PAGE:
            return self.state(now) is SeatState.HANDED_IN
        return self.state(now) in {SeatState.WORKING, SeatState.PAUSED, SeatState.OVER}

    def time_left(self, now: datetime) -> timedelta | None:
        """The time left while there is any to count; while it stands still, what was left then."""
        if self.state(now) not in {SeatState.WORKING, SeatState.PAUSED}:
            return None
        return max(timedelta(), self._deadline - (self.paused_at or now))

    def ended_at(self, now: datetime) -> datetime | None:
        """When it ended: when it was handed in, else when the time was over; None while it goes on."""
        return self._deadline if self.state(now) is SeatState.OVER else self.submitted_at

    def silence(self, now: datetime) -> timedelta | None:
        """How long nothing was heard of a candidate who works; None while that says nothing."""
        if self.state(now) is not SeatState.WORKING or self.started_at is None:
            return None
        return now - max(self.started_at, self.heard_at or self.started_at)

    def troubles(self, now: datetime) -> tuple[Trouble, ...]:
        """Why this candidate needs the invigilator."""
        state, silence = self.state(now), self.silence(now)
        sits = state in {SeatState.WORKING, SeatState.PAUSED}
        found = {
            Trouble.KEEPS_NOTHING: sits and self.mode == KEEPS_NOTHING,
            Trouble.SILENT: silence is not None and silence >= SILENT_AFTER,
            Trouble.MANY_WAITING: sits and self.waiting >= MANY_WAITING,
            Trouble.MISSING: self.missing > 0,
            Trouble.UNDECIDED: self.undecided > 0,
            Trouble.SECOND_DEVICE: sits and not self._is_handed_over and _is_fresh(self.others_at, now),
            Trouble.SECOND_TAB: sits and _is_fresh(self.tabs_at, now),
            Trouble.LEFT: sits and not self._left_in_pause and _is_fresh(self.left_at, now),
        }
        return tuple(trouble for trouble in Trouble if found[trouble])

    def urgency(self, now: datetime) -> tuple[int, datetime]:
        """Who comes first: the most pressing trouble, then the longest silence."""
        order = list(Trouble)
        first = min((order.index(trouble) for trouble in self.troubles(now)), default=len(order))
        return first, self.heard_at or self.started_at or now

    @property
    def _is_handed_over(self) -> bool:
        """Whether the other devices that were told of belong to a take-over, which the invigilator knows of."""
        if self.others_at is None or self.taken_over_at is None:
            return False
        return self.others_at < self.taken_over_at + HANDOVER

    @property
    def _left_in_pause(self) -> bool:
        """Whether the page was left last while the time stood still, as all screens are where the power is cut."""
        if self.left_at is None or self.stopped_at is None or self.left_at < self.stopped_at:
            return False
        return self.went_on_at is None or self.went_on_at < self.stopped_at or self.left_at <= self.went_on_at

    @property
    def _before(self) -> SeatState:
        """How somebody is who has not started."""
        if self.status == CandidateStatus.ABSENT:
            return SeatState.ABSENT
        if self.is_identified:
            return SeatState.PRESENT
        return SeatState.EXPECTED if self.heard_at is None else SeatState.SIGNED_IN

    @property
    def _deadline(self) -> datetime:
        if self.deadline_at is None:
            raise ValueError("who has not started has no deadline")
        return self.deadline_at


def list_seats(row: AssessmentRow, now: datetime, *, is_counted: bool = False) -> Sequence[Seat]:
    """The seats of an assessment that was loaded through the person, by number; no more statements for more of them.

    `is_counted` counts everybody's saved answers, as what cannot be undone needs it.
    """
    counts = counts_of(row)
    return [_seat(line, counts) for line in db.session.execute(_seats(row.id, now, is_counted=is_counted))]


def get_seat(row: AssessmentRow, candidate_id: int, now: datetime) -> Seat:
    """One seat of an assessment that was loaded through the person; raises Absent."""
    query = _seats(row.id, now, is_counted=True).where(CandidateRow.id == candidate_id)
    line = db.session.execute(query).one_or_none()
    if line is None:
        raise Absent
    return _seat(line, counts_of(row))


def _is_fresh(told_at: datetime | None, now: datetime) -> bool:
    return told_at is not None and now - told_at < FRESH


def _seat(line: SqlRow[Any], counts: RoomCounts) -> Seat:
    told = {**line._mapping, "saved": counts.answered.get(line.attempt_id, line.saved)}
    return Seat(**told, undecided=counts.undecided.get(line.attempt_id, 0))


def _seats(assessment_id: int, now: datetime, *, is_counted: bool) -> Select[Any]:
    contact, given, told = AttemptContactRow, _given(assessment_id), _told(assessment_id)
    saved = _answers(func.count(AnswerEventRow.item.distinct()))
    # Counting the answers of a whole hall is work: while a candidate sits and the device is heard, the newest contact
    # tells their number. It is older than the answers that came just before the device fell silent or the time ended.
    told_saved = func.coalesce(contact.answered, saved)
    query = select(
        CandidateRow.id.label("candidate_id"),
        CandidateRow.number,
        PersonRow.name,
        CandidateRow.room,
        CandidateRow.status,
        CandidateRow.extra_minutes,
        func.coalesce(_is_identified(), False).label("is_identified"),
        AttemptRow.id.label("attempt_id"),
        AttemptRow.started_at,
        AttemptRow.deadline_at,
        AttemptRow.submitted_at,
        AttemptRow.handed_in_by,
        AttemptRow.closed_at,
        AttemptRow.paused_at,
        _heard_at().label("heard_at"),
        func.coalesce(contact.mode, "").label("mode"),
        (saved if is_counted else case((_is_quiet(now), saved), else_=told_saved)).label("saved"),
        _waiting().label("waiting"),
        _missing().label("missing"),
        func.coalesce(given.c.seconds, 0).label("given_seconds"),
        func.coalesce(given.c.reasons, "").label("reasons"),
        func.coalesce(told.c.left, 0).label("left"),
        func.coalesce(told.c.tabs, 0).label("tabs"),
        func.coalesce(told.c.others, 0).label("others"),
        told.c.left_at,
        told.c.tabs_at,
        told.c.others_at,
        _taken_over_at().label("taken_over_at"),
        given.c.stopped_at,
        given.c.went_on_at,
    )
    query = query.join(TraineeRow, TraineeRow.id == CandidateRow.trainee_id)
    query = query.join(PersonRow, PersonRow.id == TraineeRow.person_id)
    query = query.outerjoin(AttemptRow, AttemptRow.candidate_id == CandidateRow.id)
    query = query.outerjoin(contact, contact.attempt_id == AttemptRow.id)
    query = query.outerjoin(given, given.c.attempt_id == AttemptRow.id)
    query = query.outerjoin(told, told.c.attempt_id == AttemptRow.id)
    return query.where(CandidateRow.assessment_id == assessment_id).order_by(CandidateRow.number)


def _heard_at() -> Any:
    """A page without script tells nothing but its answers; before the exam, nothing but that it was signed in."""
    waits = select(WaitingContactRow.at).where(WaitingContactRow.candidate_id == CandidateRow.id)
    came = select(UserSessionRow.started_at).join(ExamCodeRow, ExamCodeRow.session_id == UserSessionRow.id)
    came = came.where(ExamCodeRow.candidate_id == CandidateRow.id)
    answered = _answers(func.max(AnswerEventRow.received_at))
    return func.coalesce(AttemptContactRow.at, answered, waits.scalar_subquery(), came.scalar_subquery())


def _is_quiet(now: datetime) -> Any:
    """Whether no device will tell how many answers there are: the sitting is over, or nothing was heard for long."""
    is_out_of_time = and_(AttemptRow.paused_at.is_(None), AttemptRow.deadline_at <= now)
    is_ended = or_(AttemptRow.submitted_at.is_not(None), AttemptRow.closed_at.is_not(None), is_out_of_time)
    return or_(is_ended, AttemptContactRow.at <= now - QUIET)


def _taken_over_at() -> Any:
    return select(func.max(TakeoverRow.used_at)).where(TakeoverRow.attempt_id == AttemptRow.id).scalar_subquery()


def _is_identified() -> Any:
    checks = select(IdentityCheckRow.is_confirmed).where(IdentityCheckRow.candidate_id == CandidateRow.id)
    return checks.order_by(IdentityCheckRow.number.desc()).limit(1).scalar_subquery()


def _answers(figure: Any) -> Any:
    return select(figure).where(AnswerEventRow.attempt_id == AttemptRow.id).scalar_subquery()


def _waiting() -> Any:
    """How many answers wait on the device: those that it told of, but for as many as have come from it since."""
    contact = AttemptContactRow
    came = select(func.count(AnswerEventRow.id)).where(
        AnswerEventRow.attempt_id == contact.attempt_id,
        AnswerEventRow.device == contact.device,
        AnswerEventRow.received_at > contact.at,
    )
    left = contact.waiting - came.correlate(contact).scalar_subquery()
    return case((and_(contact.waiting > 0, left > 0), left), else_=0)


def _missing() -> Any:
    """How many of the answers that were handed in have not come; asked of those only whose device said how many."""
    kept = select(func.count(AnswerEventRow.id)).where(
        AnswerEventRow.attempt_id == AttemptRow.id,
        AnswerEventRow.device == AttemptRow.last_device,
        AnswerEventRow.seq <= AttemptRow.last_seq,
    )
    return case((AttemptRow.last_seq > 0, AttemptRow.last_seq - kept.scalar_subquery()), else_=0)


def _given(assessment_id: int) -> Subquery:
    change = TimeChangeRow
    query = select(
        change.attempt_id,
        func.sum(change.seconds).label("seconds"),
        func.aggregate_strings(case((change.kind == ChangeKind.EXTRA, change.reason)), "; ").label("reasons"),
        func.max(case((change.kind == ChangeKind.PAUSE, change.at))).label("stopped_at"),
        func.max(case((change.kind == ChangeKind.RESUME, change.at))).label("went_on_at"),
    )
    return query.where(change.attempt_id.in_(_attempts(assessment_id))).group_by(change.attempt_id).subquery()


def _told(assessment_id: int) -> Subquery:
    event = IntegrityEventRow
    # A device that was told of may hold the exam by now.
    is_other = and_(event.kind == SECOND_DEVICE, event.device != AttemptRow.holder)
    query = select(
        event.attempt_id,
        func.count(case((event.kind == LEFT, 1))).label("left"),
        func.count(case((event.kind == SECOND_TAB, 1))).label("tabs"),
        func.count(case((is_other, event.device)).distinct()).label("others"),
        func.max(case((event.kind == LEFT, event.at))).label("left_at"),
        func.max(case((event.kind == SECOND_TAB, event.at))).label("tabs_at"),
        func.max(case((is_other, event.at))).label("others_at"),
    ).join(AttemptRow, AttemptRow.id == event.attempt_id)
    told_of = event.kind.in_((LEFT, SECOND_TAB, SECOND_DEVICE))
    query = query.where(told_of, event.attempt_id.in_(_attempts(assessment_id)))
    return query.group_by(event.attempt_id).subquery()


def _attempts(assessment_id: int) -> Select[tuple[int]]:
    entered = select(CandidateRow.id).where(CandidateRow.assessment_id == assessment_id)
    return select(AttemptRow.id).where(AttemptRow.candidate_id.in_(entered))
