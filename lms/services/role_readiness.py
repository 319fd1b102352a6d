"""Who is how ready for a job role: one's own report, a trainee's for their staff, and a whole batch for an employer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assessments.role_readiness import Ready, RoleReadiness, role_readiness
from curriculum.lessons import FIRST_LANGUAGE
from curriculum.model import QualificationPack
from curriculum.roles import RoleLine, RoleProfile
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import pack_of, role_of
from lms.records.learning import lessons_of, practice_items_of
from lms.services import declarations
from lms.services.declarations import of_employer
from lms.services.errors import Absent
from lms.services.learning import own_packs
from lms.services.role_facts import facts_of_many
from lms.services.roles import get_role, pack_for, packs_of
from lms.services.training import BatchLine, list_lines
from lms.services.unit_offers import own_pack
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow
from lms.tables.people import PersonRow
from lms.tables.roles import DeclarationRow, RoleVersionRow
from lms.tables.training import BatchRow, TraineeRow, TraineeState


@dataclass(frozen=True, slots=True, kw_only=True)
class ToStudy:
    """What can be done about a criterion: sections to read as (lesson id, lesson, number, title), and practice items.

    `is_learnt` says that it is of a pack that the person learns, so that its pages are open to them.
    """

    text: str
    sections: tuple[tuple[int, str, int, str], ...] = ()
    practice: int = 0
    is_learnt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How ready one person is for a role, with what they declared by line, and what to study by reference.

    `packs` are those of the criteria that the role is mapped to.
    `assessment` is the one to come for which they are entered, `learnt` the pack that they learn, if there is one.
    """

    row: RoleVersionRow
    person: PersonRow
    readiness: RoleReadiness
    declared: Mapping[str, Sequence[DeclarationRow]]
    study: Mapping[str, ToStudy]
    assessment: AssessmentRow | None
    learnt: QualificationPack | None
    packs: tuple[QualificationPack, ...]
    batch_id: int | None
    at: datetime

    @property
    def role(self) -> RoleProfile:
        """The role."""
        return self.readiness.role

    def declared_for(self, line: RoleLine) -> DeclarationRow | None:
        """The declared evidence that counts for a line, if there is any."""
        return declarations.that_counts(line, self.declared.get(line.id, ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearness:
    """One person of a batch: where they stand in the order, and how ready they are."""

    place: int
    trainee: TraineeRow
    readiness: RoleReadiness

    @property
    def name(self) -> str:
        """Their name."""
        return self.trainee.person.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The people of a batch, the nearest to a role first; `packs` are those of the criteria that it is mapped to."""

    row: RoleVersionRow
    role: RoleProfile
    packs: tuple[QualificationPack, ...]
    batch: BatchRow
    people: tuple[Nearness, ...]

    @property
    def is_specimen(self) -> bool:
        """Whether anything in it rests on sample marks or sample items."""
        return any(one.readiness.is_specimen for one in self.people)

    @property
    def is_blank(self) -> bool:
        """Whether nobody has anything to show yet, so that nobody is nearer than the others."""
        return not any(any(one.readiness.nearness) for one in self.people)

    def proved_by(self, line_id: str) -> int:
        """How many people have proved a line."""
        return sum(one.readiness.of(line_id).state is Ready.PROVED for one in self.people)


def get_batch(actor: Actor, batch_id: int) -> BatchRow:
    """A batch whose people the actor may hold against a role; raises Absent."""
    row = db.session.scalar(select(BatchRow).where(of_employer(actor), BatchRow.id == batch_id))
    if row is None:
        raise Absent
    return row


def list_batches(actor: Actor, now: datetime) -> list[BatchLine]:
    """The batches whose people the actor may hold against a role, newest first."""
    return list_lines(of_employer(actor), now)


def own_report(actor: Actor, role_id: int, now: datetime, language: str = FIRST_LANGUAGE) -> Report:
    """How ready the actor is for a role."""
    row = get_role(actor, role_id)
    packs = [one.pack for one in own_packs(actor)]
    return _report(row, db.session.get_one(PersonRow, actor.person_id), packs, now, language, None)


def report_for_print(person_id: int, role_id: int, batch_id: int | None, now: datetime, language: str) -> Report:
    """The report that a worker prints, as the person or somebody of the batch's staff asked for it."""
    row = db.session.get_one(RoleVersionRow, role_id)
    person = db.session.get_one(PersonRow, person_id)
    if batch_id is None:
        packs = [one.pack for one in own_packs(Actor(person_id=person_id, name=person.name, grants=()))]
    else:
        trainee = db.session.scalars(select(TraineeRow).filter_by(batch_id=batch_id, person_id=person_id)).one()
        packs = [own_pack(pack_of(trainee.batch.pack_version), trainee.chosen)]
    return _report(row, person, packs, now, language, batch_id)


def report_of(
    actor: Actor, batch_id: int, trainee_id: int, role_id: int, now: datetime, language: str = FIRST_LANGUAGE
) -> tuple[Report, TraineeRow]:
    """How ready a trainee of a batch is for a role; raises Absent for people of others."""
    batch = get_batch(actor, batch_id)
    trainee = db.session.scalar(select(TraineeRow).filter_by(batch_id=batch.id, id=trainee_id))
    if trainee is None:
        raise Absent
    pack = own_pack(pack_of(batch.pack_version), trainee.chosen)
    return _report(get_role(actor, role_id), trainee.person, [pack], now, language, batch.id), trainee


def nearest_of(actor: Actor, batch_id: int, role_id: int) -> Nearest:
    """The people of a batch in order of how near they are to a role; as many queries for many as for one."""
    batch, row = get_batch(actor, batch_id), get_role(actor, role_id)
    role = role_of(row)
    trainees = db.session.scalars(select(TraineeRow).filter_by(batch_id=batch.id, state=TraineeState.ENROLLED)).all()
    facts = facts_of_many(role, [trainee.person_id for trainee in trainees], pack_of(batch.pack_version))
    found = [(trainee, role_readiness(role, facts[trainee.person_id])) for trainee in trainees]
    found.sort(key=lambda one: (one[1].nearness, one[0].person.name.casefold(), one[0].id))
    people = []
    for number, (trainee, readiness) in enumerate(found, start=1):
        is_level = bool(people) and people[-1].readiness.nearness == readiness.nearness
        place = people[-1].place if is_level else number
        people.append(Nearness(place=place, trainee=trainee, readiness=readiness))
    return Nearest(row=row, role=role, packs=packs_of(role), batch=batch, people=tuple(people))


def _report(
    row: RoleVersionRow,
    person: PersonRow,
    packs: Sequence[QualificationPack],
    now: datetime,
    language: str,
    batch_id: int | None,
) -> Report:
    role = role_of(row)
    codes = set(role.unit_codes())
    learnt = next((pack for pack in packs if codes & {unit.code for unit in pack.units}), next(iter(packs), None))
    readiness = role_readiness(role, facts_of_many(role, [person.id], learnt)[person.id])
    return Report(
        row=row,
        person=person,
        readiness=readiness,
        declared=declarations.list_of(person.id, role),
        study=_study(role, packs, learnt, language),
        assessment=_to_come(person.id, now),
        learnt=learnt,
        packs=packs_of(role),
        batch_id=batch_id,
        at=now,
    )


def _to_come(person_id: int, now: datetime) -> AssessmentRow | None:
    """The next assessment for which a person is entered and that is not over yet."""
    query = select(AssessmentRow).join(CandidateRow, CandidateRow.assessment_id == AssessmentRow.id)
    query = query.join(TraineeRow, TraineeRow.id == CandidateRow.trainee_id).where(TraineeRow.person_id == person_id)
    open_states = (AssessmentState.ACCEPTED, AssessmentState.DRAWN)
    coming = query.where(AssessmentRow.state.in_(open_states), AssessmentRow.closes_at > now)
    return db.session.scalars(coming.order_by(AssessmentRow.opens_at).limit(1)).first()


def _study(
    role: RoleProfile, packs: Sequence[QualificationPack], learnt: QualificationPack | None, language: str
) -> Mapping[str, ToStudy]:
    """What can be read and practised for every criterion that the role is mapped to."""
    units = pack_for(role, learnt).units
    open_units = {unit.code for pack in packs for unit in pack.units}
    sections: dict[str, list[tuple[int, str, int, str]]] = {}
    for published in lessons_of(units):
        header = published.edition_in(language).lesson.header
        for number, (first, own) in enumerate(zip(published.lesson.header.sections, header.sections, strict=True), 1):
            for criterion in first.criteria:
                ref = f"{header.unit}#{criterion}"
                sections.setdefault(ref, []).append((published.id, header.title, number, own.title))
    asked = [ref for item in practice_items_of(units) for ref in item.face.refs]
    return {
        unit.ref(criterion.id): ToStudy(
            text=criterion.text,
            sections=tuple(sections.get(unit.ref(criterion.id), ())),
            practice=asked.count(unit.ref(criterion.id)),
            is_learnt=unit.code in open_units,
        )
        for unit in units
        for criterion in unit.criteria
    }
