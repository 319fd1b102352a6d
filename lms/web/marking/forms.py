"""A tap on a level, as sent by script (JSON) and by a page without script (a form)."""

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from lms.web.forms import HouseForm


class ScoreForm(HouseForm):
    """One tap: the criterion, the share of the level (empty takes the last one back), a note, the tap's own key."""

    ref = StringField(validators=[InputRequired(), Length(max=40)])
    share = StringField(validators=[Optional(), Regexp(r"^[0-9]{1,6}(/[0-9]{1,6})?$")])
    note = StringField(validators=[Length(max=500, message=_l("A note has at most 500 characters."))])
    key = StringField(validators=[InputRequired(), Regexp(r"^[A-Za-z0-9-]{8,40}$")])
