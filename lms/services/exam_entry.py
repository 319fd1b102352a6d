"""Coming into an exam with a candidate's number and the code of the slip. It costs no password hash and no lock."""

import hashlib
import hmac
import math
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from assessments.exam_codes import QUIET, ExamCode, count_try, numbers_meant, read_exam_code
from assessments.words import Message
from lms.extensions import db
from lms.services import accounts, exam_codes, history
from lms.services.accounts import SignInRefused
from lms.services.days import day_of, zone
from lms.tables.admission import ExamCodeRow
from lms.tables.assessing import CandidateRow
from lms.tables.people import SessionPurpose
from lms.tables.training import TraineeRow

# What is looked at only when the row is held.
_DECIDING = ("code_hash", "tries", "tried_at", "session_id", "device_hash")
_NOBODYS = "0" * 64  # in place of a hash, where there is none
_WRONG = Message("The candidate number or the code is wrong. Compare both with your slip.", {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was typed, and which device sends it: its browser's name, and the secret it keeps to be known again."""

    number: str
    code: str
    browser: str
    device: str


def enter(entry: Entry, *, now: datetime) -> str:
    """Check number and code and open a session for the exam alone; returns the token for the cookie.

    Raises MistypedExamCode for what cannot be a code, and SignInRefused: for a wrong number or code, for too many
    wrong ones, out of time, and while another device is signed in with the code.
    """
    typed = read_exam_code(entry.code)
    row = _find(entry.number, typed)
    if row is None:
        db.session.rollback()
        raise SignInRefused(_WRONG)
    _count_try(row, now)
    _, whole = exam_codes.hashes_of(row.candidate_id, typed)
    if not hmac.compare_digest(row.code_hash, whole):
        db.session.commit()
        raise SignInRefused(_WRONG)
    row.tries, row.tried_at = 0, None
    if (reason := _closed(row, entry.device, now)) is not None:
        db.session.commit()
        raise SignInRefused(reason)
    token = _open(row, entry, now)
    db.session.commit()
    return token


def _open(row: ExamCodeRow, entry: Entry, now: datetime) -> str:
    """A new session in place of the one that the same device had, in the caller's transaction."""
    exam_codes.release(row.candidate_id, now=now)
    person = row.candidate.trainee.person
    token = accounts.open_session(person, device=entry.browser, now=now, purpose=SessionPurpose.EXAM)
    row.session, row.device_hash = accounts.find_session(token), _digest(entry.device)
    done = Message("signed in for the exam with the code of the slip", {})
    history.record(accounts.actor_of(person), "candidate", row.candidate_id, done, now=now)
    return token


def _find(number: str, typed: ExamCode) -> ExamCodeRow | None:
    """The code of a candidate whose first half is right: only then is the whole looked at, and counted if it is wrong.

    Until then a number that nobody has takes the same way, and so the same time.
    """
    query = select(ExamCodeRow.candidate_id, ExamCodeRow.first_hash).join(ExamCodeRow.candidate)
    found = db.session.execute(query.where(CandidateRow.number.in_(numbers_meant(number))).limit(1)).first()
    candidate_id, expected = found or (0, _NOBODYS)
    first, _ = exam_codes.hashes_of(candidate_id, typed)
    return _load(candidate_id) if hmac.compare_digest(expected, first) else None


def _load(candidate_id: int) -> ExamCodeRow | None:
    query = select(ExamCodeRow).join(ExamCodeRow.candidate).join(CandidateRow.trainee)
    candidate = contains_eager(ExamCodeRow.candidate)
    person = candidate.contains_eager(CandidateRow.trainee).joinedload(TraineeRow.person)
    query = query.options(candidate.joinedload(CandidateRow.assessment), person)
    return db.session.scalar(query.where(ExamCodeRow.candidate_id == candidate_id))


def _count_try(row: ExamCodeRow, now: datetime) -> None:
    """Count a try before the whole code is compared; the row is held, so that many at once follow each other.

    Raises SignInRefused when it is not listened to.
    """
    db.session.refresh(row, _DECIDING, with_for_update=True)
    tries = count_try(row.tries, row.tried_at, now)
    if tries is not None:
        row.tries, row.tried_at = tries, now
        return
    left = (row.tried_at or now) + QUIET - now
    db.session.rollback()
    facts = {"minutes": str(max(1, math.ceil(left.total_seconds() / 60)))}
    raise SignInRefused(
        Message("Too many wrong codes. Ask the invigilator for a new code, or try again in %(minutes)s minutes.", facts)
    )


def _closed(row: ExamCodeRow, device: str, now: datetime) -> Message | None:
    """Why a right code does not let in now, if there is a reason."""
    start, end = exam_codes.validity(row.candidate.assessment)
    if now < start:
        facts = {"date": day_of(start), "clock": start.astimezone(zone()).strftime("%H:%M")}
        return Message("This code works from %(date)s, %(clock)s on.", facts)
    if now >= end:
        return Message("The time of this code is over. Ask the centre.", {})
    if exam_codes.is_in_use(row) and not hmac.compare_digest(row.device_hash, _digest(device)):
        return Message(
            "Another device is signed in with this code. If it has stopped, ask the invigilator to let you go on here.",
            {},
        )
    return None


def _digest(device: str) -> str:
    return hashlib.sha256(device.encode()).hexdigest()
