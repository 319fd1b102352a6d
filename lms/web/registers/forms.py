"""What is filled in on a day's register."""

import re

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Optional, Regexp

from lms.services.registers import Mark
from lms.web.forms import HouseForm

_FIELD = re.compile("mark-([0-9]{1,10})")


class RegisterForm(HouseForm):
    """A day's register: the number of the register that the page showed, and why it is corrected; marks besides."""

    seen = HiddenField(validators=[InputRequired(), Regexp("^[0-9]{1,6}$")])
    why = StringField(_l("Why it is corrected"), [Optional()], render_kw={"maxlength": 500})


def sent_marks() -> dict[int, Mark]:
    """The marks that the page sent, by trainee; what is no mark is left out, and then missed by the service."""
    sent = ((_FIELD.fullmatch(name), word) for name, word in request.form.items())
    return {int(match[1]): Mark(word) for match, word in sent if match and word in set(Mark)}
