"""What an invigilator fills in: minutes, reasons, notes. Each form is sent once: its key says which it is."""

from uuid import uuid4

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Regexp

from lms.services.room_acts import MOST_NOTE
from lms.web.forms import HouseForm, WholeNumberField

MOST_MINUTES = 240


def new_key() -> str:
    """What makes a form this one and no other."""
    return str(uuid4())


class ActForm(HouseForm):
    """Something that is done once, however often it is sent."""

    key = HiddenField(default=new_key, validators=[InputRequired(), Regexp("^[A-Za-z0-9-]{8,40}$")])


def _why() -> TextAreaField:
    return TextAreaField(
        _l("Reason"),
        [InputRequired(_l("Give a reason; it is kept in the history."))],
        description=_l("5 to 300 characters, such as: power cut from 10:05 to 10:15."),
        render_kw={"rows": 2, "maxlength": 300},
    )


class WhyForm(ActForm):
    """An act with its reason."""

    why = _why()


class TimeForm(ActForm):
    """Minutes to give, and why."""

    minutes = WholeNumberField(
        _l("Minutes"),
        [
            InputRequired(_l("Say how many minutes.")),
            NumberRange(1, MOST_MINUTES, message=_l("Whole minutes from 1 to 240.")),
        ],
        render_kw={"inputmode": "numeric", "min": 1, "max": MOST_MINUTES},
    )
    why = _why()  # after the minutes, as it is said


class EndForm(WhyForm):
    """The end of an exam, which nobody can take back."""

    sure = BooleanField(_l("I have read what happens, and want it"), [InputRequired(_l("Tick this to end the exam."))])


class NoteForm(ActForm):
    """What happened."""

    text = TextAreaField(
        _l("What happened"),
        [InputRequired(_l("Say what happened."))],
        description=_l("5 to 1000 characters. It stays in the history; the candidate can read it after the release."),
        render_kw={"rows": 4, "maxlength": MOST_NOTE},
    )
