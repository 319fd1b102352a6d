"""What is filled in to sign in and to change a password."""

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from lms.services.accounts import MIN_PASSWORD
from lms.web.forms import HouseForm


class SignInForm(HouseForm):
    """User name and password."""

    login = StringField(
        _l("User name"),
        [InputRequired(_l("Type your user name; it is on your slip."))],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"), [InputRequired(_l("Type your password."))], render_kw={"autocomplete": "current-password"}
    )


class ExamCodeForm(HouseForm):
    """Candidate number and exam code."""

    number = StringField(
        _l("Candidate number"),
        [InputRequired(_l("Type the candidate number; it is on your slip."))],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    code = StringField(
        _l("Exam code"),
        [InputRequired(_l("Type the exam code; it is on your slip."))],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "maxlength": 30},
    )


class PasswordForm(HouseForm):
    """The old password and the new one, twice."""

    old = PasswordField(
        _l("Present password"),
        [InputRequired(_l("Type your present password."))],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _l("New password"),
        [
            InputRequired(_l("Type a new password.")),
            Length(min=MIN_PASSWORD, message=_l("At least %(min)d characters.")),
        ],
        description=_l("At least 8 characters; a few words you can remember are best."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password again"),
        [InputRequired(_l("Type the new password once more.")), EqualTo("new", _l("The two are not the same."))],
        render_kw={"autocomplete": "new-password"},
    )
