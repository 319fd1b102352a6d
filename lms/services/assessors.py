"""The assessors of an assessment: whom the agency can name, and naming them."""

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services import assessing, history
from lms.services.assessing import Side
from lms.services.errors import Faulty
from lms.tables.assessing import AssessmentAssessorRow, AssessmentRow, AssessmentState
from lms.tables.people import PersonRow, Role, RoleGrantRow, Standing

CANDIDATES_PER_ASSESSOR = 30


def list_assessors(actor: Actor, assessment: AssessmentRow) -> Sequence[tuple[PersonRow, Message | None]]:
    """The agency's active assessors, each with the reason why they cannot assess this batch, if there is one."""
    assessing.require_side(actor, assessment, Side.AGENCY)
    query = (
        select(PersonRow)
        .options(selectinload(PersonRow.grants))
        .join(RoleGrantRow)
        .where(RoleGrantRow.role == Role.ASSESSOR, RoleGrantRow.organisation_id == assessment.agency_id)
        .where(PersonRow.standing == Standing.ACTIVE)
        .order_by(PersonRow.name, PersonRow.id)
    )
    return [(person, _conflict_of_interest(person, assessment)) for person in db.session.scalars(query)]


def name_assessors(actor: Actor, assessment_id: int, people: Collection[int], *, now: datetime) -> None:
    """Name the assessors, in place of those named before; the same again does nothing.

    They are there on the day, score the practicals unless the scheme leaves that to trainers, and submit the
    mark sheet.
    """
    row = assessing.lock(assessing.get_assessment(actor, assessment_id))  # two clicks follow each other
    db.session.expire(row, ["assessors"])
    assessing.require_side(actor, row, Side.AGENCY)
    if row.state not in {AssessmentState.ACCEPTED, AssessmentState.DRAWN}:
        raise assessing.moved_on()
    known = {person.id: (person, reason) for person, reason in list_assessors(actor, row)}
    _check_assessors(row, {number: known[number] for number in people if number in known}, set(people) - set(known))
    before = {entry.person_id for entry in row.assessors}
    if before == set(people):
        return
    row.assessors[:] = [entry for entry in row.assessors if entry.person_id in people]
    row.assessors.extend(AssessmentAssessorRow(person_id=number) for number in sorted(set(people) - before))
    names = ", ".join(sorted(known[number][0].name for number in people))
    history.record(actor, assessing.THING, row.id, Message("named as assessors: %(names)s", {"names": names}), now=now)
    db.session.commit()


def assessors_needed(candidates: int) -> int:
    """How many assessors that many candidates need."""
    return -(-candidates // CANDIDATES_PER_ASSESSOR)


def _check_assessors(
    row: AssessmentRow, chosen: Mapping[int, tuple[PersonRow, Message | None]], unknown: AbstractSet[int]
) -> None:
    if unknown:
        raise Faulty(Message("Choose active assessors of your agency."))
    for person, reason in chosen.values():
        if reason is not None:
            facts = {"name": person.name}
            raise Faulty(Message("%(name)s cannot assess this batch, having a role in its centre.", facts))
    candidates, needed = len(row.candidates), assessors_needed(len(row.candidates))
    if len(chosen) < needed:
        facts = {"candidates": str(candidates), "most": str(CANDIDATES_PER_ASSESSOR), "needed": str(needed)}
        raise Faulty(
            Message("One assessor assesses at most %(most)s candidates: %(candidates)s need %(needed)s.", facts)
        )


def _conflict_of_interest(person: PersonRow, assessment: AssessmentRow) -> Message | None:
    if any(grant.organisation_id == assessment.batch.centre_id for grant in person.grants):
        return Message("has a role in this centre")
    if any(entry.person_id == person.id for entry in assessment.batch.trainers):
        return Message("trained this batch")
    return None
