"""Mock exams: the real blueprint drawn from practice items, sat by the rules of `sittings`. It never reaches a key."""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager, joinedload

from assessments.attempts import HandedInBy
from assessments.bank import bank_of, shortages_of, strata_of
from assessments.blueprint import ExamBlueprint, blueprint_of, nodes_of
from assessments.choices import assessed_units, choice_faults
from assessments.errors import AssessmentError, NotEnoughItems
from assessments.exam_time import deadline_of
from assessments.model import AssessmentScheme, MarksStatus, unit_of
from assessments.papers import DrawRequest, Paper, draw, paper_json
from assessments.words import Message
from curriculum.documents import canonical_json
from curriculum.model import QualificationPack
from lms.extensions import begin_reading, db
from lms.permissions import Actor
from lms.records.content import pack_of, scheme_of
from lms.records.delivery import asked_items
from lms.records.learning import practice_items_of
from lms.records.papers import paper_face, paper_of
from lms.records.schemes import newest_published
from lms.services import answer_log, sittings
from lms.services.answer_log import Receipt
from lms.services.desks import Desk, kept_desk, require_active
from lms.services.entries import choice_of
from lms.services.errors import Absent, Conflict
from lms.services.learning import without_certificate
from lms.services.sittings import HandedIn, Log, Sitting
from lms.services.waiting import Waiting
from lms.tables.assessing import CandidateRow
from lms.tables.content import PackVersionRow, SchemeVersionRow
from lms.tables.mocks import MockAnswerEventRow, MockExamRow
from lms.tables.people import Role
from lms.tables.training import BatchRow, TraineeRow, TraineeState
from question_bank.model import ItemFace, ItemUse

BETWEEN = timedelta(days=7)  # from one mock exam to the next that is proposed; there can be more
LOG = Log(table=MockAnswerEventRow, column="mock_exam_id", receipts=b"mock answer receipts", sittings=MockExamRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """A node for which there are fewer practice items than a paper of the blueprint takes."""

    ref: str
    needed: int
    available: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MockPlan:
    """A mock exam as this trainee would sit it now: the scheme, their units, the blueprint, and what stands against it.

    `faults` say why their choice of units cannot be assessed; `lacking` names every node with too few practice items.
    `running` is the one that is not over; `taken` are those that are, newest first.
    """

    pack_row: PackVersionRow
    scheme_row: SchemeVersionRow
    chosen: tuple[str, ...]
    units: tuple[str, ...]
    blueprint: ExamBlueprint
    minutes: int
    faces: Mapping[str, ItemFace]
    faults: tuple[Message, ...]
    lacking: tuple[Lacking, ...]
    running: MockExamRow | None
    taken: tuple[MockExamRow, ...]

    @property
    def pack(self) -> QualificationPack:
        """The pack, whole."""
        return pack_of(self.pack_row)

    @property
    def scheme(self) -> AssessmentScheme:
        """The scheme that assesses the pack, whole."""
        return scheme_of(self.scheme_row)

    @property
    def may_start(self) -> bool:
        """Whether a paper can be drawn."""
        return not self.faults and not self.lacking


@dataclass(frozen=True, slots=True, kw_only=True)
class MockOffer:
    """That a pack has a mock exam for this trainee: the one that runs, if one does."""

    pack_row: PackVersionRow
    running: MockExamRow | None


class TooFewItems(Conflict):
    """The practice items do not make a paper; the words name the criteria."""

    def __init__(self, refs: Sequence[str]) -> None:
        super().__init__(
            Message(
                "There are not enough practice questions for a mock exam yet. Too few: %(criteria)s.",
                {"criteria": _by_unit(refs)},
            )
        )


def get_plan(actor: Actor, pack_version_id: int, now: datetime) -> MockPlan:
    """The mock exam of a pack that the actor is trained for; raises Absent, also where its theory is not examined."""
    trainee = db.session.scalar(_enrolments(actor).where(BatchRow.pack_version_id == pack_version_id).limit(1))
    scheme_row = _scheme_row(pack_version_id) if trainee else None
    if trainee is None or scheme_row is None:
        raise Absent
    scheme, pack = scheme_of(scheme_row), pack_of(trainee.batch.pack_version)
    chosen = choice_of(trainee, scheme)
    units = assessed_units(scheme, chosen)
    blueprint = blueprint_of(scheme, units=frozenset(units))
    faces = {item.face.id: item.face for item in practice_items_of(pack.units)}
    mine = _own(actor).filter_by(pack_version_id=pack_version_id).order_by(MockExamRow.number.desc())
    rows = db.session.scalars(mine).all()
    over = tuple(row for row in rows if is_over(row, now))
    return MockPlan(
        pack_row=trainee.batch.pack_version,
        scheme_row=scheme_row,
        chosen=chosen,
        units=units,
        blueprint=blueprint,
        minutes=scheme.theory.minutes + _extra_minutes(trainee),
        faces=faces,
        faults=tuple(choice_faults(scheme, chosen)),
        lacking=_lacking(blueprint, faces, pack),
        running=next((row for row in rows if row not in over), None),
        taken=over,
    )


def find_offer(actor: Actor, pack_version_id: int) -> MockOffer | None:
    """Whether a pack has a mock exam for this trainee; None for whom it has none."""
    return _offer(actor, _enrolments(actor).where(BatchRow.pack_version_id == pack_version_id))


def is_due(actor: Actor, pack_version_id: int, now: datetime) -> bool:
    """Whether a mock exam of a pack can be begun, and none was begun in the last days."""
    begun = select(MockExamRow.started_at).filter_by(person_id=actor.person_id, pack_version_id=pack_version_id)
    last = db.session.scalar(begun.order_by(MockExamRow.number.desc()).limit(1))
    if last is not None and last > now - BETWEEN:
        return False
    try:
        return get_plan(actor, pack_version_id, now).may_start
    except Absent:
        return False


def start(actor: Actor, pack_version_id: int, *, now: datetime, seed: bytes | None = None) -> MockExamRow:
    """Draw a paper and start its clock; while one is not over it is that one, whatever is clicked how often.

    Raises Conflict where the trainee's choice of units cannot be assessed, and TooFewItems. `seed` is given only where
    the paper must be the same each time, as in tests.
    """
    plan = get_plan(actor, pack_version_id, now)
    if plan.running is not None:
        return plan.running
    if plan.faults:
        facts = {"reason": plan.faults[0]}
        raise Conflict(
            Message("Your choice of units is not complete yet: %(reason)s. Ask your training centre.", facts)
        )
    for row in plan.taken:
        sittings.close_if_late(row, sitting_of(row).clock, now)
    row = _row(actor, plan, seed or secrets.token_bytes(32), now)
    db.session.add(row)
    try:
        db.session.commit()
    except IntegrityError:  # another click was faster
        db.session.rollback()
        running = get_plan(actor, pack_version_id, now).running
        if running is None:
            raise
        return running
    return row


def get_own_mock(actor: Actor, mock_id: int) -> MockExamRow:
    """A mock exam of the actor's own; raises Absent."""
    row = db.session.scalar(_own(actor).where(MockExamRow.id == mock_id))
    if row is None:
        raise Absent
    return row


def sitting_of(row: MockExamRow) -> Sitting:
    """A mock exam as the rules of sitting a paper take it."""
    return Sitting(row=row, face=row.face, rules=scheme_of(row.scheme_version).theory, log=LOG)


def is_over(row: MockExamRow, now: datetime) -> bool:
    """Whether nothing can be answered any more."""
    return sittings.is_over(row, scheme_of(row.scheme_version).theory, now)


def get_desk(person_id: int, mock_id: int) -> Desk:
    """What never changes of a person's own mock exam, kept once read; raises Absent."""
    desk = kept_desk(LOG, mock_id, _read_desk)
    if desk.person_id != person_id:
        raise Absent
    return desk


def save_answer(
    actor: Actor, mock_id: int, *, device: str, seq: int | None, number: int, place: int | None, now: datetime
) -> Receipt:
    """Add one answer event and return its receipt; the rules are those of `answer_log.save_answer`."""
    desk = get_desk(actor.person_id, mock_id)
    return answer_log.save_answer(desk, device=device, seq=seq, number=number, place=place, now=now)


def submit(
    actor: Actor,
    mock_id: int,
    *,
    device: str = "",
    last_seq: int = 0,
    by: HandedInBy = HandedInBy.CANDIDATE,
    now: datetime,
) -> HandedIn:
    """Hand the paper in. Again, or after the time: nothing happens. Raises NotAllowed for a suspended person."""
    row = get_own_mock(actor, mock_id)
    require_active(actor.person_id)
    rules = scheme_of(row.scheme_version).theory
    handed_in = sittings.hand_in(row, rules, LOG, now, device=device, last_seq=last_seq, by=by)
    db.session.commit()
    return handed_in


def close_expired(*, now: datetime) -> int:
    """Close mock exams whose time with its grace is over, counting what was saved; returns how many."""
    late = select(MockExamRow).options(joinedload(MockExamRow.scheme_version))
    rows = db.session.scalars(late.where(sittings.may_be_late(MockExamRow, now)).order_by(MockExamRow.id)).all()
    closed = sum(sittings.close_if_late(row, sitting_of(row).clock, now) for row in rows)
    db.session.commit()
    return closed


def waiting(actor: Actor, now: datetime) -> list[Waiting]:
    """A mock exam that runs, with its clock. When to begin one is told by `next_step`."""
    offer = _offer(actor, _enrolments(actor).where(without_certificate())) if actor.has(Role.TRAINEE) else None
    if offer is None or offer.running is None or is_over(offer.running, now):
        return []
    return [
        Waiting(
            title=Message("Your mock exam for %(pack)s is running", {"pack": offer.pack_row.title}),
            detail=Message("Mock exam: does not count"),
            endpoint="mock.show_paper",
            values={"mock_id": offer.running.id},
            button=Message("Back to the mock exam"),
            due=offer.running.deadline_at,
        )
    ]


def _read_desk(mock_id: int) -> Desk:
    begin_reading()
    row = db.session.scalar(
        select(MockExamRow).options(joinedload(MockExamRow.scheme_version)).where(MockExamRow.id == mock_id)
    )
    if row is None:
        raise Absent
    return Desk(
        id=mock_id, person_id=row.person_id, items=asked_items(row.content), rules=sitting_of(row).rules, log=LOG
    )


def _enrolments(actor: Actor) -> Select[tuple[TraineeRow]]:
    """The actor's enrolments that go on, the newest batch first, each with its pack version."""
    batch = contains_eager(TraineeRow.batch).options(joinedload(BatchRow.pack_version))
    query = select(TraineeRow).join(TraineeRow.batch).options(batch)
    query = query.where(TraineeRow.person_id == actor.person_id, TraineeRow.state == TraineeState.ENROLLED)
    return query.order_by(BatchRow.starts_on.desc(), BatchRow.id.desc())


def _own(actor: Actor) -> Select[tuple[MockExamRow]]:
    query = select(MockExamRow).filter_by(person_id=actor.person_id)
    # One statement for all that saving an answer needs.
    return query.options(joinedload(MockExamRow.scheme_version))


def _scheme_row(pack_version_id: int) -> SchemeVersionRow | None:
    """The scheme in force of a pack version, where it examines theory by marks."""
    row = newest_published([pack_version_id]).get(pack_version_id)
    if row is None or row.marks_status == MarksStatus.MISSING or not scheme_of(row).theory_refs:
        return None
    return row


def _offer(actor: Actor, enrolments: Select[tuple[TraineeRow]]) -> MockOffer | None:
    trainee = db.session.scalar(enrolments.limit(1))
    if trainee is None or _scheme_row(trainee.batch.pack_version_id) is None:
        return None
    running = _own(actor).filter_by(pack_version_id=trainee.batch.pack_version_id).where(sittings.is_open(MockExamRow))
    return MockOffer(pack_row=trainee.batch.pack_version, running=db.session.scalar(running))


def _extra_minutes(trainee: TraineeRow) -> int:
    """The extra time the trainee was given for their newest assessment, if any."""
    newest = select(CandidateRow.extra_minutes).filter_by(trainee_id=trainee.id).order_by(CandidateRow.id.desc())
    return db.session.scalar(newest.limit(1)) or 0


def _lacking(blueprint: ExamBlueprint, faces: Mapping[str, ItemFace], pack: QualificationPack) -> tuple[Lacking, ...]:
    items = bank_of(blueprint, faces.values(), nodes_of(pack), use=ItemUse.PRACTICE)
    short = shortages_of(strata_of(blueprint, items))
    return tuple(Lacking(ref=one.ref, needed=one.needed, available=one.available) for one in short)


def _row(actor: Actor, plan: MockPlan, seed: bytes, now: datetime) -> MockExamRow:
    number = len(plan.taken) + 1
    paper = _draw(plan, f"mock-{actor.person_id}-{number}", seed)
    return MockExamRow(
        person_id=actor.person_id,
        pack_version_id=plan.pack_row.id,
        scheme_version_id=plan.scheme_row.id,
        number=number,
        chosen=plan.chosen,
        seed=seed.hex(),
        content=canonical_json(paper_json(paper)),
        face=canonical_json(paper_face(paper, plan.faces)),
        started_at=now,
        deadline_at=deadline_of(now, plan.minutes),
    )


def _draw(plan: MockPlan, name: str, seed: bytes) -> Paper:
    """A paper that avoids the items of the last mock where others are left, and uses all of them evenly over time."""
    if plan.lacking:
        raise TooFewItems([one.ref for one in plan.lacking])
    earlier = [paper_of(row) for row in plan.taken]
    request = DrawRequest(
        blueprint=plan.blueprint,
        items=bank_of(plan.blueprint, plan.faces.values(), nodes_of(plan.pack), use=ItemUse.PRACTICE),
        candidates=(name,),
        seed=seed,
        taken=frozenset(paper.face_hash for paper in earlier),
        met={name: earlier[0].items} if earlier else {},
        exposed=Counter(item for paper in earlier for item in paper.items),
    )
    try:
        return draw(request)[0]
    except NotEnoughItems as fault:
        raise TooFewItems([ref for refs in fault.conflicts for ref in refs]) from fault
    except AssessmentError as fault:
        raise Conflict(fault.messages[0]) from fault


def _by_unit(refs: Sequence[str]) -> str:
    """Nodes as they are read: `ASC/N1105: PC1, PC4; ASC/N1106: PC2`."""
    units: dict[str, list[str]] = {}
    for ref in refs:
        units.setdefault(unit_of(ref), []).append(ref.partition("#")[2])
    return "; ".join(f"{unit}: {', '.join(filter(None, own))}" if any(own) else unit for unit, own in units.items())
