"""The exam room as a place to act in: whether it is open, and the candidates an act is for."""

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor, Permission
from lms.services import assessing, invigilation
from lms.services.assessing import Side
from lms.services.errors import Absent, Faulty
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow
from lms.tables.people import PersonRow
from lms.tables.training import TraineeRow

_NO_PAPERS = frozenset({AssessmentState.PROPOSED, AssessmentState.DECLINED, AssessmentState.ACCEPTED})


def get_room(actor: Actor, assessment_id: int) -> AssessmentRow:
    """An assessment that the actor invigilates, once it has papers; raises Absent for everybody else's."""
    row = invigilation.get_room(actor, assessment_id)
    if row.state in _NO_PAPERS:
        raise Absent
    return row


def may_open(actor: Actor, row: AssessmentRow) -> bool:
    """Whether the actor finds a room here."""
    is_part = not assessing.sides_of(actor, row).isdisjoint({Side.ASSESSOR, Side.AGENCY})
    return is_part and actor.may(Permission.EXAM_INVIGILATE) and row.state not in _NO_PAPERS


def is_open(row: AssessmentRow) -> bool:
    """Whether anything can be done in the room: until the mark sheet is submitted."""
    return row.state == AssessmentState.DRAWN


def get_open_room(actor: Actor, assessment_id: int) -> AssessmentRow:
    """A room to do something in, held as it stands; raises Conflict when its mark sheet is submitted."""
    row = assessing.lock(get_room(actor, assessment_id))
    if not is_open(row):
        raise assessing.moved_on()
    return row


def list_chosen(row: AssessmentRow, candidate_ids: Collection[int]) -> Sequence[CandidateRow]:
    """Candidates of a room that was loaded through the person, by number; raises Absent if one is not of it."""
    wished = set(candidate_ids)
    if not wished:
        raise Faulty(Message("Choose at least one candidate."))
    people = contains_eager(CandidateRow.trainee).contains_eager(TraineeRow.person)
    query = select(CandidateRow).join(CandidateRow.trainee).join(PersonRow, PersonRow.id == TraineeRow.person_id)
    query = query.where(CandidateRow.assessment_id == row.id, CandidateRow.id.in_(wished))
    chosen = db.session.scalars(query.options(people).order_by(CandidateRow.number)).all()
    if len(chosen) != len(wished):
        raise Absent
    return chosen
