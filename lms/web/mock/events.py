"""What the page of a mock exam sends by script: as that of a real one, and through the same code."""

from flask import url_for
from werkzeug.wrappers import Response

from lms.clock import now
from lms.permissions import Permission, requires
from lms.services import mocks
from lms.services.desks import Desk
from lms.web.exam import device
from lms.web.gate import sender, takes_bearer
from lms.web.mock.sitting import KIND, bp

__all__ = ["bp"]


@bp.post("/sittings/<int:mock_id>/events")
@takes_bearer
@requires(Permission.PRACTICE_TAKE)
def keep_events(mock_id: int) -> Response:
    """Keep answers; each that is saved gets its receipt after the commit."""
    moment = now()
    return device.take_events(_desk(mock_id), moment)


@bp.post("/sittings/<int:mock_id>/contact")
@takes_bearer
@requires(Permission.PRACTICE_TAKE)
def keep_contact(mock_id: int) -> Response:
    """Take a sign of life; the reply is the clock."""
    moment = now()
    return device.take_contact(_desk(mock_id), moment)


@bp.post("/sittings/<int:mock_id>/take-over")
@takes_bearer
@requires(Permission.PRACTICE_TAKE)
def take_over(mock_id: int) -> Response:
    """Go on on this device: of a mock exam everybody may without a code."""
    moment = now()
    return device.take_over(_desk(mock_id), moment)


@bp.post("/sittings/<int:mock_id>/submit")
@takes_bearer
@requires(Permission.PRACTICE_TAKE)
def hand_in(mock_id: int) -> Response:
    """Hand the paper in; the reply says what is still to come."""
    moment = now()
    done = mocks.submit(sender(KIND, mock_id), mock_id, **device.sent_hand_in(), now=moment)
    return device.handed_in(_desk(mock_id), done, url_for("mock.show_result", mock_id=mock_id))


def _desk(mock_id: int) -> Desk:
    return mocks.get_desk(sender(KIND, mock_id).person_id, mock_id)
