"""The electives and options of trainees: chosen at enrolment, kept until they are entered for an assessment."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from assessments.choices import choice_faults
from assessments.words import Message
from curriculum.model import QualificationPack
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import pack_of
from lms.services import history
from lms.services.errors import Conflict, Faulty
from lms.services.trainees import get_trainee
from lms.services.training import get_managed_batch
from lms.services.unit_offers import UnitOffer, offer_of, own_pack
from lms.tables.assessing import AssessmentRow, CandidateRow
from lms.tables.training import BatchRow, TraineeRow


class ChoiceRefused(Faulty):
    """A choice that the pack does not allow; `reasons` says everything that is wrong with it."""

    def __init__(self, reasons: Sequence[Message]) -> None:
        super().__init__(Message("These units cannot be chosen together; what is wrong stands below."))
        self.reasons = tuple(reasons)


def offer_in(batch: BatchRow) -> UnitOffer:
    """What the trainees of a batch choose."""
    return offer_of(pack_of(batch.pack_version))


def pack_for(trainee: TraineeRow) -> QualificationPack:
    """The pack as a trainee learns it: without the electives and options not chosen, once the choice is made."""
    return own_pack(pack_of(trainee.batch.pack_version), trainee.chosen)


def entered_codes(batch_id: int) -> Mapping[int, str]:
    """The assessment that each trainee of a batch was entered for first, by trainee; others are left out."""
    query = select(CandidateRow.trainee_id, AssessmentRow.code).join(CandidateRow.assessment)
    rows = db.session.execute(query.where(AssessmentRow.batch_id == batch_id).order_by(CandidateRow.id.desc())).all()
    return dict(rows)


def choose_units(actor: Actor, batch_id: int, trainee_id: int, chosen: Collection[str], *, now: datetime) -> TraineeRow:
    """Set a trainee's electives and options. The same again: nothing happens.

    Raises ChoiceRefused with everything that is wrong, Conflict once the trainee is entered for an assessment.
    """
    batch = get_managed_batch(actor, batch_id)
    # The batch is locked, so that nobody is entered with the old choice meanwhile.
    db.session.execute(select(BatchRow.id).where(BatchRow.id == batch_id).with_for_update())
    trainee, offer = get_trainee(actor, batch_id, trainee_id), offer_in(batch)
    if faults := list(choice_faults(offer, chosen)):
        raise ChoiceRefused(faults)
    wished = offer.in_order(chosen)
    if wished == trainee.chosen:
        return trainee
    if (code := entered_codes(batch.id).get(trainee.id)) is not None:
        raise Conflict(entered_with_choice(code))
    trainee.chosen = wished
    words = Message("chose the units %(units)s", {"units": ", ".join(wished)})
    history.record(actor, "trainee", trainee.id, words if wished else Message("chose no units"), now=now)
    db.session.commit()
    return trainee


def entered_with_choice(code: str) -> Message:
    """Why a choice cannot be changed any more."""
    facts = {"code": code}
    return Message("The trainee is entered in %(code)s with the units chosen; they cannot be changed now.", facts)
