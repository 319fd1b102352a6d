"""What is filled in to give an assignment and to record an observation at work."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from lms.web.forms import DayField, HouseForm


class KeyedForm(HouseForm):
    """A form that is one act, however often it is sent."""

    key = HiddenField(validators=[InputRequired(), Regexp("^[A-Za-z0-9-]{8,40}$")])


class AssignmentForm(KeyedForm):
    """A new assignment; its criteria and trainees are ticked besides."""

    title = StringField(
        _l("Title"),
        [InputRequired(_l("Give the assignment a title.")), Length(min=3, max=120)],
        description=_l("Such as: Fit a duct elbow."),
    )
    text = TextAreaField(
        _l("What is to be done"),
        [InputRequired(_l("Say what is to be done.")), Length(min=5, max=2000)],
        render_kw={"rows": 4},
    )
    day = DayField(_l("Due on"), [InputRequired(_l("Choose the last day for it."))])


class ObservationForm(KeyedForm):
    """A new observation at work; its criteria are ticked besides."""

    trainee = SelectField(_l("Who"), [InputRequired(_l("Choose whom you observed."))], coerce=int)
    place = StringField(
        _l("Where"),
        [InputRequired(_l("Say where it was.")), Length(min=3, max=120)],
        description=_l("The workplace, such as: workshop of Ram Motors."),
    )
    day = DayField(_l("On which day"), [InputRequired(_l("Choose the day."))])
    text = TextAreaField(_l("Note"), [Optional(), Length(max=2000)], render_kw={"rows": 3})
