"""What is filled in to write to trainees."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Regexp

from lms.services.feedback import MOST
from lms.web.forms import HouseForm


class FeedbackForm(HouseForm):
    """A message; to whom is ticked besides."""

    key = HiddenField(validators=[InputRequired(), Regexp("^[A-Za-z0-9-]{8,40}$")])
    text = TextAreaField(
        _l("Message"),
        [InputRequired(_l("Write the message."))],
        description=_l("5 to 1000 characters. It stands on their home page until they press Read."),
        render_kw={"rows": 6, "maxlength": MOST},
    )
