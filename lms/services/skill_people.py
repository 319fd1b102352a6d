"""Whose levels in skills somebody sees, judges and sets targets for. Loaded through the actor."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import aliased

from assessments.skill_levels import Gap, gap_to
from assessments.words import Message
from curriculum.frameworks import FrameworkSkill
from lms.extensions import db
from lms.permissions import Actor
from lms.services.errors import Absent, NotAllowed
from lms.services.skill_levels import judgements_that_count, ratings_that_count, targets_that_count
from lms.tables.assessing import AssessmentRow, AssessmentState
from lms.tables.people import PersonRow, Role
from lms.tables.skills import SkillJudgementRow, SkillRatingRow, SkillTargetRow
from lms.tables.training import BatchRow, BatchTrainerRow, TraineeRow, TraineeState

# An agency serves a centre from the day on which it has accepted an assessment of one of its batches.
_NOT_SERVED = (AssessmentState.PROPOSED, AssessmentState.DECLINED)


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillPerson:
    """A person in the list of a skill: their batch, and the judgement, self-rating and target that count."""

    trainee: TraineeRow
    judgement: SkillJudgementRow | None
    rating: SkillRatingRow | None
    target: SkillTargetRow | None
    gap: Gap | None

    @property
    def is_rated_since(self) -> bool:
        """Whether they have rated themselves since they were judged, or were never judged."""
        return self.rating is not None and is_since(self.rating, self.judgement)


def get_person(actor: Actor, person_id: int) -> PersonRow:
    """Somebody whose levels the actor sees, or the actor; raises Absent."""
    trainees = select(TraineeRow.person_id).join(BatchRow).where(_followed_by(actor))
    is_theirs = or_(PersonRow.id == actor.person_id, PersonRow.id.in_(trainees))
    row = db.session.scalar(select(PersonRow).where(PersonRow.id == person_id, is_theirs))
    if row is None:
        raise Absent
    return row


def list_people(
    actor: Actor, skill: FrameworkSkill, *, batch_id: int | None = None, text: str = ""
) -> list[SkillPerson]:
    """The trainees whose levels the actor sees, by name, with where they stand; the same queries for any number."""
    query = _listed(actor)
    if batch_id is not None:
        query = query.where(BatchRow.id == batch_id)
    newest = {row.person_id: row for row in db.session.scalars(query.order_by(TraineeRow.id))}
    rows = [row for row in newest.values() if text.casefold() in row.person.name.casefold()]
    return _lines(sorted(rows, key=lambda row: (row.person.name.casefold(), row.id)), skill)


def count_rated_since(actor: Actor) -> Counter[str]:
    """How many of those in the actor's lists have rated themselves since they were judged, by skill."""
    people = set(db.session.scalars(_listed(actor).with_only_columns(TraineeRow.person_id)))
    judged = judgements_that_count(people)
    return Counter(
        skill
        for (person, skill), rating in ratings_that_count(people).items()
        if is_since(rating, judged.get((person, skill)))
    )


def is_since(rating: SkillRatingRow, judgement: SkillJudgementRow | None) -> bool:
    """Whether somebody has rated themselves since they were judged, or was never judged."""
    return judgement is None or rating.rated_at > judgement.judged_at


def list_batches(actor: Actor) -> Sequence[BatchRow]:
    """The batches whose trainees are in the actor's lists, by name."""
    return db.session.scalars(select(BatchRow).where(_followed_by(actor)).order_by(BatchRow.name, BatchRow.id)).all()


def get_judged(actor: Actor, person_id: int) -> tuple[PersonRow, int]:
    """Somebody whom the actor may judge, and the agency in whose name; raises Absent, or NotAllowed with the reason."""
    person = get_person(actor, person_id)
    if reason := why_not_judge(actor, person.id):
        raise NotAllowed(reason)
    return person, min(_agencies_for(actor, person.id))


def why_not_judge(actor: Actor, person_id: int) -> Message | None:
    """Why the actor may not judge somebody whom they see; None when they may."""
    if person_id == actor.person_id:
        return Message("Nobody judges their own level. Say where you see yourself instead.")
    if not _agencies_for(actor, person_id):
        return Message("Only assessors of an agency that serves this person’s centre judge levels.")
    named = select(BatchTrainerRow.batch_id).filter_by(person_id=actor.person_id)
    involved = or_(BatchRow.centre_id.in_(actor.organisations(*Role)), BatchRow.id.in_(named))
    if db.session.scalar(_batches_with(person_id).where(involved).limit(1)) is not None:
        return Message("You work for this person’s centre or trained them; another assessor judges this level.")
    return None


def sets_targets(actor: Actor, person_id: int) -> bool:
    """Whether the actor trains this person or staffs their centre."""
    mine = or_(_taught_by(actor), BatchRow.centre_id.in_(actor.organisations(Role.CENTRE_STAFF)))
    return db.session.scalar(_batches_with(person_id).where(mine).limit(1)) is not None


def _lines(rows: Sequence[TraineeRow], skill: FrameworkSkill) -> list[SkillPerson]:
    people = [row.person_id for row in rows]
    judged, rated, aimed = judgements_that_count(people), ratings_that_count(people), targets_that_count(people)
    found = []
    for row in rows:
        key = (row.person_id, skill.code)
        target, judgement = aimed.get(key), judged.get(key)
        level = judgement.level if judgement else 0
        gap = gap_to(skill.numbers, judged=level, target=target.level) if target else None
        found.append(SkillPerson(trainee=row, judgement=judgement, rating=rated.get(key), target=target, gap=gap))
    return found


def _listed(actor: Actor) -> Select[TraineeRow]:
    """The enrolled trainees whose levels the actor sees, but for the actor."""
    query = select(TraineeRow).join(BatchRow).where(_followed_by(actor), TraineeRow.state == TraineeState.ENROLLED)
    return query.where(TraineeRow.person_id != actor.person_id)


def _followed_by(actor: Actor) -> ColumnElement[bool]:
    """The batches whose trainees the actor sees here: those they train, of centres they staff, that they serve."""
    served = aliased(BatchRow)  # not the batch of the query that this stands in
    centres = (
        select(served.centre_id).join(AssessmentRow, AssessmentRow.batch_id == served.id).where(_is_served_by(actor))
    )
    return or_(
        _taught_by(actor),
        BatchRow.centre_id.in_(actor.organisations(Role.CENTRE_STAFF)),
        BatchRow.centre_id.in_(centres),
    )


def _taught_by(actor: Actor) -> ColumnElement[bool]:
    own = select(BatchTrainerRow.batch_id).filter_by(person_id=actor.person_id)
    return BatchRow.id.in_(own) & BatchRow.centre_id.in_(actor.organisations(Role.TRAINER))


def _is_served_by(actor: Actor) -> ColumnElement[bool]:
    """Whether an assessment was accepted by an agency for which the actor assesses."""
    return AssessmentRow.agency_id.in_(actor.organisations(Role.ASSESSOR)) & AssessmentRow.state.not_in(_NOT_SERVED)


def _agencies_for(actor: Actor, person_id: int) -> set[int]:
    """The agencies of the actor that serve a centre of this person."""
    centres = _batches_with(person_id).with_only_columns(BatchRow.centre_id)
    served = aliased(BatchRow)
    query = select(AssessmentRow.agency_id).join(served, AssessmentRow.batch_id == served.id)
    return set(db.session.scalars(query.where(_is_served_by(actor), served.centre_id.in_(centres))))


def _batches_with(person_id: int) -> Select[int]:
    return (
        select(BatchRow.id)
        .join(TraineeRow, TraineeRow.batch_id == BatchRow.id)
        .where(TraineeRow.person_id == person_id)
    )
