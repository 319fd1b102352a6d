"""Answer sheets entered after an exam on paper: typed by one or two persons, then kept as answers like all others.

It never reaches a key.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload, selectinload

from assessments.answer_sheets import MarkFault, differences, place_of, read_marks
from assessments.attempts import HandedInBy
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.records.delivery import NO_CHOICE, ShownItem, shown_items
from lms.services import assessing, delivery, history, sittings
from lms.services.answer_log import payload_hash
from lms.services.assessing import MIN_REASON, Side
from lms.services.desks import ON_PAPER
from lms.services.errors import Conflict, Faulty
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, CandidateStatus, PaperRow
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.paper import TAKEN_BACK, PaperDayRow, PaperEntryRow
from lms.tables.training import TraineeRow

PAPER_DEVICE = "paper"
LONGEST_REFERENCE = 80
# What the history says of a sheet: where it was given a reference, and where not.
_CHANGED = (
    Message("changed the recorded answers of %(number)s after the answer sheet (%(reference)s)"),
    Message("changed the recorded answers of %(number)s after the answer sheet"),
)
_RECORDED = (
    Message("recorded the answers of %(number)s from the answer sheet (%(reference)s)"),
    Message("recorded the answers of %(number)s from the answer sheet"),
)
_ENTERED = (
    Message("entered the answer sheet of %(number)s (%(reference)s); another person enters it too"),
    Message("entered the answer sheet of %(number)s; another person enters it too"),
)
_BEFORE_DRAW = {AssessmentState.PROPOSED, AssessmentState.DECLINED, AssessmentState.ACCEPTED}


class SheetState(StrEnum):
    """Where a candidate's answer sheet stands."""

    AWAITED = "awaited"
    ONCE = "once"
    DIFFERS = "differs"
    RECORDED = "recorded"
    CHANGING = "changing"
    ON_SCREEN = "on_screen"
    ABSENT = "absent"
    DISQUALIFIED = "disqualified"


class FaultyMarks(Faulty):
    """What was typed for some questions cannot be read; nothing is kept. `faults` say which and what would be right."""

    def __init__(self, faults: Sequence[MarkFault]) -> None:
        super().__init__(Message("Nothing is saved yet: some questions have to be looked at again."))
        self.faults = tuple(faults)


class ReasonMissing(Faulty):
    """Recorded answers are changed only with a reason."""

    def __init__(self) -> None:
        super().__init__(Message("Give a reason of at least %(length)s characters.", {"length": str(MIN_REASON)}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One candidate's answer sheet with what is entered of it and not taken back; of each person the newest entry."""

    candidate: CandidateRow
    paper: PaperRow
    entries: tuple[PaperEntryRow, ...]
    attempt: AttemptRow | None
    recorded: PaperEntryRow | None

    @property
    def items(self) -> tuple[ShownItem, ...]:
        """The items of the paper in the order in which they are printed."""
        return shown_items(self.paper.face)

    @property
    def newest(self) -> PaperEntryRow | None:
        """What was entered last, by whomever."""
        return max(self.entries, key=lambda entry: entry.number, default=None)

    @property
    def began_on_screen(self) -> bool:
        """Whether the exam was begun on a screen: what is on paper was written after that, and stands beside it."""
        return self.attempt is not None and self.attempt.holder != ON_PAPER

    @property
    def state(self) -> SheetState:
        """Where the sheet stands."""
        if self.began_on_screen and not self.entries:
            return SheetState.ON_SCREEN
        if self.recorded is not None:
            newest = self.newest or self.recorded
            return SheetState.RECORDED if newest.answers == self.recorded.answers else SheetState.CHANGING
        if self.candidate.status != CandidateStatus.ENTERED:
            return SheetState(self.candidate.status)
        if not self.entries:
            return SheetState.AWAITED
        return SheetState.ONCE if len(self.entries) == 1 else SheetState.DIFFERS

    def awaits(self, person_id: int) -> bool:
        """Whether the sheet waits for this person's entry: nobody's yet, or only one by another."""
        return self.state is SheetState.AWAITED or (self.state is SheetState.ONCE and self.own(person_id) is None)

    def own(self, person_id: int) -> PaperEntryRow | None:
        """What a person entered last."""
        return next((entry for entry in self.entries if entry.entered_by == person_id), None)

    def differing(self, person_id: int) -> tuple[tuple[int, str, str, str], ...]:
        """Where others' entries differ from a person's own: number, own sign, theirs, who. Blind before one's own."""
        own = self.own(person_id)
        if own is None:
            return ()
        others = [entry for entry in self.entries if entry.entered_by != person_id]
        return tuple(
            (number, own.answers[number - 1], other.answers[number - 1], other.person.name)
            for other in others
            for number in differences(own.answers, other.answers)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """An answer sheet as somebody typed it: a sign a question, where it is kept, and why where it changes answers."""

    answers: str
    reference: str = ""
    reason: str = ""


def get_day(actor: Actor, assessment_id: int) -> tuple[AssessmentRow, list[Desk]]:
    """An assessment with the answer sheets of all who have a paper, in order; for its agency and named assessors."""
    row = _load(actor, assessment_id)
    return row, desks_of(row)


def get_desk(actor: Actor, assessment_id: int, candidate_id: int) -> tuple[AssessmentRow, Desk]:
    """One candidate's answer sheet; raises Absent, and Conflict where the candidate has no paper."""
    row = _load(actor, assessment_id)
    candidate = assessing.get_candidate(row, candidate_id)
    return row, _desk(row, candidate)


def next_desk(desks: Sequence[Desk], after: int, person_id: int) -> Desk | None:
    """The sheet that a person enters next: from a candidate on, round the list; None where nothing waits for them."""
    place = next((place for place, desk in enumerate(desks, 1) if desk.candidate.id == after), 0)
    return next((desk for desk in [*desks[place:], *desks[:place]] if desk.awaits(person_id)), None)


def is_double(row: AssessmentRow) -> bool:
    """Whether two persons enter each sheet; so it is unless the agency said otherwise."""
    day = db.session.scalar(select(PaperDayRow).filter_by(assessment_id=row.id))
    return day is None or day.is_double


def is_open(row: AssessmentRow, now: datetime) -> bool:
    """Whether answer sheets can be entered: from the day's beginning until the mark sheet is submitted."""
    return row.state == AssessmentState.DRAWN and now >= row.opens_at


def set_double(actor: Actor, assessment_id: int, wanted: bool, *, now: datetime) -> None:
    """Say whether two persons enter each sheet, for the agency; what is entered already stays as it is."""
    row = assessing.lock(_load(actor, assessment_id))
    assessing.require_side(actor, row, Side.AGENCY)
    if is_double(row) == wanted:
        return
    day = db.session.scalar(select(PaperDayRow).filter_by(assessment_id=row.id))
    if day is None:
        db.session.add(PaperDayRow(assessment_id=row.id, is_double=wanted))
    else:
        day.is_double = wanted
    two, one = (
        Message("set answer sheets to be entered by two persons"),
        Message("set answer sheets to be entered once"),
    )
    history.record(actor, assessing.THING, row.id, two if wanted else one, now=now)
    db.session.commit()


def enter(
    actor: Actor,
    assessment_id: int,
    candidate_id: int,
    typed: Mapping[int, str],
    *,
    reference: str = "",
    reason: str = "",
    now: datetime,
) -> SheetState:
    """Keep an answer sheet as the actor typed it; returns where it stands then. The same again changes nothing.

    Raises FaultyMarks, ReasonMissing, and Conflict for a candidate whose sheet cannot be entered, with why.
    """
    row = open_day(actor, assessment_id, now)
    desk = _desk(row, assessing.get_candidate(row, candidate_id))
    read = read_marks(typed, [len(item.options) for item in desk.items])
    if read.faults:
        raise FaultyMarks(read.faults)
    sheet = Sheet(answers=read.answers, reference=reference.strip()[:LONGEST_REFERENCE], reason=reason.strip())
    keep(actor, row, desk, sheet, now=now, twice=is_double(row))
    commit()
    return _desk(row, desk.candidate).state


def open_day(actor: Actor, assessment_id: int, now: datetime) -> AssessmentRow:
    """The assessment, held where it stands, when answer sheets can be entered; raises Conflict with why not."""
    assessing.lock(assessing.get_assessment(actor, assessment_id))
    row = _load(actor, assessment_id)  # as it is held: a candidate may have been marked absent in this moment
    if row.state in _BEFORE_DRAW:
        raise Conflict(Message("The papers are not drawn yet, so there are no answer sheets."))
    if row.state != AssessmentState.DRAWN:
        raise Conflict(Message("The mark sheet is submitted. Answer sheets can be entered again if it is sent back."))
    if now < row.opens_at:
        raise Conflict(Message("The exam has not begun. Answer sheets are entered after it."))
    return row


def keep(actor: Actor, row: AssessmentRow, desk: Desk, sheet: Sheet, *, now: datetime, twice: bool) -> bool:
    """Keep one sheet, in the caller's transaction, and record its answers when nothing is waited for any more.

    False where the actor entered just this before, and it changes nothing.
    """
    refusal = refusal_of(desk, now)
    if refusal is not None:
        raise Conflict(refusal)
    own, recorded = desk.own(actor.person_id), desk.recorded
    others = [entry.answers for entry in desk.entries if entry.entered_by != actor.person_id]
    settles = not twice or sheet.answers in others
    is_recorded = recorded is not None and recorded.answers == sheet.answers
    if own is not None and own.answers == sheet.answers and (is_recorded or not settles):
        return False
    if (recorded or desk.began_on_screen) and not is_recorded and len(sheet.reason) < MIN_REASON:
        raise ReasonMissing
    attempt = _record(row, desk, sheet.answers, now) if settles else None
    db.session.add(
        PaperEntryRow(
            candidate_id=desk.candidate.id,
            number=_last_number(desk.candidate.id) + 1,
            answers=sheet.answers,
            reference=sheet.reference,
            reason=sheet.reason,
            entered_by=actor.person_id,
            entered_at=now,
            attempt_id=attempt.id if attempt else None,
        )
    )
    _tell(actor, desk, sheet, settles, now)
    return True


def refusal_of(desk: Desk, now: datetime) -> Message | None:
    """Why no answer sheet can be entered for a candidate; None where it can."""
    name = {"name": desk.candidate.trainee.person.name}
    if desk.attempt is not None and desk.began_on_screen and not delivery.is_over(desk.attempt, now):
        return Message("%(name)s sits this exam on a screen. If it went on on paper, end it in the exam room.", name)
    if desk.candidate.status == CandidateStatus.ABSENT:
        return Message("%(name)s is marked absent. If the paper was written, undo that first.", name)
    if desk.candidate.status == CandidateStatus.DISQUALIFIED:
        return Message("%(name)s is disqualified, so no answer sheet is entered.", name)
    return None


def desks_of(row: AssessmentRow, only: Collection[int] | None = None) -> list[Desk]:
    """The answer sheets of an assessment in order of candidate numbers, or of some; a fixed number of queries."""
    candidates = [one for one in row.candidates if only is None or one.id in only]
    numbers = [candidate.id for candidate in candidates]
    papers = {paper.candidate_id: paper for paper in db.session.scalars(_of(PaperRow, numbers))}
    attempts = {one.candidate_id: one for one in db.session.scalars(_of(AttemptRow, numbers))}
    entries: dict[int, list[PaperEntryRow]] = defaultdict(list)
    for entry in db.session.scalars(_of(PaperEntryRow, numbers).order_by(PaperEntryRow.number)):
        if entry.answers == TAKEN_BACK:
            entries[entry.candidate_id].clear()
        else:
            entries[entry.candidate_id].append(entry)
    return [
        Desk(
            candidate=candidate,
            paper=papers[candidate.id],
            entries=tuple({entry.entered_by: entry for entry in entries[candidate.id]}.values()),
            attempt=attempts.get(candidate.id),
            recorded=next((entry for entry in reversed(entries[candidate.id]) if entry.attempt_id), None),
        )
        for candidate in candidates
        if candidate.id in papers
    ]


def _load(actor: Actor, assessment_id: int) -> AssessmentRow:
    row = assessing.get_assessment(actor, assessment_id)
    assessing.require_side(actor, row, Side.AGENCY, Side.ASSESSOR)
    query = select(AssessmentRow).filter_by(id=row.id).execution_options(populate_existing=True)
    people = selectinload(AssessmentRow.candidates).joinedload(CandidateRow.trainee).joinedload(TraineeRow.person)
    return db.session.scalars(query.options(people, joinedload(AssessmentRow.pack_version))).one()


def _desk(row: AssessmentRow, candidate: CandidateRow) -> Desk:
    found = desks_of(row, {candidate.id})
    if not found:
        raise Conflict(Message("There is no theory paper for this candidate, so there is no answer sheet."))
    return found[0]


def _of(table, candidates: Sequence[int]):  # type: ignore[no-untyped-def]
    return select(table).where(table.candidate_id.in_(candidates))


def _last_number(candidate_id: int) -> int:
    query = select(PaperEntryRow.number).filter_by(candidate_id=candidate_id).order_by(PaperEntryRow.number.desc())
    return db.session.scalar(query.limit(1)) or 0


def _record(row: AssessmentRow, desk: Desk, answers: str, now: datetime) -> AttemptRow:
    """Add the answers as events of the device `paper`: those that are not there already.

    The attempt ends at the moment of recording: a sheet has no clock of its own, the invigilator had. What goes on from
    a screen is late, and a person decides on it; what is left open stands as on the screen.
    """
    attempt = desk.attempt
    if attempt is None:
        attempt = AttemptRow(candidate_id=desk.candidate.id, paper_id=desk.paper.id, started_at=row.opens_at)
        db.session.add(attempt)
    if not desk.began_on_screen:
        attempt.deadline_at = attempt.submitted_at = now
        attempt.handed_in_by = HandedInBy.CANDIDATE
        attempt.holder = ON_PAPER
    db.session.flush()
    kept = select(AnswerEventRow).filter_by(attempt_id=attempt.id, device=PAPER_DEVICE).order_by(AnswerEventRow.seq)
    events = db.session.scalars(kept).all()
    counting = {event.item: event.choice for event in events}
    on_screen: Mapping[str, str] = {}
    if counting and desk.began_on_screen:  # where the paper said something before, what is left open now stands anew
        on_screen = sittings.answers_without(delivery.sitting_of(attempt), PAPER_DEVICE)
    seq = max((event.seq for event in events), default=0)
    for item, sign in zip(desk.items, answers, strict=True):
        place = place_of(sign)
        before = counting.get(item.item)
        choice = on_screen.get(item.item, NO_CHOICE) if place is None else item.options[place - 1].id
        if choice != (before or NO_CHOICE) and not (before is None and place is None):
            seq += 1
            names = {"item": item.item, "choice": choice, "payload_hash": payload_hash(item.item, choice)}
            names |= {"received_at": now, "device": PAPER_DEVICE, "seq": seq, "epoch": attempt.epoch}
            db.session.add(AnswerEventRow(attempt_id=attempt.id, **names))
    return attempt


def _tell(actor: Actor, desk: Desk, sheet: Sheet, settles: bool, now: datetime) -> None:
    facts = {"number": desk.candidate.number}
    if sheet.reference:
        facts["reference"] = sheet.reference
    if settles and desk.recorded is not None:
        named, plain = _CHANGED
    else:
        named, plain = _RECORDED if settles else _ENTERED
    done = Message((named if sheet.reference else plain).template, facts)
    history.record(actor, "candidate", desk.candidate.id, done, now=now, why=sheet.reason)
    if settles:
        history.record(actor, assessing.THING, desk.candidate.assessment_id, done, now=now, why=sheet.reason)


def commit() -> None:
    """Commit; of two who enter at one moment the second is told so, with Conflict."""
    try:
        db.session.commit()
    except IntegrityError as fault:
        db.session.rollback()
        raise Conflict(
            Message("Somebody entered this at the same moment. Look at it again; nothing was lost.")
        ) from fault
