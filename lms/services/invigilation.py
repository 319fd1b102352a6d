"""The room of a theory exam as its invigilator sees it: whose it is, and the attempts in it. It never reaches a key."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services import assessing
from lms.services.assessing import MIN_REASON, Side
from lms.services.errors import Absent, Faulty
from lms.tables.assessing import AssessmentRow, CandidateRow
from lms.tables.attempts import AttemptRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Whom an act is about: these candidates, or all who sit in a room, or with neither all of the assessment."""

    candidate_ids: tuple[int, ...] | None = None
    room: str | None = None


class SentBefore(Faulty):
    """A form that was sent before with other content: that was done then, and nothing now."""

    def __init__(self) -> None:
        super().__init__(
            Message(
                "This form was sent before with other content, and that was done. Nothing more was done now. Look at "
                "what stands in the exam room; press again only if this is to be done as well."
            )
        )


def get_room(actor: Actor, assessment_id: int) -> AssessmentRow:
    """An assessment for its invigilators: the assessors named for it, and staff of its agency. Raises Absent."""
    row = assessing.get_assessment(actor, assessment_id)
    if assessing.sides_of(actor, row).isdisjoint({Side.ASSESSOR, Side.AGENCY}):
        raise Absent
    return row


def get_attempt(actor: Actor, attempt_id: int, *, hold: bool = False) -> AttemptRow:
    """An attempt that the actor invigilates; raises Absent. To `hold` it is to let nobody change it meanwhile."""
    query = _attempts().where(AttemptRow.id == attempt_id)
    row = db.session.scalar(_held(query) if hold else query)
    if row is None:
        raise Absent
    get_room(actor, row.candidate.assessment_id)
    return row


def list_attempts(assessment: AssessmentRow, who: Who, *, hold: bool = False) -> Sequence[AttemptRow]:
    """The attempts of some of an assessment's candidates; to `hold` them is to let nobody change them meanwhile."""
    query = _attempts().where(CandidateRow.assessment_id == assessment.id).order_by(AttemptRow.id)
    if who.candidate_ids is not None:
        query = query.where(CandidateRow.id.in_(who.candidate_ids))
    if who.room is not None:
        query = query.where(CandidateRow.room == who.room)
    return db.session.scalars(_held(query) if hold else query).unique().all()


def require_reason(reason: str) -> str:
    """The reason as it is kept; raises Faulty for one that says nothing."""
    text = reason.strip()[:300]
    if len(text) < MIN_REASON:
        raise Faulty(Message("Give a reason of at least %(length)s characters.", {"length": str(MIN_REASON)}))
    return text


def _attempts() -> Select[tuple[AttemptRow]]:
    candidate = contains_eager(AttemptRow.candidate)
    query = select(AttemptRow).join(AttemptRow.candidate)
    return query.options(candidate.joinedload(CandidateRow.assessment).joinedload(AssessmentRow.scheme_version))


def _held(query: Select[tuple[AttemptRow]]) -> Select[tuple[AttemptRow]]:
    return query.with_for_update(of=AttemptRow).execution_options(populate_existing=True)
