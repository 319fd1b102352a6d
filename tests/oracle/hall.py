"""A hall of candidates: an open assessment with as many as wanted, each with a paper and what their device holds."""

import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from itsdangerous import URLSafeTimedSerializer

from lms.extensions import db
from lms.records.delivery import shown_items
from lms.services import accounts
from lms.services.delivery import rules_of
from lms.tables.assessing import AssessmentRow, CandidateRow, PaperRow
from lms.tables.attempts import AttemptRow
from lms.tables.people import PersonRow, Role, RoleGrantRow
from lms.tables.training import BatchRow, TraineeRow
from lms.web.bearer import token_of
from lms.web.exam.routes import KIND
from tests import world
from tests.exams import a_drawn_assessment

HOURS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """What a candidate's device holds: the sitting, its token, a session with a form's token, the paper's options."""

    candidate_id: int
    person_id: int
    attempt_id: int
    token: str
    cookie: str
    form_token: str
    paper: tuple[tuple[str, tuple[str, ...]], ...]


def open_hall(count: int, now: datetime, *, started: bool = True) -> list[Seat]:
    """Add people to the world's batch, draw papers for all, and start the clock of `count` of them where wanted."""
    _add_trainees(count)
    assessment = a_drawn_assessment(opens_at=now - timedelta(minutes=1), hours=HOURS)
    candidates = assessment.candidates[-count:]
    if started:
        _start(assessment, candidates, now)
    seats = [_seat(candidate, now) for candidate in candidates]
    db.session.commit()
    return seats


def write(seats: Sequence[Seat], path: Path) -> None:
    """Seats for another process."""
    path.write_text(json.dumps([asdict(seat) for seat in seats]))


def read(path: Path) -> list[Seat]:
    """Seats that another process wrote."""
    return [Seat(**seat) for seat in json.loads(path.read_text())]


def _add_trainees(count: int) -> None:
    batch = db.session.query(BatchRow).filter_by(code="B-TC-1").one()
    password_hash = db.session.query(PersonRow).filter_by(login="trainee").one().password_hash
    for number in range(count):
        person = PersonRow(
            login=f"hall{number}", name=f"Person {number}", password_hash=password_hash, created_at=world.DAY
        )
        person.grants = [RoleGrantRow(role=Role.TRAINEE, organisation_id=batch.centre_id)]
        enrolment = f"H-{number:05}"
        db.session.add(TraineeRow(batch=batch, person=person, enrolment_number=enrolment, attendance="92"))
    db.session.flush()


def _start(assessment: AssessmentRow, candidates: Sequence[CandidateRow], now: datetime) -> None:
    """As `delivery.start` does, without its history, for all at once."""
    query = db.session.query(PaperRow.candidate_id, PaperRow.id)
    papers = {row.candidate_id: row.id for row in query}
    minutes = timedelta(minutes=rules_of(assessment.candidates[0]).minutes)
    for candidate in candidates:
        times = {"started_at": now, "deadline_at": now + minutes}
        db.session.add(AttemptRow(candidate_id=candidate.id, paper_id=papers[candidate.id], **times))
    db.session.flush()


def _seat(candidate: CandidateRow, now: datetime) -> Seat:
    person, secret = candidate.trainee.person, current_app.config["SECRET_KEY"]
    attempt_id = db.session.query(AttemptRow.id).filter_by(candidate_id=candidate.id).scalar() or 0
    face = db.session.query(PaperRow.face).filter_by(candidate_id=candidate.id).scalar()
    raw = secrets.token_hex(20)
    session = {"_user_id": accounts.open_session(person, device="a hall", now=now), "_fresh": True, "csrf_token": raw}
    signer = current_app.session_interface.get_signing_serializer(current_app)
    return Seat(
        candidate_id=candidate.id,
        person_id=person.id,
        attempt_id=attempt_id,
        token=token_of(KIND, attempt_id, person.id),
        cookie=f"session={signer.dumps(session)}",
        form_token=URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(raw),
        paper=tuple((item.item, tuple(option.id for option in item.options)) for item in shown_items(face)),
    )
