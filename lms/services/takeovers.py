"""Another device takes an exam over: a code from the invigilator, used once. It never reaches a key."""

import hmac
import secrets
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select, update

from assessments.attempts import Act, after
from assessments.errors import AssessmentError
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.services import contacts, delivery, exam_codes, history, sittings
from lms.services.desks import Desk, require_active
from lms.services.errors import Absent, Conflict, Faulty
from lms.services.invigilation import get_attempt
from lms.tables.attempts import AttemptRow
from lms.tables.invigilation import TakeoverRow

_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_LENGTH = 6
MOST_TRIES = 8
LASTS = timedelta(minutes=15)
_WRONG = Message("The code is wrong or used up. Ask the invigilator for a new one.")


def make_code(actor: Actor, attempt_id: int, *, now: datetime) -> str:
    """A code with which another device takes an attempt over, shown once; a code not used before is void then.

    Raises Conflict for an exam that is over: the page with the button may be older than its end.
    """
    attempt = get_attempt(actor, attempt_id, hold=True)
    try:
        after(sittings.state_now(delivery.sitting_of(attempt), now), Act.TAKE_OVER)
    except AssessmentError as fault:
        raise Conflict(fault.messages[0]) from fault
    code, epoch = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH)), attempt.epoch + 1
    row = db.session.scalar(select(TakeoverRow).filter_by(attempt_id=attempt_id, epoch=epoch))
    if row is None:
        row = TakeoverRow(attempt_id=attempt_id, epoch=epoch)
        db.session.add(row)
    row.code_hash, row.tries, row.made_by, row.made_at = _digest(attempt_id, code), 0, actor.person_id, now
    # The slip opens the other device too; this one goes on saving by its token until it is taken over. Who came in when
    # this one was heard no more is the other one.
    last = contacts.find_last(attempt_id)
    exam_codes.release(attempt.candidate_id, came_by=last.at if last else now, now=now)
    made = Message("made a code for another device")
    history.record(actor, "candidate", attempt.candidate_id, made, now=now)
    db.session.commit()
    return f"{code[:3]}-{code[3:]}"


def take_over(desk: Desk, code: str, *, device: str, now: datetime) -> None:
    """Let a device hold the exam from now on, by the invigilator's code; the same device again changes nothing.

    The caller has loaded the desk through the person. Raises Conflict for a wrong or old code, and NotAllowed for a
    suspended person.
    """
    if not desk.log.is_fenced:
        return
    require_active(desk.person_id)
    attempt = db.session.scalar(select(AttemptRow).where(AttemptRow.id == desk.id).with_for_update(of=AttemptRow))
    if attempt is None:
        raise Absent
    given = _digest(desk.id, code)
    held = db.session.scalar(select(TakeoverRow).filter_by(attempt_id=desk.id, epoch=attempt.epoch))
    if held is not None and held.device == device and hmac.compare_digest(held.code_hash, given):
        return
    after(sittings.state_now(delivery.sitting_of(attempt), now), Act.TAKE_OVER)
    row = db.session.scalar(select(TakeoverRow).filter_by(attempt_id=desk.id, epoch=attempt.epoch + 1))
    if row is None or row.tries >= MOST_TRIES or now > row.made_at + LASTS:
        raise Conflict(_WRONG)
    if not hmac.compare_digest(row.code_hash, given):
        db.session.execute(update(TakeoverRow).where(TakeoverRow.id == row.id).values(tries=TakeoverRow.tries + 1))
        db.session.commit()
        raise Conflict(_WRONG)
    newest = desk.log.of(desk.id).with_only_columns(func.max(desk.log.table.received_at))
    # Not before what was told to be saved: who saves holds the attempt's row meanwhile.
    row.used_at, row.device = max(now, db.session.scalar(newest) or now), device
    attempt.epoch, attempt.holder = row.epoch, device
    history.record(None, "candidate", attempt.candidate_id, Message("let another device take the exam over"), now=now)
    db.session.commit()


def _digest(attempt_id: int, code: str) -> str:
    plain = "".join(sign for sign in code.upper() if sign in _ALPHABET)
    if not plain:
        raise Faulty(Message("Type the code that the invigilator gave you."))
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.digest(key, f"takeover|{attempt_id}|{plain}".encode(), "sha256").hex()
