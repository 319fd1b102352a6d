"""Feedback: what trainers write to trainees, who has read it, and what was taken back. Nothing is ever removed."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services import history
from lms.services.coursework import get_taught_batch, list_learners
from lms.services.errors import Absent, Conflict, Faulty, NotAllowed
from lms.services.reasons import checked_words
from lms.tables.coursework import FeedbackReadRow, FeedbackRecipientRow, FeedbackRow, FeedbackWithdrawalRow
from lms.tables.people import Role
from lms.tables.training import BatchRow, TraineeRow

LEAST, MOST = 5, 1000
WRITE_MORE = Message("Write %(least)s to %(most)s characters.")


def write(
    actor: Actor, batch_id: int, trainee_ids: Collection[int], text: str, *, key: str, now: datetime
) -> FeedbackRow:
    """Write to some trainees of a batch that the actor trains; once for a key. Raises Faulty for words or trainees."""
    batch = get_taught_batch(actor, batch_id)
    if again := _find(batch.id, key):
        return again
    words = checked_words(text, LEAST, MOST, WRITE_MORE)
    chosen = [trainee for trainee in list_learners(batch) if trainee.id in trainee_ids]
    if not chosen or len(chosen) != len(set(trainee_ids)):
        raise Faulty(Message("Choose trainees who are enrolled in this batch."))
    row = FeedbackRow(batch_id=batch.id, author_id=actor.person_id, text=words, written_at=now, key=key)
    row.recipients = [FeedbackRecipientRow(trainee_id=trainee.id) for trainee in chosen]
    db.session.add(row)
    try:
        db.session.flush()
    except IntegrityError:  # the same form, sent twice at once
        db.session.rollback()
        if again := _find(batch.id, key):
            return again
        raise
    history.record(actor, "batch", batch.id, _written(chosen), now=now)
    db.session.commit()
    return row


def withdraw(actor: Actor, batch_id: int, feedback_id: int, *, now: datetime) -> None:
    """Take one's own message back: it is marked so, and waits for nobody any more. Twice is once."""
    batch = get_taught_batch(actor, batch_id)
    row = db.session.scalar(select(FeedbackRow).filter_by(batch_id=batch.id, id=feedback_id))
    if row is None:
        raise Absent
    if row.author_id != actor.person_id:
        raise NotAllowed(Message("Only who wrote a message takes it back."))
    if row.withdrawal is not None:
        return
    db.session.add(FeedbackWithdrawalRow(feedback_id=row.id, by_id=actor.person_id, at=now))
    history.record(actor, "batch", batch.id, Message("took a message to trainees back"), now=now)
    _commit_once()


def list_written(batch: BatchRow) -> Sequence[FeedbackRow]:
    """All messages in a batch with who has read them, newest first. The caller has loaded the batch."""
    query = select(FeedbackRow).filter_by(batch_id=batch.id).order_by(FeedbackRow.id.desc())
    return db.session.scalars(query.options(selectinload(FeedbackRow.recipients))).all()


def list_to(trainee_ids: Collection[int]) -> Sequence[FeedbackRecipientRow]:
    """All messages to some trainees, newest first. The caller has loaded them through the person."""
    query = select(FeedbackRecipientRow).where(FeedbackRecipientRow.trainee_id.in_(trainee_ids))
    return db.session.scalars(query.order_by(FeedbackRecipientRow.id.desc())).all()


def list_own(actor: Actor) -> Sequence[FeedbackRecipientRow]:
    """All messages to the actor as a trainee, newest first."""
    if not actor.has(Role.TRAINEE):
        return ()
    return list_to(db.session.scalars(select(TraineeRow.id).filter_by(person_id=actor.person_id)).all())


def list_unread(actor: Actor) -> Sequence[FeedbackRecipientRow]:
    """The messages that wait for the actor: not read, not taken back, the oldest first."""
    if not actor.has(Role.TRAINEE):
        return ()
    mine = FeedbackRecipientRow.trainee_id.in_(select(TraineeRow.id).filter_by(person_id=actor.person_id))
    query = (
        select(FeedbackRecipientRow)
        .where(mine, ~FeedbackRecipientRow.reading.has())
        .where(~FeedbackRecipientRow.feedback.has(FeedbackRow.withdrawal.has()))
    )
    return db.session.scalars(query.order_by(FeedbackRecipientRow.id)).all()


def mark_read(actor: Actor, recipient_id: int, *, now: datetime) -> None:
    """Keep that the actor has read a message to them; raises Absent for others', Conflict for one taken back."""
    query = select(FeedbackRecipientRow).join(FeedbackRecipientRow.trainee)
    row = db.session.scalar(
        query.where(FeedbackRecipientRow.id == recipient_id, TraineeRow.person_id == actor.person_id)
    )
    if row is None:
        raise Absent
    if row.reading is not None:
        return
    if row.feedback.withdrawal is not None:
        raise Conflict(Message("This message has been taken back meanwhile."))
    db.session.add(FeedbackReadRow(recipient_id=row.id, read_at=now))
    _commit_once()


def _written(chosen: Sequence[TraineeRow]) -> Message:
    if len(chosen) == 1:
        return Message("wrote to %(name)s", {"name": chosen[0].person.name})
    return Message("wrote to %(trainees)s trainees", {"trainees": str(len(chosen))})


def _find(batch_id: int, key: str) -> FeedbackRow | None:
    return db.session.scalar(select(FeedbackRow).filter_by(batch_id=batch_id, key=key))


def _commit_once() -> None:
    try:
        db.session.commit()
    except IntegrityError:  # the same click, sent twice at once
        db.session.rollback()
