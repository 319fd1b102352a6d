"""The demo's mark, and whom a visitor can sign in as: read by the sign-in page and by the command line."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from assessments.words import Message
from lms.extensions import db
from lms.tables.demo import DemoRow

PASSWORD = "show-me-round"  # noqa: S105 -- opens nothing but a demo of simulated people


class Part(StrEnum):
    """A part that a visitor can play, in the order in which they are offered."""

    COUNCIL = "council"
    OTHER_COUNCIL = "other_council"
    EMPLOYER = "employer"
    AGENCY = "agency"
    ASSESSOR = "assessor"
    CENTRE = "centre"
    TRAINER = "trainer"
    EXAMINEE = "examinee"
    LEARNER = "learner"
    EMPLOYEE = "employee"
    CERTIFIED = "certified"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody to sign in as: who that is, what there is to do for them, and what to type."""

    who: Message
    task: Message
    login: str
    password: str


# Who each part is, and the one thing that waits for them.
PARTS: Mapping[Part, tuple[Message, Message]] = {
    Part.COUNCIL: (
        Message("Council, automotive"),
        Message("Approve the mark sheet of a reassessment, then release it and export results."),
    ),
    Part.OTHER_COUNCIL: (
        Message("Council, retail"),
        Message("Schedule the assessment of a batch whose training is over."),
    ),
    Part.EMPLOYER: (
        Message("Employer"),
        Message("Schedule the assessment of a batch that was trained by the employer’s own pack."),
    ),
    Part.AGENCY: (
        Message("Assessment agency"),
        Message("Accept a reassessment, draw its papers and name the assessor."),
    ),
    Part.ASSESSOR: (Message("Assessor"), Message("Score a candidate’s practical, one tap a criterion.")),
    Part.CENTRE: (Message("Training centre"), Message("Decide on a trainee’s request to be assessed again.")),
    Part.TRAINER: (Message("Trainer"), Message("See who in the batch is stuck in the lessons, and where.")),
    Part.EXAMINEE: (
        Message("Trainee, exam open"),
        Message("Sit the theory exam; the clock starts when you begin."),
    ),
    Part.LEARNER: (Message("Trainee, learning"), Message("Go on with the lessons and practise.")),
    Part.EMPLOYEE: (
        Message("Trainee, at an employer"),
        Message("Learn an employer’s own pack, and see how ready you are for its job role."),
    ),
    Part.CERTIFIED: (
        Message("Trainee, certified"),
        Message("See the result, and verify the certificate by its code."),
    ),
    Part.FAILED: (
        Message("Trainee, not yet competent"),
        Message("See where marks were lost, and ask to be assessed again."),
    ),
}


def find_demo() -> DemoRow | None:
    """The mark of this database, also of a demo that was never finished."""
    return db.session.scalar(select(DemoRow).order_by(DemoRow.id.desc()).limit(1))


def is_demo() -> bool:
    """Whether this database holds a finished demo."""
    row = find_demo()
    return row is not None and row.finished_at is not None


def list_visitors() -> list[Visitor]:
    """Whom a visitor of the demo can sign in as, in order; nobody where there is no finished demo."""
    row = find_demo()
    if row is None or row.finished_at is None:
        return []
    logins: dict[str, str] = json.loads(row.visitors)
    return [
        Visitor(who=who, task=task, login=logins[part], password=PASSWORD)
        for part, (who, task) in PARTS.items()
        if part in logins
    ]


def begin(seed: str, *, now: datetime) -> None:
    """Mark the database as a demo before anything is made, so that one broken off is known as such."""
    db.session.add(DemoRow(seed=seed, begun_at=now))
    db.session.commit()


def finish(logins: Mapping[Part, str], *, now: datetime) -> None:
    """Say that the demo is whole, and who plays each part."""
    row = find_demo()
    if row is None:
        raise LookupError("the database is not marked as a demo")
    row.finished_at, row.visitors = now, json.dumps(logins)
    db.session.commit()
