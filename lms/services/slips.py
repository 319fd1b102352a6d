"""Sign-in slips for many people at once: passwords are hashed before the database is touched, for that takes time."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services import accounts, history
from lms.services.errors import Conflict
from lms.services.training import get_managed_batch
from lms.tables.people import PersonRow, UserSessionRow
from lms.tables.training import TraineeRow, TraineeState

Slip = tuple[PersonRow, str]


@dataclass(frozen=True, slots=True)
class Secret:
    """A new password and its hash."""

    password: str
    hashed: str


def make_secrets(count: int) -> list[Secret]:
    """New passwords, hashed side by side. Takes about 0.1 s each for every processor: hold no transaction meanwhile."""
    passwords = [accounts.new_password() for _ in range(count)]
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        return [Secret(*pair) for pair in zip(passwords, pool.map(accounts.hash_password, passwords), strict=True)]


def list_never_signed_in(batch_id: int) -> Sequence[PersonRow]:
    """The enrolled trainees of a batch who have never signed in, by name. The caller has loaded the batch."""
    signed_in = select(UserSessionRow.person_id)
    query = select(PersonRow).join(TraineeRow, TraineeRow.person_id == PersonRow.id)
    query = query.where(
        TraineeRow.batch_id == batch_id, TraineeRow.state == TraineeState.ENROLLED, PersonRow.id.not_in(signed_in)
    )
    return db.session.scalars(query.order_by(PersonRow.name, PersonRow.id)).all()


def renew_slips(actor: Actor, batch_id: int, *, now: datetime) -> list[Slip]:
    """New passwords for all in the batch who have never signed in; their old slips stop working.

    Raises Conflict when everybody has signed in.
    """
    get_managed_batch(actor, batch_id)
    count = len(list_never_signed_in(batch_id))
    db.session.rollback()
    secrets = make_secrets(count)
    batch = get_managed_batch(actor, batch_id)
    slips = [give(person, secret) for person, secret in zip(list_never_signed_in(batch.id), secrets, strict=False)]
    if not slips:
        db.session.rollback()
        raise Conflict(
            Message("All trainees of this batch have signed in. A lost slip is replaced on the trainee’s page.")
        )
    words = Message("made new sign-in slips for %(count)s trainees who had not signed in", {"count": str(len(slips))})
    history.record(actor, "batch", batch.id, words, now=now)
    db.session.commit()
    return slips


def give(person: PersonRow, secret: Secret) -> Slip:
    """Set a new password, in the caller's transaction; the person chooses their own at the first sign-in."""
    person.password_hash, person.must_change_password = secret.hashed, True
    person.failed_sign_ins, person.locked_until = 0, None
    return person, secret.password
