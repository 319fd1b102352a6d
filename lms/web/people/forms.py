"""What is filled in to add and suspend organisations and people."""

import secrets

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, HiddenField, SelectField, StringField, TelField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from lms.web.forms import HouseForm


def new_once() -> str:
    """What makes a form this one and no other: sent twice, it prints the same slip."""
    return secrets.token_urlsafe(24)


class OrganisationForm(HouseForm):
    """An organisation's name, code and address."""

    kind = SelectField(_l("Kind"), [InputRequired()])
    name = StringField(
        _l("Name of the organisation"), [InputRequired(_l("Write the organisation’s name.")), Length(max=200)]
    )
    code = StringField(
        _l("Code"),
        [
            InputRequired(_l("Write its code.")),
            Regexp(r"^[A-Za-z0-9-]{2,20}$", message=_l("2 to 20 letters, digits or dashes, such as TC-104.")),
        ],
        description=_l("As on your register, such as TC-104."),
    )
    address = StringField(
        _l("Address"), [Optional(), Length(max=300)], description=_l("Where assessments are held there.")
    )


class PersonForm(HouseForm):
    """A person, and the role they get in an organisation."""

    once = HiddenField(default=new_once)
    name = StringField(
        _l("Name"),
        [InputRequired(_l("Write the person’s name.")), Length(max=150)],
        description=_l("As on their identity card."),
    )
    organisation = SelectField(_l("Organisation"), [InputRequired()], coerce=int)
    role = SelectField(_l("Role"), [InputRequired()])
    login = StringField(
        _l("User name"),
        [
            InputRequired(_l("Choose a user name.")),
            Regexp(r"^[A-Za-z0-9._-]{3,40}$", message=_l("3 to 40 letters, digits, dots or dashes.")),
        ],
        description=_l("What they type to sign in, such as meera.nair."),
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    phone = TelField(_l("Phone"), [Optional(), Regexp(r"^\+?[0-9 ]{8,15}$", message=_l("8 to 15 digits."))])
    email = EmailField(
        _l("E-mail"),
        [
            Optional(),
            Length(max=254),
            Regexp(r"^[^@\s]+@[^@\s]+\.[^@\s]+$", message=_l("An address such as name@example.org.")),
        ],
    )


class ReasonForm(HouseForm):
    """Why something is done; kept in the history."""

    why = TextAreaField(
        _l("Reason"),
        [
            InputRequired(_l("Give a reason; it is kept in the history.")),
            Length(min=5, max=500, message=_l("5 to 500 characters.")),
        ],
        render_kw={"rows": 2},
    )
