"""An answer as sent by script (JSON) and by a page without script (a form)."""

from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, NumberRange, Optional, Regexp

from lms.web.forms import HouseForm


class AnswerForm(HouseForm):
    """One answer: the number on the paper and the place of the option; the script adds its device and sequence."""

    number = IntegerField(validators=[InputRequired(), NumberRange(min=1)])
    place = IntegerField(validators=[Optional(), NumberRange(min=1)])
    device = StringField(validators=[Optional(), Regexp(r"^[A-Za-z0-9-]{1,40}$")])
    seq = IntegerField(validators=[Optional(), NumberRange(min=1, max=10**9)])
