"""What is sent to make codes."""

import secrets

from wtforms import HiddenField

from lms.web.forms import HouseForm


class CodesForm(HouseForm):
    """A button; `form` is its own random text, so that pressed twice it makes the same codes."""

    form = HiddenField(default=lambda: secrets.token_urlsafe(24))
