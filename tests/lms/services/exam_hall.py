"""An exam of two candidates who write, and what is done to their time."""

from datetime import timedelta

from assessments.attempts import HandedInBy
from lms.extensions import db
from lms.services import delivery, exam_clock
from lms.services.invigilation import Who
from lms.tables.assessing import AssessmentAssessorRow
from lms.tables.attempts import AttemptRow
from tests import world
from tests.exams import a_drawn_assessment, candidate_of
from tests.lms.services.assessing_steps import person
from tests.states import once

NOW = world.DAY + timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
END = NOW + 90 * MINUTE
WHY = "The power failed"


@once
def an_exam(actor):
    """An assessment with two of its four candidates writing since NOW, one of them in room B."""
    row = a_drawn_assessment()
    db.session.add(AssessmentAssessorRow(assessment_id=row.id, person_id=person("assessor")))
    candidate_of(row, "trainee-b").room = "B"
    for login in ("trainee", "trainee-b"):
        delivery.start(actor(login), candidate_of(row, login).id, now=NOW)
    return row


def attempt_of(hall, login="trainee") -> AttemptRow:
    db.session.expire_all()
    return db.session.query(AttemptRow).filter_by(candidate_id=candidate_of(hall, login).id).one()


def desk_of(hall, actor, login="trainee"):
    return delivery.get_desk(actor(login).person_id, attempt_of(hall, login).id)


def give(actor, hall, who=None, *, seconds=600, key="k1", now=NOW + MINUTE, login="assessor"):
    return exam_clock.give_time(actor(login), hall.id, who or Who(), seconds=seconds, reason=WHY, key=key, now=now)


def pause(actor, hall, who=None, *, key="p1", now=NOW + 10 * MINUTE):
    return exam_clock.pause(actor("agency"), hall.id, who or Who(), reason=WHY, key=key, now=now)


def resume(actor, hall, who=None, *, key="r1", now=NOW + 25 * MINUTE):
    return exam_clock.resume(actor("agency"), hall.id, who or Who(), reason="It is back", key=key, now=now)


def by_page(actor, hall, now, **said):
    return delivery.submit(actor("trainee"), attempt_of(hall).id, device="d1", by=HandedInBy.PAGE, now=now, **said)
