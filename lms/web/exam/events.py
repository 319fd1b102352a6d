"""What the page of a theory exam sends by script: answers, signs of life, and another device going on."""

from werkzeug.wrappers import Response

from lms.clock import now
from lms.permissions import Permission, requires
from lms.services import delivery
from lms.services.desks import Desk
from lms.web.exam import device
from lms.web.exam.routes import KIND, bp
from lms.web.gate import sender, takes_bearer

__all__ = ["bp"]


@bp.post("/attempts/<int:attempt_id>/events")
@takes_bearer
@requires(Permission.EXAM_TAKE)
def keep_events(attempt_id: int) -> Response:
    """Keep answers; each that is saved gets its receipt after the commit."""
    moment = now()
    return device.take_events(_desk(attempt_id), moment)


@bp.post("/attempts/<int:attempt_id>/contact")
@takes_bearer
@requires(Permission.EXAM_TAKE)
def keep_contact(attempt_id: int) -> Response:
    """Take a sign of life; the reply is the clock."""
    moment = now()
    return device.take_contact(_desk(attempt_id), moment)


@bp.post("/attempts/<int:attempt_id>/take-over")
@takes_bearer
@requires(Permission.EXAM_TAKE)
def take_over(attempt_id: int) -> Response:
    """Go on with the exam on this device, by the invigilator's code."""
    moment = now()
    return device.take_over(_desk(attempt_id), moment)


def _desk(attempt_id: int) -> Desk:
    return delivery.get_desk(sender(KIND, attempt_id).person_id, attempt_id)
