"""Exam codes as the centre, the agency and the assessors handle them: made for a room, renewed, freed."""

import hmac
import re
import secrets
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from pydantic import SecretStr
from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from assessments.exam_codes import ExamCode, exam_code
from assessments.exam_time import sync_until_of
from assessments.words import Message
from lms.extensions import db
from lms.permissions import Actor
from lms.records.content import scheme_of
from lms.services import assessing, history
from lms.services.assessing import Side
from lms.services.days import zone
from lms.services.errors import Conflict, Faulty
from lms.tables.admission import ExamCodeRow
from lms.tables.assessing import AssessmentRow, AssessmentState, CandidateRow, CandidateStatus
from lms.tables.people import UserSessionRow
from lms.tables.training import TraineeRow

EARLY = timedelta(hours=1)
_MADE_IN = {AssessmentState.ACCEPTED, AssessmentState.DRAWN}
SIDES = frozenset({Side.CENTRE, Side.AGENCY, Side.ASSESSOR})
_FORM_LENGTH = 20
_SHOWN = re.compile(r"[^@]+@([0-9]{1,12}\.[0-9]{3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A new code with whose it is; the code is known only now."""

    candidate: CandidateRow
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLine:
    """A candidate with when their code was made, and since when a device is signed in with it."""

    candidate: CandidateRow
    made_at: datetime | None
    in_use_since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """The codes of an assessment: who has one, from when to when they work, and whether new ones can be made."""

    row: AssessmentRow
    lines: tuple[CodeLine, ...]
    works_from: datetime
    works_until: datetime
    can_make: bool

    @property
    def rooms(self) -> tuple[str, ...]:
        """The rooms candidates are seated in, where they are."""
        return tuple(sorted({line.candidate.room for line in self.lines} - {""}))

    @property
    def without(self) -> int:
        """How many have no code yet."""
        return sum(line.made_at is None for line in self.lines)


def get_codes(actor: Actor, assessment_id: int) -> CodeList:
    """The codes of an assessment the actor lets candidates into; raises Absent and NotAllowed."""
    row = _get_assessment(actor, assessment_id)
    codes = {code.candidate_id: code for code in _codes_of(row)}
    lines = tuple(_line(candidate, codes.get(candidate.id)) for candidate in _entered(row))
    start, end = validity(row)
    return CodeList(row=row, lines=lines, works_from=start, works_until=end, can_make=row.state in _MADE_IN)


def admits(sides: AbstractSet[Side], row: AssessmentRow) -> bool:
    """Whether these parts in an assessment include letting its candidates in, and it is still to be sat."""
    return not sides.isdisjoint(SIDES) and row.state in _MADE_IN


def new_form(now: datetime) -> str:
    """The random text of a form that makes codes, with the moment it was shown: sent again it makes the same codes."""
    return f"{secrets.token_urlsafe(24)}@{now.timestamp():.3f}"


def make_codes(actor: Actor, assessment_id: int, *, form: str, room: str = "", now: datetime) -> list[Slip]:
    """New codes for all candidates who are not signed in with theirs; slips printed before stop working.

    With `room` for those in it alone. `form` is the text of `new_form`: sent again it gives the same codes. Raises
    Conflict when nobody needs one, or when newer ones were made since the form was shown.
    """
    row = _lock(actor, assessment_id)
    codes = {code.candidate_id: code for code in _codes_of(row)}
    chosen = [one for one in _entered(row) if room in {"", one.room} and not is_in_use(codes.get(one.id))]
    if not chosen:
        db.session.rollback()
        raise Conflict(Message("Nobody there needs a new code: a code that a device is signed in with stays as it is."))
    made = [_made(one, codes.get(one.id), form) for one in chosen]
    new = [one for one in made if one.is_new]
    for one in new:
        _keep(actor, one, now)
    if new:
        words = Message("made exam codes for %(count)s candidates", {"count": str(len(new))})
        history.record(actor, assessing.THING, row.id, words, now=now)
    db.session.commit()
    return [Slip(candidate=one.candidate, code=str(one.code)) for one in made]


def renew_code(actor: Actor, assessment_id: int, candidate_id: int, *, form: str, now: datetime) -> Slip:
    """A new code for one candidate, whose old one stops working: a device that is signed in with it is signed out."""
    row = _lock(actor, assessment_id)
    candidate = assessing.get_candidate(row, candidate_id)
    code = db.session.scalar(select(ExamCodeRow).filter_by(candidate_id=candidate.id))
    made = _made(candidate, code, form)
    if made.is_new:
        _end_session(code, now)
        _keep(actor, made, now)
        words = Message("made a new exam code for %(number)s", {"number": candidate.number})
        history.record(actor, assessing.THING, row.id, words, now=now)
    db.session.commit()
    return Slip(candidate=candidate, code=str(made.code))


def free_code(actor: Actor, assessment_id: int, candidate_id: int, *, now: datetime) -> None:
    """Let a candidate sign in with the same code on another device: the one that has it is signed out.

    Nothing happens where none has it.
    """
    row = _lock(actor, assessment_id)
    candidate = assessing.get_candidate(row, candidate_id)
    if release(candidate.id, now=now):
        words = Message("let %(number)s sign in on another device", {"number": candidate.number})
        history.record(actor, assessing.THING, row.id, words, now=now)
    db.session.commit()


def release(candidate_id: int, *, came_by: datetime | None = None, now: datetime) -> bool:
    """Sign the device out that is signed in with a candidate's code, in the caller's transaction; False if none is.

    With `came_by` only one that came in by then.
    """
    code = db.session.scalar(select(ExamCodeRow).filter_by(candidate_id=candidate_id))
    if came_by and code and code.session and code.session.started_at > came_by:
        return False
    return _end_session(code, now)


def validity(row: AssessmentRow) -> tuple[datetime, datetime]:
    """From when to when codes work: a while before the opening, until answers that waited can no longer be sent."""
    rules = scheme_of(row.scheme_version).theory
    last_end = row.closes_at + timedelta(minutes=rules.minutes)
    return row.opens_at - EARLY, sync_until_of(last_end, rules.sync_until, zone())


def is_in_use(code: ExamCodeRow | None) -> bool:
    """Whether a device is signed in with the code."""
    return code is not None and code.session is not None and code.session.ended_at is None


def hashes_of(candidate_id: int, code: ExamCode) -> tuple[str, str]:
    """The keyed hashes of a code's first half and of the whole. Cheap, for what is hashed cannot be guessed."""
    return _keyed(f"exam code first|{candidate_id}|{code.first}"), _keyed(f"exam code whole|{candidate_id}|{code}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """The code that a form makes for a candidate, beside the row of the one they have."""

    candidate: CandidateRow
    code: ExamCode
    row: ExamCodeRow | None

    @property
    def is_new(self) -> bool:
        """Whether it is another one than they have."""
        return self.row is None or self.row.code_hash != hashes_of(self.candidate.id, self.code)[1]


def _made(candidate: CandidateRow, row: ExamCodeRow | None, form: str) -> _Made:
    if len(form) < _FORM_LENGTH:
        raise Faulty(Message("Open the page of the exam codes again, and press the button there."))
    code = exam_code(bytes.fromhex(_keyed(f"exam code made|{form}|{candidate.id}")))
    made = _Made(candidate=candidate, code=code, row=row)
    if made.is_new and row is not None and _is_before(form, row.made_at):
        db.session.rollback()
        raise Conflict(
            Message(
                "Newer codes were made since this page was shown, and they would stop working. "
                "Open the page of the exam codes again, and press the button there."
            )
        )
    return made


def _is_before(form: str, moment: datetime) -> bool:
    """Whether a form was shown before a moment; one that does not say when is not."""
    shown = _SHOWN.fullmatch(form)
    return shown is not None and float(shown[1]) < moment.timestamp()


def _keep(actor: Actor, made: _Made, now: datetime) -> None:
    """Put a new code in the place of the one before."""
    row = made.row
    if row is None:
        row = ExamCodeRow(candidate_id=made.candidate.id)
        db.session.add(row)
    row.first_hash, row.code_hash = hashes_of(made.candidate.id, made.code)
    row.made_by, row.made_at = actor.person_id, now
    row.tries, row.tried_at, row.session_id, row.device_hash = 0, None, None, ""


def _end_session(code: ExamCodeRow | None, now: datetime) -> bool:
    if code is None or not is_in_use(code):
        return False
    db.session.execute(update(UserSessionRow).filter_by(id=code.session_id, ended_at=None).values(ended_at=now))
    return True


def _keyed(text: str) -> str:
    key: SecretStr = current_app.config["SETTINGS"].secret_key
    return hmac.digest(key.get_secret_value().encode(), text.encode(), "sha256").hex()


def _get_assessment(actor: Actor, assessment_id: int) -> AssessmentRow:
    row = assessing.get_assessment(actor, assessment_id)
    assessing.require_side(actor, row, *SIDES)
    return row


def _lock(actor: Actor, assessment_id: int) -> AssessmentRow:
    """The assessment, held so that two clicks follow each other."""
    row = assessing.lock(_get_assessment(actor, assessment_id))
    if row.state not in _MADE_IN:
        db.session.rollback()
        raise assessing.moved_on()
    return row


def _entered(row: AssessmentRow) -> Sequence[CandidateRow]:
    query = select(CandidateRow).filter_by(assessment_id=row.id, status=CandidateStatus.ENTERED)
    query = query.options(joinedload(CandidateRow.trainee).joinedload(TraineeRow.person))
    return db.session.scalars(query.order_by(CandidateRow.room, CandidateRow.number)).all()


def _codes_of(row: AssessmentRow) -> Sequence[ExamCodeRow]:
    query = select(ExamCodeRow).join(ExamCodeRow.candidate).where(CandidateRow.assessment_id == row.id)
    session = joinedload(ExamCodeRow.session).lazyload(UserSessionRow.person)
    return db.session.scalars(query.options(session)).all()


def _line(candidate: CandidateRow, code: ExamCodeRow | None) -> CodeLine:
    since = code.session.started_at if code and code.session and is_in_use(code) else None
    return CodeLine(candidate=candidate, made_at=code.made_at if code else None, in_use_since=since)
