"""What is filled in about job roles: declared evidence, what staff found, and the file of a role."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from lms.services.declarations import MOST, MOST_PLACE
from lms.web.coursework.forms import KeyedForm
from lms.web.forms import DayField, HouseForm


class DeclareForm(KeyedForm):
    """Evidence that somebody declares."""

    what = TextAreaField(
        _l("What you have"),
        [InputRequired(_l("Say what it is."))],
        description=_l(
            "Such as: Bachelor of Commerce, second class; or two years at a returns desk; or a workbook you made."
            " Staff will want to see the original."
        ),
        render_kw={"rows": 3, "maxlength": MOST},
    )
    place = StringField(
        _l("Where it is from"),
        [InputRequired(_l("Say where it is from."))],
        description=_l("The university, the employer or the workshop."),
        render_kw={"maxlength": MOST_PLACE},
    )
    day = DayField(_l("Of which day"), [InputRequired(_l("Choose the day on the paper, or the last day of the job."))])


class CheckForm(HouseForm):
    """What staff found when they looked."""

    seen = HiddenField(validators=[InputRequired()])
    verdict = RadioField(
        _l("What you found"),
        [InputRequired(_l("Say whether you confirm it."))],
        choices=[
            SelectChoice(value="confirmed", label=_l("I confirm it")),
            SelectChoice(value="refused", label=_l("I do not confirm it")),
        ],
    )
    reason = StringField(
        _l("What you looked at"),
        [InputRequired(_l("Say what you looked at."))],
        description=_l("Such as: the original certificate, 12 June 2024. It stays in the record with your name."),
        render_kw={"maxlength": MOST},
    )


class RoleUploadForm(HouseForm):
    """The file of a job role."""

    file = FileField(
        _l("File"),
        [FileRequired(_l("Choose the file of the role."))],
        description=_l("One YAML file."),
        render_kw={"accept": ".yaml,.yml"},
    )
