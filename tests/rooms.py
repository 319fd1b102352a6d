"""Exam rooms for tests, pictures and benchmarks: the world's four candidates, or as many more as are wanted."""

import hashlib
from datetime import datetime, timedelta

from lms.extensions import db
from lms.services import delivery
from lms.services.accounts import actor_of
from lms.tables.assessing import AssessmentAssessorRow, AssessmentRow, CandidateRow, PaperRow
from lms.tables.attempts import AnswerEventRow, AttemptRow
from lms.tables.invigilation import AttemptContactRow, IntegrityEventRow, TimeChangeRow
from lms.tables.people import PersonRow
from lms.tables.room_log import IdentityCheckRow
from lms.tables.training import TraineeRow
from tests import world
from tests.exams import a_drawn_assessment, candidate_of

NAMES = (
    "Aarti Deshmukh", "Bhavesh Solanki", "Chandrashekhar Venkataraghavan", "Deepa Kumari", "Eknath Jadhav",
    "Farhan Qureshi", "Gurpreet Kaur Dhillon", "Harish Chandra", "Ishita Banerjee", "Jagdish Prasad Yadav",
)  # fmt: skip


def a_room(opens_at: datetime = world.DAY, hours: int = 6) -> AssessmentRow:
    """The world's batch with papers, its exam open, invigilated by the world's assessor."""
    row = a_drawn_assessment(opens_at, hours)
    assessor = db.session.query(PersonRow).filter_by(login="assessor").one()
    row.assessors = [AssessmentAssessorRow(person_id=assessor.id)]
    db.session.commit()
    return row


def begun(row: AssessmentRow, login: str, at: datetime) -> AttemptRow:
    """The attempt of one of the world's trainees, started."""
    candidate = candidate_of(row, login)
    return delivery.start(actor_of(candidate.trainee.person), candidate.id, now=at)


def heard(attempt: AttemptRow, at: datetime, **told: object) -> AttemptContactRow:
    """What the device of an attempt told last."""
    contact = db.session.query(AttemptContactRow).filter_by(attempt_id=attempt.id).one_or_none()
    contact = contact or AttemptContactRow(attempt_id=attempt.id)
    facts = {"at": at, "device": "tablet", "saved": 0, "waiting": 0, "answered": 0, "mode": "kept", **told}
    for name, value in facts.items():
        setattr(contact, name, value)
    db.session.add(contact)
    db.session.commit()
    return contact


def answered(attempt: AttemptRow, count: int, at: datetime) -> None:
    """So many answers of a device, on the server."""
    made = {"attempt_id": attempt.id, "device": "phone", "choice": "A", "payload_hash": "0" * 64, "received_at": at}
    db.session.add_all([AnswerEventRow(seq=seq, item=f"i-{seq}", **made) for seq in range(1, count + 1)])
    db.session.commit()


def fill(row: AssessmentRow, count: int, now: datetime, rooms: tuple[str, ...] = ("A", "B", "C")) -> None:
    """Bring a room to so many candidates, most of them at work, some in each other state and some in trouble."""
    model = db.session.query(PaperRow).filter_by(candidate_id=row.candidates[0].id).one()
    content, face = model.content, model.face
    hashed = db.session.query(PersonRow).filter_by(login="trainee").one().password_hash
    trainer = db.session.query(PersonRow).filter_by(login="assessor").one()
    for place in range(len(row.candidates), count):
        name = f"{NAMES[place % len(NAMES)]}{'' if place < len(NAMES) else f' {place // len(NAMES) + 1}'}"
        person = PersonRow(login=f"seat{place}", name=name, password_hash=hashed, created_at=now)
        db.session.add(person)
        db.session.flush()
        trainee = TraineeRow(batch_id=row.batch_id, person_id=person.id, enrolment_number=f"S-{place:03}")
        candidate = CandidateRow(
            assessment_id=row.id, trainee=trainee, number=f"A1-{place + 1:03}", room=rooms[place % len(rooms)]
        )
        db.session.add(candidate)
        db.session.flush()
        digest = hashlib.sha256(str(place).encode()).hexdigest()
        paper = PaperRow(
            candidate_id=candidate.id, pack_version_id=row.pack_version_id, face_hash=digest, content=content, face=face
        )
        db.session.add(paper)
        db.session.flush()
        if place % 10 != 9:
            check = {"number": 1, "is_confirmed": True, "by_id": trainer.id, "at": row.opens_at}
            db.session.add(IdentityCheckRow(candidate_id=candidate.id, **check))
            _sit(candidate, paper, place, trainer.id, now)
    db.session.commit()


def _sit(candidate: CandidateRow, paper: PaperRow, place: int, by_id: int, now: datetime) -> None:
    started = now - timedelta(minutes=25, seconds=place % 60)
    attempt = AttemptRow(
        candidate_id=candidate.id, paper_id=paper.id, started_at=started, deadline_at=started + timedelta(minutes=60)
    )
    if place % 11 == 7:
        attempt.submitted_at, attempt.handed_in_by = now - timedelta(minutes=3), "candidate"
    db.session.add(attempt)
    db.session.flush()
    silent, storage = place % 29 == 5, place % 97 == 13
    at = now - (timedelta(minutes=4, seconds=10) if silent else timedelta(seconds=place % 28))
    facts = {"answered": 10 + place % 30, "waiting": 12 if silent else place % 9 // 8, "device": "tablet"}
    mode = "keeps_nothing" if storage else "kept"
    db.session.add(AttemptContactRow(attempt_id=attempt.id, at=at, saved=0, mode=mode, **facts))
    for number in range(10 + place % 30):
        event = {
            "device": "tablet",
            "seq": number + 1,
            "item": f"item-{number}",
            "choice": "A",
            "payload_hash": "0" * 64,
        }
        db.session.add(AnswerEventRow(attempt_id=attempt.id, received_at=started, **event))
    if place % 13 == 3:
        told = {"kind": "left", "device": "tablet", "detail": ""}
        db.session.add(IntegrityEventRow(attempt_id=attempt.id, at=now - timedelta(minutes=place % 20), **told))
    if place % 17 == 4:
        given = {
            "kind": "extra",
            "seconds": 600,
            "reason": "power cut in room B",
            "by_id": by_id,
            "key": "a-key-for-it",
        }
        db.session.add(TimeChangeRow(attempt_id=attempt.id, at=now - timedelta(minutes=9), **given))
        attempt.deadline_at += timedelta(minutes=10)
