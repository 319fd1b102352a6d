"""What is filled in to open and change a batch and to upload its roster."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from lms.web.forms import DayField, HouseForm


class BatchFactsForm(HouseForm):
    """What can change while a batch goes on: its name, days and trainers."""

    name = StringField(
        _l("Name of the batch"),
        [InputRequired(_l("Write what people call this batch.")), Length(min=3, max=120)],
        description=_l("Such as Sheet metal workers, morning, August 2026."),
    )
    starts_on = DayField(_l("Training starts on"), [InputRequired(_l("Choose the first day."))])
    ends_on = DayField(_l("Training ends on"), [InputRequired(_l("Choose the last day."))])
    trainers = SelectMultipleField(
        _l("Trainers"), coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )


class BatchForm(BatchFactsForm):
    """A new batch: also its code, centre and pack, which then stay."""

    code = StringField(
        _l("Code"),
        [
            InputRequired(_l("Write the batch’s code.")),
            Regexp(
                r"^[A-Za-z0-9][A-Za-z0-9/-]{1,29}$",
                message=_l("2 to 30 letters, digits, dashes or strokes, such as B-104."),
            ),
        ],
        description=_l("As the scheme or your register numbers it, such as B-104. It cannot be changed later."),
    )
    centre = SelectField(_l("Centre"), [InputRequired()], coerce=int)
    pack = SelectField(_l("Pack"), [InputRequired(_l("Choose what is trained."))], coerce=int)


class RosterForm(HouseForm):
    """A roster to check."""

    roster = FileField(
        _l("Roster"), [FileRequired(_l("Choose the file with the roster."))], description=_l("A CSV or XLSX file.")
    )
