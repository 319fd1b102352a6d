"""Appeals against results: asked for by the candidate, and where each stands until it is answered."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.exc import IntegrityError

from assessments.appeals import AppealCheck, AppealClock, appeal_clock, may_appeal
from assessments.decisions import Outcome
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services import assessing, history
from lms.services.assessing import Side
from lms.services.days import day_of, end_of
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.services.progress import Step
from lms.services.reasons import checked_reason
from lms.services.results import ResultSheet, get_sheet
from lms.services.waiting import Waiting
from lms.tables.appeals import AppealRow
from lms.tables.assessing import AssessmentRow, CandidateRow
from lms.tables.marking import ResultRow
from lms.tables.people import Role

THING = "appeal"


class StepKind(StrEnum):
    """What is done to an appeal."""

    ANSWERED = "answered"
    PROPOSED = "proposed"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    NOT_UPHELD = "not_upheld"


class AppealState(StrEnum):
    """Where an appeal stands."""

    WITH_AGENCY = "with_agency"
    WITH_COUNCIL = "with_council"
    PROPOSED = "proposed"
    UPHELD = "upheld"
    NOT_UPHELD = "not_upheld"


_AFTER = {
    StepKind.ANSWERED: AppealState.WITH_COUNCIL,
    StepKind.PROPOSED: AppealState.PROPOSED,
    StepKind.RETURNED: AppealState.WITH_COUNCIL,
    StepKind.CONFIRMED: AppealState.UPHELD,
    StepKind.NOT_UPHELD: AppealState.NOT_UPHELD,
}
CLOSED = frozenset({AppealState.UPHELD, AppealState.NOT_UPHELD})


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealSheet:
    """An appeal, where it stands and until when, and what the actor may do."""

    row: AppealRow
    state: AppealState
    clock: AppealClock
    refs: tuple[str, ...]
    is_turn: bool
    is_own_proposal: bool

    @property
    def candidate(self) -> CandidateRow:
        """Whose appeal it is."""
        return self.row.result.candidate

    @property
    def findings(self) -> Mapping[str, str]:
        """What the agency found, by what it checked; empty before its answer."""
        answered = next((step for step in self.row.steps if step.kind == StepKind.ANSWERED), None)
        return json.loads(answered.detail) if answered else {}

    @property
    def due(self) -> datetime | None:
        """When the answer that it waits for is due; None once it is answered."""
        if self.state in CLOSED:
            return None
        day = self.clock.agency_by if self.state is AppealState.WITH_AGENCY else self.clock.council_by
        return end_of(day) - timedelta(minutes=1)

    @property
    def steps(self) -> list[Step]:
        """Asked, checked, decided, for the stepper."""
        decided = {AppealState.UPHELD: "done", AppealState.NOT_UPHELD: "failed"}
        return [
            Step(word=Message("Asked"), state="done"),
            Step(word=Message("Checked"), state="now" if self.state is AppealState.WITH_AGENCY else "done"),
            Step(
                word=Message("Decided"),
                state=decided.get(self.state, "todo" if self.state is AppealState.WITH_AGENCY else "now"),
            ),
        ]


def check_appeal(sheet: ResultSheet, now: datetime) -> AppealCheck | None:
    """Whether the candidate of a result page may appeal today; None while nothing is released."""
    if sheet.row is None or sheet.released_at is None:
        return None
    seen_since = max(sheet.released_at, sheet.row.decided_at)
    return may_appeal(sheet.scheme, Outcome(sheet.row.outcome), day_of(seen_since), day_of(now))


def ask(actor: Actor, candidate_id: int, *, reason: str, refs: Collection[str], now: datetime) -> AppealRow:
    """Ask that one's own released result be checked again; asked already, nothing happens.

    Raises Conflict with the reason why not, and Faulty for a criterion that the scheme does not assess.
    """
    sheet = get_sheet(actor, candidate_id)
    if not sheet.is_own:
        raise NotAllowed(Message("Only the candidate can appeal."))
    check = check_appeal(sheet, now)
    if check is None or sheet.row is None:
        raise Conflict(Message("The result is not released yet."))
    if (asked := find_appeal(sheet.row.id)) is not None:
        return asked
    if not check.allowed:
        raise Conflict(check.reasons[0])
    known = {cell.ref for cell in sheet.scheme.cells()}
    if unknown := sorted(set(refs) - known):
        raise Faulty(Message("%(ref)s is not assessed here.", {"ref": unknown[0][:40]}))
    row = AppealRow(
        result_id=sheet.row.id,
        reason=checked_reason(reason),
        refs=json.dumps([ref for ref in dict.fromkeys(cell.ref for cell in sheet.scheme.cells()) if ref in set(refs)]),
        by_id=actor.person_id,
        asked_at=now,
    )
    db.session.add(row)
    result_id = sheet.row.id
    try:
        db.session.flush()
    except IntegrityError:  # clicked twice at the same time
        db.session.rollback()
        return db.session.scalars(select(AppealRow).filter_by(result_id=result_id)).one()
    record(actor, row, Message("appealed against the result"), row.reason, now)
    db.session.commit()
    return row


def get_appeal(actor: Actor, appeal_id: int) -> AppealRow:
    """An appeal that the actor's agency or council answers; raises Absent."""
    row = db.session.scalar(_visible(actor).where(AppealRow.id == appeal_id))
    if row is None:
        raise Absent
    return row


def find_appeal(result_id: int) -> AppealRow | None:
    """The appeal against a result that was loaded through the person."""
    return db.session.scalar(select(AppealRow).filter_by(result_id=result_id))


def list_of_candidate(candidate_id: int) -> Sequence[AppealRow]:
    """The appeals of a candidate who was loaded through the person, the newest first."""
    query = select(AppealRow).join(ResultRow, ResultRow.id == AppealRow.result_id)
    rows = query.where(ResultRow.candidate_id == candidate_id).order_by(AppealRow.id.desc())
    return db.session.scalars(rows).unique().all()


def list_appeals(actor: Actor) -> Sequence[AppealSheet]:
    """The appeals that the actor's organisation answers: those that wait for it first, the soonest due before."""
    rows = db.session.scalars(_visible(actor).order_by(AppealRow.asked_at, AppealRow.id)).unique()
    sheets = [sheet_of(actor, row) for row in rows]
    return sorted(sheets, key=lambda sheet: (not sheet.is_turn, sheet.state in CLOSED))


def sheet_of(actor: Actor, row: AppealRow) -> AppealSheet:
    """Where an appeal stands, and whether it waits for the actor."""
    state = state_of(row)
    sides = assessing.sides_of(actor, row.result.candidate.assessment)
    own = state is AppealState.PROPOSED and row.steps[-1].by_id == actor.person_id
    turns = {
        AppealState.WITH_AGENCY: Side.AGENCY in sides,
        AppealState.WITH_COUNCIL: Side.COUNCIL in sides,
        AppealState.PROPOSED: Side.COUNCIL in sides and not own,
    }
    return AppealSheet(
        row=row,
        state=state,
        clock=appeal_clock(day_of(row.asked_at)),
        refs=tuple(json.loads(row.refs)),
        is_turn=turns.get(state, False),
        is_own_proposal=own,
    )


def state_of(row: AppealRow) -> AppealState:
    """Where an appeal stands: its last step says."""
    return _AFTER[StepKind(row.steps[-1].kind)] if row.steps else AppealState.WITH_AGENCY


def waiting(actor: Actor, now: datetime) -> list[Waiting]:  # noqa: ARG001 -- every area's teller is asked the same way
    """The appeals that wait for the actor's answer, each with its clock."""
    if not actor.organisations(Role.AGENCY_STAFF, Role.COUNCIL_STAFF):
        return []
    buttons = {
        AppealState.WITH_AGENCY: Message("Check and answer"),
        AppealState.WITH_COUNCIL: Message("Decide the appeal"),
        AppealState.PROPOSED: Message("Confirm or send back"),
    }
    return [
        Waiting(
            title=Message("Appeal of %(name)s", {"name": sheet.candidate.trainee.person.name}),
            endpoint="appeals.show",
            values={"appeal_id": sheet.row.id},
            button=buttons[sheet.state],
            detail=Message("Assessment %(code)s", {"code": sheet.candidate.assessment.code}),
            due=sheet.due,
        )
        for sheet in list_appeals(actor)
        if sheet.is_turn
    ]


def record(actor: Actor, row: AppealRow, done: Message, why: str, now: datetime) -> None:
    """Tell the histories of the appeal and of its candidate."""
    history.record(actor, THING, row.id, done, now=now, why=why)
    history.record(actor, "candidate", row.result.candidate_id, done, now=now, why=why)


def _visible(actor: Actor) -> Select[AppealRow]:
    return (
        select(AppealRow)
        .join(ResultRow, ResultRow.id == AppealRow.result_id)
        .join(CandidateRow, CandidateRow.id == ResultRow.candidate_id)
        .join(AssessmentRow, AssessmentRow.id == CandidateRow.assessment_id)
        .where(_answered_by(actor))
    )


def _answered_by(actor: Actor) -> ColumnElement[bool]:
    return or_(
        AssessmentRow.agency_id.in_(actor.organisations(Role.AGENCY_STAFF)),
        AssessmentRow.council_id.in_(actor.organisations(Role.COUNCIL_STAFF)),
    )
