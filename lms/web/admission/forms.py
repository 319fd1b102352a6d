"""What is sent to make codes."""

from wtforms import HiddenField

from lms.clock import now
from lms.services.exam_codes import new_form
from lms.web.forms import HouseForm


class CodesForm(HouseForm):
    """A button; `form` is its own random text, so that pressed twice it makes the same codes."""

    form = HiddenField(default=lambda: new_form(now()))
